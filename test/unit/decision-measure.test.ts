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

  it('shows parts by breakdown value only where asked to', () => {
    const shown = (breakdowns: boolean) =>
      measure(about(), run(200, frequentist), { settings: relative, breakdowns }).reading.breakdowns?.map(
        ({ value }) => value,
      );
    expect(shown(true)).toEqual(['de']);
    expect(shown(false)).toBeUndefined();
  });
});
