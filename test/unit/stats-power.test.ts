import { describe, expect, it } from 'vitest';
import { StatsError } from '../../src/stats/errors.js';
import { holm } from '../../src/stats/holm.js';
import {
  baselineValue,
  detectableEffectPercent,
  planningVariance,
  powerPercent,
  runningTimeDays,
  sampleSize,
} from '../../src/stats/power.js';

describe('the sample size', () => {
  // Kohavi et al., "Controlled experiments on the web" (2009), §3.2: a conversion of 5% and a change of 5% of it need
  // 121,600 people per variant; $3.75 with a standard deviation of $30 and the same change need over 409,000.
  it('is that of the published examples, over both variants', () => {
    const conversion = { baseline: 0.05, variance: planningVariance('funnel', 0.05) ?? Number.NaN, variants: 2 };
    expect(sampleSize(conversion, 5)).toBeCloseTo(2 * 121_600, -1);
    expect(sampleSize({ baseline: 3.75, variance: 30 ** 2, variants: 2 }, 5)).toBe(2 * 409_600);
  });

  it('is rounded once, over all variants', () => {
    // 16 · 0.21 / 0.09² = 414.81… for one variant: seven need 2,903.70…, so 2,904 and not 7 · 415 = 2,905.
    expect(sampleSize({ baseline: 0.3, variance: 0.3 * 0.7, variants: 7 }, 30)).toBe(2904);
  });

  it('has no answer for a baseline of zero, a share above 1 or a negative variance', () => {
    expect(sampleSize({ baseline: 0, variance: 1, variants: 2 }, 5)).toBeNull();
    expect(planningVariance('funnel', 1.2)).toBeNull();
    expect(sampleSize({ baseline: 1, variance: -1, variants: 2 }, 5)).toBeNull();
    expect(sampleSize({ baseline: 1e-160, variance: 1, variants: 2 }, 5)).toBeNull();
    expect(detectableEffectPercent({ baseline: 0, variance: 1, variants: 2 }, 100)).toBeNull();
  });

  it('takes the smallest baseline that does not count as zero', () => {
    const plan = { variance: 1e-20, variants: 2 };
    expect(detectableEffectPercent({ ...plan, baseline: 1e-10 }, 3200)).toBeCloseTo(10, 9);
    expect(detectableEffectPercent({ ...plan, baseline: 0.9e-10 }, 3200)).toBeNull();
    expect(detectableEffectPercent({ baseline: 1, variance: -1, variants: 2 }, 3200)).toBeNull();
  });

  it('is nobody where the metric does not vary', () => {
    expect(sampleSize({ baseline: 1, variance: 0, variants: 2 }, 5)).toBe(0);
    expect(detectableEffectPercent({ baseline: 1, variance: 0, variants: 2 }, 100)).toBe(0);
  });

  it.each([
    [1, 5],
    [2.5, 5],
    [2, 0],
    [2, -3],
    [2, Number.NaN],
  ])('refuses %d variants with a minimum detectable effect of %d %%', (variants, mde) => {
    expect(() => sampleSize({ baseline: 1, variance: 1, variants }, mde)).toThrow(StatsError);
  });

  it('is inverted by the detectable effect', () => {
    expect(detectableEffectPercent({ baseline: 3.75, variance: 900, variants: 2 }, 2 * 409_600)).toBeCloseTo(5, 12);
    expect(detectableEffectPercent({ baseline: -3.75, variance: 900, variants: 2 }, 2 * 409_600)).toBeCloseTo(5, 12);
    expect(() => detectableEffectPercent({ baseline: 1, variance: 1, variants: 2 }, 0)).toThrow(StatsError);
  });
});

describe('the variance to plan with', () => {
  it('follows from the baseline for shares, counts and sums', () => {
    expect(planningVariance('funnel', 0.2)).toBeCloseTo(0.16, 12);
    expect(['0', '1', '-0.1', '1.1'].map((share) => planningVariance('funnel', Number(share)))).toEqual([
      0,
      0,
      null,
      null,
    ]);
    expect(planningVariance('mean_count', 3)).toBe(6);
    expect(planningVariance('mean_sum_or_avg', 30)).toBe(225);
  });

  it('needs sums for ratios, and divides by n', () => {
    const stats = {
      number_of_samples: 4,
      sum: 10,
      sum_squares: 30,
      denominator_sum: 8,
      denominator_sum_squares: 18,
      numerator_denominator_sum_product: 22,
    };
    // M: mean 2.5, variance 1.25; D: mean 2, variance 0.5; covariance 0.5.
    const delta = 1.25 / 4 + (6.25 * 0.5) / 16 - (2 * 2.5 * 0.5) / 8;
    expect(planningVariance('ratio', 1.25, stats)).toBeCloseTo(delta, 12);
    expect(planningVariance('retention', 1.25, stats)).toBeCloseTo(delta, 12);
    expect(planningVariance('ratio', 1.25)).toBeNull();
    expect(planningVariance('ratio', 1.25, { number_of_samples: 0, sum: 0 })).toBeNull();
    expect(planningVariance('ratio', 1.25, { number_of_samples: 5, sum: 1, denominator_sum: 0 })).toBeNull();
  });

  it('belongs to a baseline that is a mean, a conversion rate or a ratio', () => {
    const stats = { number_of_samples: 200, sum: 50, denominator_sum: 80 };
    expect(baselineValue('mean_count', stats)).toBe(0.25);
    expect(baselineValue('mean_count', { ...stats, step_counts: [150, 40] })).toBe(0.25);
    expect(baselineValue('funnel', { ...stats, step_counts: [150, 90, 40] })).toBe(0.2);
    expect(baselineValue('funnel', stats)).toBe(0.25);
    expect(baselineValue('funnel', { ...stats, step_counts: [] })).toBe(0.25);
    expect(baselineValue('retention', stats)).toBe(0.625);
    expect(baselineValue('ratio', { number_of_samples: 200, sum: 50 })).toBeNull();
    expect(baselineValue('mean_count', { number_of_samples: 0, sum: 0 })).toBeNull();
  });
});

describe('the running time', () => {
  it('is whole days, and none without a sample or a rate', () => {
    expect(runningTimeDays(1000, 300)).toBe(4);
    expect(runningTimeDays(900, 300)).toBe(3);
    expect(runningTimeDays(null, 300)).toBeNull();
    expect(runningTimeDays(1000, 0)).toBeNull();
    expect(runningTimeDays(1000, -1)).toBeNull();
    expect(runningTimeDays(1000, null)).toBeNull();
  });
});

describe('the chance to see an effect', () => {
  // Tables of the normal distribution: Φ(2.828 − 1.96) = 0.807, Φ(1.414 − 1.96) = 0.293.
  it('is 80% for the detectable effect, 29% for half of it, either way', () => {
    expect(powerPercent(10, 10)).toBeCloseTo(80.7, 1);
    expect(powerPercent(-5, 10)).toBeCloseTo(29.3, 1);
    expect(() => powerPercent(5, 0)).toThrow(StatsError);
  });
});

describe('Holm’s correction', () => {
  // Wikipedia, "Holm–Bonferroni method": these four at 0.05 reject the first and the last only.
  it('adjusts the textbook’s four p-values', () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((expected, index) => {
      expect(adjusted[index]).toBeCloseTo(expected, 12);
    });
  });

  it('never exceeds 1, never falls below its predecessor, and takes none, one and ties', () => {
    expect(holm([])).toEqual([]);
    expect(holm([0.2])).toEqual([0.2]);
    expect(holm([1, 0])).toEqual([1, 0]);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
    expect(holm([0.02, 0.02])).toEqual([0.04, 0.04]);
  });

  it.each([-0.1, 1.1, Number.NaN])('takes no p-value of %d', (p) => {
    expect(() => holm([0.1, p])).toThrow(StatsError);
  });
});
