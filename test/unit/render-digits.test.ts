import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMetric } from '../../src/decision/reading.js';
import {
  chanceText,
  decimalsFor,
  effectDigits,
  pText,
  roundedBound,
  roundedBy,
  roundedChance,
  roundedP,
} from '../../src/render/digits.js';
import type { DifferenceType } from '../../src/stats/effect.js';
import { runs } from '../helpers/fuzz.js';

/** One unit in the last place that two digits of so wide an interval leave. */
const unitOf = (width: number) => 10 ** Math.min(0, Math.floor(Math.log10(width)) - 1);
/** Beside half a unit, what doubles themselves cannot tell apart. */
const halfUnit = (width: number, value: number) => (unitOf(width) / 2) * (1 + 1e-9) + Math.abs(value) * 1e-12;

const size = fc.double({ min: -12, max: 6, noNaN: true }).map((exponent) => 10 ** exponent);

describe('a number rounded by its interval', () => {
  it.each([
    [38.614, [5.1712, 72.057], 39],
    [15.93, [10.66, 21.21], 16],
    [3.21847, [-1.1, 7.5], 3.2],
    [-0.0123, [-0.031, 0.004], -0.012],
    [1.2345e-9, [1e-9, 2e-9], 1.2e-9],
    [-0.2, [-40, 41], 0],
  ] as const)('%f of %j is %f', (value, interval, wanted) => {
    expect(roundedBy(value, interval)).toBe(wanted);
  });

  it('without an interval, or one without width, keeps four digits', () => {
    expect([roundedBy(0.138614, null), roundedBy(123.456, [1, 1]), roundedBy(0, undefined)]).toEqual([
      0.1386, 123.5, 0,
    ]);
  });

  it('is within half a unit of the exact one, and has no digit beyond the second of the width', () => {
    fc.assert(
      fc.property(size, size, fc.double({ min: 0, max: 1, noNaN: true }), (width, distance, share) => {
        const interval = [distance, distance + width] as const;
        const value = distance + width * share;
        // What is left of a narrow interval far from zero.
        const real = interval[1] - interval[0];
        fc.pre(real > 0);
        const rounded = roundedBy(value, interval);
        expect(Math.abs(rounded - value)).toBeLessThanOrEqual(halfUnit(real, value));
        const units = rounded / unitOf(real);
        expect(Math.abs(units - Math.round(units))).toBeLessThanOrEqual(Math.abs(units) * 1e-12);
      }),
      runs(500),
    );
  });

  it('gives text the same decimals, up to six', () => {
    expect([decimalsFor(5, 72), decimalsFor(-1.1, 7.5), decimalsFor(0, 1e-12), decimalsFor(2, 2)]).toEqual([
      0, 1, 6, 2,
    ]);
  });
});

describe('an end of an interval', () => {
  it.each([
    [0.04, [0.04, 21], 0.04, '+0.04'],
    [-0.0004, [-12, -0.0004], -0.0004, '-0.0004'],
    [3e-12, [3e-12, 1], 3e-12, '+3e-12'],
    [0, [-5, 0], 0, '0'],
    [-16.2, [-16.2, 22], -16, '-16'],
    [1.24, [1.24, 11.2], 1.2, '+1.2'],
  ] as const)('%f of %j is %f as data and %s as text, and never zero unless it is', (value, ends, data, text) => {
    expect(roundedBound(value, ends)).toBe(data);
    const interval = [roundedBound(ends[0], ends), roundedBound(ends[1], ends)] as const;
    expect(effectDigits(roundedBound(value, ends), interval)).toBe(text);
  });
});

describe('a probability', () => {
  it.each([
    [0.98818, 0.988, '98.8%'],
    [0.61949, 0.619, '61.9%'],
    [0.99994321, 0.999943, '> 99.9%'],
    [0.000056789, 0.000057, '< 0.1%'],
    [0.5, 0.5, '50.0%'],
    [0, 1e-15, '< 0.1%'],
    [1, 1 - 1e-15, '> 99.9%'],
  ])('of %f is %f as a chance and %s as text', (chance, data, text) => {
    expect(roundedChance(chance)).toBe(data);
    expect(chanceText(roundedChance(chance))).toBe(text);
  });

  it.each([
    [0.0432, 0.043, '0.043'],
    [0.00123, 0.0012, '0.0012'],
    [0.00012, 0.00012, '0.00012'],
    [0.61234, 0.612, '0.612'],
    [1.234e-30, 1.2e-30, '< 0.0001'],
    [1e-120, 1e-99, '< 0.0001'],
    [0, 1e-99, '< 0.0001'],
    [0.99964, 0.9999, '> 0.999'],
    [1, 0.9999, '> 0.999'],
  ])('of %f is %f as a p-value and %s as text', (p, data, text) => {
    expect(roundedP(p)).toBe(data);
    expect([pText(p), pText(roundedP(p))]).toEqual([text, text]);
  });

  it('is within half a thousandth, and never reads certain where it is not', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (chance) => {
        for (const rounded of [roundedChance(chance), roundedP(chance)])
          expect(Math.abs(rounded - chance)).toBeLessThanOrEqual(0.0005 + 1e-12);
        expect(roundedChance(chance)).toBeGreaterThan(0);
        expect(roundedChance(chance)).toBeLessThan(1);
        expect(roundedP(chance)).toBeGreaterThan(0);
        expect(roundedP(chance)).toBeLessThan(1);
      }),
      runs(500),
    );
  });
});

describe('a metric as it is shown', () => {
  const row = (key: string, sum: number, interval?: [number, number]) => ({
    ...{ key, sum, number_of_samples: 1000 },
    ...(interval ? { credible_interval: interval, chance_to_win: 0.98818, significant: true } : {}),
  });
  const options = (differenceType: DifferenceType) => ({
    ...{ settings: { method: 'bayesian' as const, ciLevel: 0.95, cuped: true, differenceType }, breakdowns: false },
  });
  const facts = { uuid: 'u', role: 'primary', metric_type: 'funnel', goal: 'increase' };

  it('has effect, interval and values within half a unit of what the interval supports', () => {
    const sums = fc.integer({ min: 1, max: 999 });
    const half = fc.double({ min: 1e-4, max: 3, noNaN: true });
    fc.assert(
      fc.property(sums, sums, half, fc.boolean(), (control, test, halfWidth, absolute) => {
        const center = absolute ? (test - control) / 1000 : test / control - 1;
        const interval: [number, number] = [center - halfWidth, center + halfWidth];
        const result = { baseline: row('control', control), variant_results: [row('test', test, interval)] };
        const [base, shown] = readMetric(facts, result, options(absolute ? 'ABSOLUTE' : 'RELATIVE')).variants;
        const scale = absolute ? 1 : 100;
        const [low = Number.NaN, high = Number.NaN] =
          (absolute ? shown?.interval_absolute : shown?.interval_percent) ?? [];
        const point = (absolute ? shown?.effect_absolute : shown?.effect_percent) ?? Number.NaN;
        const width = (interval[1] - interval[0]) * scale;
        const pairs = [
          [low, interval[0] * scale],
          [point, ((interval[0] + interval[1]) / 2) * scale],
          [high, interval[1] * scale],
        ] as const;
        for (const [said, exact] of pairs) expect(Math.abs(said - exact)).toBeLessThanOrEqual(halfUnit(width, exact));
        const ofValue = (interval[1] - interval[0]) * (absolute ? 1 : control / 1000);
        for (const [said, sum] of [[base?.value, control] as const, [shown?.value, test] as const])
          expect(Math.abs((said ?? Number.NaN) - sum / 1000)).toBeLessThanOrEqual(halfUnit(ofValue, sum / 1000));
      }),
      runs(300),
    );
  });

  it('is judged by the exact interval: one that is next to zero does not include it', () => {
    const near = (low: number) =>
      readMetric(
        facts,
        { baseline: row('control', 100), variant_results: [row('test', 120, [low, 0.4])] },
        options('RELATIVE'),
      ).variants[1];
    expect(near(0.001)).toMatchObject({ interval_percent: [0.1, 40], verdict: 'better' });
    expect(near(-0.001)).toMatchObject({
      interval_percent: [-0.1, 40],
      verdict: expect.stringContaining('includes zero'),
    });
  });
});
