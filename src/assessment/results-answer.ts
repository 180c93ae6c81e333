import { readExposureCounts } from '../decision/exposures.js';
import type { MetricFacts } from '../decision/reading.js';
import { freshnessOf, isOver, methodOf, metricsOf, readRun } from '../decision/results.js';
import { windowsOpen } from '../decision/rules-windows.js';
import { ToolError } from '../errors.js';
import { readExperiment } from '../reads/snapshot.js';
import { type Experiment, isLive, statusOf } from '../schema/experiment.js';
import { flagProblem } from '../schema/flag.js';
import { experimentUrl } from '../schema/link.js';
import { idAndName } from '../schema/quote.js';
import { oddResults, type Recalculation, type ResultsOutput } from '../schema/results.js';
import type { CallContext } from '../tool.js';
import { factsOf, type Parts } from './assess-facts.js';
import { circumstancesOf, latestResults, readExposures, refreshResults, resultsOfRun, settingsOf } from './results.js';

export interface ResultsInput {
  id: number;
  refresh: boolean;
  recalculation_id?: string | undefined;
  metric_uuid?: string | undefined;
  breakdowns: boolean;
}

/** Everything that `experiment-results` says. A part that cannot be had is named under `missing`; the rest still shows. */
export async function resultsAnswer(input: ResultsInput, context: CallContext): Promise<ResultsOutput> {
  const experiment = await readExperiment(input.id, context);
  if (!experiment.start_date) throw notLaunched(experiment);
  if (input.metric_uuid !== undefined) checkMetric(input.metric_uuid, experiment);
  const [run, exposures, stats] = await Promise.allSettled([
    runFor(input, context),
    readExposures(experiment, context),
    settingsOf(experiment, context),
  ]);
  if (run.status === 'rejected') throw run.reason;
  if (stats.status === 'rejected') throw stats.reason;
  const settings = stats.value;
  const { latest, note } = run.value;
  const flagUnknown = experiment.feature_flag && flagProblem(experiment.feature_flag);
  const missing = [
    ...(exposures.status === 'rejected'
      ? [`exposures: ${reasonOf(exposures.reason)}`]
      : exposures.value.problems.map((problem) => `exposures: ${problem}; total and shares are without it`)),
    ...oddResults(latest),
    ...(flagUnknown ? [`feature flag: ${flagUnknown}`] : []),
    ...(experiment.unreadable ?? []),
  ];
  const { start_date, end_date } = experiment;
  const counted = exposures.status === 'fulfilled' ? readExposureCounts(exposures.value, experiment) : undefined;
  const metrics =
    latest && (isOver(latest) || latest.results?.length)
      ? readRun(experiment, latest, {
          ...{ settings, breakdowns: input.breakdowns, metricUuid: input.metric_uuid },
          readOnly: context.api.readOnly,
        })
      : [];
  const parts = { experiment, run: latest, exposures: exposures.status === 'fulfilled' ? exposures.value : null };
  const called = metrics.some(({ variants }) => variants.some(({ significant }) => significant));
  const cautions = [
    ...(counted?.sample_ratio_mismatch ? [MISMATCH] : []),
    ...openWindows(parts, context),
    ...(called && isLive(experiment) ? [STILL_RUNS] : []),
  ];
  return {
    project_id: context.project,
    id: experiment.id,
    name: experiment.name,
    status: statusOf(experiment),
    ...(start_date ? { start_date } : {}),
    ...(end_date ? { end_date } : {}),
    url: experimentUrl({ origin: context.api.origin, project: context.project }, experiment.id),
    freshness: { ...freshnessOf(latest, circumstancesOf(context), end_date), ...(note ? { note } : {}) },
    ...methodOf(settings),
    ...(counted ? { exposures: counted } : {}),
    ...(cautions.length > 0 ? { cautions } : {}),
    metrics,
    ...(missing.length > 0 ? { missing } : {}),
  };
}

const MISMATCH =
  'The split of exposures is not the configured one (sample ratio mismatch): comparisons of variants are not safe.';

const STILL_RUNS =
  'It still runs: "significant" alone does not say that it has run long enough; experiment-assess does.';

/** Metrics whose values are not final for most people: `significant` says little of them. */
function openWindows(parts: Pick<Parts, 'experiment' | 'run' | 'exposures'>, context: CallContext): string[] {
  const unread = { activity: null, others: null, missing: [], team: null };
  const facts = factsOf({ ...parts, ...unread }, { ...circumstancesOf(context), breakdowns: false });
  const unless = facts.onlyMatured === undefined ? ', unless only matured users are counted' : '';
  return windowsOpen(facts)
    .filter(({ severity }) => severity === 'warning')
    .map(({ title }) => `${title} Its values can still change${unless}.`);
}

interface Found {
  /** Null where nothing was ever calculated. */
  latest: Recalculation | null;
  /** Why it is not what was asked for. */
  note?: string;
}

const TOO_SOON = 'PostHog calculates at most every 5 minutes; these are the last results.';

async function runFor(input: ResultsInput, context: CallContext): Promise<Found> {
  if (input.recalculation_id !== undefined)
    return { latest: await resultsOfRun(input.id, input.recalculation_id, context) };
  if (!input.refresh) return { latest: await latestResults(input.id, context) };
  try {
    const { run, wasThere } = await refreshResults(input.id, context);
    return { latest: run, ...(wasThere ? { note: TOO_SOON } : {}) };
  } catch (error) {
    // Refused because the last run is minutes old: then that one is what was asked for.
    if (error instanceof ToolError && error.code === 'rate_limited') {
      const latest = await latestResults(input.id, context);
      if (latest) return { latest, note: TOO_SOON };
    }
    if (error instanceof ToolError && ['missing_scope', 'read_only'].includes(error.code))
      throw error.with({ hint: `${error.hint} Without refresh the stored results show.` });
    throw error;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof ToolError ? error.message : 'could not be read';
}

export function notLaunched(experiment: Experiment): ToolError {
  return new ToolError(
    'refused',
    `Experiment ${experiment.id} is a draft, so there are no results.`,
    'Results show once it is launched and users are exposed; experiment-preflight tells whether it is ready.',
    { next_tool: 'experiment-preflight' },
  );
}

/** The metric with this uuid; else an error that lists the ones there are. */
export function checkMetric(uuid: string, experiment: Experiment): MetricFacts {
  const metrics = metricsOf(experiment);
  const found = metrics.find((metric) => metric.uuid === uuid);
  if (found) return found;
  const known = metrics.map((metric) => idAndName({ id: metric.uuid, name: metric.name ?? '' })).join(', ');
  throw new ToolError(
    'invalid_arguments',
    `Experiment ${experiment.id} has no metric with uuid ${uuid}.`,
    known ? `Its metrics are ${known}.` : 'It has no metrics; add one with experiment-update.',
    { field: 'metric_uuid', next_tool: 'experiment-get' },
  );
}
