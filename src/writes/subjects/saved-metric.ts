import { apiPath } from '../../posthog/path.js';
import { withoutServerFields } from '../../schema/metric.js';
import { type SavedMetric, savedMetricWire, viewSavedMetric } from '../../schema/saved-metric.js';
import { type CallContext, type Change, REVISION, type Subject } from '../../tool.js';
import { differences } from './compare.js';

export function readSavedMetric(id: number, { api, project }: CallContext): Promise<SavedMetric> {
  return api.get(apiPath`/api/projects/${project}/experiment_saved_metrics/${id}/`, savedMetricWire);
}

function fieldsOf({ name, description, tags, query }: SavedMetric): Record<string, unknown> {
  return { name, description: description || null, tags: tags ?? [], query: withoutServerFields(query) };
}

/** What differs of name, description, tags and definition. */
export function changesBetween(before: SavedMetric, after: SavedMetric): Change[] {
  return differences('', fieldsOf(before), fieldsOf(after));
}

function changes(before: SavedMetric | null, after: SavedMetric): Change[] {
  if (before?.id === after.id) return changesBetween(before, after);
  return [{ path: 'saved_metric', before: null, after: { id: after.id, name: after.name } }];
}

/** Shared metrics as writes see them. */
export const SAVED_METRICS: Subject<SavedMetric, SavedMetric> = {
  field: 'saved_metric',
  readTool: 'experiment-saved-metrics-retrieve',
  listTool: 'experiment-saved-metrics-list',
  readBefore: readSavedMetric,
  of: (metric) => metric,
  readAgain: ({ id }, context) => readSavedMetric(id, context),
  view: (metric) => viewSavedMetric(metric),
  shown: (metric) => ({ ...fieldsOf(metric), [REVISION]: metric.updated_at ?? null }),
  changes,
  unchanged: () => 'Unchanged.',
};
