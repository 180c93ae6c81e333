import type { Metric } from '../../schema/metric.js';
import type { MetricPatch } from '../../schema/metric-input.js';
import { droppedKeys } from '../../schema/metric-json.js';
import type { Warning } from '../../tool.js';

/** Says what a metric loses by becoming one of another type. */
export function droppedWarnings(stored: Metric, change: MetricPatch): Warning[] {
  const dropped = droppedKeys(stored, change);
  if (dropped.length === 0) return [];
  const message = `A ${change.metric_type} metric has no place for ${dropped.join(', ')} of the ${stored.metric_type} metric, so the change drops ${dropped.length === 1 ? 'it' : 'them'}. The undo brings back the metric as it was.`;
  return [{ code: 'metric_fields_dropped', message }];
}
