import { count, finite, StatsError } from './errors.js';
import { NOISE, type Sums, sampleCovariance, sampleVariance } from './moments.js';

/** A denominator or a baseline this close to zero counts as zero. Source: PostHog behaviour. */
export const SMALLEST_MEAN = 1e-10;

/** One arm of a comparison: its size, its mean, and the variance of one entity's contribution (the mean's is variance / n). */
export interface Summary {
  n: number;
  mean: number;
  variance: number;
}

/** Sums of a ratio's numerator (`sum`, `sumSquares`) and denominator over the same n entities. */
export interface RatioSums extends Sums {
  denominatorSum: number;
  denominatorSumSquares: number;
  /** Σ numerator × denominator. */
  productSum: number;
}

/** Share p = successes / n of entities that did it, as a fraction, with variance p(1 − p). Source: PostHog behaviour. */
export function summarizeProportion(n: number, successes: number): Summary {
  count(n, 'the number of samples', 1);
  if (count(successes, 'the number of successes') > n) {
    throw new StatsError('impossible_sums', `${successes} successes among ${n} samples`);
  }
  const mean = successes / n;
  return { n, mean, variance: mean * (1 - mean) };
}

/** Mean per entity with the sample variance (n − 1); the variance of one single entity is 0. Source: PostHog behaviour. */
export function summarizeMean(sums: Sums): Summary {
  const n = count(sums.n, 'the number of samples', 1);
  return { n, mean: finite(sums.sum, 'the sum') / n, variance: sampleVariance(sums, 'the metric') };
}

/**
 * Ratio R = ΣM / ΣD of a ratio or retention metric. Delta method with n − 1 throughout:
 * (var(M) + R²·var(D) − 2R·cov(M, D)) / mean(D)². M − R·D sums to zero, so this is Σ(M − R·D)² / (n − 1) / mean(D)²,
 * which loses no digits to cancelling means and is how it is computed. Source: PostHog behaviour.
 */
export function summarizeRatio(sums: RatioSums): Summary {
  const n = count(sums.n, 'the number of samples', 1);
  const denominator = { n, sum: sums.denominatorSum, sumSquares: sums.denominatorSumSquares };
  sampleVariance(sums, 'the numerator');
  sampleVariance(denominator, 'the denominator');
  sampleCovariance(sums, denominator, sums.productSum);
  const denominatorMean = denominator.sum / n;
  if (Math.abs(denominatorMean) < SMALLEST_MEAN) {
    throw new StatsError('zero_denominator', 'the denominator of the ratio is zero');
  }
  const mean = finite(sums.sum / denominator.sum, 'the ratio');
  if (n === 1) return { n, mean, variance: 0 };
  const left = sums.sumSquares + mean * mean * denominator.sumSquares;
  const residue = left - 2 * mean * sums.productSum;
  const spread = residue <= NOISE * left ? 0 : residue;
  return { n, mean, variance: finite(spread / (n - 1) / denominatorMean ** 2, 'the variance of the ratio') };
}
