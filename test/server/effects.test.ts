import { describe, expect, it } from 'vitest';
import type { VariantReading } from '../../src/schema/results.js';
import { type Change, funnel, type MetricInput, plan, scenarioOf } from '../helpers/assess-scenarios.js';
import { openWorld } from '../helpers/world.js';

const FREQUENTIST = { method: 'frequentist' };
const ABSOLUTE = { method: 'frequentist', frequentist: { difference_type: 'ABSOLUTE' } };

type Sums = readonly [people: number, sum: number, squares: number];

function mean(name: string, control: Sums, test: Sums, rest: Partial<MetricInput> = {}): MetricInput {
  const row = ([number_of_samples, sum, sum_squares]: Sums) => ({ number_of_samples, sum, sum_squares });
  return { name, metric_type: 'mean', role: 'primary', data: { control: row(control), test: row(test) }, ...rest };
}

/** 10,000 people a variant with this mean and a variance of 100. */
const around = (value: number): Sums => [10_000, value * 10_000, (value ** 2 + 100) * 10_000];

const running = (metric: MetricInput, stats_config: object = FREQUENTIST): Change => ({
  ...{ exposures: { control: 10_000, test: 10_000 }, running_time_calculation: plan(10, 15_000, 14) },
  ...{ stats_config: { ...stats_config }, metrics: [metric] },
});

interface Told {
  /** As data, in experiment-results, experiment-assess and each day of experiment-timeseries-results. */
  reading: Partial<VariantReading>;
  /** In the sentence, the chart and the evidence comment. */
  effect: string;
  interval: string;
  better: 'higher is better' | 'lower is better';
  absolute?: boolean;
}

const CASES: readonly [what: string, change: Change, told: Told][] = [
  [
    'a baseline below zero that rises',
    running(mean('Net revenue', around(-2), around(-1))),
    {
      reading: { effect_percent: 50, interval_percent: [39, 61], verdict: 'better' },
      ...{ effect: '+50%', interval: '+39% to +61%', better: 'higher is better' },
    },
  ],
  [
    'a baseline below zero that falls',
    running(mean('Net revenue', around(-2), around(-3))),
    {
      reading: { effect_percent: -50, interval_percent: [-68, -32], verdict: 'worse' },
      ...{ effect: '-50%', interval: '-68% to -32%', better: 'higher is better' },
    },
  ],
  [
    'a baseline below zero that should fall and does',
    running(mean('Balance', around(-2), around(-3), { goal: 'decrease' })),
    {
      reading: { effect_percent: -50, interval_percent: [-68, -32], verdict: 'better' },
      ...{ effect: '-50%', interval: '-68% to -32%', better: 'lower is better' },
    },
  ],
  [
    'a metric that should fall and does',
    running(funnel('Refunds', { control: [10_000, 2_000], test: [10_000, 1_700] }, { goal: 'decrease' })),
    {
      reading: { effect_percent: -15, interval_percent: [-20, -10], verdict: 'better' },
      ...{ effect: '-15%', interval: '-20% to -10%', better: 'lower is better' },
    },
  ],
  [
    'a metric that should fall and rises',
    running(funnel('Refunds', { control: [10_000, 2_000], test: [10_000, 2_300] }, { goal: 'decrease' })),
    {
      reading: { effect_percent: 15, interval_percent: [9, 21], verdict: 'worse' },
      ...{ effect: '+15%', interval: '+9% to +21%', better: 'lower is better' },
    },
  ],
  [
    'absolute differences of a rate',
    running(funnel('Purchases', { control: [10_000, 1_000], test: [10_000, 1_200] }), ABSOLUTE),
    {
      reading: { effect_absolute: 0.02, interval_absolute: [0.011, 0.029], verdict: 'better' },
      ...{ effect: '+2.0 pp', interval: '+1.1 pp to +2.9 pp', better: 'higher is better', absolute: true },
    },
  ],
  [
    'absolute differences from next to nothing',
    running(mean('Credit', around(-1e-8), around(0.8)), ABSOLUTE),
    {
      reading: { effect_absolute: 0.8, interval_absolute: [0.52, 1.08], verdict: 'better' },
      ...{ effect: '+0.80', interval: '+0.52 to +1.08', better: 'higher is better', absolute: true },
    },
  ],
  [
    'absolute differences from a baseline below zero',
    running(mean('Net revenue', around(-2), around(-1)), ABSOLUTE),
    {
      reading: { effect_absolute: 1, interval_absolute: [0.72, 1.28], verdict: 'better' },
      ...{ effect: '+1.00', interval: '+0.72 to +1.28', better: 'higher is better', absolute: true },
    },
  ],
];

const test = (metrics: unknown) => (metrics as { variants: VariantReading[] }[])[0]?.variants[1];

describe('the effect of a variant', () => {
  it.each(CASES)(
    'on %s is one number in every tool',
    async (_, change, { reading, effect, interval, better, absolute }) => {
      const world = await openWorld({ scenario: scenarioOf(change) });
      const results = await world.call('experiment-results', { id: 1 });
      expect(test(results.data.metrics)).toMatchObject(reading);
      expect(results.data.effects_are).toBe(absolute ? 'absolute' : 'relative');
      const uuid = (results.data.metrics as { uuid: string }[])[0]?.uuid;

      const series = await world.call('experiment-timeseries-results', { id: 1, metric_uuid: uuid });
      const day = (series.data.days as { variants: VariantReading[] }[]).at(-1)?.variants[1];
      const sign = Math.sign(reading.effect_percent ?? reading.effect_absolute ?? 0);
      expect(Math.sign(day?.effect_percent ?? day?.effect_absolute ?? 0)).toBe(sign);
      expect(series.data.effects_are).toBe(results.data.effects_are);

      const assessed = await world.call('experiment-assess', { id: 1 });
      expect(test(assessed.data.metrics)).toMatchObject(reading);
      expect(assessed.data.recommendation).toBe(reading.verdict === 'better' ? 'ship' : 'keep_control');
      expect(assessed.data.summary).toContain(`test ${effect} on `);
      expect(assessed.data.summary).toContain(`(${interval}; ${better})`);
      expect(assessed.data.summary).toContain(absolute ? 'absolute differences from control' : 'relative to control');
      const shown = better === 'lower is better' ? `(${interval}; ${better})` : `(${interval})`;
      expect(assessed.data.evidence_comment).toContain(`test: ${effect} ${shown}, p `);
      for (const { text } of [results, assessed]) {
        expect(text).toContain(`${absolute ? 'absolute' : 'relative'} effect against control`);
        expect(text).toMatch(new RegExp(`┤? ${effect.replaceAll(/[+.]/g, '\\$&')}$`, 'm'));
      }
    },
  );
});
