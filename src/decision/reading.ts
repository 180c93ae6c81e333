import { roundedBy, roundedChance, roundedP } from '../render/digits.js';
import type { MetricReading, MetricResult, VariantReading, VariantRow } from '../schema/results.js';

/** What of a metric's definition its results are read with. */
export interface MetricFacts {
  uuid: string;
  name?: string | undefined;
  role: string;
  metric_type: string;
  goal: string;
  /** Its definition in words. */
  measures?: string;
  /** Milliseconds after exposure until its value of a person is final. */
  window?: number;
  /** Why none of the results can be said to be its own. */
  unknown?: string;
}

export interface ReadingOptions {
  /** Whether PostHog was told to compute absolute differences; else intervals are relative fractions. */
  absolute: boolean;
  breakdowns: boolean;
}

const VALUE_IS: Readonly<Record<string, string>> = {
  funnel: 'conversion rate',
  mean: 'mean per user',
  ratio: 'ratio',
  retention: 'retention rate',
};

/** Why PostHog gives no statistics, in words. */
const INVALID: Readonly<Record<string, string>> = {
  'not-enough-exposures': 'fewer than 50 users exposed',
  'not-enough-metric-data': 'fewer than 5 conversions',
  'baseline-mean-is-zero': 'the baseline is zero, so there is nothing to compare with',
};

/** One metric as a person should read it: direction by goal, per cent, validity in words. */
export function readMetric(
  facts: MetricFacts,
  result: MetricResult | null | undefined,
  options: ReadingOptions,
): MetricReading {
  const { unknown: _, window: __, ...known } = facts;
  const head = { ...known, value_is: VALUE_IS[facts.metric_type] ?? 'value' };
  const baseline = result?.baseline;
  if (!baseline)
    return { ...head, problem: 'PostHog has no result of this metric in the current format.', variants: [] };
  const read = (base: VariantRow, rows: readonly VariantRow[]) => {
    const reading = { facts, absolute: options.absolute, precision: precisionOf(base, rows, { facts, ...options }) };
    return [readBaseline(base, reading), ...rows.map((row) => readVariant(row, base, reading))];
  };
  const breakdowns = options.breakdowns ? (result.breakdown_results ?? []) : [];
  return {
    ...head,
    baseline: baseline.key,
    variants: read(baseline, result.variant_results ?? []),
    ...(breakdowns.length > 0
      ? {
          breakdowns: breakdowns.map((part, at) =>
            'problem' in part
              ? { value: `number ${at + 1}`, problem: String(part.problem), variants: [] }
              : { value: part.breakdown_value.join(', '), variants: read(part.baseline, part.variants) },
          ),
        }
      : {}),
  };
}

/** Conversion rate, mean or ratio; undefined where there is nobody to divide by. */
function variantValue(row: VariantRow, { metric_type }: MetricFacts): number | undefined {
  const perEntity = metric_type === 'funnel' || metric_type === 'mean';
  const below = perEntity ? row.number_of_samples : (row.denominator_sum ?? 0);
  return below > 0 ? row.sum / below : undefined;
}

type Interval = readonly [number, number];

interface Reading {
  facts: MetricFacts;
  absolute: boolean;
  /** As wide as values are uncertain; absent without statistics. */
  precision?: Interval | undefined;
}

const boundsOf = (row: VariantRow) => row.credible_interval ?? row.confidence_interval ?? null;

/** Of several variants the narrowest interval counts, since they stand beside one baseline. In units of the value. */
function precisionOf(
  base: VariantRow,
  rows: readonly VariantRow[],
  { facts, absolute }: Reading,
): Interval | undefined {
  const unit = absolute ? 1 : Math.abs(variantValue(base, facts) ?? 0);
  const widths = rows.flatMap((row) => {
    const [low, high] = boundsOf(row) ?? [0, 0];
    const width = Math.abs(high - low) * unit;
    return width > 0 ? [width] : [];
  });
  return widths.length > 0 ? [0, Math.min(...widths)] : undefined;
}

function failuresOf(row: VariantRow): string[] {
  return (row.validation_failures ?? []).map((failure) => INVALID[failure] ?? failure);
}

function readBaseline(row: VariantRow, { facts, precision }: Reading): VariantReading {
  const value = variantValue(row, facts);
  const invalid = failuresOf(row);
  return {
    key: row.key,
    samples: row.number_of_samples,
    ...(value === undefined ? {} : { value: roundedBy(value, precision) }),
    ...(invalid.length > 0 ? { invalid } : {}),
  };
}

function readVariant(row: VariantRow, baseline: VariantRow, options: Reading): VariantReading {
  const { facts, absolute } = options;
  const reading = readBaseline(row, options);
  const bounds = boundsOf(row);
  const effect = bounds
    ? (bounds[0] + bounds[1]) / 2
    : rawEffect(variantValue(row, facts), variantValue(baseline, facts), absolute);
  const chance = row.chance_to_win;
  return {
    ...reading,
    ...effectFields(effect, bounds, absolute),
    ...(typeof chance === 'number'
      ? { chance_to_be_better: roundedChance(facts.goal === 'decrease' ? 1 - chance : chance) }
      : {}),
    ...(typeof row.p_value === 'number' ? { p_value: roundedP(row.p_value) } : {}),
    ...(typeof row.significant === 'boolean' ? { significant: row.significant } : {}),
    verdict: verdictOf(row, { effect, bounds }, facts),
  };
}

function rawEffect(value: number | undefined, baseline: number | undefined, absolute: boolean): number | undefined {
  if (value === undefined || baseline === undefined) return undefined;
  if (absolute) return value - baseline;
  return baseline === 0 ? undefined : value / baseline - 1;
}

function effectFields(effect: number | undefined, bounds: Interval | null, absolute: boolean) {
  if (effect === undefined) return {};
  const unit = absolute ? 1 : 100;
  const ends: Interval | null = bounds && [bounds[0] * unit, bounds[1] * unit];
  const point = roundedBy(effect * unit, ends);
  const interval = ends?.map((end) => roundedBy(end, ends));
  return absolute
    ? { effect_absolute: point, ...(interval ? { interval_absolute: interval } : {}) }
    : { effect_percent: point, ...(interval ? { interval_percent: interval } : {}) };
}

interface Effect {
  effect: number | undefined;
  bounds: Interval | null;
}

/**
 * PostHog's `significant` says "different"; whether that is better depends on the goal. Its Bayesian rule is one-sided, so
 * it can hold while the two-sided interval still includes zero.
 */
function verdictOf(row: VariantRow, { effect, bounds }: Effect, { goal }: MetricFacts): string {
  if (typeof row.significant !== 'boolean' || effect === undefined) return 'cannot tell';
  if (!row.significant || effect === 0) return 'no clear difference';
  if (bounds && bounds[0] <= 0 && bounds[1] >= 0) return 'not clear: the interval includes zero';
  return effect > 0 === (goal !== 'decrease') ? 'better' : 'worse';
}
