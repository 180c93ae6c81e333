import { z } from 'zod';
import { ToolError } from '../errors.js';
import { plainOrQuoted } from './quote.js';

const METRIC_TYPES = ['mean', 'funnel', 'ratio', 'retention'] as const;
const MATH = ['total', 'sum', 'avg', 'min', 'max', 'unique_session', 'dau'] as const;
const MATH_WITH_PROPERTY: readonly string[] = ['sum', 'avg', 'min', 'max'];

const nodeWire = z.looseObject({ event: z.string().nullish(), id: z.unknown().optional(), math: z.string().nullish() });

/** A metric as PostHog stores it. Legacy kinds have no `metric_type`. */
export const metricWire = z.looseObject({
  uuid: z.string().nullish(),
  name: z.string().nullish(),
  kind: z.string().nullish(),
  metric_type: z.string().nullish(),
  goal: z.string().nullish(),
  source: nodeWire.nullish(),
  series: z.array(nodeWire).nullish(),
  numerator: nodeWire.nullish(),
  denominator: nodeWire.nullish(),
  start_event: nodeWire.nullish(),
  completion_event: nodeWire.nullish(),
});

export type Metric = z.output<typeof metricWire>;
export type MetricRole = 'primary' | 'secondary';

export const metricView = z.object({
  uuid: z.string().optional(),
  name: z.string().optional(),
  role: z.string(),
  metric_type: z.string(),
  goal: z.string().optional(),
  measures: z.string().optional(),
  query: z.looseObject({}).optional(),
});

function nodeText(node: z.output<typeof nodeWire> | null | undefined): string {
  if (!node) return '?';
  const event = node.event
    ? plainOrQuoted(node.event)
    : node.id === undefined
      ? 'any event'
      : `action ${plainOrQuoted(String(node.id))}`;
  return node.math && node.math !== 'total' ? `${node.math} of ${event}` : event;
}

/** What the metric measures, in the events' own names. */
export function measures(metric: Metric): string {
  switch (metric.metric_type) {
    case 'mean':
      return nodeText(metric.source);
    case 'funnel':
      return ['exposure', ...(metric.series ?? []).map(nodeText)].join(' → ');
    case 'ratio':
      return `${nodeText(metric.numerator)} / ${nodeText(metric.denominator)}`;
    case 'retention':
      return `${nodeText(metric.start_event)} → ${nodeText(metric.completion_event)}`;
    default:
      return metric.kind ?? 'unknown';
  }
}

export function viewMetric(metric: Metric, role: MetricRole, detail: 'concise' | 'full'): z.output<typeof metricView> {
  return {
    ...(metric.uuid ? { uuid: metric.uuid } : {}),
    ...(metric.name ? { name: metric.name } : {}),
    role,
    metric_type: metric.metric_type ?? 'legacy',
    goal: metric.goal ?? 'increase',
    measures: measures(metric),
    ...(detail === 'full' ? { query: metric } : {}),
  };
}

const eventName = z.string().min(1).max(400);

/**
 * A metric as a caller gives it: flat, since many clients refuse unions. What the fields cannot say (property filters,
 * actions, outlier handling) goes through `query_json`.
 */
export const metricInput = z
  .strictObject({
    name: z.string().min(1).max(400).describe('Label'),
    metric_type: z.enum(METRIC_TYPES).describe('mean: value per user; funnel: conversion; retention: came back'),
    role: z.enum(['primary', 'secondary']).default('primary').describe('secondary: guardrail, context'),
    goal: z.enum(['increase', 'decrease']).default('increase').describe('Which way is better'),
    event: eventName.optional().describe('mean: counted; ratio: numerator; retention: return'),
    math: z.enum(MATH).optional().describe('Of event; default total, the count'),
    math_property: eventName.optional().describe('For sum, avg, min, max'),
    steps: z.array(eventName).min(1).max(20).optional().describe('funnel: events after exposure, in order'),
    denominator_event: eventName.optional().describe('ratio'),
    denominator_math: z.enum(MATH).optional().describe('ratio'),
    denominator_math_property: eventName.optional().describe('ratio'),
    start_event: eventName.optional().describe('retention: starts the clock'),
    window_start_days: z.number().int().min(0).max(1000).optional().describe('retention: back from this day'),
    window_end_days: z.number().int().min(0).max(1000).optional().describe('retention: to this day'),
    conversion_window_hours: z.number().int().min(1).max(10_000).optional().describe('From exposure'),
    query_json: z.string().max(50_000).optional().describe('ExperimentMetric JSON: filters, actions, outliers'),
  })
  .superRefine((metric, context) => {
    for (const [path, message] of problems(metric)) context.addIssue({ code: 'custom', path: [path], message });
  });

export type MetricInput = z.output<typeof metricInput>;

/** What each metric type cannot do without, and pairs of fields that need each other. */
function problems(metric: MetricFields): [keyof MetricFields, string][] {
  if (metric.query_json !== undefined) return [];
  const found: [keyof MetricFields, string][] = [];
  const need = (field: keyof MetricFields) => {
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
  if (MATH_WITH_PROPERTY.includes(metric.denominator_math ?? '') && !metric.denominator_math_property)
    found.push(['denominator_math_property', `is required for denominator_math ${metric.denominator_math}`]);
  return found;
}

type MetricFields = Omit<MetricInput, 'role' | 'goal'>;

function eventNode(event: string | undefined, math?: string, property?: string): Record<string, unknown> {
  return {
    kind: 'EventsNode',
    event,
    ...(math ? { math } : {}),
    ...(property ? { math_property: property } : {}),
  };
}

function typeFields(metric: MetricInput): Record<string, unknown> {
  const event = eventNode(metric.event, metric.math, metric.math_property);
  switch (metric.metric_type) {
    case 'mean':
      return { source: event };
    case 'funnel':
      return { series: (metric.steps ?? []).map((step) => eventNode(step)) };
    case 'ratio':
      return {
        numerator: event,
        denominator: eventNode(metric.denominator_event, metric.denominator_math, metric.denominator_math_property),
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

/** The `ExperimentMetric` JSON that PostHog takes. Without a uuid PostHog makes one. */
export function toMetricJson(metric: MetricInput): Record<string, unknown> {
  const head = { kind: 'ExperimentMetric', metric_type: metric.metric_type, name: metric.name, goal: metric.goal };
  if (metric.query_json !== undefined) return withoutNullDefaults({ ...head, ...parseQueryJson(metric.query_json) });
  return {
    ...head,
    ...typeFields(metric),
    ...(metric.conversion_window_hours
      ? { conversion_window: metric.conversion_window_hours, conversion_window_unit: 'hour' }
      : {}),
  };
}

/** An explicit null takes a default of the input away, so that a metric without a name or goal can be put back. */
function withoutNullDefaults({ name, goal, ...rest }: Record<string, unknown>): Record<string, unknown> {
  return { ...rest, ...(name === null ? {} : { name }), ...(goal === null ? {} : { goal }) };
}

/** Server-made fields that a write must not send back. */
export function withoutServerFields(metric: Metric): Record<string, unknown> {
  const { fingerprint: _, ...rest } = metric;
  return rest;
}
