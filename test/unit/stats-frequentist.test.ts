import { describe, expect, it } from 'vitest';
import { absoluteEffect, relativeEffect } from '../../src/stats/effect.js';
import { StatsError } from '../../src/stats/errors.js';
import { welchDegreesOfFreedom, welchTest } from '../../src/stats/frequentist.js';
import { mixingSquared, sequentialTest } from '../../src/stats/sequential.js';
import { type Summary, summarizeMean, summarizeProportion, summarizeRatio } from '../../src/stats/summary.js';
import { integrate, normalDensityAt } from './stats-quadrature.js';

function ofValues(values: readonly number[]): Summary {
  const sum = values.reduce((total, value) => total + value, 0);
  const sumSquares = values.reduce((total, value) => total + value * value, 0);
  return summarizeMean({ n: values.length, sum, sumSquares });
}

function absolute(variant: Summary, baseline: Summary, alpha = 0.05) {
  return { variant, baseline, effect: absoluteEffect(variant, baseline), alpha };
}

function relative(variant: Summary, baseline: Summary, alpha = 0.05) {
  return { variant, baseline, effect: relativeEffect(variant, baseline), alpha };
}

/** PostHog's published example of a mean. */
const MEANS = relative(
  summarizeMean({ n: 2461, sum: 1922.7, sumSquares: 94698.29 }),
  summarizeMean({ n: 2507, sum: 1196.87, sumSquares: 37377.9767 }),
);

describe('Welch’s t-test', () => {
  // Student's data on sleep (1908), as printed in R's help of `t.test`: t = -1.8608, df = 17.776, p-value = 0.07939.
  it('risk 38: gives the numbers printed for Student’s sleep data', () => {
    const first = ofValues([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]);
    const second = ofValues([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]);
    const { pValue, confidenceInterval, significant } = welchTest(absolute(first, second));
    expect(welchDegreesOfFreedom(first, second)).toBeCloseTo(17.776, 3);
    expect(pValue).toBeCloseTo(0.07939, 5);
    expect(confidenceInterval[0]).toBeCloseTo(-3.3654832, 6);
    expect(confidenceInterval[1]).toBeCloseTo(0.2054832, 6);
    expect(significant).toBe(false);
  });

  // The worked example of Wikipedia's "Student's t-test", unequal variances: df = 7.031, two-tailed p = 0.09077.
  it('gives the numbers of a worked example with screws', () => {
    const first = ofValues([30.02, 29.99, 30.11, 29.97, 30.01, 29.99]);
    const second = ofValues([29.89, 29.93, 29.72, 29.98, 30.02, 29.98]);
    expect(welchDegreesOfFreedom(first, second)).toBeCloseTo(7.031, 3);
    expect(welchTest(absolute(first, second)).pValue).toBeCloseTo(0.09077, 5);
  });

  // The next three: examples with published results in PostHog's own tests of its statistics.
  it('gives PostHog’s published numbers for a mean', () => {
    const { pValue, confidenceInterval } = welchTest(MEANS);
    expect(MEANS.effect.value).toBeCloseTo(0.63646, 4);
    expect(pValue).toBeCloseTo(0.08487, 4);
    expect(confidenceInterval[0]).toBeCloseTo(-0.0875, 4);
    expect(confidenceInterval[1]).toBeCloseTo(1.36048, 4);
  });

  it('gives PostHog’s published numbers for a share', () => {
    const comparison = relative(summarizeProportion(1471, 62), summarizeProportion(1529, 87));
    const { pValue, confidenceInterval, significant } = welchTest(comparison);
    expect(comparison.effect.value).toBeCloseTo(-0.25925, 4);
    expect(pValue).toBeCloseTo(0.03096, 4);
    expect(confidenceInterval[0]).toBeCloseTo(-0.49475, 4);
    expect(confidenceInterval[1]).toBeCloseTo(-0.02376, 4);
    expect(significant).toBe(true);
  });

  it('gives PostHog’s published numbers for a ratio', () => {
    const arm = (n: number, sum: number, sumSquares: number, denominator: number) =>
      summarizeRatio({
        ...{ n, sum, sumSquares },
        denominatorSum: denominator,
        denominatorSumSquares: denominator,
        productSum: sum,
      });
    const comparison = relative(
      arm(2034, 99673.9364269569, 11298745.182728939, 947),
      arm(1966, 94605.79858780127, 10463129.505392816, 936),
    );
    const { pValue, confidenceInterval } = welchTest(comparison);
    expect(comparison.effect.value).toBeCloseTo(0.041333, 5);
    expect(pValue).toBeCloseTo(0.0032826, 6);
    expect(confidenceInterval[0]).toBeCloseTo(0.01378609, 6);
    expect(confidenceInterval[1]).toBeCloseTo(0.0689, 4);
  });

  it('rejects exactly where its interval leaves zero out', () => {
    const [variant, baseline] = [summarizeProportion(900, 130), summarizeProportion(1000, 110)];
    const { pValue } = welchTest(absolute(variant, baseline));
    const at = welchTest(absolute(variant, baseline, pValue));
    expect(at.confidenceInterval[0]).toBeCloseTo(0, 10);
    expect(at.significant).toBe(false);
    expect(welchTest(absolute(variant, baseline, pValue * 1.001)).significant).toBe(true);
    expect(welchTest(absolute(variant, baseline, pValue * 0.999)).significant).toBe(false);
  });

  it('has the degrees of freedom of the arm that varies where the other does not', () => {
    const still = { n: 30, mean: 2, variance: 0 };
    expect(welchDegreesOfFreedom({ n: 12, mean: 1, variance: 4 }, still)).toBeCloseTo(11, 12);
  });

  it('has two degrees of freedom in two samples each', () => {
    const pair = { n: 2, mean: 1, variance: 3 };
    expect(welchDegreesOfFreedom(pair, pair)).toBeCloseTo(2, 12);
  });

  it('has no degrees of freedom in one sample, nor in two that do not vary', () => {
    const [many, single] = [
      { n: 20, mean: 2, variance: 1 },
      { n: 1, mean: 1, variance: 0 },
    ];
    expect(() => welchDegreesOfFreedom(single, many)).toThrow('fewer than two');
    expect(() => welchDegreesOfFreedom({ ...many, variance: 0 }, { ...many, variance: 0 })).toThrow(
      'varies in neither',
    );
  });

  it.each<[string, Summary, Summary, number]>([
    ['one sample', { n: 1, mean: 1, variance: 0 }, { n: 20, mean: 2, variance: 1 }, 0.05],
    ['no variance', { n: 20, mean: 1, variance: 0 }, { n: 20, mean: 2, variance: 0 }, 0.05],
    ['an alpha of 0', { n: 20, mean: 1, variance: 1 }, { n: 20, mean: 2, variance: 1 }, 0],
    ['an alpha of 1', { n: 20, mean: 1, variance: 1 }, { n: 20, mean: 2, variance: 1 }, 1],
  ])('refuses %s', (_, variant, baseline, alpha) => {
    expect(() => welchTest(absolute(variant, baseline, alpha))).toThrow(StatsError);
  });
});

describe('the sequential test', () => {
  // The next two: examples with published results in PostHog's own tests, checked there against Waudby-Smith et al.
  it('gives PostHog’s published numbers for a mean', () => {
    const comparison = relative(
      summarizeMean({ n: 3500, sum: 2500, sumSquares: 135_000 }),
      summarizeMean({ n: 3000, sum: 1400, sumSquares: 52_000 }),
    );
    const { pValue, confidenceInterval } = sequentialTest(comparison, 1000);
    expect(comparison.effect.value).toBeCloseTo(0.53061, 5);
    expect(Math.sqrt(comparison.effect.variance)).toBeCloseTo(0.33368, 5);
    expect(confidenceInterval[0]).toBeCloseTo(-0.5323, 5);
    expect(confidenceInterval[1]).toBeCloseTo(1.59353, 5);
    expect(pValue).toBe(1);
  });

  it('gives PostHog’s published numbers for a share', () => {
    const comparison = relative(summarizeProportion(3500, 2600), summarizeProportion(3050, 1450));
    const { pValue, confidenceInterval } = sequentialTest(comparison, 5000);
    expect(confidenceInterval[0]).toBeCloseTo(0.46064, 5);
    expect(confidenceInterval[1]).toBeCloseTo(0.66448, 5);
    // Computed with mpmath 1.3 at 40 digits.
    expect(pValue / 6.21239302814e-56).toBeCloseTo(1, 9);
  });

  it('is the mixture of likelihood ratios over a normal prior of the effect', () => {
    const comparison = absolute(summarizeProportion(2000, 260), summarizeProportion(1900, 190));
    const { value, variance } = comparison.effect;
    const n = 3900;
    const k = n * mixingSquared(0.05, 5000);
    // Effects in standard errors: z = value/s against N(δ, 1), δ ~ N(0, k).
    const z = value / Math.sqrt(variance);
    const mixed = integrate((u) => Math.exp(z * u * Math.sqrt(k) - (u * u * k) / 2) * normalDensityAt(u), -12, 12);
    expect(sequentialTest(comparison, 5000).pValue).toBeCloseTo(1 / mixed, 10);
  });

  it('rejects exactly where its interval leaves zero out', () => {
    const [variant, baseline] = [summarizeProportion(2000, 260), summarizeProportion(1900, 190)];
    // The mixing follows alpha, so the alpha at which p and the bound meet is searched for.
    let [low, high] = [1e-9, 0.5];
    for (let step = 0; step < 60; step++) {
      const middle = (low + high) / 2;
      if (sequentialTest(absolute(variant, baseline, middle), 5000).significant) high = middle;
      else low = middle;
    }
    expect(sequentialTest(absolute(variant, baseline, low), 5000).confidenceInterval[0]).toBeCloseTo(0, 8);
  });

  it('is tightest about where it was tuned to be, and always wider than a fixed horizon', () => {
    const width = (tuning: number) => {
      const [low, high] = sequentialTest(MEANS, tuning).confidenceInterval;
      return high - low;
    };
    const n = MEANS.variant.n + MEANS.baseline.n;
    const [low, high] = welchTest(MEANS).confidenceInterval;
    expect(width(n)).toBeLessThan(width(n * 2));
    expect(width(n)).toBeLessThan(width(n / 2));
    expect(width(n)).toBeGreaterThan(high - low);
  });

  it.each([1, 1_000_000_000])('takes a tuning parameter of %d', (tuning) => {
    expect(sequentialTest(MEANS, tuning).pValue).toBeGreaterThan(0);
  });

  it.each([0, 0.5, -5, 1e10, Number.NaN])('takes no tuning parameter of %d', (tuning) => {
    expect(() => sequentialTest(MEANS, tuning)).toThrow(StatsError);
  });
});
