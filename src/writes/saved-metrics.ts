import { apiPath } from '../posthog/path.js';
import { withoutServerFields } from '../schema/metric.js';
import { type SavedMetric, savedMetricWire, viewSavedMetric } from '../schema/saved-metric.js';
import type { CallContext, Change, Subject } from '../tool.js';

export function readSavedMetric(id: number, { api, project }: CallContext): Promise<SavedMetric> {
  return api.get(apiPath`/api/projects/${project}/experiment_saved_metrics/${id}/`, savedMetricWire);
}

function fieldsOf({ name, description, tags, query }: SavedMetric): Record<string, unknown> {
  return { name, description: description || null, tags: tags ?? [], query: withoutServerFields(query) };
}

/** JSON whose keys are in order, so that equal values are equal texts. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** What differs of name, description, tags and definition. */
export function changesBetween(before: SavedMetric, after: SavedMetric): Change[] {
  const [was, is] = [fieldsOf(before), fieldsOf(after)];
  return Object.keys(is).flatMap((path) =>
    canonical(was[path]) === canonical(is[path]) ? [] : [{ path, before: was[path], after: is[path] }],
  );
}

function changes(before: SavedMetric | null, after: SavedMetric): Change[] {
  if (before?.id === after.id) return changesBetween(before, after);
  return [{ path: 'saved_metric', before: null, after: { id: after.id, name: after.name } }];
}

/** Shared metrics as writes see them. */
export const SAVED_METRICS: Subject<SavedMetric, SavedMetric> = {
  field: 'saved_metric',
  readBefore: readSavedMetric,
  of: (metric) => metric,
  readAgain: ({ id }, context) => readSavedMetric(id, context),
  view: (metric) => viewSavedMetric(metric),
  changes,
  unchanged: () => 'Unchanged.',
};
