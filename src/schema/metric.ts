import { z } from 'zod';
import { ToolError } from '../errors.js';
import { UNPUBLISHED_FIELD } from './ids.js';
import { problemOf } from './odd-rows.js';

const METRIC_TYPES = ['mean', 'funnel', 'ratio', 'retention'] as const;
const MATH = ['total', 'sum', 'avg', 'min', 'max', 'unique_session', 'dau'] as const;
const MATH_WITH_PROPERTY: readonly string[] = ['sum', 'avg', 'min', 'max'];

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

const eventName = z.string().min(1).max(400);

/**
 * Fields of a metric as a caller gives it: flat, since many clients refuse unions. What they cannot say goes through
 * `query_json`.
 */
const metricFields = {
  name: z.string().min(1).max(400).optional().describe('Label'),
  metric_type: z.enum(METRIC_TYPES).optional().describe('mean: per user; funnel: conversion'),
  role: z.enum(['primary', 'secondary']).optional().describe('secondary: guardrail'),
  goal: z.enum(['increase', 'decrease']).optional().describe('Default increase'),
  event: eventName.optional().describe('Counted; ratio: numerator; retention: return'),
  math: z.enum(MATH).optional().describe('Of event; default total'),
  math_property: eventName.optional().describe('For sum to max'),
  steps: z.array(eventName).min(1).max(20).optional().describe('funnel: events in order'),
  denominator_event: eventName.optional().describe('ratio'),
  denominator_math_property: eventName.optional().describe('ratio: summed'),
  start_event: eventName.optional().describe('retention'),
  window_start_days: z.number().int().min(0).max(1000).optional().describe('retention: from this day'),
  window_end_days: z.number().int().min(0).max(1000).optional().describe('retention: to this day'),
  conversion_window_hours: z.number().int().min(1).max(10_000).optional().describe('From exposure'),
  query_json: z.string().max(50_000).optional().describe('ExperimentMetric JSON: filters, actions'),
};

const unpublished = { [UNPUBLISHED_FIELD]: true };

/** A change of a metric: what is left out stays. `metricInput`, which is published beside it, lists the rarer fields. */
export const metricPatch = z.strictObject({
  ...metricFields,
  role: metricFields.role.meta(unpublished),
  event: metricFields.event.meta(unpublished),
  goal: metricFields.goal.meta(unpublished),
  steps: metricFields.steps.meta(unpublished),
  query_json: metricFields.query_json.meta(unpublished),
  math: metricFields.math.meta(unpublished),
  math_property: metricFields.math_property.meta(unpublished),
  denominator_event: metricFields.denominator_event.meta(unpublished),
  denominator_math_property: metricFields.denominator_math_property.meta(unpublished),
  start_event: metricFields.start_event.meta(unpublished),
  window_start_days: metricFields.window_start_days.meta(unpublished),
  window_end_days: metricFields.window_end_days.meta(unpublished),
  conversion_window_hours: metricFields.conversion_window_hours.meta(unpublished),
});

export type MetricPatch = z.output<typeof metricPatch>;

/** A new metric. */
export const metricInput = z
  .strictObject({
    ...metricFields,
    name: metricFields.name.unwrap().describe('Label'),
    metric_type: metricFields.metric_type.unwrap().describe('mean: per user; funnel: conversion'),
  })
  .superRefine((metric, context) => {
    for (const [field, message] of definitionProblems(metric))
      context.addIssue({ code: 'custom', path: [field], message });
  });

export type MetricInput = z.output<typeof metricInput>;

/** Fields and what is wrong with them. */
export type MetricProblems = [field: keyof MetricPatch, message: string][];

/** What a new metric lacks. */
export function newMetricProblems(metric: MetricPatch): MetricProblems {
  const missing = (['name', 'metric_type'] as const).filter((field) => metric[field] === undefined);
  return missing.length > 0
    ? missing.map((field) => [field, 'is required for a new metric'])
    : definitionProblems(metric);
}

/** Whether the change says anew what is measured; else only name, goal and role. */
export function redefines({ name: _, goal: __, role: ___, ...definition }: MetricPatch): boolean {
  return Object.values(definition).some((value) => value !== undefined);
}

/** What each metric type cannot do without, and pairs of fields that need each other. */
export function definitionProblems(metric: MetricPatch): MetricProblems {
  if (metric.query_json !== undefined) return [];
  if (metric.metric_type === undefined) return [['metric_type', 'is required to say anew what is measured']];
  const found: MetricProblems = [];
  const need = (field: keyof MetricPatch) => {
    if (metric[field] === undefined) found.push([field, `is required for a ${metric.metric_type} metric`]);
  };
  if (metric.metric_type === 'funnel') need('steps');
  else need('event');
  if (metric.metric_type === 'ratio') need('denominator_event');
  if (metric.metric_type === 'retention') {
    need('start_event');
    need('window_start_days');
    need('window_end_days');
    if ((metric.window_end_days ?? 0) < (metric.window_start_days ?? 0))
      found.push(['window_end_days', 'must not be before window_start_days']);
  }
  if (MATH_WITH_PROPERTY.includes(metric.math ?? '') && !metric.math_property)
    found.push(['math_property', `is required for math ${metric.math}`]);
  return found;
}

function eventNode(event: string | undefined, math?: string, property?: string): Record<string, unknown> {
  return {
    kind: 'EventsNode',
    event,
    ...(math ? { math } : {}),
    ...(property ? { math_property: property } : {}),
  };
}

function typeFields(metric: MetricPatch): Record<string, unknown> {
  const event = eventNode(metric.event, metric.math, metric.math_property);
  switch (metric.metric_type) {
    case 'mean':
      return { source: event };
    case 'funnel':
      return { series: (metric.steps ?? []).map((step) => eventNode(step)) };
    case 'ratio':
      return {
        numerator: event,
        denominator: metric.denominator_math_property
          ? eventNode(metric.denominator_event, 'sum', metric.denominator_math_property)
          : eventNode(metric.denominator_event),
      };
    case 'retention':
      return {
        start_event: eventNode(metric.start_event),
        completion_event: event,
        retention_window_start: metric.window_start_days,
        retention_window_end: metric.window_end_days,
        retention_window_unit: 'day',
        start_handling: 'first_seen',
      };
    default:
      return {};
  }
}

function parseQueryJson(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return { ...value };
  } catch {
    // Falls through to the one error below: both cases need the same correction.
  }
  throw new ToolError(
    'invalid_arguments',
    'query_json is not a JSON object.',
    'Send one ExperimentMetric as JSON text, such as {"kind":"ExperimentMetric","metric_type":"mean","source":{"kind":"EventsNode","event":"purchase"}}.',
    { field: 'query_json' },
  );
}

/** The `ExperimentMetric` JSON of a new metric. Without a uuid PostHog makes one. */
export function toMetricJson(metric: MetricPatch): Record<string, unknown> {
  return definitionJson(metric, { name: metric.name, goal: metric.goal ?? 'increase' });
}

/** The JSON of a stored metric with a change made: under its uuid, with the name and goal that the change leaves out. */
export function changedMetricJson(stored: Metric, change: MetricPatch): Record<string, unknown> {
  const name = change.name ?? stored.name ?? null;
  const goal = change.goal ?? stored.goal ?? null;
  const uuid = stored.uuid ? { uuid: stored.uuid } : {};
  const whole = redefines(change)
    ? definitionJson(change, { name, goal })
    : withoutNullDefaults({ ...withoutServerFields(stored), name, goal });
  return { ...uuid, ...whole };
}

function definitionJson(
  metric: MetricPatch,
  named: { name: string | null | undefined; goal: string | null },
): Record<string, unknown> {
  const head = {
    kind: 'ExperimentMetric',
    ...(metric.metric_type ? { metric_type: metric.metric_type } : {}),
    ...named,
  };
  if (metric.query_json !== undefined) return withoutNullDefaults({ ...head, ...parseQueryJson(metric.query_json) });
  return withoutNullDefaults({
    ...head,
    ...typeFields(metric),
    ...(metric.conversion_window_hours
      ? { conversion_window: metric.conversion_window_hours, conversion_window_unit: 'hour' }
      : {}),
  });
}

/** An explicit null takes a name or goal away, so that a metric that has none can be put back. */
function withoutNullDefaults({ name, goal, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return { ...rest, ...(name === null ? {} : { name }), ...(goal === null ? {} : { goal }) };
}

/** Server-made fields that a write must not send back. */
export function withoutServerFields(metric: Metric): Record<string, unknown> {
  const { fingerprint: _, ...rest } = metric;
  return rest;
}
