import { invalid } from '../http/api-error.js';
import { page } from '../http/paging.js';
import { type Answer, type Context, notFound } from '../http/router.js';
import { savedMetricJson } from '../rows/related.js';
import { canonicalJson } from '../store/json.js';
import type { JsonObject, SavedMetricRow } from '../store/model.js';
import { actionsOf, type Store } from '../store/store.js';
import { metricEvents } from '../validation/metrics.js';
import { parseSavedMetricBody, validateSavedQuery } from '../validation/saved-metric.js';

function rowsOf({ store, project }: Context): SavedMetricRow[] {
  return [...store.savedMetrics.values()].filter((row) => row.project_id === project.id);
}

function find({ store, project, id }: Context): SavedMetricRow {
  const metric = /^\d+$/.test(id) ? store.savedMetrics.get(Number(id)) : undefined;
  if (metric?.project_id !== project.id) throw notFound();
  return metric;
}

function assertFreeName(name: string, own: SavedMetricRow | null, context: Context): void {
  const taken = rowsOf(context).some((row) => row !== own && row.name.toLowerCase() === name.toLowerCase());
  if (taken) throw invalid('A shared metric with this name already exists.', 'name');
}

/** GET by name, in any case; filters `search` (name) and `event` (counted by the metric). */
export function listSavedMetrics(context: Context): Answer {
  const search = context.query.get('search')?.toLowerCase() ?? '';
  const event = context.query.get('event');
  const rows = rowsOf(context).filter(
    ({ name, query }) => name.toLowerCase().includes(search) && (!event || metricEvents([query]).has(event)),
  );
  rows.sort((a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1));
  return page(context, rows, (row) => savedMetricJson(row, context.store));
}

/** POST: the query gets a uuid of its own, whatever uuid was sent. */
export function createSavedMetric(context: Context): Answer {
  const { store, project } = context;
  const { name = '', description = null, query = {}, tags = [] } = parseSavedMetricBody(context.body, true);
  assertFreeName(name, null, context);
  validateSavedQuery(query, actionsOf(project.id, store));
  const at = store.timestamp();
  const metric = {
    ...{ id: store.nextId('saved_metric'), project_id: project.id, name, description, tags },
    query: { ...query, uuid: store.uuid() },
    ...{ created_by: store.currentUser, created_at: at, updated_at: at },
  };
  store.savedMetrics.set(metric.id, metric);
  return { status: 201, body: savedMetricJson(metric, store) };
}

export function retrieveSavedMetric(context: Context): Answer {
  return { status: 200, body: savedMetricJson(find(context), context.store) };
}

/** The query to store: a stored one that comes back unchanged is not checked again, and the uuid stays. Throws 400. */
function nextQuery(metric: SavedMetricRow, sent: JsonObject, store: Store): JsonObject {
  const { fingerprint: _computed, ...query } = sent;
  if (canonicalJson(query) !== canonicalJson(metric.query))
    validateSavedQuery(query, actionsOf(metric.project_id, store));
  const { uuid } = metric.query;
  if (query.uuid && query.uuid !== uuid) throw invalid('Saved metric UUID cannot be changed');
  return { ...query, uuid };
}

function update(context: Context, whole: boolean): Answer {
  const metric = find(context);
  const sent = parseSavedMetricBody(context.body, whole);
  const { name = metric.name, description = metric.description, tags = metric.tags } = sent;
  assertFreeName(name, metric, context);
  if (metric.query.kind !== 'ExperimentMetric') {
    throw invalid(
      'This saved metric uses a legacy query format and cannot be updated. Please create a new saved metric with the ExperimentMetric format instead.',
    );
  }
  const query = sent.query === undefined ? metric.query : nextQuery(metric, sent.query, context.store);
  Object.assign(metric, { name, description, tags, query, updated_at: context.store.timestamp() });
  return { status: 200, body: savedMetricJson(metric, context.store) };
}

/** PATCH: every experiment that is linked to the metric counts by the new query at once. */
export function patchSavedMetric(context: Context): Answer {
  return update(context, false);
}

/** PUT: like PATCH, but asks for name and query. */
export function putSavedMetric(context: Context): Answer {
  return update(context, true);
}

/** Deletes for good, with every link to it. */
export function deleteSavedMetric(context: Context): Answer {
  const { store } = context;
  const { id } = find(context);
  for (const row of store.experiments.values()) {
    row.saved_metrics = row.saved_metrics.filter((link) => link.saved_metric !== id);
  }
  store.savedMetrics.delete(id);
  return { status: 204 };
}
