import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { VariantSums } from '../../src/sandbox/measured/sums.js';
import { partOf } from '../../src/sandbox/results/sums.js';
import { summarize } from '../../src/stats/compare.js';

type Person = readonly [value: number, denominator: number];

/** The sums that these people make, as a scenario would carry them. */
function sumsOf(people: readonly Person[]): VariantSums {
  const total = (of: (person: Person) => number) => people.reduce((sum, person) => sum + of(person), 0);
  return {
    key: 'test',
    number_of_samples: people.length,
    sum: total(([value]) => value),
    sum_squares: total(([value]) => value ** 2),
    denominator_sum: total(([, denominator]) => denominator),
    denominator_sum_squares: total(([, denominator]) => denominator ** 2),
    numerator_denominator_sum_product: total(([value, denominator]) => value * denominator),
  };
}

const cents = fc.integer({ min: -5000, max: 1_000_000 }).map((value) => value / 100);
const amounts = fc.tuple(cents, fc.integer({ min: 1, max: 20 }));
const did = fc.tuple(fc.constantFrom(0, 1), fc.constant(1));
const share = fc.double({ min: 0, max: 1, noNaN: true });

test.each(['mean', 'ratio'] as const)('any part of possible data of a %s is possible data', (type) => {
  fc.assert(
    fc.property(fc.array(amounts, { minLength: 1, maxLength: 60 }), share, (people, part) => {
      const sums = partOf(sumsOf(people), part, { metric_type: type });
      expect(sums.number_of_samples).toBe(part === 1 ? people.length : Math.floor(people.length * part));
      // One person's part of people who differ is no one person; under 50 nothing is computed anyway.
      if (sums.number_of_samples > 1) expect(summarize(type, sums).variance).toBeGreaterThanOrEqual(0);
    }),
  );
});

test.each(['funnel', 'retention'] as const)('any part of the counts of a %s is whole counts that can be', (type) => {
  fc.assert(
    fc.property(fc.array(did, { minLength: 1, maxLength: 200 }), share, (people, part) => {
      const sums = partOf({ ...sumsOf(people), step_counts: [people.length, sumsOf(people).sum] }, part, {
        metric_type: type,
      });
      const { key: _key, step_counts: steps = [], ...counts } = sums;
      for (const count of [...Object.values(counts), ...steps]) expect(Number.isInteger(count)).toBe(true);
      if (sums.number_of_samples > 1) expect(summarize(type, sums).mean).toBeLessThanOrEqual(1);
    }),
  );
});

test('the whole is the data itself', () => {
  const sums = sumsOf([[1.25, 3]]);
  expect(partOf(sums, 1, { metric_type: 'mean' })).toEqual(sums);
});
