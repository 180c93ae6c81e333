import { finite, StatsError } from './errors.js';

/**
 * What rounding may take from a sum, as a share of the numbers it is taken from. Sums of a million doubles drift by
 * less; data that breaks a law of arithmetic breaks it by more.
 */
export const ROUNDING = 1e-9;
/** A difference of two doubles this small a share of them holds no digit of its own: it is nothing. */
export const NOISE = 8 * Number.EPSILON;

/** Sums of a quantity x over n entities. */
export interface Sums {
  n: number;
  sum: number;
  /** Σx², which is never below sum²/n. */
  sumSquares: number;
}

/**
 * Sample variance (Σx² − (Σx)²/n) / (n − 1); 0 for n = 1.
 * Throws `impossible_sums` where Σx² is below (Σx)²/n by more than rounding (or, for n = 1, other than x²), `not_finite` where
 * sums overflow.
 */
export function sampleVariance({ n, sum, sumSquares }: Sums, what: string): number {
  const least = finite(finite(sum, what) ** 2 / n, what);
  const spread = finite(sumSquares, `the sum of squares of ${what}`) - least;
  if (spread < -ROUNDING * least || (n === 1 && spread > ROUNDING * least)) {
    throw new StatsError('impossible_sums', `${what}: a sum of squares of ${sumSquares} where sum²/n is ${least}`);
  }
  return n === 1 || spread <= NOISE * least ? 0 : spread / (n - 1);
}

/**
 * Sample covariance (Σxy − ΣxΣy/n) / (n − 1); 0 for n = 1.
 * Throws `impossible_sums` where it exceeds √(var(x)·var(y)) by more than rounding (Cauchy and Schwarz).
 */
export function sampleCovariance(x: Sums, y: Sums, productSum: number): number {
  const { n } = x;
  const most = Math.sqrt(sampleVariance(x, 'the first quantity') * sampleVariance(y, 'the second quantity'));
  if (n === 1) return 0;
  const expected = (x.sum * y.sum) / n;
  const covariance = (finite(productSum, 'the sum of products') - expected) / (n - 1);
  // Each variance is the difference of two sums, so its rounding error grows with the sum, not with the variance.
  const slack = ROUNDING * Math.sqrt((x.sumSquares / (n - 1)) * (y.sumSquares / (n - 1)));
  if (Math.abs(finite(covariance, 'the covariance')) > most + slack) {
    throw new StatsError(
      'impossible_sums',
      `a sum of products of ${productSum} is out of reach of the two quantities' own sums`,
    );
  }
  return covariance;
}
