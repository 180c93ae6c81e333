import { tCdf, tQuantile } from './distributions.js';
import { type Effect, standardError } from './effect.js';
import { fraction, StatsError } from './errors.js';
import type { Summary } from './summary.js';

/** Two arms, the effect between them (relative or absolute), and the level to test at. */
export interface Comparison {
  variant: Summary;
  baseline: Summary;
  effect: Effect;
  /** Accepted share of false positives, e.g. 0.05. */
  alpha: number;
}

export interface FrequentistResult {
  /** Two-sided. */
  pValue: number;
  /** At level 1 − alpha, in the effect's unit. */
  confidenceInterval: [low: number, high: number];
  significant: boolean;
}

/**
 * Welch and Satterthwaite: (vt/nt + vc/nc)² / ((vt/nt)²/(nt − 1) + (vc/nc)²/(nc − 1)), on the metric's own variances also
 * where the effect is relative. Source: PostHog behaviour.
 */
export function welchDegreesOfFreedom(variant: Summary, baseline: Summary): number {
  if (Math.min(variant.n, baseline.n) < 2) throw new StatsError('too_few', 'an arm has fewer than two samples');
  const ofVariant = variant.variance / variant.n;
  const ofBaseline = baseline.variance / baseline.n;
  const total = ofVariant + ofBaseline;
  if (!(total > 0)) throw new StatsError('no_variance', 'the metric varies in neither arm');
  // Shares rather than squares: variances of very small units would underflow.
  return 1 / ((ofVariant / total) ** 2 / (variant.n - 1) + (ofBaseline / total) ** 2 / (baseline.n - 1));
}

/** Welch's t-test, two-sided: t = effect / standard error. Source: PostHog behaviour. */
export function welchTest({ variant, baseline, effect, alpha }: Comparison): FrequentistResult {
  fraction(alpha, 'alpha');
  const error = standardError(effect);
  const degreesOfFreedom = welchDegreesOfFreedom(variant, baseline);
  const pValue = 2 * tCdf(-Math.abs(effect.value) / error, degreesOfFreedom);
  const margin = -tQuantile(alpha / 2, degreesOfFreedom) * error;
  return {
    pValue,
    confidenceInterval: [effect.value - margin, effect.value + margin],
    significant: pValue < alpha,
  };
}
