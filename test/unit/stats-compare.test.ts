import { describe, expect, it } from 'vitest';
import { compareVariants, type MetricRow, summarize, type VariantStats } from '../../src/stats/compare.js';
import { relativeEffect } from '../../src/stats/effect.js';
import { StatsError } from '../../src/stats/errors.js';
import { welchDegreesOfFreedom } from '../../src/stats/frequentist.js';
import { type StatsSettings, statsSettings } from '../../src/stats/settings.js';
import { requireNearNormal, validationFailures } from '../../src/stats/validity.js';
import { tUpperTail } from './stats-quadrature.js';

const BAYESIAN = statsSettings({ method: 'bayesian' });
const FREQUENTIST = statsSettings({ method: 'frequentist' });
const converted = (samples: number, sum: number): MetricRow => ({ number_of_samples: samples, sum, sum_squares: sum });

/** Cookie Cats (DataCamp, "Mobile Games A/B Testing"): players by gate, and how many came back after 7 days. */
const GATE_30 = converted(44_700, 8_502);
const GATE_40 = converted(45_489, 8_279);

function funnel(baseline: MetricRow, variant: MetricRow, settings: StatsSettings): VariantStats {
  return compareVariants({ metricType: 'funnel', baseline, variant, settings });
}

function frequentist(stats: VariantStats) {
  if (stats.method !== 'frequentist' || stats.confidence_interval === null) throw new Error('no frequentist result');
  return { ...stats, interval: stats.confidence_interval };
}

function bayesian(stats: VariantStats) {
  if (stats.method !== 'bayesian' || stats.credible_interval === null) throw new Error('no Bayesian result');
  return { ...stats, interval: stats.credible_interval };
}

describe('Cookie Cats, day 7', () => {
  it('loses 4.3% of its players to the later gate, to the digits of an independent computation', () => {
    const { p_value, interval, significant } = frequentist(funnel(GATE_30, GATE_40, FREQUENTIST));
    const effect = relativeEffect(summarize('funnel', GATE_40), summarize('funnel', GATE_30));
    // Computed from the counts with mpmath 1.3 at 40 digits.
    expect(effect.value).toBeCloseTo(-0.0431190348965, 12);
    expect(interval[0]).toBeCloseTo(-0.0692449280522, 11);
    expect(interval[1]).toBeCloseTo(-0.0169931417408, 11);
    expect(p_value).toBeCloseTo(0.00121757942833, 12);
    expect(significant).toBe(true);
  });

  it('has the p-value and coverage that the t density integrates to', () => {
    const { p_value, interval } = frequentist(funnel(GATE_30, GATE_40, FREQUENTIST));
    const [control, test] = [8_502 / 44_700, 8_279 / 45_489];
    const [vc, vt] = [(control * (1 - control)) / 44_700, (test * (1 - test)) / 45_489];
    const error = Math.sqrt(vt / control ** 2 + (test ** 2 * vc) / control ** 4);
    const df = (vc + vt) ** 2 / (vc ** 2 / 44_699 + vt ** 2 / 45_488);
    expect(welchDegreesOfFreedom(summarize('funnel', GATE_40), summarize('funnel', GATE_30))).toBeCloseTo(df, 6);
    expect(p_value).toBeCloseTo(2 * tUpperTail((1 - test / control) / error, df), 9);
    expect(2 * tUpperTail((interval[1] - interval[0]) / 2 / error, df)).toBeCloseTo(0.05, 9);
  });

  it('is the same story told absolutely, sequentially and as a belief (mpmath)', () => {
    const absolute = statsSettings({ method: 'frequentist', frequentist: { difference_type: 'ABSOLUTE' } });
    const difference = frequentist(funnel(GATE_30, GATE_40, absolute));
    expect(difference.interval[0]).toBeCloseTo(-0.013281620681, 11);
    expect(difference.interval[1]).toBeCloseTo(-0.00312097594939, 11);
    expect(difference.p_value).toBeCloseTo(0.00155634252679, 12);
    const sequential = statsSettings({ method: 'frequentist', frequentist: { sequential_testing_enabled: true } });
    const alwaysValid = frequentist(funnel(GATE_30, GATE_40, sequential));
    expect(alwaysValid.interval[0]).toBeCloseTo(-0.0874064346265, 11);
    expect(alwaysValid.interval[1]).toBeCloseTo(0.0011683648336, 11);
    expect(alwaysValid.p_value).toBeCloseTo(0.0665138365059, 11);
    expect(alwaysValid.significant).toBe(false);
    const belief = bayesian(funnel(GATE_30, GATE_40, BAYESIAN));
    expect(belief.chance_to_win).toBeCloseTo(0.000608570331577, 12);
    expect(belief.interval[0]).toBeCloseTo(-0.0692445770096, 11);
    expect(belief.interval[1]).toBeCloseTo(-0.0169934927833, 11);
    expect(belief.significant).toBe(true);
  });
});

describe('a comparison', () => {
  const none = { chance_to_win: null, credible_interval: null, significant: null };

  it('has no statistics, and says why, where the variant is too small', () => {
    expect(funnel(converted(1000, 100), converted(49, 4), BAYESIAN)).toEqual({
      method: 'bayesian',
      validation_failures: ['not-enough-exposures', 'not-enough-metric-data'],
      ...none,
    });
  });

  it('has none where the baseline is too small, which is the baseline’s failure and not the variant’s', () => {
    expect(funnel(converted(49, 10), converted(1000, 100), FREQUENTIST)).toEqual({
      method: 'frequentist',
      validation_failures: [],
      p_value: null,
      confidence_interval: null,
      significant: null,
    });
    expect(validationFailures('funnel', converted(49, 10), 'baseline')).toEqual(['not-enough-exposures']);
  });

  it('takes arms at the very edge of what is valid', () => {
    expect(validationFailures('retention', converted(50, 5), 'variant')).toEqual([]);
    expect(bayesian(funnel(converted(50, 5), converted(50, 45), BAYESIAN)).significant).toBe(true);
  });

  it('asks for conversions of funnels and retention only', () => {
    expect(validationFailures('mean', converted(50, 4), 'variant')).toEqual([]);
    expect(validationFailures('ratio', converted(50, 4), 'variant')).toEqual([]);
    expect(validationFailures('retention', converted(50, 4), 'variant')).toEqual(['not-enough-metric-data']);
  });

  it('of a metric with nothing on the baseline has none, also where only the difference is asked for', () => {
    const absolute = statsSettings({ method: 'frequentist', frequentist: { difference_type: 'ABSOLUTE' } });
    const nothing = { number_of_samples: 60, sum: 0, sum_squares: 0 };
    const something = { number_of_samples: 60, sum: 90, sum_squares: 300 };
    const compare = (baseline: MetricRow, variant: MetricRow) =>
      compareVariants({ metricType: 'mean', baseline, variant, settings: absolute });
    expect(compare(nothing, something)).toMatchObject({ p_value: null, validation_failures: [] });
    expect(frequentist(compare(something, nothing)).validation_failures).toEqual([]);
  });

  it('names no failure where there is none', () => {
    expect(funnel(GATE_30, GATE_40, BAYESIAN).validation_failures).toEqual([]);
    expect(funnel(GATE_30, GATE_40, FREQUENTIST).validation_failures).toEqual([]);
  });

  it('of means has Bayesian statistics however large they are', () => {
    const spent = (sum: number) => ({ number_of_samples: 100, sum, sum_squares: sum ** 2 / 50 });
    const settings = BAYESIAN;
    const stats = compareVariants({ metricType: 'mean', baseline: spent(4_000), variant: spent(5_000), settings });
    expect(bayesian(stats).significant).toBe(false);
  });

  it('with a baseline below zero is frequentist only: a rise would look like a fall', () => {
    const lost = (sum: number) => ({ number_of_samples: 100, sum, sum_squares: 900 });
    const compare = (settings: StatsSettings) =>
      compareVariants({ metricType: 'mean', baseline: lost(-200), variant: lost(-100), settings });
    expect(frequentist(compare(FREQUENTIST)).interval[0]).toBeLessThan(-0.5);
    expect(compare(BAYESIAN)).toMatchObject(none);
    const absolute = statsSettings({ bayesian: { difference_type: 'ABSOLUTE' } });
    expect(bayesian(compare(absolute)).interval[1]).toBeGreaterThan(1);
  });

  it('asks the baseline alone for a mean above zero', () => {
    const nothing = { number_of_samples: 60, sum: 0, sum_squares: 0 };
    expect(validationFailures('mean', nothing, 'baseline')).toEqual(['baseline-mean-is-zero']);
    expect(validationFailures('mean', nothing, 'variant')).toEqual([]);
  });

  it('has no Bayesian statistics of a share with under five failures, though no failure is named', () => {
    expect(funnel(converted(1000, 900), converted(1000, 996), BAYESIAN)).toEqual({
      method: 'bayesian',
      validation_failures: [],
      ...none,
    });
    expect(funnel(converted(1000, 996), converted(1000, 900), BAYESIAN)).toMatchObject(none);
    expect(bayesian(funnel(converted(1000, 900), converted(1000, 995), BAYESIAN)).significant).toBe(true);
    expect(() => requireNearNormal(1000, 4)).toThrow(StatsError);
    expect(() => requireNearNormal(10, 5)).not.toThrow();
  });

  it('asks for those failures neither of the frequentist test nor of adjusted shares', () => {
    const [baseline, variant] = [converted(1000, 900), converted(1000, 996)];
    expect(frequentist(funnel(baseline, variant, FREQUENTIST)).significant).toBe(true);
    const cuped = statsSettings({ cuped: { enabled: true } });
    expect(bayesian(funnel(baseline, variant, cuped)).significant).toBe(true);
  });

  it.each<[string, MetricRow, MetricRow]>([
    [
      'nothing varies',
      { number_of_samples: 60, sum: 60, sum_squares: 60 },
      { number_of_samples: 60, sum: 120, sum_squares: 240 },
    ],
    [
      'the baseline is below zero',
      { number_of_samples: 60, sum: -60, sum_squares: 90 },
      { number_of_samples: 60, sum: 30, sum_squares: 90 },
    ],
  ])('has none where %s', (_, baseline, variant) => {
    const stats = compareVariants({ metricType: 'mean', baseline, variant, settings: BAYESIAN });
    expect(stats).toEqual({ method: 'bayesian', validation_failures: [], ...none });
  });

  it('has none of a ratio without a denominator', () => {
    const row = { number_of_samples: 60, sum: 60, sum_squares: 80 };
    const stats = compareVariants({ metricType: 'ratio', baseline: row, variant: row, settings: BAYESIAN });
    expect(stats).toEqual({ method: 'bayesian', validation_failures: [], ...none });
  });

  it('compares retention as the ratio it is', () => {
    const row = (samples: number, started: number, returned: number): MetricRow => ({
      ...converted(samples, returned),
      denominator_sum: started,
      denominator_sum_squares: started,
      numerator_denominator_sum_product: returned,
    });
    const stats = compareVariants({
      metricType: 'retention',
      baseline: row(1000, 400, 100),
      variant: row(1000, 400, 130),
      settings: FREQUENTIST,
    });
    const { interval } = frequentist(stats);
    expect((interval[0] + interval[1]) / 2).toBeCloseTo(0.3, 10);
    // Shares of those who started, whose number is chance too: the variance of 100/400 over 1,000 is nearly p(1 − p)/400.
    const share = summarize('retention', row(1000, 400, 100));
    expect(share.variance / 1000).toBeCloseTo((0.25 * 0.75) / 400, 6);
  });

  it('adjusts by pre-exposure data where that is asked for and there is any', () => {
    const cuped = statsSettings({ method: 'frequentist', cuped: { enabled: true } });
    const covariate = (sum: number, squares: number, product: number) => ({
      covariate_sum: sum,
      covariate_sum_squares: squares,
      covariate_sum_product: product,
    });
    const rows = {
      baseline: { number_of_samples: 2801, sum: 280, sum_squares: 560, ...covariate(195, 390, -18) },
      variant: { number_of_samples: 2800, sum: 205, sum_squares: 510, ...covariate(110, 380, -8) },
    };
    // PostHog's published interval for these arms.
    const { interval } = frequentist(compareVariants({ metricType: 'mean', ...rows, settings: cuped }));
    expect(interval[0]).toBeCloseTo(-0.486775, 6);
    expect(interval[1]).toBeCloseTo(-0.090633, 6);
    const plain = compareVariants({ metricType: 'mean', ...rows, settings: FREQUENTIST });
    expect(frequentist(plain).interval[0]).not.toBeCloseTo(-0.486775, 4);
    expect(funnel(GATE_30, GATE_40, cuped)).toEqual(funnel(GATE_30, GATE_40, FREQUENTIST));
  });

  it.each(['ratio', 'retention'] as const)('of %s is not adjusted, whatever there is from before', (metricType) => {
    const row = (sum: number): MetricRow => ({
      ...converted(1000, sum),
      denominator_sum: 600,
      denominator_sum_squares: 600,
      numerator_denominator_sum_product: sum,
    });
    const before = { covariate_sum: 500, covariate_sum_squares: 500, covariate_sum_product: 90 };
    const compare = (more: Partial<MetricRow>, settings: StatsSettings) =>
      compareVariants({
        metricType,
        baseline: { ...row(100), ...more },
        variant: { ...row(120), ...more },
        settings,
      });
    const adjusting = statsSettings({ method: 'frequentist', cuped: { enabled: true } });
    expect(compare(before, adjusting)).toEqual(compare({}, FREQUENTIST));
    expect(frequentist(compare(before, adjusting)).p_value).toBeLessThan(1);
  });

  it.each<[string, MetricRow]>([
    ['more conversions than people', converted(100, 101)],
    ['half a conversion', converted(100, 50.5)],
    ['half a person', converted(100.5, 50)],
    ['a negative number of people', converted(-100, 50)],
    ['not a number of people', converted(Number.NaN, 50)],
    ['not a number of conversions', converted(100, Number.NaN)],
  ])('refuses %s', (_, impossible) => {
    expect(() => funnel(converted(100, 50), impossible, FREQUENTIST)).toThrow(StatsError);
    expect(() => funnel(impossible, converted(100, 50), BAYESIAN)).toThrow(StatsError);
  });
});

describe('the settings', () => {
  it.each([
    undefined,
    null,
    {},
    'bayesian',
    { method: 'other' },
    { bayesian: null },
    { bayesian: { ci_level: 1 } },
    { bayesian: { ci_level: 0 } },
    { bayesian: { ci_level: -0.5 } },
    { bayesian: { ci_level: '90' } },
    { bayesian: { ci_level: ' ' } },
  ])('of %j are the defaults', (config) => {
    expect(statsSettings(config)).toEqual({
      method: 'bayesian',
      differenceType: 'RELATIVE',
      cuped: false,
      ciLevel: 0.95,
    });
  });

  it('are those of the method chosen', () => {
    const config = {
      method: 'frequentist',
      bayesian: { ci_level: 0.9, difference_type: 'RELATIVE' },
      frequentist: { alpha: 0.01, difference_type: 'ABSOLUTE', sequential_testing_enabled: true },
      cuped: { enabled: true },
    };
    expect(statsSettings(config)).toEqual({
      method: 'frequentist',
      differenceType: 'ABSOLUTE',
      cuped: true,
      alpha: 0.01,
      sequentialTuningParameter: 5000,
    });
    expect(statsSettings({ ...config, method: 'bayesian' })).toMatchObject({ ciLevel: 0.9, cuped: true });
  });

  it.each([
    [1000, 1000],
    [1, 1],
    [1e9, 1e9],
    [0, 5000],
    [2e9, 5000],
    ['7', 7],
    ['seven', 5000],
  ])('take a tuning parameter of %j as %d', (given, used) => {
    const frequentistConfig = { sequential_testing_enabled: true, sequential_tuning_parameter: given };
    const settings = statsSettings({ method: 'frequentist', frequentist: frequentistConfig });
    expect(settings).toMatchObject({ sequentialTuningParameter: used });
  });
});
