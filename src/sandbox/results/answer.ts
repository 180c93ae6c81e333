import { createHash } from 'node:crypto';
import { invalid } from '../http/api-error.js';
import type { Context } from '../http/router.js';
import { variantKeys } from '../rows/guards.js';
import { canonicalJson } from '../store/json.js';
import type { ExperimentRow, JsonObject } from '../store/model.js';
import { keep } from '../store/results.js';
import { flagOf, formatTimestamp, type Store } from '../store/store.js';
import { dict, required } from '../validation/drf.js';
import { metricError } from '../validation/metrics.js';
import { assertBreakdowns, computeMetric } from './compute.js';
import { computeExposures } from './exposures.js';
import { measureOf } from './measure.js';
import { teamOf } from './outcome.js';

const MS_PER_HOUR = 3_600_000;
/** Age at which a cached result is calculated anew. Source: PostHog behaviour. */
const CACHE_HOURS = 24;
/** How soon a client may ask for a fresh one, as the answer tells. */
const CLIENT_REFRESH_HOURS = 1;

/** A timestamp some hours after another. */
export function later(at: string, hours: number): string {
  return formatTimestamp(new Date(Date.parse(at) + hours * MS_PER_HOUR));
}

function experimentOf(query: JsonObject, { store, project }: Pick<Context, 'store' | 'project'>): ExperimentRow {
  const { experiment_id: id } = query;
  if (typeof id !== 'number' || id === 0) throw invalid('experiment_id is required');
  const row = store.experiments.get(id);
  if (row?.project_id !== project.id || row.deleted) throw invalid(`Experiment with id ${id} not found`);
  return row;
}

function compute(query: JsonObject, context: Pick<Context, 'store' | 'project'>): JsonObject {
  const { store } = context;
  const experiment = experimentOf(query, context);
  if (query.kind === 'ExperimentExposureQuery') return computeExposures(query, experiment, store);
  const metric = required(query, 'metric', dict, 'query__metric');
  assertBreakdowns(metric);
  const error = metricError(metric);
  if (error !== undefined) throw invalid(`Invalid metric: ${error}`, 'query__metric');
  const team = teamOf(experiment, store);
  const flag = flagOf(experiment, store);
  const measure = measureOf(experiment, flag, store);
  return computeMetric({ experiment, variantKeys: variantKeys(flag), metric, team, measure });
}

/** Under what a result is cached: the question and all settings of the experiment that enter the answer. */
export function cacheKey(query: JsonObject, { store, project }: Context): string {
  const row = typeof query.experiment_id === 'number' ? store.experiments.get(query.experiment_id) : undefined;
  const settings = row && [
    row.start_date,
    row.end_date,
    row.stats_config,
    row.exposure_criteria,
    row.excluded_variants,
  ];
  const text = canonicalJson([project.id, query, settings ?? null]);
  return `cache_${project.id}_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}

function envelope(result: JsonObject, cache: { key: string; at: string; isCached: boolean }): JsonObject {
  const { key, at, isCached } = cache;
  return {
    ...result,
    is_cached: isCached,
    last_refresh: at,
    cache_key: key,
    cache_target_age: later(at, CACHE_HOURS),
    next_allowed_client_refresh: later(at, CLIENT_REFRESH_HOURS),
    calculation_trigger: null,
    timezone: 'UTC',
    query_status: null,
  };
}

/** The cached answer; null where there is none or it is too old. */
export function cachedAnswer(key: string, store: Store): JsonObject | null {
  const cached = store.results.cache.get(key);
  if (!cached || store.now().getTime() - Date.parse(cached.at) > CACHE_HOURS * MS_PER_HOUR) return null;
  return envelope(cached.result, { key, at: cached.at, isCached: true });
}

/** Computes, caches and answers. Throws 400 for what cannot be asked or computed. */
export function computedAnswer(
  query: JsonObject,
  key: string,
  context: Pick<Context, 'store' | 'project'>,
): JsonObject {
  const { store } = context;
  const result = compute(query, context);
  const at = store.timestamp();
  keep(store.results.cache, key, { result, at });
  return envelope(result, { key, at, isCached: false });
}
