import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bayesianTest, expectedLoss } from '../../src/stats/bayesian.js';
import { absoluteEffect, relativeEffect } from '../../src/stats/effect.js';
import { type Comparison, welchTest } from '../../src/stats/frequentist.js';
import { holm } from '../../src/stats/holm.js';
import { detectableEffectPercent, sampleSize } from '../../src/stats/power.js';
import { sequentialTest } from '../../src/stats/sequential.js';
import { testSplit } from '../../src/stats/srm.js';
import { type Summary, summarizeMean, summarizeProportion } from '../../src/stats/summary.js';

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
  it('risk 38: swapped mirror their absolute effect', () => {
    fc.assert(
      fc.property(share, share, (a, b) => {
        const [there, back] = [absolute(a, b), absolute(b, a)];
        // A sum, since the mirror of no effect is no effect, not minus zero.
        expect(back.effect.value + there.effect.value).toBe(0);
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
