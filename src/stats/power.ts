import { normalCdf } from './distributions.js';
import { count, finite, positive } from './errors.js';
import { SMALLEST_MEAN } from './summary.js';

/** What the running-time calculator distinguishes; a mean is of counts or of sums. */
export type CalculatorMetricType = 'funnel' | 'mean_count' | 'mean_sum_or_avg' | 'ratio' | 'retention';

/** Two-sided 5% and 80% power: 2·(1.96 + 0.84)² ≈ 16, per variant. Source: PostHog behaviour. */
const POWER_FACTOR = 16;
/** Variance of a count as a multiple of its mean. Source: PostHog behaviour. */
const COUNT_VARIANCE_FACTOR = 2;
/** Variance of a sum or average as a multiple of its squared mean. Source: PostHog behaviour. */
const SUM_VARIANCE_FACTOR = 0.25;
const PERCENT = 100;
const MIN_VARIANTS = 2;

/** Sums over the baseline's entities, named as the API names them. */
export interface BaselineStats {
  number_of_samples: number;
  sum: number;
  sum_squares?: number | undefined;
  denominator_sum?: number | undefined;
  denominator_sum_squares?: number | undefined;
  numerator_denominator_sum_product?: number | undefined;
  step_counts?: readonly number[] | undefined;
}

/** Null rather than NaN or infinity: "not computable" is an answer of this calculator, not an error. */
function computable(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** Mean per entity, conversion rate as a fraction (last funnel step / samples), or ratio; null where nothing divides. */
export function baselineValue(metricType: CalculatorMetricType, stats: BaselineStats): number | null {
  const ratio = metricType === 'ratio' || metricType === 'retention';
  const numerator = metricType === 'funnel' ? (stats.step_counts?.at(-1) ?? stats.sum) : stats.sum;
  return computable(numerator / (ratio ? (stats.denominator_sum ?? 0) : stats.number_of_samples));
}

/**
 * Variance of one entity for planning: of a share p(1 − p), of counts 2·mean, of sums 0.25·mean², of ratios the delta method
 * on `stats`, dividing by n. Null where it cannot be had. Source: PostHog API docs, PostHog behaviour.
 */
export function planningVariance(
  metricType: CalculatorMetricType,
  baseline: number,
  stats?: BaselineStats,
): number | null {
  if (metricType === 'funnel') return baseline >= 0 && baseline <= 1 ? baseline * (1 - baseline) : null;
  if (metricType === 'mean_count') return computable(COUNT_VARIANCE_FACTOR * baseline);
  if (metricType === 'mean_sum_or_avg') return computable(SUM_VARIANCE_FACTOR * baseline ** 2);
  return stats === undefined ? null : ratioVariance(stats);
}

function ratioVariance(stats: BaselineStats): number | null {
  const n = stats.number_of_samples;
  const numerator = stats.sum / n;
  const denominator = (stats.denominator_sum ?? 0) / n;
  const ofNumerator = (stats.sum_squares ?? 0) / n - numerator ** 2;
  const ofDenominator = (stats.denominator_sum_squares ?? 0) / n - denominator ** 2;
  const covariance = (stats.numerator_denominator_sum_product ?? 0) / n - numerator * denominator;
  return computable(
    ofNumerator / denominator ** 2 +
      (numerator ** 2 * ofDenominator) / denominator ** 4 -
      (2 * numerator * covariance) / denominator ** 3,
  );
}

/** A plan to compare `variants` arms on a metric with this baseline and variance of one entity. */
export interface Plan {
  baseline: number;
  variance: number;
  /** Number of variants, the baseline among them; at least 2. */
  variants: number;
}

/**
 * Entities needed over all variants to see a change of `minimumDetectableEffectPercent` of the baseline:
 * ceil(16·variance/d²·variants) with d = MDE/100·baseline, rounded once. Null where the baseline is 0 or the variance below 0.
 * Source: PostHog API docs, PostHog behaviour.
 */
export function sampleSize(plan: Plan, minimumDetectableEffectPercent: number): number | null {
  const { baseline, variance } = plan;
  count(plan.variants, 'the number of variants', MIN_VARIANTS);
  const mde = positive(minimumDetectableEffectPercent, 'the minimum detectable effect');
  const difference = (mde / PERCENT) * finite(baseline, 'the baseline');
  if (!(variance >= 0)) return null;
  return computable(Math.ceil(((POWER_FACTOR * variance) / difference ** 2) * plan.variants));
}

/** Effect, in percent of the baseline, that `entities` over all variants can show; the inverse of `sampleSize`. Null where that is. */
export function detectableEffectPercent({ baseline, variance, variants }: Plan, entities: number): number | null {
  count(variants, 'the number of variants', MIN_VARIANTS);
  positive(entities, 'the sample size');
  if (Math.abs(finite(baseline, 'the baseline')) < SMALLEST_MEAN) return null;
  // Of a variance below zero there is no root, so nothing computable.
  const difference = Math.sqrt((POWER_FACTOR * variance * variants) / entities);
  return computable((PERCENT * difference) / Math.abs(baseline));
}

/**
 * How many times the people of an even split a split needs for the same effect: of the comparison that needs most, 1/share of
 * the variant plus 1/share of the baseline. `shares` are of the variants compared, on any scale. Source: the variance of a
 * difference, vt/nt + vc/nc, with one variance for both arms.
 */
export function timesEvenSplit(baseline: number, variants: readonly number[]): number {
  const whole = variants.reduce((sum, share) => sum + share, baseline);
  const pair = whole / baseline + whole / Math.min(...variants);
  return pair / (2 * (variants.length + 1));
}

/** Two-sided 5%, in standard errors. */
const CRITICAL = 1.96;

/**
 * Chance, in per cent, that an effect is found significant where `detectablePercent` is what `detectableEffectPercent` gives:
 * that one lies √(16 / 2) standard errors from zero.
 */
export function powerPercent(effectPercent: number, detectablePercent: number): number {
  const errors =
    Math.sqrt(POWER_FACTOR / 2) * (Math.abs(effectPercent) / positive(detectablePercent, 'the detectable effect'));
  return PERCENT * normalCdf(errors - CRITICAL);
}

/** Whole days to reach a sample at a number of exposures a day; null without a sample or a rate. */
export function runningTimeDays(entities: number | null, exposuresPerDay: number | null): number | null {
  if (!entities || !exposuresPerDay || exposuresPerDay < 0) return null;
  return computable(Math.ceil(entities / exposuresPerDay));
}
