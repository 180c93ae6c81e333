import { ApiError } from '../http/api-error.js';
import { type Answer, type Context, notFound } from '../http/router.js';
import type { JsonObject } from '../store/model.js';
import { keep, type QueryRow } from '../store/results.js';
import { computedAnswer, later } from './answer.js';

const STATUS_KEPT_HOURS = 24;
/** Looks at a background query after which it has ended. */
const LOOKS_TO_END = 2;

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

export interface Ask {
  query: JsonObject;
  /** Under what its result will be cached. */
  key: string;
  /** The client's choice of an id. */
  id: string | undefined;
}

/** Starts a query that ends at the second look. */
export function startQuery({ query, key, id }: Ask, { store, project }: Context): Answer {
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

function find({ store, project, id }: Context): QueryRow {
  const row = store.results.queries.get(id);
  if (row?.project_id !== project.id) throw notFound();
  return row;
}

/** Runs the query; what fails without words of its own fails in silence, which is a 500 to whoever looks. */
function finish(row: QueryRow, context: Context): void {
  const end_time = context.store.timestamp();
  try {
    row.ended = { end_time, result: computedAnswer(row.query, row.cache_key, context), error_message: null };
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
