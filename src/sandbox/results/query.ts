import { createHash } from 'node:crypto';
import { ApiError, invalid } from '../api-error.js';
import { canonicalJson } from '../fingerprint.js';
import { variantKeys } from '../guards.js';
import type { ExperimentRow, JsonObject } from '../model.js';
import { type Answer, type Context, notFound } from '../router.js';
import { flagOf, formatTimestamp, type Store } from '../store.js';
import { body as asBody, boolean, char, choice, dict, optional, required } from '../validation/drf.js';
import { metricError } from '../validation/metrics.js';
import { assertBreakdowns, computeMetric } from './compute.js';
import { computeExposures } from './exposures.js';
import { keep, type QueryRow } from './state.js';

const MS_PER_HOUR = 3_600_000;
/** Age at which a cached result is calculated anew. Source: PostHog behaviour. */
const CACHE_HOURS = 24;
/** How soon a client may ask for a fresh one, as the answer tells. */
const CLIENT_REFRESH_HOURS = 1;
const STATUS_KEPT_HOURS = 24;
/** Looks at a background query after which it has ended. */
const LOOKS_TO_END = 2;

const REFRESH_MODES = [
  'blocking',
  'force_blocking',
  'async',
  'lazy_async',
  'async_except_on_cache_miss',
  'force_async',
  'force_cache',
] as const;
type RefreshMode = (typeof REFRESH_MODES)[number];

function later(at: string, hours: number): string {
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
  return computeMetric({ experiment, variantKeys: variantKeys(flagOf(experiment, store)), metric });
}

/** Under what a result is cached: the question and all settings of the experiment that enter the answer. */
function cacheKey(query: JsonObject, { store, project }: Context): string {
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

function fresh(key: string, store: Store): JsonObject | null {
  const cached = store.results.cache.get(key);
  if (!cached || store.now().getTime() - Date.parse(cached.at) > CACHE_HOURS * MS_PER_HOUR) return null;
  return envelope(cached.result, { key, at: cached.at, isCached: true });
}

function blocking(query: JsonObject, key: string, context: Context): Answer {
  const { store } = context;
  const result = compute(query, context);
  const at = store.timestamp();
  keep(store.results.cache, key, { result, at });
  return { status: 200, body: envelope(result, { key, at, isCached: false }) };
}

function statusJson(row: QueryRow): JsonObject {
  const { id, project_id, ended, start_time, looks } = row;
  const progress = { rows_read: 1000 * looks, bytes_read: 64_000 * looks, estimated_rows_total: 1000 * LOOKS_TO_END };
  return {
    id,
    team_id: project_id,
    query_async: true,
    complete: ended !== null,
    error: ended !== null && ended.result === null,
    error_message: ended?.error_message ?? null,
    results: ended?.result ?? null,
    start_time,
    pickup_time: looks > 0 ? start_time : null,
    end_time: ended?.end_time ?? null,
    expiration_time: later(start_time, STATUS_KEPT_HOURS),
    task_id: null,
    insight_id: null,
    dashboard_id: null,
    labels: null,
    query_progress: ended ? null : { ...progress, active_cpu_time: looks, time_elapsed: looks },
  };
}

interface Ask {
  query: JsonObject;
  key: string;
  id: string | undefined;
}

function background({ query, key, id }: Ask, { store, project }: Context): Answer {
  const row: QueryRow = {
    id: id ?? store.uuid(),
    project_id: project.id,
    query,
    cache_key: key,
    start_time: store.timestamp(),
    looks: 0,
    ended: null,
  };
  keep(store.results.queries, row.id, row);
  return { status: 202, body: { query_status: statusJson(row) } };
}

function modeOf(source: JsonObject): RefreshMode {
  const { refresh } = source;
  if (typeof refresh === 'boolean' || refresh === null) return 'blocking';
  const mode = optional(source, 'refresh', choice(REFRESH_MODES));
  return mode ?? (optional(source, 'async', boolean) ? 'async' : 'blocking');
}

/** POST: answers at once or from the cache with 200, or with 202 and an id to look at. Source: PostHog API docs. */
export function postQuery(context: Context): Answer {
  const source = asBody(context.body);
  const query = required(source, 'query', dict);
  const mode = modeOf(source);
  const id = source.client_query_id === null ? undefined : optional(source, 'client_query_id', char());
  if (query.kind !== 'ExperimentQuery' && query.kind !== 'ExperimentExposureQuery') {
    throw invalid(`Unsupported query kind: ${String(query.kind)}`, 'query__kind');
  }
  const key = cacheKey(query, context);
  const ask = { query, key, id };
  if (mode === 'force_blocking') return blocking(query, key, context);
  if (mode === 'force_async') return background(ask, context);
  const cached = fresh(key, context.store);
  if (cached) return { status: 200, body: cached };
  const missed = !context.store.results.cache.has(key);
  const inBackground = mode === 'async' || mode === 'lazy_async' || (mode === 'async_except_on_cache_miss' && !missed);
  return inBackground ? background(ask, context) : blocking(query, key, context);
}

function find({ store, project, id }: Context): QueryRow {
  const row = store.results.queries.get(id);
  if (row?.project_id !== project.id) throw notFound();
  return row;
}

/** Runs the query; what fails without words of its own fails in silence, which is a 500 to whoever looks. */
function finish(row: QueryRow, context: Context): void {
  const { store } = context;
  const end_time = store.timestamp();
  try {
    const result = compute(row.query, context);
    keep(store.results.cache, row.cache_key, { result, at: end_time });
    row.ended = {
      end_time,
      result: envelope(result, { key: row.cache_key, at: end_time, isCached: false }),
      error_message: null,
    };
  } catch (error) {
    row.ended = { end_time, result: null, error_message: error instanceof ApiError ? error.message : null };
  }
}

/** GET a background query: 202 while it runs, 200 when it is done, 400 or 500 where it failed. */
export function lookAtQuery(context: Context): Answer {
  const row = find(context);
  row.looks += 1;
  if (row.ended === null && row.looks >= LOOKS_TO_END) finish(row, context);
  const body = { query_status: statusJson(row) };
  if (row.ended === null) return { status: 202, body };
  if (row.ended.result !== null) return { status: 200, body };
  return { status: row.ended.error_message === null ? 500 : 400, body };
}

/** DELETE a background query. It is forgotten. */
export function cancelQuery(context: Context): Answer {
  const row = find(context);
  context.store.results.queries.delete(row.id);
  return { status: 200, body: { message: 'Query cancelled' } };
}
