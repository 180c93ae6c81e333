import { describe, expect, it } from 'vitest';
import { absoluteEffect, relativeEffect, standardError } from '../../src/stats/effect.js';
import { StatsError, type StatsErrorCode } from '../../src/stats/errors.js';
import { sampleCovariance } from '../../src/stats/moments.js';
import { summarizeMean, summarizeProportion, summarizeRatio } from '../../src/stats/summary.js';

function codeOf(action: () => unknown): StatsErrorCode | 'nothing' {
  try {
    action();
  } catch (error) {
    if (error instanceof StatsError) return error.code;
    throw error;
  }
  return 'nothing';
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;
const sumsOf = (values: readonly number[]) => ({
  n: values.length,
  sum: sum(values),
  sumSquares: sum(values.map((value) => value * value)),
});
/** Two-pass covariance of the raw values: the definition, not the formula over sums. */
function covarianceOf(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [mean(x), mean(y)];
  return sum(x.map((value, i) => (value - mx) * ((y[i] ?? Number.NaN) - my))) / (x.length - 1);
}

const ORDERS = [12.5, 0, 40, 7.25, 0, 99, 3, 3, 18, 0];
const VISITS = [2, 1, 5, 1, 1, 8, 1, 2, 3, 1];

describe('a summary', () => {
  it('of a share has its binomial variance, not n − 1', () => {
    expect(summarizeProportion(1000, 110)).toEqual({ n: 1000, mean: 0.11, variance: 0.11 * 0.89 });
    expect(summarizeProportion(10, 10)).toEqual({ n: 10, mean: 1, variance: 0 });
    expect(summarizeProportion(10, 0)).toEqual({ n: 10, mean: 0, variance: 0 });
  });

  it('of a mean has the sample variance of the raw values', () => {
    const { n, mean: m, variance } = summarizeMean(sumsOf(ORDERS));
    expect(n).toBe(10);
    expect(m).toBeCloseTo(mean(ORDERS), 12);
    expect(variance).toBeCloseTo(covarianceOf(ORDERS, ORDERS), 10);
  });

  it('of a ratio has the delta method’s variance with n − 1 throughout', () => {
    const productSum = sum(ORDERS.map((value, i) => value * (VISITS[i] ?? 0)));
    const visits = sumsOf(VISITS);
    const ratio = summarizeRatio({
      ...sumsOf(ORDERS),
      denominatorSum: visits.sum,
      denominatorSumSquares: visits.sumSquares,
      productSum,
    });
    const [m, d] = [mean(ORDERS), mean(VISITS)];
    const delta =
      covarianceOf(ORDERS, ORDERS) / d ** 2 +
      (m ** 2 * covarianceOf(VISITS, VISITS)) / d ** 4 -
      (2 * m * covarianceOf(ORDERS, VISITS)) / d ** 3;
    expect(ratio.mean).toBeCloseTo(sum(ORDERS) / sum(VISITS), 12);
    expect(ratio.variance).toBeCloseTo(delta, 10);
    expect(sampleCovariance(sumsOf(ORDERS), visits, productSum)).toBeCloseTo(covarianceOf(ORDERS, VISITS), 10);
  });

  it('of a ratio whose numerator follows its denominator exactly does not vary', () => {
    const thirds = VISITS.map((value) => value / 3);
    const [m, d] = [sumsOf(thirds), sumsOf(VISITS)];
    const productSum = sum(thirds.map((value, i) => value * (VISITS[i] ?? 0)));
    const ratio = summarizeRatio({
      ...m,
      denominatorSum: d.sum,
      denominatorSumSquares: d.sumSquares,
      productSum,
    });
    expect(ratio.variance).toBe(0);
  });

  it('of one single entity has no variance', () => {
    expect(summarizeMean({ n: 1, sum: 8, sumSquares: 64 })).toEqual({ n: 1, mean: 8, variance: 0 });
    expect(summarizeMean({ n: 1, sum: 0, sumSquares: 0 })).toEqual({ n: 1, mean: 0, variance: 0 });
    expect(summarizeMean({ n: 1, sum: 1000, sumSquares: 1e6 * (1 + 1e-12) }).variance).toBe(0);
    expect(summarizeMean({ n: 1, sum: 0.1, sumSquares: 0.1 ** 2 * (1 + 1e-12) }).variance).toBe(0);
    const denominator = { denominatorSum: 2, denominatorSumSquares: 4, productSum: 16 };
    expect(summarizeRatio({ n: 1, sum: 8, sumSquares: 64, ...denominator })).toEqual({ n: 1, mean: 4, variance: 0 });
  });

  it('takes sums of squares that rounding alone put below sum²/n', () => {
    const tenths = Array.from({ length: 1000 }, () => 0.1);
    const { sum: total, sumSquares } = sumsOf(tenths);
    expect(summarizeMean({ n: 1000, sum: total, sumSquares: sumSquares * (1 - 1e-12) }).variance).toBe(0);
  });
});

describe('what is left between two large sums', () => {
  const EPSILON = Number.EPSILON;

  it('is no variance where it holds no digit of its own', () => {
    expect(summarizeMean({ n: 4, sum: 4e6, sumSquares: 4e12 * (1 + 4 * EPSILON) }).variance).toBe(0);
    expect(summarizeMean({ n: 4, sum: 4e6, sumSquares: 4e12 * (1 + 1e-12) }).variance).toBeGreaterThan(1);
    const ratio = { n: 4, sum: 4e6, denominatorSum: 4, denominatorSumSquares: 4, productSum: 4e6 };
    expect(summarizeRatio({ ...ratio, sumSquares: 4e12 * (1 + 8 * EPSILON) }).variance).toBe(0);
    expect(summarizeRatio({ ...ratio, sumSquares: 4e12 * (1 + 1e-12) }).variance).toBeGreaterThan(1);
  });

  it('is a covariance in reach as far as the sums themselves may be rounded, and no further', () => {
    const alike = (n: number) => ({ n, sum: n * 1e6, sumSquares: n * 1e12 });
    const covariance = (n: number, more: number) => sampleCovariance(alike(n), alike(n), n * 1e12 + more);
    expect(covariance(2, 1500)).toBe(1500);
    expect(codeOf(() => covariance(2, 2500))).toBe('impossible_sums');
    expect(codeOf(() => covariance(1000, 1e8))).toBe('impossible_sums');
  });

  it('is a denominator or a baseline down to 1e-10, and none below', () => {
    const tiny = {
      n: 1,
      sum: 8,
      sumSquares: 64,
      denominatorSum: 1e-10,
      denominatorSumSquares: 1e-20,
      productSum: 8e-10,
    };
    expect(summarizeRatio(tiny).mean).toBe(8e10);
    const arm = { n: 10, mean: 3e-10, variance: 1 };
    expect(relativeEffect(arm, { ...arm, mean: 1e-10 }).value).toBeCloseTo(2, 12);
    expect(codeOf(() => relativeEffect(arm, { ...arm, mean: 0.9e-10 }))).toBe('zero_baseline');
  });
});

describe('impossible data', () => {
  const ratio = { n: 10, sum: 5, sumSquares: 5, denominatorSum: 8, denominatorSumSquares: 8, productSum: 5 };

  it.each<[string, StatsErrorCode, () => unknown]>([
    ['no samples', 'invalid_count', () => summarizeProportion(0, 0)],
    ['half a sample', 'invalid_count', () => summarizeMean({ n: 10.5, sum: 1, sumSquares: 1 })],
    ['a negative number of samples', 'invalid_count', () => summarizeMean({ n: -3, sum: 1, sumSquares: 1 })],
    ['samples that are not a number', 'invalid_count', () => summarizeProportion(Number.NaN, 1)],
    ['infinitely many samples', 'invalid_count', () => summarizeProportion(Number.POSITIVE_INFINITY, 1)],
    ['half a success', 'invalid_count', () => summarizeProportion(10, 2.5)],
    ['a negative number of successes', 'invalid_count', () => summarizeProportion(10, -1)],
    ['more successes than samples', 'impossible_sums', () => summarizeProportion(10, 11)],
    ['a sum that is not a number', 'not_finite', () => summarizeMean({ n: 10, sum: Number.NaN, sumSquares: 1 })],
    ['squares that are not a number', 'not_finite', () => summarizeMean({ n: 10, sum: 1, sumSquares: Number.NaN })],
    ['a sum whose square overflows', 'not_finite', () => summarizeMean({ n: 10, sum: 1e200, sumSquares: 1e300 })],
    ['squares below sum²/n', 'impossible_sums', () => summarizeMean({ n: 10, sum: 100, sumSquares: 999 })],
    ['one sample whose square is another', 'impossible_sums', () => summarizeMean({ n: 1, sum: 8, sumSquares: 65 })],
    ['negative squares', 'impossible_sums', () => summarizeMean({ n: 10, sum: 0, sumSquares: -1 })],
    ['squares of a denominator below', 'impossible_sums', () => summarizeRatio({ ...ratio, denominatorSumSquares: 6 })],
    ['products out of reach', 'impossible_sums', () => summarizeRatio({ ...ratio, productSum: 9 })],
    ['products that are not a number', 'not_finite', () => summarizeRatio({ ...ratio, productSum: Number.NaN })],
    [
      'a denominator of zero',
      'zero_denominator',
      () => summarizeRatio({ ...ratio, denominatorSum: 0, denominatorSumSquares: 0, productSum: 0 }),
    ],
  ])('%s is refused', (_, code, action) => {
    expect(codeOf(action)).toBe(code);
  });

  it('of a ratio is named by the side that has it', () => {
    expect(() => summarizeRatio({ ...ratio, sumSquares: 1 })).toThrow(/^the numerator/);
    expect(() => summarizeRatio({ ...ratio, denominatorSumSquares: 1 })).toThrow(/^the denominator/);
  });

  it('is told from data that is merely too thin', () => {
    expect(new StatsError('zero_denominator', '').dataTooThin).toBe(true);
    expect(new StatsError('impossible_sums', '').dataTooThin).toBe(false);
  });
});

describe('an effect', () => {
  const control = summarizeProportion(1000, 100);
  const test = summarizeProportion(1000, 110);

  it('is a difference of means, absolute', () => {
    const { value, variance } = absoluteEffect(test, control);
    expect(value).toBeCloseTo(0.01, 12);
    expect(variance).toBeCloseTo((0.11 * 0.89) / 1000 + (0.1 * 0.9) / 1000, 15);
  });

  it('is a share of the baseline’s mean, relative, by the delta method', () => {
    const { value, variance } = relativeEffect(test, control);
    expect(value).toBeCloseTo(0.1, 12);
    expect(variance).toBeCloseTo((0.11 * 0.89) / 1000 / 0.01 + (0.0121 * ((0.1 * 0.9) / 1000)) / 0.0001, 12);
  });

  it('has nothing to be relative to where the baseline is zero', () => {
    const nothing = summarizeProportion(1000, 0);
    expect(codeOf(() => relativeEffect(test, nothing))).toBe('zero_baseline');
    expect(absoluteEffect(test, nothing).value).toBe(0.11);
  });

  it('without variance has no standard error', () => {
    expect(codeOf(() => standardError({ value: 1, variance: 0 }))).toBe('no_variance');
  });
});
