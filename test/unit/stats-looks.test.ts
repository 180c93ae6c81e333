import { describe, expect, it } from 'vitest';
import { errorsOf, testDifference } from '../../src/stats/difference.js';
import { normalCdf, normalDensity } from '../../src/stats/distributions.js';
import { fisherTest } from '../../src/stats/exact.js';
import { boundAtLook, type Look, pAtLook } from '../../src/stats/looks.js';

/** 2·Φ(−z). */
const twoSided = (z: number) => 2 * normalCdf(-z);
const once = { alpha: 0.05, comparisons: 1 };

describe('Fisher’s exact test', () => {
  it.each([
    // Of 20 events at even odds, 14 or more: 60,460 / 2^20, nearly, of so many people.
    ['14 against 6 among 2 × 2,000,000', [14, 2_000_000], [6, 2_000_000], (2 * 60_460) / 2 ** 20],
    // One tail is 17/70: C(4,3)·C(4,1) + 1 of C(8,4).
    ['the lady tasting tea, three of four', [3, 4], [1, 4], 34 / 70],
    ['nobody against nobody', [0, 10], [0, 10], 1],
    ['all against none of three', [3, 3], [0, 3], 2 / 20],
    ['the same of unequal arms', [1, 10], [9, 90], 1],
  ] as const)('gives %s its p-value', (_, [x, n], [y, m], p) => {
    const [one, other] = [
      { n, successes: x },
      { n: m, successes: y },
    ];
    expect(fisherTest(one, other)).toBeCloseTo(p, 4);
    expect(fisherTest(other, one)).toBeCloseTo(fisherTest(one, other), 9);
  });

  it('comes to what the normal approximation says where that is good', () => {
    const exact = fisherTest({ n: 10_000, successes: 1_080 }, { n: 10_000, successes: 1_000 });
    const z = 80 / Math.sqrt(1_080 * (1 - 0.108) + 1_000 * 0.9);
    expect(exact).toBeGreaterThan(twoSided(z));
    expect(exact / twoSided(z)).toBeLessThan(1.1);
  });

  it('never rejects more often than its level on either side', () => {
    const [n, p] = [30, 0.3];
    const chance = (k: number) => {
      let ways = 1;
      for (let at = 0; at < k; at++) ways *= (n - at) / (at + 1);
      return ways * p ** k * (1 - p) ** (n - k);
    };
    let rejected = 0;
    for (let x = 0; x <= n; x++)
      for (let y = 0; y < x; y++)
        if (fisherTest({ n, successes: x }, { n, successes: y }) < 0.05) rejected += chance(x) * chance(y);
    expect(rejected).toBeGreaterThan(0);
    expect(rejected).toBeLessThan(0.025);
  });
});

describe('the test of a difference', () => {
  it('is exact for a rare event, whatever the metric is called, and not for a common one', () => {
    const row = (sum: number, rest = {}) => ({ number_of_samples: 2_000_000, sum, sum_squares: sum, ...rest });
    expect(testDifference('funnel', row(6), row(14))?.p).toBeCloseTo(0.1153, 4);
    const started = { denominator_sum: 2_000_000, denominator_sum_squares: 2_000_000 };
    const back = (sum: number) => row(sum, { ...started, numerator_denominator_sum_product: sum });
    expect(testDifference('retention', back(6), back(14))?.p).toBeCloseTo(0.1153, 4);
    const z = 1_000 / Math.sqrt(21_000 + 20_000);
    expect(testDifference('funnel', row(20_000), row(21_000))?.p).toBeCloseTo(twoSided(z), 3);
  });

  it('takes the larger of two standard errors where the arms are uneven', () => {
    const arm = (n: number, mean: number, variance: number) => ({
      ...{ number_of_samples: n, sum: n * mean },
      sum_squares: n * mean * mean + (n - 1) * variance,
    });
    const error = (small: number, large: number) =>
      testDifference('mean', arm(90_000, 10, large), arm(10_000, 10, small))?.error;
    // The small arm lacks its tail: what both have together counts.
    expect(error(1, 100)).toBeCloseTo(Math.sqrt(90.1 * (1 / 10_000 + 1 / 90_000)) / 10, 4);
    expect(error(100, 1)).toBeCloseTo(Math.sqrt(100 / 10_000 + 1 / 90_000) / 10, 4);
  });

  it.each([
    ['a baseline of zero', { number_of_samples: 100, sum: 0, sum_squares: 0 }],
    ['sums that cannot be', { number_of_samples: 100, sum: 100, sum_squares: 1 }],
    ['an arm of nobody', { number_of_samples: 0, sum: 0 }],
  ])('says nothing of %s', (_, baseline) => {
    const variant = { number_of_samples: 100, sum: 10, sum_squares: 10 };
    expect(testDifference('mean', baseline, variant)).toBeNull();
  });
});

describe('a look', () => {
  const LOOKS: readonly Look[] = [
    { kind: 'late', growth: 1.2 },
    { kind: 'late', growth: 3 },
    { kind: 'unplanned', growth: 1 },
    { kind: 'unplanned', growth: 6 },
  ];

  it('at the plan takes a p-value as it is, and so does a test that allows any look', () => {
    for (const kind of ['planned', 'any'] as const) expect(pAtLook(0.03, { kind }, once)).toBe(0.03);
    expect(boundAtLook({ kind: 'planned' }, 0.05)).toBeCloseTo(1.96, 3);
  });

  it.each(LOOKS)('%o asks for the bound at which its p-value is alpha', (look) => {
    for (const alpha of [0.01, 0.05, 0.1]) {
      const bound = boundAtLook(look, alpha);
      expect(pAtLook(twoSided(bound * 1.0001), look, { alpha, comparisons: 1 })).toBeLessThan(alpha);
      expect(pAtLook(twoSided(bound * 0.9999), look, { alpha, comparisons: 1 })).toBeGreaterThan(alpha);
    }
  });

  it('follows Robbins’ boundary: all looks err in alpha on one side, half of it spent at the plan', () => {
    const late = Math.sqrt(boundAtLook({ kind: 'late', growth: 2 }, 0.05) ** 2 - Math.log(2));
    expect(normalCdf(-errorsOf(0.05)) + errorsOf(0.05) * normalDensity(late)).toBeCloseTo(0.05, 6);
    const unplanned = Math.sqrt(boundAtLook({ kind: 'unplanned', growth: 2 }, 0.05) ** 2 - Math.log(2));
    expect(normalCdf(-unplanned) + unplanned * normalDensity(unplanned)).toBeCloseTo(0.05, 6);
  });

  it('is never worth more than a single one, and nothing where it shows next to nothing', () => {
    for (const look of LOOKS) {
      for (const p of [1, 0.5, 0.04, 1e-4, 1e-200, 0]) expect(pAtLook(p, look, once)).toBeGreaterThanOrEqual(p);
      expect(pAtLook(1, look, once)).toBe(1);
    }
  });

  it('gets stricter with every comparison that shares alpha', () => {
    const late: Look = { kind: 'late', growth: 2 };
    const five = pAtLook(0.001, late, { alpha: 0.05, comparisons: 5 });
    expect(five).toBeGreaterThan(pAtLook(0.001, late, once));
  });
});
