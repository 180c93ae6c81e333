import { ApiError } from '../http/api-error.js';
import type { Answer, Context } from '../http/router.js';
import { answerWith, findExperiment } from '../rows/lookup.js';
import { isLegacy } from '../rows/related.js';
import { isObject } from '../store/json.js';
import type { ExperimentData, ExperimentRow, JsonObject } from '../store/model.js';
import type { Store } from '../store/store.js';
import { legacyType } from '../validation/metric-schema.js';

function seriesOf(query: unknown): JsonObject[] {
  const series: unknown = isObject(query) ? query.series : undefined;
  return (Array.isArray(series) ? series : []).filter(isObject);
}

/** What the metric counts, in the new format: a funnel of the same steps, or the mean of the first series. */
function inNewFormat(metric: JsonObject): JsonObject {
  const name = metric.name === undefined ? {} : { name: metric.name };
  const common = { kind: 'ExperimentMetric', ...name, goal: 'increase' };
  if (legacyType(metric.kind) === 'funnel') {
    return { ...common, metric_type: 'funnel', series: seriesOf(metric.funnels_query), funnel_order_type: 'ordered' };
  }
  const [source = { kind: 'EventsNode', event: null }] = seriesOf(metric.count_query);
  return { ...common, metric_type: 'mean', source };
}

interface Converted {
  metrics: JsonObject[];
  metrics_secondary: JsonObject[];
  data: ExperimentData;
}

/** New-format metrics with new uuids, and the data under them. Metrics of the new format are copied. */
function convertedMetrics(row: ExperimentRow, store: Store): Converted {
  const data = structuredClone(row.data);
  const convert = (metric: JsonObject): JsonObject => {
    const uuid = store.uuid();
    const rows = row.data.metrics[String(metric.uuid)];
    if (rows) data.metrics[uuid] = structuredClone(rows);
    const next = metric.kind === 'ExperimentMetric' ? metric : inNewFormat(metric);
    return { ...structuredClone(next), uuid };
  };
  return { metrics: row.metrics.map(convert), metrics_secondary: row.metrics_secondary.map(convert), data };
}

function uuidsOf(metrics: readonly JsonObject[]): string[] {
  return metrics.map(({ uuid }) => String(uuid));
}

function twinOf(row: ExperimentRow, store: Store): ExperimentRow | undefined {
  const id = row.stats_config?.migrated_to;
  return typeof id === 'number' ? store.experiments.get(id) : undefined;
}

/** A twin with metrics of the new format, on the same flag and with the same dates; the original keeps its results. */
export function migrate(context: Context): Answer {
  const { store } = context;
  const { row, flag } = findExperiment(context);
  const existing = twinOf(row, store);
  if (existing) return answerWith({ row: existing, flag }, store);
  if (!isLegacy(row, store)) throw new ApiError(400, { detail: 'This experiment already uses the new engine.' });
  const { id: _id, created_at: _created, activity: _activity, version: _version, ...rest } = structuredClone(row);
  const converted = convertedMetrics(row, store);
  const twin = store.insertExperiment({
    ...rest,
    created_by: row.created_by,
    updated_at: store.timestamp(),
    stats_config: { ...row.stats_config, migrated_from: row.id },
    saved_metrics: [],
    flag_cleanup_task: null,
    ...converted,
    primary_metrics_ordered_uuids: uuidsOf(converted.metrics),
    secondary_metrics_ordered_uuids: uuidsOf(converted.metrics_secondary),
  });
  row.stats_config = { ...row.stats_config, migrated_to: twin.id };
  return answerWith({ row: twin, flag }, store);
}
