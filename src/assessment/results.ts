import { setTimeout as wait } from 'node:timers/promises';
import { statsOf, unsetOf } from '../decision/measure.js';
import { type Circumstances, isOver } from '../decision/results.js';
import { ToolError } from '../errors.js';
import { unlessOlderBuild } from '../posthog/older-builds.js';
import { apiPath } from '../posthog/path.js';
import { readTeamDefaults } from '../reads/team-defaults.js';
import type { Experiment } from '../schema/experiment.js';
import { storedFilters } from '../schema/flag.js';
import { type Exposures, exposuresWire, type Recalculation, recalculationWire } from '../schema/results.js';
import type { StatsSettings } from '../stats/settings.js';
import type { CallContext } from '../tool.js';

/** How long a refresh is waited for before the caller is told how to fetch the rest. Milliseconds. */
const REFRESH_BUDGET_MS = 25_000;
const POLL_MS = 500;

export function circumstancesOf({ now, api }: CallContext): Circumstances {
  return { now: now(), readOnly: api.readOnly };
}

/** How the results were computed; the team's defaults are read where they count. */
export async function settingsOf(experiment: Experiment, context: CallContext): Promise<StatsSettings> {
  const { cuped, sequential } = unsetOf(experiment);
  return statsOf(experiment, (cuped || sequential ? await readTeamDefaults(context) : null) ?? {});
}

const WHAT = 'stored experiment results';

function isNeverCalculated(error: unknown): boolean {
  return error instanceof ToolError && error.fields.status === 404 && /no completed/i.test(error.fields.detail ?? '');
}

/** The last finished run; null where there never was one. */
export async function latestResults(id: number, { api, project }: CallContext): Promise<Recalculation | null> {
  const path = apiPath`/api/projects/${project}/experiments/${id}/metrics_recalculation/latest/`;
  try {
    return await unlessOlderBuild(WHAT, api.get(path, recalculationWire));
  } catch (error) {
    if (isNeverCalculated(error)) return null;
    throw error;
  }
}

/** A run by its id, finished or not. */
export function resultsOfRun(id: number, run: string, { api, project }: CallContext): Promise<Recalculation> {
  const path = apiPath`/api/projects/${project}/experiments/${id}/metrics_recalculation/${run}/`;
  return unlessOlderBuild(WHAT, api.get(path, recalculationWire));
}

/**
 * Starts a run, or joins the one under way, and waits for it within a budget. An unfinished one has no results yet.
 * `wasThere`: PostHog answered with a run that had ended before, because that is minutes old.
 */
export async function refreshResults(
  id: number,
  context: CallContext,
): Promise<{ run: Recalculation; wasThere: boolean }> {
  const { api, project, now } = context;
  const path = apiPath`/api/projects/${project}/experiments/${id}/metrics_recalculation/`;
  const endsAt = now().getTime() + REFRESH_BUDGET_MS;
  let run = await unlessOlderBuild(WHAT, api.post(path, recalculationWire, { trigger: 'manual' }));
  const wasThere = isOver(run);
  while (!isOver(run) && now().getTime() < endsAt) {
    await wait(POLL_MS, undefined, { signal: context.signal }).catch(() => {
      throw new ToolError(
        'cancelled',
        'The call was cancelled; PostHog goes on calculating.',
        'Call again for the results.',
      );
    });
    run = await resultsOfRun(id, run.id, context);
    const total = run.total_metrics ?? 0;
    context.progress(
      (run.completed_metrics ?? 0) + (run.failed_metrics ?? 0),
      Math.max(total, 1),
      'Calculating metrics',
    );
  }
  return { run: isOver(run) && !run.results ? await resultsOfRun(id, run.id, context) : run, wasThere };
}

/** The same where something is calculated from the counts: one that lacks would make a sample ratio mismatch of nothing. */
export async function readWholeExposures(experiment: Experiment, context: CallContext): Promise<Exposures> {
  const exposures = await readExposures(experiment, context);
  if (exposures.problems.length === 0) return exposures;
  const hint = 'experiment-results shows the other counts.';
  throw new ToolError('unexpected_response', `${exposures.problems.join('; ')}.`, hint);
}

/** Exposures of a launched experiment. PostHog wants flag, dates and criteria repeated in the query. */
export function readExposures(experiment: Experiment, { api, project }: CallContext): Promise<Exposures> {
  const flag = experiment.feature_flag;
  return api.query(apiPath`/api/projects/${project}/query/`, exposuresWire, {
    query: {
      kind: 'ExperimentExposureQuery',
      experiment_id: experiment.id,
      experiment_name: experiment.name,
      feature_flag: {
        key: experiment.feature_flag_key,
        filters: { multivariate: flag ? (storedFilters(flag).multivariate ?? null) : null },
      },
      start_date: experiment.start_date ?? null,
      end_date: experiment.end_date ?? null,
      ...(experiment.exposure_criteria ? { exposure_criteria: experiment.exposure_criteria } : {}),
      ...(experiment.holdout ? { holdout: experiment.holdout } : {}),
    },
    refresh: 'blocking',
  });
}
