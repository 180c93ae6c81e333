import { z } from 'zod';
import { DESCRIBED_HERE, UNPUBLISHED_FIELD } from './ids.js';
import { METRIC_TYPES } from './metric.js';
import { ATTRIBUTION, CAP_PERCENTILES, CONVERSION_WINDOW, endsOf, RETENTION_WINDOW } from './metric-amounts.js';
import { parseFilter } from './metric-filters.js';
import { quoted } from './quote.js';

const MATH = ['total', 'sum', 'avg', 'min', 'max', 'unique_session', 'dau'] as const;

const eventName = z.string().min(1).max(400);

/** Names from before windows had units. */
const olderName = z
  .number()
  .int()
  .min(0)
  .max(10_000)
  .optional()
  .meta({ [UNPUBLISHED_FIELD]: true });

const caps = z
  .string()
  .regex(CAP_PERCENTILES, 'must be like "0-99", "1-99" or "0-99 ignoring zeros"')
  .refine((text) => {
    const [lower, upper] = endsOf(text);
    return lower < upper;
  }, 'must begin with the lower percentile');

const filterLine = z
  .string()
  .min(1)
  .max(1000)
  .superRefine((line, context) => {
    const parsed = parseFilter(line);
    if (typeof parsed === 'string') context.addIssue({ code: 'custom', message: parsed });
  });

/**
 * Fields of a metric as a caller gives it: flat, since many clients refuse unions. What they cannot say goes through
 * `query_json`.
 */
const metricFields = {
  name: eventName.optional().describe('Label'),
  metric_type: z.enum(METRIC_TYPES).optional().describe('mean: per user'),
  role: z
    .string()
    .pipe(z.enum(['primary', 'secondary']))
    .optional()
    .describe('primary (default), secondary'),
  goal: z
    .string()
    .pipe(z.enum(['increase', 'decrease']))
    .optional()
    .describe('increase (default), decrease'),
  event: eventName.optional().describe('Or action:5. ratio: numerator; retention: return'),
  math: z.enum(MATH).optional().describe('Default total'),
  math_property: eventName.optional().describe('For sum to max'),
  steps: z.array(eventName).min(1).max(20).optional().describe('Funnel'),
  order: z
    .string()
    .pipe(z.enum(['ordered', 'unordered', 'strict']))
    .optional()
    .describe('ordered (default), unordered, strict'),
  denominator_event: eventName.optional().describe('Ratio'),
  denominator_math: z.string().pipe(z.enum(MATH)).optional().describe('As math'),
  denominator_math_property: eventName.optional().describe('Summed'),
  start_event: eventName.optional().describe('Retention'),
  start_handling: z
    .string()
    .pipe(z.enum(['first_seen', 'last_seen']))
    .optional()
    .describe('first_seen (default), last_seen'),
  retention_window: z
    .string()
    .regex(RETENTION_WINDOW, 'must be like "1-7 days" or "7-7 days"')
    .refine((text) => {
      const [from, to] = endsOf(text);
      return from <= to;
    }, 'must not end before it starts')
    .optional()
    .describe("1-7 days: both included, day 0 is the start's"),
  conversion_window: z
    .string()
    .regex(CONVERSION_WINDOW, 'must be like "14 days" (second, minute, hour, day, week, month)')
    .optional()
    .describe('14 days from exposure; else no end'),
  caps: caps.optional().describe('Percentiles: 0-99 ignoring zeros'),
  denominator_caps: caps.optional().describe('Ratio'),
  threshold: z.number().min(0).max(1e12).optional().describe('mean: share who reach it'),
  breakdowns: z.array(eventName).min(1).max(3).optional().describe('Properties; person:plan'),
  attribution: z
    .string()
    .regex(ATTRIBUTION, 'must be first_touch, last_touch or "step 2"')
    .optional()
    .describe('Funnel: first_touch, last_touch, step 2'),
  filters: z
    .array(filterLine)
    .min(1)
    .max(50)
    .optional()
    .describe('All: plan = pro|team; start: x > 5; step 2: person:x is_set'),
  query_json: z
    .string()
    .max(50_000)
    .optional()
    .describe('Rest, as stored: {"start_event":{"kind":"ExperimentExposureNode"}}'),
  window_start_days: olderName,
  window_end_days: olderName,
  conversion_window_hours: olderName,
};

/** Fields that a metric can do without, by the names that empty them. */
export const CLEARABLE_METRIC_FIELDS = [
  'math',
  'math_property',
  'order',
  'denominator_math',
  'denominator_math_property',
  'conversion_window',
  'caps',
  'denominator_caps',
  'threshold',
  'breakdowns',
  'attribution',
  'filters',
] as const;

export type ClearableMetricField = (typeof CLEARABLE_METRIC_FIELDS)[number];

/** A change of a metric: what is left out stays. */
export const metricPatch = z
  .strictObject({
    ...metricFields,
    clear: z
      .array(z.string().pipe(z.enum(CLEARABLE_METRIC_FIELDS)))
      .max(CLEARABLE_METRIC_FIELDS.length)
      .optional()
      .describe('Empties fields'),
  })
  .meta({ [DESCRIBED_HERE]: ['clear'] });

export type MetricPatch = z.output<typeof metricPatch>;

/** A new metric. `metricInput` adds what its type cannot do without. */
export const newMetric = z.strictObject({
  ...metricFields,
  name: metricFields.name.unwrap().describe('Label'),
  metric_type: metricFields.metric_type.unwrap().describe('mean: per user'),
});

/** Whether the change says anew what is measured; else only name, goal and role. */
export function redefines({ name: _, goal: __, role: ___, ...definition }: MetricPatch): boolean {
  return Object.values(definition).some((value) => value !== undefined);
}

/** A sentence on new metrics whose role nobody gave, to follow another; empty where each has one. */
export function assumedRoles(metrics: readonly Pick<MetricPatch, 'name' | 'role'>[]): string {
  const names = metrics.flatMap(({ name = '', role }) => (role === undefined ? [quoted(name)] : []));
  if (names.length === 0) return '';
  return ` No role was given for ${names.join(', ')}, so ${names.length === 1 ? 'it is a primary metric' : 'they are primary metrics'}.`;
}
