import { describe, expect, it } from 'vitest';
import { assess } from '../../src/decision/assess.js';
import { readExposureCounts } from '../../src/decision/exposures.js';
import { metricPictures } from '../../src/decision/pictures.js';
import { type MetricFacts, readMetric } from '../../src/decision/reading.js';
import { type Experiment, experimentWire } from '../../src/schema/experiment.js';
import { metricReading, type VariantRow } from '../../src/schema/results.js';
import type { DifferenceType } from '../../src/stats/effect.js';
import type { StatsSettings } from '../../src/stats/settings.js';
import { facts } from './decision-facts.js';

const FUNNEL: MetricFacts = { uuid: 'u', name: 'Purchase', role: 'primary', metric_type: 'funnel', goal: 'increase' };
/** Adjusted by pre-exposure data, so that PostHog's own p-values and chances are the ones that count. */
const settings = (differenceType: DifferenceType): StatsSettings => ({
  ...{ method: 'bayesian', ciLevel: 0.95, cuped: true, differenceType },
});
const RELATIVE = { settings: settings('RELATIVE'), breakdowns: false };
const ABSOLUTE = { settings: settings('ABSOLUTE'), breakdowns: false };
const row = (key: string, samples: number, sum: number, more: Partial<VariantRow> = {}): VariantRow => ({
  ...{ key, number_of_samples: samples, sum, credible_interval: null, confidence_interval: null },
  ...more,
});
const CONTROL = row('control', 1000, 100);
const BETTER = { credible_interval: [0.05, 0.15] as [number, number], chance_to_win: 0.976543, significant: true };

/** What is read of a variant beside a control of 100 in 1,000. */
function read(variant: VariantRow, facts: Partial<MetricFacts> = {}, options = RELATIVE, control = CONTROL) {
  return readMetric({ ...FUNNEL, ...facts }, { baseline: control, variant_results: [variant] }, options).variants[1];
}

describe('the reading of a metric', () => {
  it('has the value of each variant, the effect in per cent and a verdict', () => {
    const result = { baseline: CONTROL, variant_results: [row('test', 1000, 110, BETTER)] };
    expect(readMetric(FUNNEL, result, RELATIVE)).toEqual({
      ...FUNNEL,
      value_is: 'conversion rate',
      baseline: 'control',
      variants: [
        { key: 'control', samples: 1000, conversions: 100, value: 0.1 },
        {
          key: 'test',
          samples: 1000,
          conversions: 110,
          value: 0.11,
          effect_percent: 10,
          interval_percent: [5, 15],
          chance_to_be_better: 0.977,
          significant: true,
          verdict: 'better',
        },
      ],
    });
  });

  it.each([
    ['funnel', 'conversion rate'],
    ['mean', 'mean per user'],
    ['ratio', 'ratio'],
    ['retention', 'retention rate'],
    ['another', 'value'],
  ])('of a %s says that its value is a %s', (metric_type, value_is) => {
    expect(readMetric({ ...FUNNEL, metric_type }, { baseline: CONTROL }, RELATIVE)).toMatchObject({ value_is });
  });

  it.each([null, undefined, {}, { baseline: null }])('of the result %j is that there is none', (result) => {
    expect(readMetric(FUNNEL, result, RELATIVE)).toEqual({
      ...FUNNEL,
      value_is: 'conversion rate',
      problem: 'PostHog has no result of this metric in the current format.',
      variants: [],
    });
  });

  it('of a baseline alone has no other variant', () => {
    expect(readMetric(FUNNEL, { baseline: CONTROL }, RELATIVE).variants.map(({ key }) => key)).toEqual(['control']);
  });

  it('has the p-value and interval of a frequentist test', () => {
    const tested = {
      confidence_interval: [-0.2, 0.0333333] as [number, number],
      p_value: 0.1234567,
      significant: false,
    };
    expect(read(row('test', 1000, 92, tested))).toEqual({
      key: 'test',
      samples: 1000,
      conversions: 92,
      value: 0.092,
      effect_percent: -8,
      interval_percent: [-20, 3],
      p_value: 0.123,
      significant: false,
      verdict: 'no clear difference',
    });
  });

  it('is in the metric’s own unit where differences are absolute', () => {
    const means = { credible_interval: [0.5, 1.5] as [number, number], significant: true };
    expect(read(row('test', 100, 300, means), { metric_type: 'mean' }, ABSOLUTE)).toEqual({
      key: 'test',
      samples: 100,
      total: 300,
      value: 3,
      effect_absolute: 1,
      interval_absolute: [0.5, 1.5],
      significant: true,
      verdict: 'better',
    });
  });

  it('has the raw difference where there is no interval, and cannot tell what it is worth', () => {
    const tooFew = { validation_failures: ['not-enough-exposures', 'not-enough-metric-data', 'a new one'] };
    expect(read(row('test', 40, 3, tooFew))).toEqual({
      key: 'test',
      samples: 40,
      conversions: 3,
      value: 0.075,
      effect_percent: -25,
      invalid: ['fewer than 50 users exposed', 'fewer than 5 conversions', 'a new one'],
      verdict: 'cannot tell',
    });
    expect(read(row('test', 40, 3), {}, ABSOLUTE)).toMatchObject({ effect_absolute: -0.025, verdict: 'cannot tell' });
    expect(read(row('test', 40, 3))).not.toHaveProperty('interval_percent');
  });

  it('has no effect beside a baseline of zero or of nobody, unless the difference is asked for', () => {
    const zero = row('control', 1000, 0, { validation_failures: ['baseline-mean-is-zero'] });
    expect(read(row('test', 1000, 10), {}, RELATIVE, zero)).not.toHaveProperty('effect_percent');
    expect(read(row('test', 1000, 10), {}, ABSOLUTE, zero)).toMatchObject({ effect_absolute: 0.01 });
    const nobody = row('control', 0, 0);
    expect(read(row('test', 1000, 10), {}, ABSOLUTE, nobody)).not.toHaveProperty('effect_absolute');
    expect(read(row('test', 0, 0), {}, ABSOLUTE)).toEqual({
      key: 'test',
      samples: 0,
      conversions: 0,
      verdict: 'cannot tell',
    });
    const read0 = readMetric(FUNNEL, { baseline: zero }, RELATIVE).variants[0];
    expect(read0?.invalid).toEqual(['the baseline is zero, so there is nothing to compare with']);
  });

  it('divides ratios and retention by their denominator, and means and funnels by people', () => {
    const value = (metric_type: string, more: Partial<VariantRow> = {}) =>
      read(row('test', 200, 50, more), { metric_type })?.value;
    expect(value('ratio', { denominator_sum: 80 })).toBe(0.625);
    expect(value('retention', { denominator_sum: 80 })).toBe(0.625);
    expect(value('ratio')).toBeUndefined();
    expect(value('mean', { denominator_sum: 80 })).toBe(0.25);
    expect(value('funnel', { denominator_sum: 80 })).toBe(0.25);
  });

  it('has values with the digits that the narrowest interval beside them supports', () => {
    const third = row('control', 3000, 1000);
    const [wide, narrow] = [row('wide', 3000, 1000), row('narrow', 3000, 1000)];
    wide.credible_interval = [-0.5, 1];
    narrow.credible_interval = [0.4, 0.6];
    const values = (rows: VariantRow[], options = RELATIVE) =>
      readMetric(FUNNEL, { baseline: third, variant_results: rows }, options).variants.map(({ value }) => value);
    // 0.2 of a third is 0.067, which leaves three decimals; without any interval there are four digits.
    expect(values([narrow])).toEqual([0.333, 0.333]);
    expect(values([wide])).toEqual([0.33, 0.33]);
    expect(values([wide, narrow])).toEqual([0.333, 0.333, 0.333]);
    expect(values([narrow, row('none', 3000, 1000)])).toEqual([0.333, 0.333, 0.333]);
    expect(values([row('none', 3000, 1000)])).toEqual([0.3333, 0.3333]);
    expect(values([narrow], ABSOLUTE)).toEqual([0.33, 0.33]);
  });

  it('has no field for what PostHog does not say', () => {
    for (const none of [undefined, null]) {
      const unsaid = read(row('test', 1000, 110, { chance_to_win: none, p_value: none, significant: none }));
      for (const name of ['chance_to_be_better', 'p_value', 'significant']) expect(unsaid).not.toHaveProperty(name);
    }
  });

  it('cannot tell what is significant about nobody', () => {
    expect(read(row('test', 0, 0, { significant: true }))?.verdict).toBe('cannot tell');
  });

  it('turns chance and verdict round where less is better', () => {
    expect(read(row('test', 1000, 110, BETTER), { goal: 'decrease' })).toMatchObject({
      effect_percent: 10,
      chance_to_be_better: 0.023,
      verdict: 'worse',
    });
    const fewer = { ...BETTER, credible_interval: [-0.15, -0.05] as [number, number], chance_to_win: 0.02 };
    expect(read(row('test', 1000, 90, fewer), { goal: 'decrease' })?.verdict).toBe('better');
    expect(read(row('test', 1000, 90, fewer))?.verdict).toBe('worse');
  });

  it.each<[string, [number, number] | null, boolean, string]>([
    ['an interval above zero', [0.01, 0.2], true, 'better'],
    ['an interval that is not called significant', [0.01, 0.2], false, 'no clear difference'],
    ['an interval that includes zero', [-0.01, 0.2], true, 'not clear: the interval includes zero'],
    ['an interval that starts at zero', [0, 0.2], true, 'not clear: the interval includes zero'],
    ['an interval that ends at zero', [-0.2, 0], true, 'not clear: the interval includes zero'],
    ['an interval below zero', [-0.2, -0.01], true, 'worse'],
    ['an interval about zero', [-0.1, 0.1], true, 'no clear difference'],
    ['no interval', null, true, 'better'],
  ])('has as verdict on %s %j, significant %s: %s', (_, credible_interval, significant, verdict) => {
    expect(read(row('test', 1000, 110, { credible_interval, significant }))?.verdict).toBe(verdict);
  });

  it('has breakdowns where they are asked for and there are any', () => {
    const part = { breakdown_value: ['de', 7], baseline: CONTROL, variants: [row('test', 50, 6)] };
    const result = { baseline: CONTROL, variant_results: [], breakdown_results: [part] };
    const { breakdowns } = readMetric(FUNNEL, result, { ...RELATIVE, breakdowns: true });
    expect(breakdowns).toEqual([
      {
        value: 'de, 7',
        variants: [
          { key: 'control', samples: 1000, conversions: 100, value: 0.1 },
          { key: 'test', samples: 50, conversions: 6, value: 0.12, effect_percent: 20, verdict: 'cannot tell' },
        ],
      },
    ]);
    expect(readMetric(FUNNEL, result, RELATIVE)).not.toHaveProperty('breakdowns');
    for (const breakdown_results of [[], null])
      expect(
        readMetric(FUNNEL, { baseline: CONTROL, breakdown_results }, { ...RELATIVE, breakdowns: true }),
      ).not.toHaveProperty('breakdowns');
  });
});

describe('the reading of exposures', () => {
  const split = (...percents: readonly number[]) =>
    ['control', 'test'].map((key, at) => ({ key, rollout_percentage: percents[at] ?? 0 }));
  const experiment = (variants = split(50, 50), rest: object = {}) =>
    experimentWire.parse({
      ...{ id: 1, name: 'One', feature_flag_key: 'one' },
      feature_flag: { id: 2, key: 'one', active: true, filters: { groups: [], multivariate: { variants } } },
      ...rest,
    });
  const read = (total_exposures: Record<string, number> | null, of = experiment()) =>
    readExposureCounts({ total_exposures }, of);

  it('has each variant beside its split; those seen in several, holdouts and variants that are gone stand apart', () => {
    expect(read({ control: 200, test: 100, $multiple: 7, 'holdout-3': 90, old: 0 })).toEqual({
      total: 300,
      variants: [
        { key: 'control', exposed: 200, share_percent: 66.67, configured_percent: 50 },
        { key: 'test', exposed: 100, share_percent: 33.33, configured_percent: 50 },
      ],
      not_compared: [{ key: 'holdout-3', exposed: 90 }],
      seen_in_several: 7,
      // χ² = 100²/300, one degree of freedom.
      srm_p_value: 7.8e-9,
      sample_ratio_mismatch: true,
    });
  });

  it.each<[why: string, counts: Record<string, number>, of: Experiment, untested: string]>([
    ['few people', { control: 50, test: 49 }, experiment(), 'fewer than 100 people were exposed'],
    ['nobody', {}, experiment(), 'fewer than 100 people were exposed'],
    [
      'one variant served',
      { control: 500 },
      experiment(split(100, 0)),
      'fewer than two of the variants compared are served',
    ],
    [
      'one variant analysed',
      { control: 500, test: 400 },
      experiment(split(50, 50), { excluded_variants: ['test'] }),
      'fewer than two of the variants compared are served',
    ],
    [
      'no flag',
      { control: 500, test: 400 },
      experiment(split(50, 50), { feature_flag: null }),
      'the configured split could not be read',
    ],
  ])('tests no split of %s, and says why', (_, counts, of, untested) => {
    const reading = read(counts, of);
    expect(reading).toMatchObject({ srm_untested: untested });
    expect(reading).not.toHaveProperty('srm_p_value');
    expect(reading).not.toHaveProperty('sample_ratio_mismatch');
  });

  it('is of nobody where nothing was counted', () => {
    expect(read(null)).toMatchObject({ total: 0, variants: [{ exposed: 0, share_percent: 0 }, { exposed: 0 }] });
  });

  it('says what assess says of the same people', () => {
    const counts = { control: 10_234, test: 9_766, 'holdout-3': 4_000, $multiple: 3 };
    const exposures = { counts, daily: [] };
    expect(read(counts)).toEqual(assess(facts({ exposures })).exposures);
  });
});

describe('the picture of a metric', () => {
  const reading = (variant: object, more: object = {}) =>
    metricReading.parse({
      ...{ ...FUNNEL, value_is: 'conversion rate', baseline: 'control' },
      variants: [
        { key: 'control', samples: 1000 },
        { key: 'test', samples: 1000, ...variant },
      ],
      ...more,
    });
  const relative = { effect_percent: 10, interval_percent: [5, 15] };
  const title = (...readings: ReturnType<typeof reading>[]) => metricPictures(readings)[0];

  it('has a title, a line for each variant with an interval, its scale and a blank line', () => {
    expect(metricPictures([reading(relative)])).toEqual([
      'Purchase: relative effect against control (right is better)',
      'test               │            ├─────────────●────────────┤ +10%',
      '                   0%                                   +15%',
      '',
    ]);
  });

  it('is in the metric’s unit where differences are absolute', () => {
    const effect = { effect_absolute: 1, interval_absolute: [0.5, 1.5] };
    const [title, line, scale] = metricPictures([reading(effect, { value_is: 'mean per user' })]);
    expect(title).toBe('Purchase: absolute effect against control (right is better)');
    expect(line).toMatch(/┤ \+1\.0$/);
    expect(scale).toMatch(/^ +0 +\+1\.5$/);
  });

  it('says which side is better, and what it is against', () => {
    expect(title(reading(relative, { goal: 'decrease' }))).toBe(
      'Purchase: relative effect against control (left is better)',
    );
    expect(title(reading(relative, { baseline: undefined }))).toContain('against the baseline (');
    expect(title(reading(relative, { name: undefined }))).toBe('u: relative effect against control (right is better)');
    expect(title(reading(relative, { name: 'n'.repeat(99) }))).toHaveLength(80);
    expect(title(reading(relative, { baseline: 'b'.repeat(30) }))).toContain(`against ${'b'.repeat(17)}… (`);
  });

  it.each([
    ['no interval', { effect_percent: 10 }],
    ['no effect', { interval_percent: [5, 15] }],
    ['half an interval', { effect_percent: 10, interval_percent: [5] }],
    ['nothing', {}],
  ])('is none of %s', (_, variant) => {
    expect(metricPictures([reading(variant), reading(relative, { name: 'Next' })])[0]).toMatch(/^Next: /);
  });
});
