import gammainc from '@stdlib/math-base-special-gammainc';
import stdNormalCdf from '@stdlib/stats-base-dists-normal-cdf';
import stdTCdf from '@stdlib/stats-base-dists-t-cdf';
import stdTQuantile from '@stdlib/stats-base-dists-t-quantile';
import { finite, fraction, positive, StatsError } from './errors.js';

/** Newton's method doubles its digits at each step; from a start this good it needs five. */
const NEWTON_STEPS = 10;
/** Smallest probability whose quantile is asked for; below it the distribution function itself loses digits. */
const SMALLEST_PROBABILITY = 1e-300;

/** Standard normal distribution function. An upper tail is `normalCdf(-x)`, which keeps its digits where 1 − Φ(x) does not. */
export function normalCdf(x: number): number {
  return stdNormalCdf(finite(x, 'x'), 0, 1);
}

/** Density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return Math.exp(-(finite(x, 'x') ** 2) / 2) / Math.sqrt(2 * Math.PI);
}

/** Inverse of `normalCdf` for 0 < p < 1, to full precision in both tails. */
export function normalQuantile(p: number): number {
  fraction(p, 'a probability');
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < SMALLEST_PROBABILITY) throw new StatsError('invalid_setting', `a probability of ${p} is too small`);
  // −√(−2 ln p) lies left of the root; ln Φ is concave, so Newton's method climbs from there and never oversteps.
  let x = -Math.sqrt(-2 * Math.log(p));
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const reached = normalCdf(x);
    x -= (Math.log(reached / p) * reached) / normalDensity(x);
  }
  return x;
}

/** Student's t distribution function; degrees of freedom may be fractional. An upper tail is `tCdf(-x, df)`. */
export function tCdf(x: number, degreesOfFreedom: number): number {
  return stdTCdf(finite(x, 't'), positive(degreesOfFreedom, 'degrees of freedom'));
}

/** Inverse of `tCdf` for 0 < p < 1. */
export function tQuantile(p: number, degreesOfFreedom: number): number {
  return stdTQuantile(fraction(p, 'a probability'), positive(degreesOfFreedom, 'degrees of freedom'));
}

/** P(X > x) of the chi-square distribution, x ≥ 0: the regularized upper incomplete gamma function Q(df/2, x/2). */
export function chiSquareUpperTail(x: number, degreesOfFreedom: number): number {
  if (!(x >= 0)) throw new StatsError('not_finite', `a chi-square statistic cannot be ${x}`);
  return gammainc(finite(x, 'chi-square') / 2, positive(degreesOfFreedom, 'degrees of freedom') / 2, true, true);
}
