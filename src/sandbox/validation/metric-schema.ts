import { z } from 'zod';
import { NOT_AN_INTEGER } from './pydantic.js';

/** Shapes of PostHog's `ExperimentMetric`: strict, so that a misspelt key is refused. Source: PostHog API docs. */

const int = z.int(NOT_AN_INTEGER);
const opaque = z.unknown().optional();
const text = z.string().nullish();
const flag = z.boolean().nullish();
const number = z.number().nullish();
const whole = int.nullish();
const properties = z.array(z.record(z.string(), z.unknown())).nullish();

export const WINDOW_UNITS = ['second', 'minute', 'hour', 'day', 'week', 'month'] as const;
const windowUnit = z.enum(WINDOW_UNITS);

const MATH = [
  ...['total', 'dau', 'weekly_active', 'monthly_active', 'unique_session', 'unique_group', 'first_time_for_user'],
  ...['first_matching_event_for_user', 'avg', 'sum', 'min', 'max', 'median', 'p75', 'p90', 'p95', 'p99', 'hogql'],
];

const nodeFields = {
  name: text,
  custom_name: text,
  properties,
  fixedProperties: properties,
  math: z.enum(MATH).nullish(),
  math_property: text,
  math_property_type: text,
  math_property_revenue_currency: opaque,
  math_hogql: text,
  math_group_type_index: whole,
  math_multiplier: number,
  optionalInFunnel: flag,
  response: opaque,
  version: number,
};

const eventsNode = z.strictObject({
  kind: z.literal('EventsNode'),
  event: text,
  limit: whole,
  orderBy: z.array(z.string()).nullish(),
  ...nodeFields,
});

const actionsNode = z.strictObject({ kind: z.literal('ActionsNode'), id: int, ...nodeFields });

const warehouseNode = z.strictObject({
  kind: z.literal('ExperimentDataWarehouseNode'),
  table_name: z.string(),
  timestamp_field: z.string(),
  events_join_key: z.string(),
  data_warehouse_join_key: z.string(),
  ...nodeFields,
});

const exposureNode = z.strictObject({ kind: z.literal('ExperimentExposureNode') });

const source = z.discriminatedUnion('kind', [eventsNode, actionsNode, warehouseNode]);
const startSource = z.discriminatedUnion('kind', [eventsNode, actionsNode, warehouseNode, exposureNode]);

const breakdownFilter = z.strictObject({
  breakdown: opaque,
  breakdown_type: text,
  breakdown_group_type_index: whole,
  breakdown_hide_other_aggregation: flag,
  breakdown_histogram_bin_count: whole,
  breakdown_limit: whole,
  breakdown_normalize_url: flag,
  breakdown_path_cleaning: flag,
  breakdowns: z.array(z.record(z.string(), z.unknown())).max(3).nullish(),
});

const common = {
  kind: z.literal('ExperimentMetric'),
  uuid: text,
  name: text,
  goal: z.enum(['increase', 'decrease']).nullish(),
  conversion_window: whole,
  conversion_window_unit: windowUnit.nullish(),
  breakdownFilter: breakdownFilter.nullish(),
  isSharedMetric: flag,
  sharedMetricId: number,
  fingerprint: text,
  response: opaque,
  version: number,
};

const outlierHandling = z
  .strictObject({ lower_bound_percentile: number, upper_bound_percentile: number, ignore_zeros: flag })
  .nullish();

const mean = z.strictObject({
  ...common,
  metric_type: z.literal('mean'),
  source,
  lower_bound_percentile: number,
  upper_bound_percentile: number,
  ignore_zeros: flag,
  threshold: number,
});

const funnel = z.strictObject({
  ...common,
  metric_type: z.literal('funnel'),
  series: z.array(source),
  funnel_order_type: z.enum(['ordered', 'unordered', 'strict']).nullish(),
  breakdownAttributionType: z.enum(['first_touch', 'last_touch', 'all_events', 'step']).nullish(),
  breakdownAttributionValue: whole,
});

const ratio = z.strictObject({
  ...common,
  metric_type: z.literal('ratio'),
  numerator: source,
  denominator: source,
  numerator_outlier_handling: outlierHandling,
  denominator_outlier_handling: outlierHandling,
});

const retention = z.strictObject({
  ...common,
  metric_type: z.literal('retention'),
  start_event: startSource,
  completion_event: source,
  retention_window_start: int,
  retention_window_end: int,
  retention_window_unit: windowUnit,
  start_handling: z.enum(['first_seen', 'last_seen']),
});

export const METRIC_TYPES = ['mean', 'funnel', 'ratio', 'retention'] as const;
export type MetricType = (typeof METRIC_TYPES)[number];

/** What a kind from before `ExperimentMetric` became; undefined for others. Such metrics are stored, never written. */
export function legacyType(kind: unknown): MetricType | undefined {
  if (kind === 'ExperimentTrendsQuery') return 'mean';
  return kind === 'ExperimentFunnelsQuery' ? 'funnel' : undefined;
}

export const METRIC_SCHEMAS = { mean, funnel, ratio, retention } as const satisfies Record<MetricType, z.ZodType>;

export const exposureEventConfig = z.strictObject({
  kind: z.literal('ExperimentEventExposureConfig').optional(),
  event: z.string(),
  properties: z.array(z.record(z.string(), z.unknown())),
  response: opaque,
  version: number,
});

export const exposureActionConfig = actionsNode;
