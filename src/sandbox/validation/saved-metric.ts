import { invalid } from '../http/api-error.js';
import type { JsonObject } from '../store/model.js';
import { body as asBody, char, dict, nullable, optional, required } from './drf.js';
import { MAX_NAME, tags } from './fields.js';
import { checkActions, metricError, unitlessWindow } from './metrics.js';

const MAX_DESCRIPTION = 400;

export interface SavedMetricBody {
  name?: string | undefined;
  description?: string | null | undefined;
  query?: JsonObject | undefined;
  tags?: string[] | undefined;
}

/** The fields of a saved metric's request body; a whole object has to name itself and its query. */
export function parseSavedMetricBody(body: unknown, whole: boolean): SavedMetricBody {
  const source = asBody(body);
  const name = char({ max: MAX_NAME });
  return {
    name: whole ? required(source, 'name', name) : optional(source, 'name', name),
    description: optional(source, 'description', nullable(char({ max: MAX_DESCRIPTION, blank: true }))),
    query: whole ? required(source, 'query', dict) : optional(source, 'query', dict),
    tags: optional(source, 'tags', tags),
  };
}

/** Throws 400 unless the query is a metric. Its events are not looked up, its actions are. Source: PostHog behaviour. */
export function validateSavedQuery(query: JsonObject, knownActions: ReadonlySet<number>): void {
  if (Object.keys(query).length === 0) throw invalid('Query is required to create a saved metric');
  const error = metricError(query) ?? unitlessWindow(query);
  if (error !== undefined) throw invalid(`Invalid metric: ${error}`);
  checkActions([query], knownActions);
}
