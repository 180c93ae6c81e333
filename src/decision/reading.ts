import type { MetricReading, MetricResult, VariantReading, VariantRow } from '../schema/results.js';

/** What of a metric's definition its results are read with. */
export interface MetricFacts {
  uuid: string;
  name?: string | undefined;
  role: string;
  metric_type: string;
  goal: string;
}

export interface ReadingOptions {
  /** Whether PostHog was told to compute absolute differences; else intervals are relative fractions. */
  absolute: boolean;
  breakdowns: boolean;
}

/** Digits that a reading keeps: enough to check a number, too few to clutter. */
const SIGNIFICANT_DIGITS = 5;

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

export function rounded(value: number): number {
  return Number(value.toPrecision(SIGNIFICANT_DIGITS));
}

/** One metric as a person should read it: direction by goal, per cent, validity in words. */
export function readMetric(
  facts: MetricFacts,
  result: MetricResult | null | undefined,
  options: ReadingOptions,
): MetricReading {
  const head = { ...facts, value_is: VALUE_IS[facts.metric_type] ?? 'value' };
  const baseline = result?.baseline;
  if (!baseline)
    return { ...head, problem: 'PostHog has no result of this metric in the current format.', variants: [] };
  const read = (base: VariantRow, rows: readonly VariantRow[]) => [
    readBaseline(base, facts),
    ...rows.map((row) => readVariant(row, base, { facts, absolute: options.absolute })),
  ];
  const breakdowns = options.breakdowns ? (result.breakdown_results ?? []) : [];
  return {
    ...head,
    baseline: baseline.key,
    variants: read(baseline, result.variant_results ?? []),
    ...(breakdowns.length > 0
      ? {
          breakdowns: breakdowns.map((part) => ({
            value: part.breakdown_value.join(', '),
            variants: read(part.baseline, part.variants),
          })),
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

function failuresOf(row: VariantRow): string[] {
  return (row.validation_failures ?? []).map((failure) => INVALID[failure] ?? failure);
}

function readBaseline(row: VariantRow, facts: MetricFacts): VariantReading {
  const value = variantValue(row, facts);
  const invalid = failuresOf(row);
  return {
    key: row.key,
    samples: row.number_of_samples,
    ...(value === undefined ? {} : { value: rounded(value) }),
    ...(invalid.length > 0 ? { invalid } : {}),
  };
}

function readVariant(
  row: VariantRow,
  baseline: VariantRow,
  { facts, absolute }: { facts: MetricFacts; absolute: boolean },
): VariantReading {
  const reading = readBaseline(row, facts);
  const bounds = row.credible_interval ?? row.confidence_interval;
  const effect = bounds
    ? (bounds[0] + bounds[1]) / 2
    : rawEffect(variantValue(row, facts), variantValue(baseline, facts), absolute);
  const chance = row.chance_to_win;
  return {
    ...reading,
    ...effectFields(effect, bounds, absolute),
    ...(typeof chance === 'number'
      ? { chance_to_be_better: rounded(facts.goal === 'decrease' ? 1 - chance : chance) }
      : {}),
    ...(typeof row.p_value === 'number' ? { p_value: rounded(row.p_value) } : {}),
    ...(typeof row.significant === 'boolean' ? { significant: row.significant } : {}),
    verdict: verdictOf(row, { effect, bounds }, facts),
  };
}

function rawEffect(value: number | undefined, baseline: number | undefined, absolute: boolean): number | undefined {
  if (value === undefined || baseline === undefined) return undefined;
  if (absolute) return value - baseline;
  return baseline === 0 ? undefined : value / baseline - 1;
}

function effectFields(
  effect: number | undefined,
  bounds: readonly [number, number] | null | undefined,
  absolute: boolean,
) {
  if (effect === undefined) return {};
  if (absolute) {
    return { effect_absolute: rounded(effect), ...(bounds ? { interval_absolute: bounds.map(rounded) } : {}) };
  }
  const percent = (fraction: number) => rounded(fraction * 100);
  return { effect_percent: percent(effect), ...(bounds ? { interval_percent: bounds.map(percent) } : {}) };
}

interface Effect {
  effect: number | undefined;
  bounds: readonly [number, number] | null | undefined;
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
