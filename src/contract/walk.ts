import { z } from 'zod';
import { apiPath } from '../posthog/path.js';
import { resolveProject } from '../posthog/project.js';
import type { PostHogApi } from '../posthog/types.js';
import { MAX_ID } from '../schema/ids.js';
import { createNotes, type Finding } from './notes.js';
import {
  detailAlone,
  exposuresAgainstDetail,
  filtered,
  flagAgainstDetail,
  resultsAgainstDetail,
  resultsAgainstExposures,
  rowAgainstDetail,
} from './relations.js';
import { SHAPES } from './shapes.js';

export interface Walk {
  api: PostHogApi;
  project: number | '@current';
  /** Other tokens than personal API keys cannot be asked for their scopes. */
  isPersonal: boolean;
}

/** Reads all that the tools rely on, changes nothing, and never rejects. */
export async function walk({ api, project: configured, isPersonal }: Walk): Promise<Finding[]> {
  const notes = createNotes();
  const { look } = notes;
  await look('current user', SHAPES.me, () => api.get(apiPath`/api/users/@me/`, anything));
  if (isPersonal) await look('the key', SHAPES.key, () => api.get(apiPath`/api/personal_api_keys/@current/`, anything));
  const project = await notes.attempt('project', () => resolveProject(api, configured));
  if (project === null) return notes.findings();
  await lookAtProject(api, project, notes);
  const list = await look('list of experiments', SHAPES.list, () =>
    api.get(apiPath`/api/projects/${project}/experiments/`, anything, { limit: 100 }),
  );
  for (const row of samplesOf(list?.results ?? [])) await lookAtExperiment(row, api, project, notes);
  if (list?.results.length === 0) notes.empty('experiment');
  await lookAtArchive(api, project, notes);
  await lookAtTexts(api, project, notes);
  return notes.findings();
}

type Notes = ReturnType<typeof createNotes>;
type Row = z.output<typeof SHAPES.list>['results'][number];

const anything = z.unknown();

/** One of each status, so that drafts and ended ones are looked at too. */
function samplesOf(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.status, row])).values()];
}

async function lookAtProject(api: PostHogApi, project: number, { look }: Notes): Promise<void> {
  const first = { limit: 5 };
  const at = (path: 'feature_flags' | 'event_definitions') => apiPath`/api/projects/${project}/${path}/`;
  const calculation = { metric_type: 'funnel', minimum_detectable_effect: 10, number_of_variants: 2 };
  const holdouts = apiPath`/api/projects/${project}/experiment_holdouts/`;
  const metrics = apiPath`/api/projects/${project}/experiment_saved_metrics/`;
  const [, , , , , , held, shared] = await Promise.all([
    look('list of projects', SHAPES.projects, () => api.get(apiPath`/api/projects/`, anything)),
    look('project', SHAPES.project, () => api.get(apiPath`/api/projects/${project}/`, anything)),
    look('list of flags', SHAPES.flags, () => api.get(at('feature_flags'), anything, first)),
    look('event definitions', SHAPES.events, () => api.get(at('event_definitions'), anything, first)),
    look('statistics of experiments', SHAPES.stats, () =>
      api.get(apiPath`/api/projects/${project}/experiments/stats/`, anything),
    ),
    look('running time', SHAPES.runningTime, () =>
      api.query(apiPath`/api/projects/${project}/experiments/calculate_running_time/`, anything, {
        ...{ ...calculation, baseline_value: 0.1, exposure_rate_per_day: 100 },
      }),
    ),
    look('list of holdouts', SHAPES.holdouts, () => api.get(holdouts, anything, first)),
    look('list of shared metrics', SHAPES.savedMetrics, () => api.get(metrics, anything, first)),
  ]);
  const holdout = idOf(held?.results[0]);
  const metric = idOf(shared?.results[0]);
  if (holdout !== null)
    await look('holdout', SHAPES.holdout, () =>
      api.get(apiPath`/api/projects/${project}/experiment_holdouts/${holdout}/`, anything),
    );
  if (metric !== null)
    await look('shared metric', SHAPES.savedMetric, () =>
      api.get(apiPath`/api/projects/${project}/experiment_saved_metrics/${metric}/`, anything),
    );
}

function idOf(row: unknown): number | null {
  const id: unknown = Reflect.get(Object(row), 'id');
  return typeof id === 'number' ? id : null;
}

async function lookAtExperiment(row: Row, api: PostHogApi, project: number, notes: Notes): Promise<void> {
  const { look, differs } = notes;
  const path = apiPath`/api/projects/${project}/experiments/${row.id}/`;
  const detail = await look('experiment', SHAPES.detail, () => api.get(path, anything));
  await look('activity', SHAPES.activity, () =>
    api.get(apiPath`/api/projects/${project}/experiments/${row.id}/activity/`, anything, { limit: 20 }),
  );
  if (!detail) return;
  differs('experiment', [...rowAgainstDetail(row, detail), ...detailAlone(detail)]);
  const { feature_flag: embedded } = detail;
  const flag = await look('flag', SHAPES.flag, () =>
    api.get(apiPath`/api/projects/${project}/feature_flags/${embedded.id}/`, anything),
  );
  if (flag) differs('flag', flagAgainstDetail(flag, detail));
  const onFlag = await look('experiments on a flag', SHAPES.list, () =>
    api.get(apiPath`/api/projects/${project}/experiments/`, anything, { feature_flag_id: embedded.id, limit: 100 }),
  );
  if (onFlag) differs('experiments on a flag', filtered(onFlag.results, 'feature_flag_id', isOn(embedded.id)));
  if (row.start_date) await lookAtResults(detail, api, project, notes);
}

const isOn = (id: number) => (row: Row) => row.feature_flag.id === id;

type Detail = z.output<typeof SHAPES.detail>;

async function lookAtResults(detail: Detail, api: PostHogApi, project: number, notes: Notes): Promise<void> {
  const { look, differs } = notes;
  const results = await look(
    'results',
    SHAPES.results,
    () => api.get(apiPath`/api/projects/${project}/experiments/${detail.id}/metrics_recalculation/latest/`, anything),
    NEVER_CALCULATED,
  );
  if (results) differs('results', resultsAgainstDetail(results, detail));
  const { feature_flag: flag, holdout, exposure_criteria } = detail;
  const exposures = await look('exposures', SHAPES.exposures, () =>
    api.query(apiPath`/api/projects/${project}/query/`, anything, {
      query: {
        ...{ kind: 'ExperimentExposureQuery', experiment_id: detail.id, experiment_name: detail.name },
        feature_flag: { key: detail.feature_flag_key, filters: { multivariate: flag.filters.multivariate ?? null } },
        ...{ start_date: detail.start_date, end_date: detail.end_date },
        ...(exposure_criteria ? { exposure_criteria } : {}),
        ...(holdout ? { holdout } : {}),
      },
      refresh: 'blocking',
    }),
  );
  if (exposures) differs('exposures', exposuresAgainstDetail(exposures, detail));
  if (exposures && results) differs('results', resultsAgainstExposures(results, exposures));
  const [metric] = detail.metrics;
  if (!metric?.uuid || !metric.fingerprint) return;
  const query = { metric_uuid: metric.uuid, fingerprint: metric.fingerprint };
  await look('results by day', SHAPES.timeseries, () =>
    api.get(apiPath`/api/projects/${project}/experiments/${detail.id}/timeseries_results/`, anything, query),
  );
}

async function lookAtArchive(api: PostHogApi, project: number, { look, differs }: Notes): Promise<void> {
  const archive = await look('archive', SHAPES.list, () =>
    api.get(apiPath`/api/projects/${project}/experiments/`, anything, { archived: true, limit: 20 }),
  );
  if (archive)
    differs(
      'archive',
      filtered(archive.results, 'archived', ({ archived }) => archived),
    );
}

/** Of a launched experiment without results. */
const NEVER_CALCULATED = /no completed/i;

/** Refusals that the tools know by status and words. */
async function lookAtTexts(api: PostHogApi, project: number, { refusal }: Notes): Promise<void> {
  await refusal('text for what is not there', { status: 404, detail: /^not found\.?$/i }, () =>
    api.get(apiPath`/api/projects/${project}/experiments/${MAX_ID}/`, anything),
  );
  await refusal('text for no such endpoint', { status: 404, detail: /^(endpoint )?not found\.?$/i }, () =>
    api.get(apiPath`/api/projects/${project}/no_such_endpoint/`, anything),
  );
  await refusal('text for a missing field', { status: 400, detail: /^this field is required\.?$/i }, () =>
    api.query(apiPath`/api/projects/${project}/experiments/calculate_running_time/`, anything, {}),
  );
}
