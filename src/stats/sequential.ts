import { standardError } from './effect.js';
import { fraction, StatsError } from './errors.js';
import type { Comparison, FrequentistResult } from './frequentist.js';

/** Sample size at which the interval is tightest where nobody chose one. Source: PostHog behaviour. */
export const DEFAULT_TUNING_PARAMETER = 5_000;
/** Range of that sample size. Source: PostHog behaviour. */
export const MIN_TUNING_PARAMETER = 1;
export const MAX_TUNING_PARAMETER = 1_000_000_000;

/**
 * Squared mixing parameter ρ² = (−2 ln α + ln(1 − 2 ln α)) / n*, which makes the confidence sequence tightest near n*.
 * Source: Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, "Time-uniform central limit theory and asymptotic confidence
 * sequences" (arXiv 2103.06476v7), eq. 161.
 */
export function mixingSquared(alpha: number, tuningParameter: number): number {
  if (!(tuningParameter >= MIN_TUNING_PARAMETER && tuningParameter <= MAX_TUNING_PARAMETER)) {
    throw new StatsError('invalid_setting', `a tuning parameter of ${tuningParameter} is out of range`);
  }
  const evidence = -2 * Math.log(fraction(alpha, 'alpha'));
  return (evidence + Math.log1p(evidence)) / tuningParameter;
}

/** Half the interval in standard errors where both arms together have n entities (same source, eq. 9). */
export function sequentialMargin(n: number, alpha: number, tuningParameter: number): number {
  const k = n * mixingSquared(alpha, tuningParameter);
  return Math.sqrt((2 * (k + 1) * (Math.log1p(k) / 2 - Math.log(alpha))) / k);
}

/**
 * Always-valid test: however often one looks, the share of false positives stays at alpha. With n the entities of both
 * arms together, s the effect's standard error and k = n·ρ²:
 * interval effect ± s·√(2·(k + 1)/k · ln(√(k + 1)/α)) (same source, eq. 9), p = min(1, √(k + 1)·exp(−k/(2(k + 1))·(effect/s)²))
 * (eq. 155). Early on p is exactly 1. Source of the choice: PostHog behaviour.
 */
export function sequentialTest(comparison: Comparison, tuningParameter: number): FrequentistResult {
  const { variant, baseline, effect, alpha } = comparison;
  const error = standardError(effect);
  const k = (variant.n + baseline.n) * mixingSquared(alpha, tuningParameter);
  // Logarithms, since strong evidence overflows the likelihood ratio itself.
  const logRatio = (k / (2 * (k + 1))) * (effect.value / error) ** 2 - Math.log1p(k) / 2;
  const pValue = Math.min(1, Math.exp(-logRatio));
  const margin = error * sequentialMargin(variant.n + baseline.n, alpha, tuningParameter);
  return {
    pValue,
    confidenceInterval: [effect.value - margin, effect.value + margin],
    significant: pValue < alpha,
  };
}
