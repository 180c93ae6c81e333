import { invalid } from '../http/api-error.js';
import type { Context } from '../http/router.js';
import { isObject } from '../store/json.js';
import type { JsonObject, SavedMetricLink } from '../store/model.js';

const UNKNOWN = 'Saved metric does not exist or does not belong to this project';
/** A link without metadata is to a primary metric. */
const DEFAULT_METADATA = { type: 'primary' };

/**
 * The links that a checked body asks for with `saved_metrics_ids`; undefined where it says nothing. A metric that was
 * linked before keeps its link. Throws 400.
 */
export function savedMetricLinks(
  body: JsonObject,
  before: readonly SavedMetricLink[],
  { store, project }: Context,
): SavedMetricLink[] | undefined {
  const { saved_metrics_ids: sent } = body;
  if (sent === undefined) return undefined;
  const items = (Array.isArray(sent) ? sent : []).filter(isObject);
  const ids = items.map(({ id }) => Number(id));
  const known = ids.every((id) => store.savedMetrics.get(id)?.project_id === project.id);
  if (!known || new Set(ids).size < ids.length) throw invalid(UNKNOWN);
  return items.map(({ id, metadata }) => {
    const kept = before.find((link) => link.saved_metric === id);
    return {
      id: kept?.id ?? store.nextId('saved_metric_link'),
      saved_metric: Number(id),
      metadata: isObject(metadata) ? metadata : DEFAULT_METADATA,
      created_at: kept?.created_at ?? store.timestamp(),
    };
  });
}
