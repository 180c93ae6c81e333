import { effectiveQuery } from '../rows/metrics.js';
import { canonicalJson } from '../store/json.js';
import type { ExperimentRow, JsonObject } from '../store/model.js';
import type { Store } from '../store/store.js';

/** All metrics that results are calculated for: primary, secondary, then those of linked saved metrics with the links' breakdowns. */
export function metricsOf(row: ExperimentRow, store: Store): JsonObject[] {
  const saved = row.saved_metrics.flatMap((link) => {
    const shared = store.savedMetrics.get(link.saved_metric);
    return shared ? [effectiveQuery(shared.query, link)] : [];
  });
  return [...row.metrics, ...row.metrics_secondary, ...saved];
}

function definition(metric: JsonObject): string {
  const { uuid: _u, name: _n, fingerprint: _f, goal: _g, ...rest } = metric;
  return canonicalJson(rest);
}

/** The metric under the uuid that the experiment's data knows it by: its own, or that of an equal metric of the experiment. */
export function identified(metric: JsonObject, row: ExperimentRow): JsonObject {
  if (typeof metric.uuid === 'string' && Object.hasOwn(row.data.metrics, metric.uuid)) return metric;
  const wanted = definition(metric);
  const equal = [...row.metrics, ...row.metrics_secondary].find((stored) => definition(stored) === wanted);
  return equal ? { ...metric, uuid: equal.uuid } : metric;
}
