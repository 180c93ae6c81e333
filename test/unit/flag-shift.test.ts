import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FlagFilters } from '../../src/schema/flag.js';
import { movedPercent, shareText } from '../../src/serving/flag-shift.js';

function filters(...splits: [key: string, percent: number][]): FlagFilters {
  return { multivariate: { variants: splits.map(([key, rollout_percentage]) => ({ key, rollout_percentage })) } };
}

describe('the share of users whose variant changes', () => {
  it.each<[string, FlagFilters, FlagFilters, number]>([
    ['nothing moves', filters(['control', 50], ['test', 50]), filters(['control', 50], ['test', 50]), 0],
    ['a split shifts', filters(['control', 50], ['test', 50]), filters(['control', 40], ['test', 60]), 10],
    ['the last variant is shipped', filters(['control', 50], ['test', 50]), filters(['control', 0], ['test', 100]), 50],
    ['two variants swap places', filters(['a', 50], ['b', 50]), filters(['b', 50], ['a', 50]), 100],
    ['the middle one grows', filters(['a', 34], ['b', 33], ['c', 33]), filters(['a', 20], ['b', 60], ['c', 20]), 27],
    ['all go to a new one', filters(['a', 50], ['b', 50]), filters(['c', 100]), 100],
  ])('is told where %s', (_, before, after, moved) => {
    expect(movedPercent(before, after)).toBeCloseTo(moved);
  });

  it('is what counting people one by one gives', () => {
    const split = fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 5 });
    const served = ({ multivariate }: FlagFilters, place: number) => {
      let end = 0;
      for (const { key, rollout_percentage } of multivariate?.variants ?? []) {
        end += rollout_percentage ?? 0;
        if (place < end) return key;
      }
      return undefined;
    };
    fc.assert(
      fc.property(split, split, (one, other) => {
        const whole = (shares: number[]): FlagFilters => {
          const sum = shares.reduce((total, share) => total + share, 0) || 1;
          const scaled = shares.map((share) => Math.floor((share * 100) / sum));
          scaled[0] = (scaled[0] ?? 0) + 100 - scaled.reduce((total, share) => total + share, 0);
          return filters(...scaled.map((share, at): [string, number] => [`v${at}`, share]));
        };
        const [before, after] = [whole(one), whole(other)];
        const places = Array.from({ length: 100 }, (_, at) => at + 0.5);
        const moved = places.filter((place) => served(before, place) !== served(after, place)).length;
        expect(movedPercent(before, after)).toBeCloseTo(moved);
      }),
    );
  });

  it('is told in words that claim no more than it knows', () => {
    expect([0.4, 9.6, 50].map(shareText)).toEqual(['under 1%', 'about 10%', 'about 50%']);
  });
});
