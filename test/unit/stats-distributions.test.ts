import { describe, expect, it } from 'vitest';
import {
  chiSquareUpperTail,
  normalCdf,
  normalDensity,
  normalQuantile,
  tCdf,
  tQuantile,
} from '../../src/stats/distributions.js';
import { StatsError } from '../../src/stats/errors.js';
import { integrate, lnGamma, normalDensityAt, tDensityAt } from './stats-quadrature.js';

function expectRelative(actual: number, expected: number, tolerance: number) {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));
}

/** Values called "mpmath" were computed with mpmath 1.3 at 40 digits (15 of them here) from erfc and the incomplete beta and gamma functions. */
describe('the normal distribution', () => {
  // Abramowitz & Stegun, Handbook of Mathematical Functions, table 26.1 (15 decimals).
  it.each([
    [0.5, 0.691462461274013],
    [1, 0.841344746068543],
    [2, 0.977249868051821],
    [3, 0.99865010196837],
  ])('Φ(%d) is as tabulated', (x, expected) => {
    expect(normalCdf(x)).toBeCloseTo(expected, 12);
    expect(normalCdf(-x)).toBeCloseTo(1 - expected, 12);
  });

  // Abramowitz & Stegun, table 26.2: −log10 Q(x), five decimals.
  it.each([
    [5, 6.54265],
    [10, 23.11805],
    [20, 88.5601],
  ])('Q(%d) is as tabulated for extreme arguments', (x, minusLog) => {
    expect(-Math.log10(normalCdf(-x))).toBeCloseTo(minusLog, 5);
  });

  it.each([
    [-37, 5.72557122252458e-300],
    [-20, 2.75362411860623e-89],
    [-10, 7.61985302416053e-24],
    [-8, 6.22096057427178e-16],
    [-5, 2.86651571879194e-7],
    [-3, 0.00134989803163009],
    [-0.5, 0.308537538725987],
  ])('Φ(%d) keeps its digits far out in the tail (mpmath)', (x, expected) => {
    expectRelative(normalCdf(x), expected, 1e-9);
  });

  it('agrees with its density integrated', () => {
    for (const x of [-2.5, -1, 0.3, 1.7]) {
      expect(normalCdf(x)).toBeCloseTo(0.5 + integrate(normalDensityAt, 0, x), 12);
      expect(normalDensity(x)).toBeCloseTo(normalDensityAt(x), 14);
    }
  });

  // Abramowitz & Stegun, table 26.6 gives the extreme ones to five decimals; the digits after those are mpmath's.
  it.each([
    [0.4, -0.2533471031358],
    [0.1, -1.2815515655446],
    [0.025, -1.95996398454005],
    [0.005, -2.5758293035489],
    [1e-3, -3.09023230616781],
    [1e-6, -4.7534243088229],
    [1e-9, -5.99780701500769],
    [1e-12, -7.03448382530113],
    [1e-20, -9.26234008979841],
    [1e-50, -14.9333375347885],
    [1e-200, -30.2055941795796],
    [1e-300, -37.0470962993612],
  ])('the quantile of %d is as tabulated', (p, expected) => {
    expectRelative(normalQuantile(p), expected, 1e-10);
    if (p > 1e-6) expectRelative(normalQuantile(1 - p), -expected, 1e-10);
  });

  it('keeps its digits close to 1, where it mirrors the lower tail', () => {
    for (const p of [2 ** -20, 2 ** -40, 2 ** -52]) expect(normalQuantile(1 - p)).toBe(-normalQuantile(p));
  });

  it('has its median at 0', () => {
    expect(Math.abs(normalQuantile(0.5))).toBeLessThan(1e-15);
  });

  it.each([0, 1, -0.1, 1.1, Number.NaN, 1e-310])('has no quantile of %d', (p) => {
    expect(() => normalQuantile(p)).toThrow(StatsError);
  });
});

describe('Student’s t distribution', () => {
  it.each([
    [-8, 1, 0.0395834241605655],
    [-3, 2, 0.0477329831333546],
    [-40, 3.5, 4.38322055468651e-6],
    [0.7, 3.5, 0.736182928827161],
    [-40, 5, 9.20598108588648e-8],
    [2.5, 5, 0.972754950328812],
    [-40, 10, 1.14042887154288e-12],
    [-1.5, 30.25, 0.0719900783276898],
    [-40, 100, 1.23105380107004e-63],
    [-40, 1000, 5.23942607758668e-210],
    [-3, 1000, 0.0013833545221191],
    [-8, 90186.7, 6.29418010640793e-16],
    [-3, 90186.7, 0.00135026661454888],
    [2.5, 90186.7, 0.993789453976058],
    [-1.5, 1e7, 0.0668072170538147],
  ])('F(%d) with %d degrees of freedom keeps its digits (mpmath)', (t, df, expected) => {
    expectRelative(tCdf(t, df), expected, 1e-8);
  });

  it.each([-30, -2, -0.4, 0.9, 5])('has its closed forms at 1, 2 and 4 degrees of freedom, at t = %d', (t) => {
    const cosine = 1 / Math.sqrt(1 + (t * t) / 4);
    const sine = (t / 2) * cosine;
    expect(tCdf(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 12);
    expect(tCdf(t, 2)).toBeCloseTo(0.5 + t / (2 * Math.sqrt(2 + t * t)), 12);
    expect(tCdf(t, 4)).toBeCloseTo(0.5 + (sine * (1 + cosine ** 2 / 2)) / 2, 12);
  });

  it('agrees with its density integrated', () => {
    for (const df of [3, 7.5, 64, 90_000]) {
      expect(tCdf(1.3, df)).toBeCloseTo(0.5 + integrate((x) => tDensityAt(x, df), 0, 1.3), 10);
    }
  });

  // Rows of the table of critical values in any textbook (three decimals there; the digits after those are mpmath's).
  it.each([
    [0.025, 1, -12.7062047361747],
    [0.0005, 1, -636.61924876872],
    [1e-8, 1, -31830988.6183791],
    [0.025, 2, -4.30265272974946],
    [0.005, 4, -4.60409487134999],
    [0.005, 7.3, -3.45103165562219],
    [0.025, 30, -2.04227245630124],
    [0.0005, 30, -3.64595863504202],
    [0.025, 1000, -1.96233908082641],
    [1e-8, 1000, -5.65791233767911],
    [0.025, 90186.7, -1.95999028889011],
    [0.0005, 90186.7, -3.29063461902338],
  ])('the quantile of %d with %d degrees of freedom is as tabulated', (p, df, expected) => {
    expectRelative(tQuantile(p, df), expected, 1e-9);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('has no %d degrees of freedom', (df) => {
    expect(() => tCdf(1, df)).toThrow(StatsError);
    expect(() => tQuantile(0.1, df)).toThrow(StatsError);
  });
});

describe('the chi-square distribution', () => {
  // Abramowitz & Stegun, table 26.7: Q(χ²|ν), five decimals.
  it.each([
    [1, 1, 0.31731],
    [1, 2, 0.60653],
    [1, 3, 0.80125],
    [1, 5, 0.96257],
    [30, 19, 0.0518],
  ])('Q(%d|%d) is as tabulated', (x, df, expected) => {
    expect(chiSquareUpperTail(x, df)).toBeCloseTo(expected, 5);
  });

  it.each([
    [10.83, 1, 0.000998686379180259],
    [30, 1, 4.3204630578275e-8],
    [100, 1, 1.52397060483211e-23],
    [10.83, 3, 0.0126815597724669],
    [100, 5, 5.28514836094324e-20],
    [0.5, 9, 0.999969566258839],
    [100, 19, 5.35556075043512e-13],
  ])('Q(%d|%d) keeps its digits in both tails (mpmath)', (x, df, expected) => {
    expectRelative(chiSquareUpperTail(x, df), expected, 1e-9);
  });

  it('is a Poisson sum at even degrees of freedom and the square of a normal at one', () => {
    for (const x of [0, 0.2, 4, 25, 400]) {
      const half = x / 2;
      expectRelative(chiSquareUpperTail(x, 2), Math.exp(-half), 1e-10);
      expectRelative(chiSquareUpperTail(x, 6), Math.exp(-half) * (1 + half + half ** 2 / 2), 1e-10);
      expectRelative(chiSquareUpperTail(x, 1), 2 * normalCdf(-Math.sqrt(x)), 1e-9);
    }
  });

  it('agrees with its density integrated', () => {
    const density = (x: number) => Math.exp((7 / 2 - 1) * Math.log(x) - x / 2 - (7 / 2) * Math.LN2 - lnGamma(7 / 2));
    expect(chiSquareUpperTail(9, 7)).toBeCloseTo(integrate(density, 9, 150, 100_000), 9);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('knows no statistic of %d', (x) => {
    expect(() => chiSquareUpperTail(x, 1)).toThrow(StatsError);
  });
});
