import { type MetricRow, summarize } from './compare.js';
import { normalCdf, normalQuantile } from './distributions.js';
import { StatsError } from './errors.js';
import { EXACT_BELOW, fisherTest, type Share } from './exact.js';
import { SMALLEST_MEAN, type Summary } from './summary.js';
import type { MetricType } from './validity.js';

/** One variant against the baseline as decisions read it. */
export interface Difference {
  /** Two-sided, of the hypothesis that the variant changes nothing. */
  p: number;
  /** Standard error of the gain, as a fraction of the baseline. */
  error: number;
}

/** Conversions of people, or of those who started; undefined where they are no counts. */
function shareOf(metricType: MetricType, row: MetricRow): Share | undefined {
  if (metricType !== 'funnel' && metricType !== 'retention') return undefined;
  const n = metricType === 'funnel' ? row.number_of_samples : (row.denominator_sum ?? 0);
  const isCounted = Number.isSafeInteger(n) && Number.isSafeInteger(row.sum) && row.sum <= n;
  return isCounted ? { n, successes: row.sum } : undefined;
}

const fewest = ({ n, successes }: Share) => Math.min(successes, n - successes);

/**
 * The larger of two standard errors of a difference: with a variance for each arm (Welch), and with one for both. They agree
 * for even splits. Of skewed data the small arm of an uneven one lacks its tail as often as not, and its own variance with it.
 */
function errorOf(variant: Summary, baseline: Summary): number {
  const own = variant.variance / variant.n + baseline.variance / baseline.n;
  const people = variant.n + baseline.n;
  const pooled = (variant.variance * variant.n + baseline.variance * baseline.n) / people;
  return Math.sqrt(Math.max(own, pooled * (1 / variant.n + 1 / baseline.n)));
}

/** The smallest p-value that has a quantile. */
const LEAST = 1e-299;

/**
 * Tests the difference of two arms, not their ratio, as the relative interval of PostHog does: the ratio's delta method calls
 * losses too often and gains too seldom wherever the baseline is uncertain. Shares with few successes or failures are tested
 * exactly. Null where the sums allow no test. Source of the difference: Kohavi, Tang & Xu, "Trustworthy Online Controlled
 * Experiments" (2020), ch. 17.
 */
export function testDifference(metricType: MetricType, baseline: MetricRow, variant: MetricRow): Difference | null {
  try {
    const [test, control] = [summarize(metricType, variant), summarize(metricType, baseline)];
    const deviation = errorOf(test, control);
    if (!(deviation > 0) || Math.abs(control.mean) < SMALLEST_MEAN) return null;
    const error = deviation / Math.abs(control.mean);
    const shares = [shareOf(metricType, variant), shareOf(metricType, baseline)] as const;
    const [one, other] = shares;
    if (one && other && Math.min(fewest(one), fewest(other)) < EXACT_BELOW) return { p: fisherTest(one, other), error };
    return { p: 2 * normalCdf(-Math.abs(test.mean - control.mean) / deviation), error };
  } catch (thrown) {
    if (thrown instanceof StatsError) return null;
    throw thrown;
  }
}

/** The standard errors from zero at which a two-sided p-value lies. */
export function errorsOf(p: number): number {
  return p >= 1 ? 0 : -normalQuantile(Math.max(p, LEAST) / 2);
}
