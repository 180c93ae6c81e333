import { describe, expect, it } from 'vitest';
import { bayesianTest, expectedLoss, posteriorOf } from '../../src/stats/bayesian.js';
import { relativeEffect } from '../../src/stats/effect.js';
import { StatsError } from '../../src/stats/errors.js';
import { summarizeMean } from '../../src/stats/summary.js';
import { integrate, normalDensityAt } from './stats-quadrature.js';

/** E[f(X)] for X ~ N(value, variance), by integration. */
function expectation(f: (x: number) => number, { value, variance }: { value: number; variance: number }): number {
  const deviation = Math.sqrt(variance);
  return integrate((z) => f(value + z * deviation) * normalDensityAt(z), -12, 12, 200_000);
}

describe('the Bayesian test', () => {
  // The example with published results in PostHog's own tests of its statistics.
  it('gives PostHog’s published numbers for a mean', () => {
    const treatment = summarizeMean({ n: 2461, sum: 1922.7, sumSquares: 94698.29 });
    const control = summarizeMean({ n: 2507, sum: 1196.87, sumSquares: 37377.9767 });
    const result = bayesianTest(relativeEffect(treatment, control), 0.95);
    expect(result.posterior.value).toBeCloseTo(0.63646, 4);
    expect(result.credibleInterval[0]).toBeCloseTo(-0.0873, 4);
    expect(result.credibleInterval[1]).toBeCloseTo(1.36026, 4);
    expect(result.chanceToWin).toBeCloseTo(0.95759, 4);
  });

  it('calls an effect significant by its one-sided chance, though the interval contains zero', () => {
    const { chanceToWin, credibleInterval, significant } = bayesianTest({ value: 1.75, variance: 1 }, 0.95);
    expect(chanceToWin).toBeGreaterThan(0.95);
    expect(credibleInterval[0]).toBeLessThan(0);
    expect(significant).toBe(true);
    expect(bayesianTest({ value: -1.75, variance: 1 }, 0.95).significant).toBe(true);
    expect(bayesianTest({ value: 1.6, variance: 1 }, 0.95).significant).toBe(false);
  });

  it('calls no effect significant whose chance is exactly the level', () => {
    expect(bayesianTest({ value: 0, variance: 1 }, 0.5)).toMatchObject({ chanceToWin: 0.5, significant: false });
  });

  it('holds the posterior’s mass in its interval and above zero', () => {
    const effect = { value: 0.03, variance: 0.0004 };
    const { chanceToWin, credibleInterval } = bayesianTest(effect, 0.9);
    const [low, high] = credibleInterval;
    const density = (x: number) => normalDensityAt((x - 0.03) / 0.02) / 0.02;
    expect(integrate(density, low, high)).toBeCloseTo(0.9, 10);
    expect(integrate(density, 0, 0.3)).toBeCloseTo(chanceToWin, 10);
  });

  it('keeps the digits of a hopeless chance', () => {
    expect(bayesianTest({ value: -10, variance: 1 }, 0.95).chanceToWin).toBeCloseTo(7.61985302416e-24, 33);
  });

  it('weighs an informative prior by its precision', () => {
    // 1/0.02 = 50 of 0.05 and 1/0.01 = 100 of 0.1: mean 12.5/150, variance 1/150.
    const posterior = posteriorOf({ value: 0.1, variance: 0.01 }, { mean: 0.05, variance: 0.02 });
    expect(posterior.value).toBeCloseTo(12.5 / 150, 12);
    expect(posterior.variance).toBeCloseTo(1 / 150, 12);
  });

  it('updates a prior as the product of the two densities does', () => {
    const [effect, prior] = [
      { value: 0.08, variance: 0.003 },
      { mean: -0.02, variance: 0.001 },
    ];
    const likelihood = (x: number) => Math.exp(-((x - effect.value) ** 2) / (2 * effect.variance));
    const belief = { value: prior.mean, variance: prior.variance };
    const mass = expectation(likelihood, belief);
    const { posterior } = bayesianTest(effect, 0.95, prior);
    expect(posterior.value).toBeCloseTo(expectation((x) => x * likelihood(x), belief) / mass, 9);
  });

  it('ends where a prior gets wide at the flat one', () => {
    const effect = { value: 0.1, variance: 0.01 };
    const wide = posteriorOf(effect, { mean: 5, variance: 1e12 });
    expect(wide.value).toBeCloseTo(posteriorOf(effect).value, 10);
    expect(wide.variance).toBeCloseTo(posteriorOf(effect).variance, 10);
  });

  it.each([0, 1, -1, Number.NaN])('has no interval of level %d', (level) => {
    expect(() => bayesianTest({ value: 1, variance: 1 }, level)).toThrow(StatsError);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('takes no prior of variance %d', (variance) => {
    expect(() => posteriorOf({ value: 1, variance: 1 }, { mean: 0, variance })).toThrow(StatsError);
  });
});

describe('the expected loss', () => {
  it.each([
    [0.05, 0.02],
    [-0.01, 0.03],
    [0, 1],
    [2, 0.5],
  ])('of either choice at %d ± %d is the mean of what it forgoes', (value, deviation) => {
    const posterior = { value, variance: deviation ** 2 };
    const { choosingBaseline, choosingVariant } = expectedLoss(posterior);
    expect(choosingBaseline).toBeCloseTo(
      expectation((x) => Math.max(x, 0), posterior),
      8,
    );
    expect(choosingVariant).toBeCloseTo(
      expectation((x) => Math.max(-x, 0), posterior),
      8,
    );
    expect(choosingBaseline - choosingVariant).toBeCloseTo(value, 12);
  });

  it('is never negative, however clear the winner', () => {
    // At 38 standard errors the two terms of the loss are the smallest doubles there are, and their sum is rounding.
    for (let z = 37; z <= 39; z += 0.001) {
      const { choosingBaseline, choosingVariant } = expectedLoss({ value: z, variance: 1 });
      expect(Math.min(choosingBaseline, choosingVariant)).toBeGreaterThanOrEqual(0);
    }
  });
});
