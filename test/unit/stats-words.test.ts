import { describe, expect, it } from 'vitest';
import { bayesianTest } from '../../src/stats/bayesian.js';
import { type CovariateArm, cupedAdjust } from '../../src/stats/cuped.js';
import {
  chiSquareUpperTail,
  normalCdf,
  normalDensity,
  normalQuantile,
  tCdf,
  tQuantile,
} from '../../src/stats/distributions.js';
import { absoluteEffect, relativeEffect, standardError } from '../../src/stats/effect.js';
import { StatsError, type StatsErrorCode } from '../../src/stats/errors.js';
import { welchDegreesOfFreedom, welchTest } from '../../src/stats/frequentist.js';
import { holm } from '../../src/stats/holm.js';
import { sampleCovariance } from '../../src/stats/moments.js';
import { detectableEffectPercent, powerPercent, sampleSize } from '../../src/stats/power.js';
import { mixingSquared } from '../../src/stats/sequential.js';
import { testSplit } from '../../src/stats/srm.js';
import { summarizeMean, summarizeProportion, summarizeRatio } from '../../src/stats/summary.js';
import { requireNearNormal, validationFailures } from '../../src/stats/validity.js';

const NAN = Number.NaN;
const ARM = { n: 10, mean: 1, variance: 1 };
const EFFECT = { value: 1, variance: 1 };
const COVARIATE: CovariateArm = { outcome: ARM, covariateSum: 5, covariateSumSquares: 30, productSum: 5 };
const PLAN = { baseline: 1, variance: 1, variants: 2 };
const RATIO = { n: 10, sum: 5, sumSquares: 5, denominatorSum: 8, denominatorSumSquares: 8, productSum: 5 };
const HUGE = { n: 2, sum: 1.3e154, sumSquares: 1.3e154 ** 2 / 2 };
const even = { control: 500, test: 500 };

/** What is asked for, and the words it is refused with. */
const REFUSED: readonly (readonly [words: string, action: () => unknown])[] = [
  ['the variance of the prior must be a number above 0, not -1', () => bayesianTest(EFFECT, 0.9, priorOf(0, -1))],
  ['the mean of the prior is not a finite number', () => bayesianTest(EFFECT, 0.9, priorOf(NAN, 1))],
  ['the level of the interval must lie between 0 and 1, not 1', () => bayesianTest(EFFECT, 1)],
  ['alpha must lie between 0 and 1, not 0', () => welchTest({ variant: ARM, baseline: ARM, effect: EFFECT, alpha: 0 })],
  ['alpha must lie between 0 and 1, not 2', () => mixingSquared(2, 5000)],
  ['a tuning parameter of 0.5 is out of range', () => mixingSquared(0.05, 0.5)],
  ['an arm has fewer than two samples', () => welchDegreesOfFreedom({ ...ARM, n: 1 }, ARM)],
  ['the metric varies in neither arm', () => welchDegreesOfFreedom({ ...ARM, variance: 0 }, { ...ARM, variance: 0 })],
  ['the metric does not vary, so no interval can be drawn', () => standardError({ value: 1, variance: 0 })],
  ['the effect is not a finite number', () => absoluteEffect({ ...ARM, mean: NAN }, ARM)],
  ['the variance of the effect is not a finite number', () => absoluteEffect({ ...ARM, variance: NAN }, ARM)],
  ['the effect is not a finite number', () => relativeEffect({ ...ARM, mean: NAN }, ARM)],
  ['the variance of the effect is not a finite number', () => relativeEffect({ ...ARM, variance: NAN }, ARM)],
  ['the baseline’s mean is zero, so nothing is relative to it', () => relativeEffect(ARM, { ...ARM, mean: 0 })],
  ['x is not a finite number', () => normalCdf(NAN)],
  ['x is not a finite number', () => normalDensity(NAN)],
  ['a probability must lie between 0 and 1, not 1', () => normalQuantile(1)],
  ['a probability of 1e-301 is too small', () => normalQuantile(1e-301)],
  ['t is not a finite number', () => tCdf(NAN, 3)],
  ['degrees of freedom must be a number above 0, not 0', () => tCdf(1, 0)],
  ['a probability must lie between 0 and 1, not 0', () => tQuantile(0, 3)],
  ['degrees of freedom must be a number above 0, not -1', () => tQuantile(0.5, -1)],
  ['a chi-square statistic cannot be -1', () => chiSquareUpperTail(-1, 3)],
  ['chi-square is not a finite number', () => chiSquareUpperTail(Number.POSITIVE_INFINITY, 3)],
  ['degrees of freedom must be a number above 0, not 0', () => chiSquareUpperTail(1, 0)],
  ['1.5 is not a p-value', () => holm([1.5])],
  ['the number of variants must be a whole number of at least 2, not 1', () => sampleSize({ ...PLAN, variants: 1 }, 5)],
  ['the minimum detectable effect must be a number above 0, not 0', () => sampleSize(PLAN, 0)],
  ['the baseline is not a finite number', () => sampleSize({ ...PLAN, baseline: NAN }, 5)],
  [
    'the number of variants must be a whole number of at least 2, not 1.5',
    () => detectableEffectPercent({ ...PLAN, variants: 1.5 }, 100),
  ],
  ['the sample size must be a number above 0, not 0', () => detectableEffectPercent(PLAN, 0)],
  ['the baseline is not a finite number', () => detectableEffectPercent({ ...PLAN, baseline: NAN }, 100)],
  ['the detectable effect must be a number above 0, not 0', () => powerPercent(5, 0)],
  ['the share of test is not a finite number', () => testSplit(even, { control: 50, test: NAN })],
  ['the share of test is below 0', () => testSplit(even, { control: 50, test: -1 })],
  [
    'the exposures of test must be a whole number of at least 0, not -1',
    () => testSplit({ control: 500, test: -1 }, { control: 50, test: 50 }),
  ],
  ['the number of samples must be a whole number of at least 1, not 0', () => summarizeProportion(0, 0)],
  ['the number of successes must be a whole number of at least 0, not 0.5', () => summarizeProportion(1, 0.5)],
  ['11 successes among 10 samples', () => summarizeProportion(10, 11)],
  ['the number of samples must be a whole number of at least 1, not 0', () => summarizeMean({ ...RATIO, n: 0 })],
  ['the sum is not a finite number', () => summarizeMean({ ...RATIO, sum: NAN })],
  ['the sum of squares of the metric is not a finite number', () => summarizeMean({ ...RATIO, sumSquares: NAN })],
  ['the metric: a sum of squares of 1 where sum²/n is 2.5', () => summarizeMean({ ...RATIO, sumSquares: 1 })],
  ['the number of samples must be a whole number of at least 1, not 0', () => summarizeRatio({ ...RATIO, n: 0 })],
  ['the numerator is not a finite number', () => summarizeRatio({ ...RATIO, sum: NAN })],
  ['the sum of squares of the denominator is not a', () => summarizeRatio({ ...RATIO, denominatorSumSquares: NAN })],
  ['the sum of products is not a finite number', () => summarizeRatio({ ...RATIO, productSum: NAN })],
  [
    'the denominator of the ratio is zero',
    () => summarizeRatio({ ...RATIO, denominatorSum: 0, denominatorSumSquares: 0, productSum: 0 }),
  ],
  ['a sum of products of 99 is out of reach of the two quantities', () => summarizeRatio({ ...RATIO, productSum: 99 })],
  ['the first quantity is not a finite number', () => sampleCovariance({ ...RATIO, sum: NAN }, RATIO, 5)],
  ['the second quantity is not a finite number', () => sampleCovariance(RATIO, { ...RATIO, sum: NAN }, 5)],
  ['the covariance is not a finite number', () => sampleCovariance(HUGE, HUGE, -1.7e308)],
  ['the covariate is not a finite number', () => cupedAdjust(COVARIATE, { ...COVARIATE, covariateSum: NAN })],
  ['the covariate is not a finite number', () => cupedAdjust(COVARIATE, { ...COVARIATE, covariateSumSquares: NAN })],
  [
    'the covariate: a sum of squares of 2 where',
    () => cupedAdjust({ ...COVARIATE, covariateSumSquares: -28 }, COVARIATE),
  ],
  ['the sum of products is not a finite number', () => cupedAdjust(COVARIATE, { ...COVARIATE, productSum: NAN })],
  ['theta is not a finite number', () => cupedAdjust({ ...COVARIATE, productSum: 1e308 }, COVARIATE)],
  ['the number of samples must be a whole number of at least 0, not -1', () => failuresOf(-1, 5)],
  ['the sum is not a finite number', () => failuresOf(60, NAN)],
  ['4 of 10 is too close to none or all for a normal approximation', () => requireNearNormal(10, 4)],
];

/** The code that goes with the words: who reads only codes learns the same. */
const CODES: readonly (readonly [StatsErrorCode, RegExp])[] = [
  ['invalid_count', /whole number/],
  ['invalid_setting', /must (lie|be a number)|out of range|too small|p-value|below 0$/],
  ['not_finite', /not a finite number|not a$|cannot be/],
  ['impossible_sums', /sum of squares of|sum of products of|successes among/],
  ['zero_denominator', /denominator of the ratio/],
  ['zero_baseline', /relative to it/],
  ['no_variance', /varies in neither|does not vary/],
  ['too_few', /fewer than two|too close to none/],
];

function priorOf(mean: number, variance: number) {
  return { mean, variance };
}

function failuresOf(samples: number, sum: number) {
  return validationFailures('funnel', { number_of_samples: samples, sum }, 'baseline');
}

describe('a refusal', () => {
  it.each(REFUSED)('says what is wrong: %s', (words, action) => {
    expect(action).toThrow(StatsError);
    expect(action).toThrow(words);
    const code = CODES.find(([, pattern]) => pattern.test(words))?.[0];
    expect(action).toThrow(expect.objectContaining({ name: 'StatsError', code }));
  });
});
