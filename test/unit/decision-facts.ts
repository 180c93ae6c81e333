import type { Comparison, Facts, MeasuredMetric } from '../../src/decision/facts.js';
import { roundedBound, roundedBy } from '../../src/render/digits.js';
import type { VariantReading } from '../../src/schema/results.js';

export const DAY = 86_400_000;
export const NOW = Date.parse('2026-06-01T12:00:00Z');

/** A variant's gain as a fraction, turned so that above zero is better, with its p-value and half the interval's width. */
export function compared(variant: string, gain: number, p: number, half = Math.abs(gain) / 2): Comparison {
  return { variant, gain, interval: [gain - half, gain + half], p, significant: p < 0.05 };
}

export function metric(
  name: string,
  comparisons: readonly Comparison[],
  rest: Partial<MeasuredMetric> = {},
): MeasuredMetric {
  const keys = ['control', ...comparisons.map(({ variant }) => variant)];
  const reading = {
    uuid: name,
    name,
    role: 'primary',
    metric_type: 'funnel',
    goal: 'increase',
    value_is: 'conversion rate',
  };
  return {
    uuid: name,
    name,
    role: 'primary',
    metric_type: 'funnel',
    state: 'measured',
    arms: keys.map((key) => ({ key, samples: 10_000, sum: 1_000 })),
    comparisons,
    baselineRow: { number_of_samples: 10_000, sum: 1_000 },
    ...rest,
    reading: rest.reading ?? { ...reading, variants: keys.map((key) => shownAs(key, comparisons)) },
  };
}

/** As a metric that should rise is shown. */
function shownAs(key: string, comparisons: readonly Comparison[]): VariantReading {
  const { gain, interval } = comparisons.find(({ variant }) => variant === key) ?? { gain: null, interval: null };
  const ends = interval && ([interval[0] * 100, interval[1] * 100] as const);
  return {
    ...{ key, samples: 10_000 },
    ...(gain === null ? {} : { effect_percent: roundedBy(gain * 100, ends) }),
    ...(ends ? { interval_percent: ends.map((end) => roundedBound(end, ends)) } : {}),
  };
}

export const guardrail = (name: string, comparisons: readonly Comparison[], rest: Partial<MeasuredMetric> = {}) =>
  metric(name, comparisons, { role: 'secondary', ...rest });

/** Three weeks as planned with a clear gain; what is given replaces it. */
export function facts(change: Partial<Facts> = {}): Facts {
  return {
    now: NOW,
    readOnly: false,
    experiment: { id: 1, name: 'One', status: 'running', start: NOW - 21 * DAY, end: null, conclusion: null },
    flag: {
      key: 'one',
      active: true,
      split: [
        { key: 'control', percent: 50 },
        { key: 'test', percent: 50 },
      ],
    },
    baseline: 'control',
    excluded: [],
    plan: { effectPercent: 10, sampleSize: 20_000, days: 14 },
    stats: {
      method: 'frequentist',
      differenceType: 'RELATIVE',
      cuped: false,
      alpha: 0.05,
      sequentialTuningParameter: null,
    },
    exposureSettings: { filtersTestAccounts: true, handling: 'exclude', customEvent: null },
    metrics: [metric('Purchases', [compared('test', 0.2, 0.0001)])],
    exposures: { counts: { control: 10_000, test: 10_000 }, daily: [] },
    freshness: { source: 'calculation', calculated_at: '2026-06-01T10:00:00Z', age_hours: 2, stale: false },
    activity: [],
    others: [],
    missing: [],
    ...change,
  };
}

export const ended = (days: number): Partial<Facts> => ({
  experiment: { ...facts().experiment, status: 'stopped', end: NOW - days * DAY },
});

/** A flag that splits evenly, with as many people for each of its variants. */
export function arms(keys: readonly string[], people = 10_000): Pick<Facts, 'flag' | 'exposures'> {
  return {
    flag: { key: 'one', active: true, split: keys.map((key) => ({ key, percent: 100 / keys.length })) },
    exposures: { counts: Object.fromEntries(keys.map((key) => [key, people])), daily: [] },
  };
}
