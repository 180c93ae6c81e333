import { z } from 'zod';
import { METRIC_TYPES, type MetricType } from './metric.js';
import type { Place } from './metric-filters.js';

/** How PostHog lays out a metric of each type, as plain JSON: unknown keys pass through every change. */
export type Json = Record<string, unknown>;

const jsonObject = z.record(z.string(), z.unknown());

export function objectAt(json: Json, key: string): Json | undefined {
  return jsonObject.safeParse(json[key]).data;
}

export function stepsOf(json: Json): Json[] {
  return z.array(jsonObject).safeParse(json.series).data ?? [];
}

export function without(json: Json, keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(json).filter(([key]) => !keys.includes(key)));
}

export function typeOf({ metric_type }: Json): MetricType | undefined {
  return METRIC_TYPES.find((type) => type === metric_type);
}

/** Where PostHog keeps the event that is counted. A funnel has steps instead. */
export const COUNTED: Readonly<Record<MetricType, string>> = {
  mean: 'source',
  funnel: 'series',
  ratio: 'numerator',
  retention: 'completion_event',
};

export const MEAN_CAPS = ['lower_bound_percentile', 'upper_bound_percentile', 'ignore_zeros'];
export const ATTRIBUTION_KEYS = ['breakdownAttributionType', 'breakdownAttributionValue'];

/** Keys that only one type has. */
const OWN_KEYS: Readonly<Record<MetricType, readonly string[]>> = {
  mean: ['source', ...MEAN_CAPS, 'threshold'],
  funnel: ['series', 'funnel_order_type', ...ATTRIBUTION_KEYS],
  ratio: ['numerator', 'denominator', 'numerator_outlier_handling', 'denominator_outlier_handling'],
  retention: [
    'start_event',
    'completion_event',
    'retention_window_start',
    'retention_window_end',
    'retention_window_unit',
    'start_handling',
  ],
};

/** Where the caps of what is counted are. */
export function capKeys(type: MetricType): readonly string[] {
  return type === 'mean' ? MEAN_CAPS : ['numerator_outlier_handling'];
}

export function capsAs(type: MetricType, caps: Json): Json {
  return type === 'mean' ? caps : { numerator_outlier_handling: caps };
}

function capsOf(json: Json, type: MetricType): Json | undefined {
  if (type === 'ratio') return objectAt(json, 'numerator_outlier_handling');
  const caps = Object.fromEntries(Object.entries(json).filter(([key]) => MEAN_CAPS.includes(key)));
  return type === 'mean' && Object.keys(caps).length > 0 ? caps : undefined;
}

export interface Retyped {
  json: Json;
  /** Keys that the new type has no place for. */
  dropped: readonly string[];
}

/** The metric as one of another type, with what both types have: the event that is counted, its caps, and all that is common. */
export function retyped(json: Json, type: MetricType | undefined): Retyped {
  const before = typeOf(json);
  if (type === undefined || before === undefined || before === type)
    return { json: type === undefined ? json : { ...json, metric_type: type }, dropped: [] };
  const counts = before !== 'funnel' && type !== 'funnel' && json[COUNTED[before]] !== undefined;
  const caps = type === 'mean' || type === 'ratio' ? capsOf(json, before) : undefined;
  const kept = [...(counts ? [COUNTED[before]] : []), ...(caps ? capKeys(before) : [])];
  return {
    json: {
      ...without(json, OWN_KEYS[before]),
      metric_type: type,
      ...(counts ? { [COUNTED[type]]: json[COUNTED[before]] } : {}),
      ...(caps ? capsAs(type, caps) : {}),
    },
    dropped: OWN_KEYS[before].filter((key) => json[key] !== undefined && !kept.includes(key)),
  };
}

/** Changes one event, and leaves the metric alone where it has none there. */
export function changeNode(json: Json, key: string, change: (node: Json) => Json): Json {
  const node = objectAt(json, key);
  return node ? { ...json, [key]: change(node) } : json;
}

/** The metric with what `change` makes of each of its events. */
export function mapNodes(json: Json, type: MetricType, change: (node: Json, on: Place) => Json): Json {
  if (type === 'funnel') return { ...json, series: stepsOf(json).map((node, index) => change(node, index + 1)) };
  const places: [string, Place][] = [
    [COUNTED[type], 'event'],
    ['denominator', 'denominator'],
    ['start_event', 'start'],
  ];
  return places.reduce((all, [key, on]) => changeNode(all, key, (node) => change(node, on)), json);
}
