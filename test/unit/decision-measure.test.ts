import { describe, expect, it } from 'vitest';
import { measure, statsOf } from '../../src/decision/measure.js';
import { experimentWire } from '../../src/schema/experiment.js';
import { type Recalculation, recalculationWire } from '../../src/schema/results.js';

const about = (rest: object = {}) => ({
  ...{ uuid: 'm', name: 'Value', role: 'primary', metric_type: 'mean', goal: 'increase' },
  ...rest,
});

const settingsOf = (stats_config: object) =>
  statsOf(experimentWire.parse({ id: 1, name: 'One', feature_flag_key: 'one', stats_config }));

/** A finished run of the one metric: the baseline's sum over 100 people, and the variant's row. */
function run(baselineSum: number, row: object, entry: object = {}): Recalculation {
  return recalculationWire.parse({
    id: 'r',
    status: 'completed',
    results: [
      {
        metric_uuid: 'm',
        status: 'completed',
        result: {
          baseline: { key: 'control', number_of_samples: 100, sum: baselineSum },
          variant_results: [{ key: 'test', number_of_samples: 100, sum: 1, ...row }],
          breakdown_results: [
            {
              breakdown_value: ['de'],
              baseline: { key: 'control', number_of_samples: 50, sum: 1 },
              variants: [{ key: 'test', number_of_samples: 50, sum: 1 }],
            },
          ],
        },
        ...entry,
      },
    ],
  });
}

const relative = settingsOf({ method: 'frequentist' });
const absolute = settingsOf({ method: 'frequentist', frequentist: { difference_type: 'ABSOLUTE' } });
const options = { settings: relative, breakdowns: false };
const frequentist = { p_value: 0.01, confidence_interval: [0.1, 0.3], significant: true };
const first = (metric: ReturnType<typeof measure>) => metric.comparisons[0];

describe('measure', () => {
  it('reads gain, interval and p-value as PostHog gives them where more is better', () => {
    const read = first(measure(about(), run(200, frequentist), options));
    expect(read).toMatchObject({ variant: 'test', interval: [0.1, 0.3], p: 0.01, significant: true });
    expect(read?.gain).toBeCloseTo(0.2);
  });

  it('turns gain and interval round where less is better', () => {
    const read = first(measure(about({ goal: 'decrease' }), run(200, frequentist), options));
    expect(read?.interval).toEqual([-0.3, -0.1]);
    expect(read?.gain).toBeCloseTo(-0.2);
  });

  it('makes absolute differences fractions of the baseline', () => {
    const read = first(measure(about(), run(200, frequentist), { ...options, settings: absolute }));
    expect(read?.interval).toEqual([0.05, 0.15]);
  });

  it('takes the sign of a baseline below zero out of relative differences, not of absolute ones', () => {
    const below = run(-200, frequentist);
    expect(first(measure(about(), below, options))?.interval).toEqual([-0.3, -0.1]);
    expect(first(measure(about(), below, { ...options, settings: absolute }))?.interval).toEqual([0.05, 0.15]);
  });

  it.each([
    [0.96, 0.08],
    [0.04, 0.08],
    [0.5, 1],
  ])('makes a chance of %d a two-sided p-value of %d', (chance, p) => {
    const row = { chance_to_win: chance, credible_interval: [-0.1, 0.3], significant: true };
    expect(first(measure(about(), run(200, row), { ...options, settings: settingsOf({}) }))?.p).toBeCloseTo(p);
  });

  it('judges nothing without statistics or against a baseline of zero', () => {
    expect(first(measure(about(), run(200, {}), options))).toMatchObject({ gain: null, p: null, significant: false });
    expect(first(measure(about(), run(0, frequentist), options))).toMatchObject({ gain: null, significant: false });
    const none = { gain: null, interval: null, p: null, significant: false };
    for (const lack of [{ confidence_interval: null }, { p_value: null }, { p_value: null, chance_to_win: null }])
      expect(first(measure(about(), run(200, { ...frequentist, ...lack }), options))).toMatchObject(none);
  });

  it.each([
    ['measured', about(), run(200, frequentist)],
    ['failed', about(), run(200, frequentist, { status: 'failed', result: null, error_message: 'too slow' })],
    ['failed', about(), run(200, frequentist, { result: {} })],
    ['absent', about({ uuid: 'other' }), run(200, frequentist)],
    ['absent', about(), null],
    ['legacy', about({ metric_type: 'legacy' }), run(200, frequentist)],
  ])('calls a metric %s by what the calculation has of it', (state, facts, calculation) => {
    const metric = measure(facts, calculation, options);
    expect(metric.state).toBe(state);
    expect(metric.reading.problem === undefined).toBe(state === 'measured');
  });

  it('has the arms, the sums of the baseline to plan with, and the role of the metric', () => {
    const sums = { denominator_sum: 40, denominator_sum_squares: 60, numerator_denominator_sum_product: 30 };
    const baseline = { key: 'control', number_of_samples: 100, sum: 20, sum_squares: 25, ...sums };
    const read = (facts: ReturnType<typeof about>, rest: object = { variant_results: [] }) =>
      measure(facts, run(0, {}, { result: { baseline, ...rest } }), options);
    const metric = read(about(), { variant_results: [{ key: 'test', number_of_samples: 90, sum: 7 }] });
    expect(metric).toMatchObject({ uuid: 'm', name: 'Value', role: 'primary', metric_type: 'mean' });
    expect(metric.arms).toEqual([
      { key: 'control', samples: 100, sum: 20, sumSquares: 25 },
      { key: 'test', samples: 90, sum: 7 },
    ]);
    expect(metric.baselineRow).toEqual({ number_of_samples: 100, sum: 20, sum_squares: 25, ...sums });
    for (const whole of [metric, metric.reading]) expect(whole).not.toHaveProperty('problem');
    expect(read(about({ name: undefined, role: 'secondary' }), {})).toMatchObject({
      ...{ name: 'm', role: 'secondary', comparisons: [] },
    });
    expect(measure(about(), null, options)).toMatchObject({ arms: [], comparisons: [], baselineRow: null });
  });

  it('divides an absolute difference by the ratio of the baseline, where there is one', () => {
    const gains = (metric_type: string, denominator_sum?: number) => {
      const baseline = { key: 'control', number_of_samples: 100, sum: 20, denominator_sum };
      const result = { baseline, variant_results: [{ key: 'test', number_of_samples: 100, sum: 1, ...frequentist }] };
      return first(measure(about({ metric_type }), run(0, {}, { result }), { ...options, settings: absolute }))?.gain;
    };
    expect(gains('ratio', 40)).toBeCloseTo(0.4);
    expect(gains('retention', 40)).toBeCloseTo(0.4);
    expect(gains('funnel', 40)).toBeCloseTo(1);
    expect(gains('mean', 40)).toBeCloseTo(1);
    expect(gains('ratio', 0)).toBeNull();
    expect(gains('ratio')).toBeNull();
  });

  it('reads absolute differences as such', () => {
    const readingOf = (settings: typeof relative) =>
      measure(about(), run(200, frequentist), { ...options, settings }).reading.variants[1];
    expect(readingOf(absolute)).toMatchObject({ effect_absolute: 0.2, interval_absolute: [0.1, 0.3] });
    expect(readingOf(relative)).toMatchObject({ effect_percent: 20, interval_percent: [10, 30] });
  });

  it('takes significance from PostHog alone', () => {
    expect(first(measure(about(), run(200, { ...frequentist, significant: false }), options))?.significant).toBe(false);
    expect(first(measure(about(), run(200, { ...frequentist, significant: null }), options))?.significant).toBe(false);
  });

  it.each([
    ['in the format of an older PostHog', about({ metric_type: 'legacy' }), run(200, frequentist)],
    ['too slow', about(), run(200, {}, { status: 'failed', error_message: 'too slow' })],
    ['PostHog failed to calculate it', about(), run(200, {}, { status: 'failed' })],
    ['PostHog failed to calculate it', about(), run(200, {}, { result: {} })],
    ['no calculation has it', about(), run(200, {}, { result: null })],
    ['no calculation has it', about({ uuid: 'other' }), run(200, frequentist)],
    ['no calculation has it', about(), null],
    ['no calculation has it', about(), recalculationWire.parse({ id: 'r', status: 'completed' })],
    ['still being calculated', about(), recalculationWire.parse({ id: 'r', status: 'in_progress' })],
  ])('says why there is no result: %s', (problem, facts, calculation) => {
    const metric = measure(facts, calculation, options);
    expect([metric.problem, metric.reading.problem]).toEqual([problem, problem]);
    expect(metric.comparisons).toEqual([]);
  });

  it('shows parts by breakdown value only where asked to', () => {
    const shown = (breakdowns: boolean) =>
      measure(about(), run(200, frequentist), { settings: relative, breakdowns }).reading.breakdowns?.map(
        ({ value }) => value,
      );
    expect(shown(true)).toEqual(['de']);
    expect(shown(false)).toBeUndefined();
  });
});
