import { roundedBound, roundedBy, roundedChance, roundedP } from '../render/digits.js';
import type { MetricReading, MetricResult, VariantReading, VariantRow } from '../schema/results.js';
import { alphaIn, type StatsSettings } from '../stats/settings.js';
import { judgedP, meanOf } from './tested.js';

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
  settings: StatsSettings;
  breakdowns: boolean;
}

const VALUE_IS: Readonly<Record<string, string>> = {
  funnel: 'conversion rate',
  mean: 'mean per user',
  ratio: 'ratio',
  retention: 'retention rate',
};

export const valueIs = ({ metric_type }: MetricFacts) => VALUE_IS[metric_type] ?? 'value';

/** What of the arm is counted, by the type of the metric. */
function countedOf({ sum, denominator_sum: below }: VariantRow, { metric_type }: MetricFacts): Partial<VariantReading> {
  const out_of =
    (metric_type === 'ratio' || metric_type === 'retention') && typeof below === 'number' ? { out_of: below } : {};
  if (metric_type === 'funnel' || metric_type === 'retention') return { conversions: sum, ...out_of };
  return { total: sum, ...out_of };
}

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
  const head = { ...known, value_is: valueIs(facts) };
  const baseline = result?.baseline;
  if (!baseline)
    return { ...head, problem: 'PostHog has no result of this metric in the current format.', variants: [] };
  const read = (base: VariantRow, rows: readonly VariantRow[]) => {
    const { settings } = options;
    const reading = { facts, settings, precision: precisionOf(base, rows, { facts, settings }) };
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

type Interval = readonly [number, number];

interface Reading {
  facts: MetricFacts;
  settings: StatsSettings;
  /** As wide as values are uncertain; absent without statistics. */
  precision?: Interval | undefined;
}

const boundsOf = (row: VariantRow) => row.credible_interval ?? row.confidence_interval ?? null;

/** Of several variants the narrowest interval counts, since they stand beside one baseline. In units of the value. */
function precisionOf(
  base: VariantRow,
  rows: readonly VariantRow[],
  { facts, settings }: Reading,
): Interval | undefined {
  const unit = isAbsolute(settings) ? 1 : Math.abs(meanOf(base, facts.metric_type) ?? 0);
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
  const value = meanOf(row, facts.metric_type);
  const invalid = failuresOf(row);
  return {
    key: row.key,
    samples: row.number_of_samples,
    ...countedOf(row, facts),
    ...(value === null ? {} : { value: roundedBy(value, precision) }),
    ...(invalid.length > 0 ? { invalid } : {}),
  };
}

const isAbsolute = ({ differenceType }: StatsSettings) => differenceType === 'ABSOLUTE';

/** Interval of the effect, turned where PostHog divides by a baseline below zero: then a rise would look like a fall. */
function effectBounds(row: VariantRow, base: number | null, settings: StatsSettings): Interval | null {
  const bounds = boundsOf(row);
  return bounds && !isAbsolute(settings) && (base ?? 0) < 0 ? [-bounds[1], -bounds[0]] : bounds;
}

function readVariant(row: VariantRow, baseline: VariantRow, options: Reading): VariantReading {
  const { facts, settings } = options;
  const base = meanOf(baseline, facts.metric_type);
  const value = meanOf(row, facts.metric_type);
  const bounds = effectBounds(row, base, settings);
  const absolute = isAbsolute(settings);
  const effect = bounds ? (bounds[0] + bounds[1]) / 2 : rawEffect(value, base, absolute);
  const p = judgedP({ row, baseline, metricType: facts.metric_type, settings });
  return {
    ...readBaseline(row, options),
    ...effectFields(effect, bounds, absolute),
    ...suretyFields(row, p, { effect, facts }),
    ...(typeof row.significant === 'boolean' ? { significant: row.significant } : {}),
    verdict: verdictOf(row, { effect, bounds, p, alpha: alphaIn(settings) }, facts),
  };
}

/** By the p-value of the decisions, so that no answer says two things: of a clear rise with a p of 0.02 the chance is 99%. */
function suretyFields(
  row: VariantRow,
  p: number | null,
  { effect = 0, facts }: { effect?: number | undefined; facts: MetricFacts },
) {
  if (p === null) return {};
  if (typeof row.p_value === 'number') return { p_value: roundedP(p) };
  const isBetter = effect > 0 === (facts.goal !== 'decrease');
  return { chance_to_be_better: roundedChance(isBetter ? 1 - p / 2 : p / 2) };
}

function rawEffect(value: number | null, base: number | null, absolute: boolean): number | undefined {
  if (value === null || base === null) return undefined;
  if (absolute) return value - base;
  return base === 0 ? undefined : (value - base) / Math.abs(base);
}

function effectFields(effect: number | undefined, bounds: Interval | null, absolute: boolean) {
  if (effect === undefined) return {};
  const unit = absolute ? 1 : 100;
  const ends: Interval | null = bounds && [bounds[0] * unit, bounds[1] * unit];
  const point = roundedBy(effect * unit, ends);
  const interval = ends?.map((end) => roundedBound(end, ends));
  return absolute
    ? { effect_absolute: point, ...(interval ? { interval_absolute: interval } : {}) }
    : { effect_percent: point, ...(interval ? { interval_percent: interval } : {}) };
}

interface Effect {
  effect: number | undefined;
  bounds: Interval | null;
  p: number | null;
  alpha: number;
}

/**
 * PostHog's `significant` says "different"; whether that is better depends on the goal. Its Bayesian rule is one-sided, so
 * it can hold while the two-sided interval still includes zero, and its normal approximation can fail for small counts.
 */
function verdictOf(row: VariantRow, { effect, bounds, p, alpha }: Effect, { goal }: MetricFacts): string {
  if (typeof row.significant !== 'boolean' || effect === undefined) return 'cannot tell';
  const isClear = p === null ? row.significant : p < alpha;
  if (effect === 0 || !(row.significant || isClear)) return 'no clear difference';
  if (bounds && bounds[0] <= 0 && bounds[1] >= 0) return 'not clear: the interval includes zero';
  if (!isClear) return 'not clear: a test of the difference finds none';
  return effect > 0 === (goal !== 'decrease') ? 'better' : 'worse';
}
