import { z } from 'zod';
import { problemOf } from './odd-rows.js';
import { plainOrQuoted } from './quote.js';
import { wireCount, wireKey, wireNumber, wireTime } from './wire.js';

const interval = z.tuple([wireNumber, wireNumber]).nullish().catch(null);

/** One variant's row of a metric result. Sums are over exposed entities; intervals are fractions unless ABSOLUTE. */
export const variantRowWire = z.looseObject({
  key: z.string(),
  number_of_samples: wireCount,
  sum: wireNumber,
  sum_squares: wireNumber.nullish(),
  denominator_sum: wireNumber.nullish(),
  denominator_sum_squares: wireNumber.nullish(),
  numerator_denominator_sum_product: wireNumber.nullish(),
  validation_failures: z.array(z.string()).nullish(),
  method: z.string().nullish(),
  chance_to_win: wireNumber.nullish(),
  credible_interval: interval,
  p_value: wireNumber.nullish(),
  confidence_interval: interval,
  significant: z.boolean().nullish(),
});

/** What is wrong with a part of results that cannot be read; nothing else of it is known. */
export interface OddPart {
  problem: string;
}

export type VariantRow = z.output<typeof variantRowWire>;

const breakdownWire = z.looseObject({
  breakdown_value: z.array(z.union([z.string(), wireNumber])).catch([]),
  baseline: variantRowWire,
  variants: z.array(variantRowWire),
});

type Breakdown = z.output<typeof breakdownWire>;

/** One breakdown value among others, in its place. */
function breakdownOf(value: unknown): Breakdown | OddPart {
  const { data, error } = breakdownWire.safeParse(value);
  return error === undefined ? data : { problem: `cannot be read (${problemOf(error)})` };
}

/** A metric's result of the current statistics engine; legacy results have no `baseline`. */
export const metricResultWire = z.looseObject({
  baseline: variantRowWire.nullish(),
  variant_results: z.array(variantRowWire).nullish(),
  breakdown_results: z.array(z.unknown().transform(breakdownOf)).nullish(),
});

export type MetricResult = z.output<typeof metricResultWire>;

const entryWire = z.looseObject({
  metric_uuid: z.string(),
  status: z.string().nullish(),
  result: metricResultWire.nullish(),
  error_message: z.string().nullish(),
});

type Entry = z.output<typeof entryWire>;

/** One metric's entry of a run. An entry that cannot be read counts as failed, with the reason; the others still show. */
function entryOf(value: unknown): Entry {
  const { data, error } = entryWire.safeParse(value);
  if (error === undefined) return data;
  const uuid: unknown = Reflect.get(Object(value), 'metric_uuid');
  const error_message = `PostHog's result cannot be read (${problemOf(error)})`;
  return { metric_uuid: typeof uuid === 'string' ? uuid : '', status: 'failed', result: null, error_message };
}

/** A run over all metrics of an experiment. Only a finished one has `results`. */
export const recalculationWire = z.looseObject({
  id: wireKey,
  status: z.string(),
  total_metrics: wireCount.nullish(),
  completed_metrics: wireCount.nullish(),
  failed_metrics: wireCount.nullish(),
  created_at: wireTime.nullish(),
  completed_at: wireTime.nullish(),
  query_to: wireTime.nullish(),
  result_source: z.string().nullish(),
  is_existing: z.boolean().nullish(),
  results: z.array(z.unknown().transform(entryOf)).nullish(),
  active_run: z.looseObject({ id: wireKey }).nullish(),
});

export type Recalculation = z.output<typeof recalculationWire>;

/** What of a run cannot be told to be of any metric. */
export function oddResults(run: Recalculation | null): string[] {
  return (run?.results ?? []).flatMap(({ metric_uuid: uuid, error_message: why }) =>
    uuid === '' ? [`results: one is of no metric that can be told; ${why ?? 'unknown'}`] : [],
  );
}

/** Exposures by variant; `$multiple` counts those seen in several. The p-value is absent below 100 exposures. */
const exposuresFields = z.looseObject({
  // People are counted: what is no count would make statistics that mean nothing.
  total_exposures: z.record(z.string(), z.unknown()).nullish(),
  sample_ratio_mismatch: z
    .looseObject({ expected: z.record(z.string(), wireNumber).nullish(), p_value: wireNumber.nullish() })
    .nullish(),
  bias_risk: z.looseObject({ multiple_variant_percentage: wireNumber.nullish() }).nullish(),
});

/** A count that cannot be read hides none of the others; `problems` names it, and whoever calculates must look there. */
export const exposuresWire = exposuresFields.transform(({ total_exposures: counts, ...rest }) => {
  const read = Object.entries(counts ?? {}).map(([key, count]) => ({ key, ...wireCount.safeParse(count) }));
  return {
    ...rest,
    total_exposures:
      counts && Object.fromEntries(read.flatMap(({ key, data }) => (data === undefined ? [] : [[key, data]]))),
    problems: read.flatMap(({ key, error }) =>
      error ? [`the count of ${plainOrQuoted(key)} cannot be read (${problemOf(error)})`] : [],
    ),
  };
});

export type Exposures = z.output<typeof exposuresWire>;

/** The result of one day among others; null where there is none. */
function dayOf(value: unknown): MetricResult | OddPart | null {
  const { data, error } = metricResultWire.nullish().safeParse(value);
  return error === undefined ? (data ?? null) : { problem: `cannot be read (${problemOf(error)})` };
}

export const timeseriesWire = z.looseObject({
  status: z.string(),
  timeseries: z.record(z.string(), z.unknown().transform(dayOf)).nullish(),
  errors: z.record(z.string(), z.unknown()).nullish(),
  computed_at: wireTime.nullish(),
  recalculation_status: z.string().nullish(),
});

const variantReading = z.object({
  key: z.string(),
  samples: z.number(),
  /** People who converted or came back, of a funnel or retention metric; else the total of all values. */
  conversions: z.number().optional(),
  total: z.number().optional(),
  /** What a ratio or retention rate divides by. */
  out_of: z.number().optional(),
  value: z.number().optional(),
  effect_percent: z.number().optional(),
  effect_absolute: z.number().optional(),
  interval_percent: z.array(z.number()).optional(),
  interval_absolute: z.array(z.number()).optional(),
  chance_to_be_better: z.number().optional(),
  p_value: z.number().optional(),
  significant: z.boolean().optional(),
  verdict: z.string().optional(),
  invalid: z.array(z.string()).optional(),
});

export type VariantReading = z.output<typeof variantReading>;

const breakdownsOf = <T extends z.ZodType>(variant: T) =>
  z.array(z.object({ value: z.string(), problem: z.string().optional(), variants: z.array(variant) })).optional();

export const metricReading = z.object({
  uuid: z.string(),
  name: z.string().optional(),
  role: z.string(),
  metric_type: z.string(),
  goal: z.string(),
  measures: z.string().optional(),
  value_is: z.string(),
  problem: z.string().optional(),
  baseline: z.string().optional(),
  variants: z.array(variantReading),
  breakdowns: breakdownsOf(variantReading),
});

const uncounted = variantReading.omit({ conversions: true, total: true, out_of: true });

/** What it measures and counts is in experiment-results; in an assessment it would crowd out the findings. */
export const briefMetricReading = metricReading
  .omit({ measures: true })
  .extend({ variants: z.array(uncounted), breakdowns: breakdownsOf(uncounted) });

export type MetricReading = z.output<typeof metricReading>;

export const exposureReading = z.object({
  total: z.number(),
  variants: z.array(
    z.object({
      key: z.string(),
      exposed: z.number(),
      share_percent: z.number(),
      configured_percent: z.number().optional(),
    }),
  ),
  /** Of holdouts, excluded variants, and variants that the flag no longer has. */
  not_compared: z.array(z.object({ key: z.string(), exposed: z.number() })).optional(),
  seen_in_several: z.number().optional(),
  srm_p_value: z.number().optional(),
  sample_ratio_mismatch: z.boolean().optional(),
  /** Why there is no test of the split. */
  srm_untested: z.string().optional(),
});

export type ExposureReading = z.output<typeof exposureReading>;

/** Where results come from and how old they are. */
export const freshness = z.object({
  source: z.enum(['calculation', 'daily_fallback', 'none', 'running']),
  calculated_at: z.string().optional(),
  age_hours: z.number().optional(),
  stale: z.boolean().optional(),
  recalculation_id: z.string().optional(),
  note: z.string().optional(),
});

export type Freshness = z.output<typeof freshness>;

/** Shares of the size of the baseline, or differences in the unit of each metric. */
const effects_are = z.enum(['relative', 'absolute']).optional();

/** The answer of experiment-results. */
export const resultsOutput = z.object({
  project_id: z.number(),
  id: z.number(),
  name: z.string(),
  status: z.string(),
  start_date: z.string().optional(),
  end_date: z.string().optional(),
  url: z.string(),
  freshness,
  method: z.string(),
  confidence_level: z.number().optional(),
  effects_are,
  exposures: exposureReading.optional(),
  metrics: z.array(metricReading),
  missing: z.array(z.string()).optional(),
  cautions: z.array(z.string()).optional(),
});

export type ResultsOutput = z.output<typeof resultsOutput>;

/** The answer of experiment-timeseries-results. Values are cumulative up to and with each day. */
export const timeseriesOutput = z.object({
  project_id: z.number(),
  id: z.number(),
  url: z.string(),
  metric: z.object({
    uuid: z.string(),
    name: z.string().optional(),
    goal: z.string(),
    measures: z.string().optional(),
    value_is: z.string(),
  }),
  status: z.string(),
  method: z.string(),
  effects_are,
  computed_at: z.string().optional(),
  days: z.array(z.object({ date: z.string(), problem: z.string().optional(), variants: z.array(variantReading) })),
  days_in_all: z.number(),
});

export type TimeseriesOutput = z.output<typeof timeseriesOutput>;
