import { z } from 'zod';
import { problemOf } from './odd-rows.js';

export const METRIC_TYPES = ['mean', 'funnel', 'ratio', 'retention'] as const;
export type MetricType = (typeof METRIC_TYPES)[number];

export const metricNodeWire = z.looseObject({
  kind: z.string().nullish(),
  event: z.string().nullish(),
  id: z.unknown().optional(),
  table_name: z.string().nullish(),
  properties: z.unknown().optional(),
  math: z.string().nullish(),
  math_property: z.string().nullish(),
});

export type MetricNode = z.output<typeof metricNodeWire>;

/** A metric as PostHog stores it. Legacy kinds have no `metric_type`. */
export const metricWire = z.looseObject({
  uuid: z.string().nullish(),
  name: z.string().nullish(),
  kind: z.string().nullish(),
  metric_type: z.string().nullish(),
  goal: z.string().nullish(),
  source: metricNodeWire.nullish(),
  series: z.array(metricNodeWire).nullish(),
  numerator: metricNodeWire.nullish(),
  denominator: metricNodeWire.nullish(),
  start_event: metricNodeWire.nullish(),
  completion_event: metricNodeWire.nullish(),
  conversion_window: z.unknown().optional(),
  conversion_window_unit: z.string().nullish(),
  retention_window_start: z.unknown().optional(),
  retention_window_end: z.unknown().optional(),
  retention_window_unit: z.string().nullish(),
});

export type Metric = z.output<typeof metricWire>;

/** A metric among others: one that cannot be read leaves its uuid and the reason, and does not hide the others. */
export const metricAmongOthers = z.unknown().transform((value): Metric => {
  const { data, error } = metricWire.safeParse(value);
  if (error === undefined) return data;
  const uuid: unknown = Reflect.get(Object(value), 'uuid');
  return { ...(typeof uuid === 'string' ? { uuid } : {}), unreadable: problemOf(error) };
});

/** Why the metric could not be read; undefined where it was. */
export function whyUnreadable({ unreadable }: Metric): string | undefined {
  return typeof unreadable === 'string' ? unreadable : undefined;
}
export type MetricRole = 'primary' | 'secondary';

/** Server-made fields that a write must not send back. */
export function withoutServerFields(metric: Metric): Record<string, unknown> {
  const { fingerprint: _, ...rest } = metric;
  return rest;
}
