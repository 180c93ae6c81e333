import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ComparisonInput, compareVariants, type MetricRow } from '../../src/stats/compare.js';
import { StatsError } from '../../src/stats/errors.js';
import type { StatsSettings } from '../../src/stats/settings.js';
import type { MetricType } from '../../src/stats/validity.js';

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

describe('risk 38: whatever goes in', () => {
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
