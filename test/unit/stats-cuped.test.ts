import { describe, expect, it } from 'vitest';
import { bayesianTest } from '../../src/stats/bayesian.js';
import { adjustArm, type CovariateArm, cupedAdjust, pooledTheta, VARIANCE_FLOOR } from '../../src/stats/cuped.js';
import { relativeEffect } from '../../src/stats/effect.js';
import { StatsError } from '../../src/stats/errors.js';
import { welchTest } from '../../src/stats/frequentist.js';
import { summarizeMean, summarizeProportion } from '../../src/stats/summary.js';

type Pair = readonly [number, number];

function arm(n: number, outcome: Pair, covariate: Pair, productSum: number): CovariateArm {
  return {
    outcome: summarizeMean({ n, sum: outcome[0], sumSquares: outcome[1] }),
    covariateSum: covariate[0],
    covariateSumSquares: covariate[1],
    productSum,
  };
}

/** Arms of PostHog's own tests of CUPED, with the results published there. */
const CONTROL = arm(2801, [280, 560], [195, 390], -18);
const FIRST = arm(2800, [205, 510], [110, 380], -8);
const SECOND = arm(3500, [420, 840], [280, 560], -25);
const SMALL = arm(5, [14, 48], [28.5, 520.3], 85.2);

describe('CUPED', () => {
  it('gives PostHog’s published slope and means', () => {
    const { theta, variant, baseline, unadjustedMean } = cupedAdjust(FIRST, CONTROL);
    expect(theta).toBeCloseTo(-0.069566052, 8);
    expect(unadjustedMean).toBeCloseTo(0.099964299, 8);
    expect(baseline.mean).toBeCloseTo(0.104807347, 8);
    expect(variant.mean).toBeCloseTo(0.075947238, 8);
    expect(pooledTheta(SMALL, SMALL)).toBeCloseTo(0.015090122, 8);
  });

  it('gives PostHog’s published adjustment at a given slope', () => {
    expect(adjustArm(SMALL, 0.31).mean).toBeCloseTo(1.033, 9);
    expect(adjustArm(SMALL, 0.31).variance).toBeCloseTo(9.960346, 5);
  });

  it('gives PostHog’s published effect and both its intervals, relative to the unadjusted mean', () => {
    const { variant, baseline, unadjustedMean } = cupedAdjust(FIRST, CONTROL);
    const effect = relativeEffect(variant, baseline, unadjustedMean);
    expect(effect.value).toBeCloseTo(-0.288704169, 6);
    const { confidenceInterval } = welchTest({ variant, baseline, effect, alpha: 0.05 });
    expect(confidenceInterval[0]).toBeCloseTo(-0.486775, 6);
    expect(confidenceInterval[1]).toBeCloseTo(-0.090633, 6);
    const { credibleInterval } = bayesianTest(effect, 0.95);
    expect(credibleInterval[0]).toBeCloseTo(-0.486732, 6);
    expect(credibleInterval[1]).toBeCloseTo(-0.090676, 6);
  });

  it('has a slope for each pair of a test with three arms', () => {
    const first = cupedAdjust(FIRST, CONTROL);
    const second = cupedAdjust(SECOND, CONTROL);
    expect(Math.sqrt(first.variant.variance)).toBeCloseTo(0.420353709, 6);
    expect(Math.sqrt(second.variant.variance)).toBeCloseTo(0.473119119, 6);
    expect(Math.sqrt(second.baseline.variance)).toBeCloseTo(0.434365539, 6);
  });

  it('is what least squares leaves of the raw values', () => {
    const before = [3, 8, 1, 5, 9, 2, 7, 4, 6, 5];
    const after = [4, 9, 2, 5, 12, 1, 8, 6, 6, 5];
    const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
    const product = (x: number[], y: number[]) => sum(x.map((value, i) => value * (y[i] ?? Number.NaN)));
    const raw = arm(
      10,
      [sum(after), product(after, after)],
      [sum(before), product(before, before)],
      product(after, before),
    );
    const { theta, variant } = cupedAdjust(raw, raw);
    const [mx, my] = [sum(before) / 10, sum(after) / 10];
    const x = before.map((value) => value - mx);
    const slope = product(x, after) / product(x, x);
    expect(theta).toBeCloseTo(slope, 10);
    const residuals = after.map((value, i) => value - my - slope * (x[i] ?? Number.NaN));
    expect(variant.variance).toBeCloseTo(product(residuals, residuals) / 9, 10);
    expect(variant.mean).toBeCloseTo(my - slope * mx, 10);
  });

  it('adjusts nothing by a covariate that does not vary', () => {
    const constant = (outcome: Pair): CovariateArm => arm(100, outcome, [500, 2500], 5 * outcome[0]);
    const [variant, baseline] = [constant([500, 3000]), constant([480, 2800])];
    const result = cupedAdjust(variant, baseline);
    expect(result.theta).toBe(0);
    expect(result.variant).toEqual(variant.outcome);
    expect(result.baseline).toEqual(baseline.outcome);
  });

  it('gives no variance to an outcome that has none, be it constant or of one single entity', () => {
    const still = arm(100, [500, 2500], [500, 2500], 2500);
    expect(cupedAdjust(still, still).variant.variance).toBe(0);
    const single = arm(1, [8, 64], [15.3, 15.3 ** 2], 8 * 15.3);
    expect(adjustArm(single, 0.4)).toEqual({ n: 1, mean: 8 - 0.4 * 15.3, variance: 0 });
  });

  it('takes a share that its covariate foretells exactly', () => {
    const sure: CovariateArm = {
      outcome: summarizeProportion(1000, 150),
      covariateSum: 150,
      covariateSumSquares: 150,
      productSum: 150,
    };
    const { theta, variant } = cupedAdjust(sure, sure);
    expect(theta).toBeCloseTo(1, 12);
    // A share's p(1 − p) falls short of its sample variance, so what is left is below nothing.
    expect(variant.variance).toBe(VARIANCE_FLOOR);
  });

  it.each([
    ['products out of reach', { ...CONTROL, productSum: 5000 }],
    ['products that are not a number', { ...CONTROL, productSum: Number.NaN }],
    ['covariate squares below sum²/n', { ...CONTROL, covariateSumSquares: 1 }],
    ['a covariate that is not a number', { ...CONTROL, covariateSum: Number.NaN }],
  ])('refuses %s', (_, impossible) => {
    expect(() => cupedAdjust(FIRST, impossible)).toThrow(StatsError);
  });
});
