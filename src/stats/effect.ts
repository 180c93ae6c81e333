import { finite, StatsError } from './errors.js';
import { SMALLEST_MEAN, type Summary } from './summary.js';

/** Whether effects are shares of the baseline's mean (0.05 = +5%) or differences in the metric's own unit. */
export type DifferenceType = 'RELATIVE' | 'ABSOLUTE';

/** Difference between a variant and the baseline, with the variance of that estimate (its standard error squared). */
export interface Effect {
  value: number;
  variance: number;
}

/** mt − mc, with variance vt/nt + vc/nc; in the metric's own unit. */
export function absoluteEffect(variant: Summary, baseline: Summary): Effect {
  return {
    value: finite(variant.mean - baseline.mean, 'the effect'),
    variance: finite(variant.variance / variant.n + baseline.variance / baseline.n, 'the variance of the effect'),
  };
}

/**
 * (mt − mc)/u as a fraction, with variance (vt/nt)/u² + mt²·(vc/nc)/u⁴ (delta method). u is the baseline's mean mc, or
 * for CUPED-adjusted arms its mean before the adjustment; below zero it turns the sign. Throws `zero_baseline`.
 * Source: PostHog behaviour.
 */
export function relativeEffect(variant: Summary, baseline: Summary, unadjustedMean = baseline.mean): Effect {
  const u = unadjustedMean;
  if (Math.abs(u) < SMALLEST_MEAN) {
    throw new StatsError('zero_baseline', 'the baseline’s mean is zero, so nothing is relative to it');
  }
  // Divided before they are squared: u⁴ alone can underflow.
  const fromVariant = variant.variance / variant.n / u / u;
  const fromBaseline = (variant.mean / u) ** 2 * (baseline.variance / baseline.n / u / u);
  return {
    value: finite((variant.mean - baseline.mean) / u, 'the effect'),
    variance: finite(fromVariant + fromBaseline, 'the variance of the effect'),
  };
}

/** Standard error of an effect; throws `no_variance` where it is zero, since nothing can be said against it. */
export function standardError({ variance }: Effect): number {
  if (variance > 0) return Math.sqrt(variance);
  throw new StatsError('no_variance', 'the metric does not vary, so no interval can be drawn');
}
