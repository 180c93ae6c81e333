import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bayesianTest, expectedLoss } from '../../src/stats/bayesian.js';
import { type ComparisonInput, compareVariants, type MetricRow } from '../../src/stats/compare.js';
import { absoluteEffect, relativeEffect } from '../../src/stats/effect.js';
import { StatsError } from '../../src/stats/errors.js';
import { type Comparison, welchTest } from '../../src/stats/frequentist.js';
import { holm } from '../../src/stats/holm.js';
import { detectableEffectPercent, sampleSize } from '../../src/stats/power.js';
import { sequentialTest } from '../../src/stats/sequential.js';
import type { StatsSettings } from '../../src/stats/settings.js';
import { testSplit } from '../../src/stats/srm.js';
import { type Summary, summarizeMean, summarizeProportion } from '../../src/stats/summary.js';
import type { MetricType } from '../../src/stats/validity.js';

const share: fc.Arbitrary<Summary> = fc
  .integer({ min: 50, max: 1_000_000 })
  .chain((n) => fc.integer({ min: 5, max: n - 5 }).map((successes) => summarizeProportion(n, successes)));

const values = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 3, maxLength: 60 });
const ofValues = (list: readonly number[], factor = 1): Summary =>
  summarizeMean({
    n: list.length,
    sum: factor * list.reduce((sum, value) => sum + value, 0),
    sumSquares: factor ** 2 * list.reduce((sum, value) => sum + value * value, 0),
  });

function absolute(variant: Summary, baseline: Summary): Comparison {
  return { variant, baseline, effect: absoluteEffect(variant, baseline), alpha: 0.05 };
}

function relative(variant: Summary, baseline: Summary): Comparison {
  return { variant, baseline, effect: relativeEffect(variant, baseline), alpha: 0.05 };
}

/** Both within a part in a million of the larger, or of 1. */
function expectNear(actual: number, expected: number) {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(actual), Math.abs(expected)));
}

describe('two arms', () => {
  it('swapped mirror their absolute effect', () => {
    fc.assert(
      fc.property(share, share, (a, b) => {
        const [there, back] = [absolute(a, b), absolute(b, a)];
        expect(back.effect.value).toBe(-there.effect.value);
        for (const test of [welchTest, (one: Comparison) => sequentialTest(one, 5000)]) {
          expectNear(test(there).pValue, test(back).pValue);
          expectNear(test(there).confidenceInterval[0], -test(back).confidenceInterval[1]);
        }
        const [win, lose] = [bayesianTest(there.effect, 0.95), bayesianTest(back.effect, 0.95)];
        expectNear(win.chanceToWin + lose.chanceToWin, 1);
        expect(expectedLoss(there.effect).choosingBaseline).toBe(expectedLoss(back.effect).choosingVariant);
      }),
    );
  });

  it('that are equal have no effect, even chances and a p-value of 1', () => {
    fc.assert(
      fc.property(share, (arm) => {
        for (const comparison of [absolute(arm, arm), relative(arm, arm)]) {
          expect(comparison.effect.value).toBe(0);
          expect(welchTest(comparison).pValue).toBe(1);
          expect(sequentialTest(comparison, 5000).pValue).toBe(1);
          expect(bayesianTest(comparison.effect, 0.95).chanceToWin).toBe(0.5);
        }
      }),
    );
  });

  it('are significant exactly where the interval leaves zero out, and sequentially never before', () => {
    fc.assert(
      fc.property(share, share, (a, b) => {
        const comparison = relative(a, b);
        const welch = welchTest(comparison);
        const [low, high] = welch.confidenceInterval;
        if (Math.min(Math.abs(low), Math.abs(high)) > 1e-9) expect(welch.significant).toBe(low > 0 || high < 0);
        const sequential = sequentialTest(comparison, 5000);
        expect(sequential.confidenceInterval[0]).toBeLessThan(low);
        expect(sequential.confidenceInterval[1]).toBeGreaterThan(high);
      }),
    );
  });

  it('measured in other units have the same relative effect, interval and p-value', () => {
    const varied = values.filter((list) => new Set(list).size > 1);
    fc.assert(
      fc.property(varied, varied, fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (a, b, factor) => {
        const [plain, scaled] = [
          relative(ofValues(a), ofValues(b)),
          relative(ofValues(a, factor), ofValues(b, factor)),
        ];
        expectNear(plain.effect.value, scaled.effect.value);
        expectNear(welchTest(plain).pValue, welchTest(scaled).pValue);
        expectNear(welchTest(plain).confidenceInterval[0], welchTest(scaled).confidenceInterval[0]);
      }),
    );
  });
});

const wild = fc.oneof(fc.double(), fc.integer({ min: -5, max: 2000 }), fc.constantFrom(0, 1e-300, 1e300));
const row: fc.Arbitrary<MetricRow> = fc.record(
  {
    number_of_samples: fc.oneof(fc.integer({ min: 0, max: 5000 }), wild),
    sum: wild,
    sum_squares: wild,
    denominator_sum: wild,
    denominator_sum_squares: wild,
    numerator_denominator_sum_product: wild,
    covariate_sum: wild,
    covariate_sum_squares: wild,
    covariate_sum_product: wild,
  },
  { requiredKeys: ['number_of_samples', 'sum'] },
);
const metricType = fc.constantFrom<MetricType>('mean', 'funnel', 'ratio', 'retention');
const common = {
  differenceType: fc.constantFrom<'RELATIVE' | 'ABSOLUTE'>('RELATIVE', 'ABSOLUTE'),
  cuped: fc.boolean(),
};
const settings: fc.Arbitrary<StatsSettings> = fc.oneof(
  fc.record({ ...common, method: fc.constant<'bayesian'>('bayesian'), ciLevel: wild }),
  fc.record({
    ...common,
    method: fc.constant<'frequentist'>('frequentist'),
    alpha: fc.oneof(fc.constant(0.05), wild),
    sequentialTuningParameter: fc.option(wild),
  }),
);

/** A row that could be real, but for its scale: n entities about a mean, spread by a deviation, in units of any size. */
const extreme: fc.Arbitrary<MetricRow> = fc
  .record({
    n: fc.integer({ min: 50, max: 10_000_000 }),
    mean: fc.integer({ min: -1000, max: 1000 }).map((thousandths) => thousandths / 1000),
    deviation: fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000),
    unit: fc.integer({ min: -60, max: 60 }).map((exponent) => 10 ** exponent),
    correlation: fc.integer({ min: -10, max: 10 }).map((tenths) => tenths / 10),
  })
  .map(({ n, mean, deviation, unit, correlation }) => {
    const squares = n * (mean ** 2 + deviation ** 2);
    const other = { sum: n, sum_squares: n * 1.25, product: n * (mean + correlation * deviation * 0.5) * unit };
    return {
      number_of_samples: n,
      sum: n * mean * unit,
      sum_squares: squares * unit ** 2,
      denominator_sum: other.sum,
      denominator_sum_squares: other.sum_squares,
      numerator_denominator_sum_product: other.product,
      covariate_sum: other.sum,
      covariate_sum_squares: other.sum_squares,
      covariate_sum_product: other.product,
    };
  });

function expectSound(input: ComparisonInput) {
  const stats = compareVariants(input);
  const [probability, interval] =
    stats.method === 'bayesian'
      ? [stats.chance_to_win, stats.credible_interval]
      : [stats.p_value, stats.confidence_interval];
  if (probability === null || interval === null) {
    expect([probability, interval, stats.significant]).toEqual([null, null, null]);
    return;
  }
  expect(probability).toBeGreaterThanOrEqual(0);
  expect(probability).toBeLessThanOrEqual(1);
  expect(interval.every(Number.isFinite)).toBe(true);
  expect(interval[0]).toBeLessThanOrEqual(interval[1]);
}

describe('whatever goes in', () => {
  it('never does NaN or an infinity come out: there is a result, none, or a StatsError', () => {
    fc.assert(
      fc.property(fc.record({ metricType, baseline: row, variant: row, settings }), (input) => {
        try {
          expectSound(input);
        } catch (error) {
          expect(error).toBeInstanceOf(StatsError);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('at any scale, data that could be real has a result or none, and no error', () => {
    const sane: fc.Arbitrary<StatsSettings> = fc.oneof(
      fc.record({
        ...common,
        method: fc.constant<'bayesian'>('bayesian'),
        ciLevel: fc.constantFrom(0.5, 0.95, 0.999999),
      }),
      fc.record({
        ...common,
        method: fc.constant<'frequentist'>('frequentist'),
        alpha: fc.constantFrom(0.5, 0.05, 1e-9),
        sequentialTuningParameter: fc.constantFrom(null, 1, 5000, 1e9),
      }),
    );
    const type = fc.constantFrom<MetricType>('mean', 'ratio');
    fc.assert(
      fc.property(fc.record({ metricType: type, baseline: extreme, variant: extreme, settings: sane }), expectSound),
      { numRuns: 2000 },
    );
  });
});

describe('the sample size', () => {
  it('and the detectable effect undo each other', () => {
    const plan = fc.record({
      baseline: fc.double({ min: 1e-3, max: 1e4, noNaN: true }),
      variance: fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      variants: fc.integer({ min: 2, max: 20 }),
    });
    fc.assert(
      fc.property(plan, fc.integer({ min: 1, max: 1_000_000_000 }), (one, entities) => {
        const effect = detectableEffectPercent(one, entities);
        if (effect === null) throw new Error('no detectable effect');
        const back = sampleSize(one, effect);
        // Rounded up: what division left over may cost one more.
        expect(back === entities || back === entities + 1).toBe(true);
        expect(detectableEffectPercent(one, entities + 1)).toBeLessThan(effect);
      }),
    );
  });
});

describe('Holm’s correction', () => {
  it('keeps the order, raises every p-value, and by no more than Bonferroni’s', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (pValues) => {
        const pairs = holm(pValues).map((adjusted, index) => ({ adjusted, p: pValues[index] ?? Number.NaN }));
        for (const { adjusted, p } of pairs) {
          expect(adjusted).toBeGreaterThanOrEqual(p);
          expect(adjusted).toBeLessThanOrEqual(Math.min(1, p * pValues.length));
        }
        pairs.sort((a, b) => a.p - b.p);
        const sorted = pairs.map(({ adjusted }) => adjusted);
        expect(sorted).toEqual([...sorted].sort((a, b) => a - b));
      }),
    );
  });
});

describe('the sample ratio test', () => {
  it('expects as many as were seen, and nothing amiss where they are as expected', () => {
    const shares = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(shares, fc.integer({ min: 50, max: 1000 }), (weights, factor) => {
        const split = Object.fromEntries(weights.map((weight, index) => [`v${index}`, weight]));
        const exact = Object.fromEntries(weights.map((weight, index) => [`v${index}`, weight * factor]));
        expectNear(testSplit(exact, split)?.pValue ?? Number.NaN, 1);
        const skewed = testSplit({ ...exact, v0: 0 }, split);
        const expected = Object.values(skewed?.expected ?? {}).reduce((sum, value) => sum + value, 0);
        const seen = weights.slice(1).reduce((sum, weight) => sum + weight * factor, 0);
        if (seen >= 100) expectNear(expected, seen);
        else expect(skewed).toBeNull();
      }),
    );
  });
});
