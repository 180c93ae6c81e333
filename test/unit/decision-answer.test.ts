import { describe, expect, it } from 'vitest';
import { assess } from '../../src/decision/assess.js';
import { inOrder } from '../../src/decision/facts.js';
import { compared, DAY, facts, guardrail, metric, NOW } from './decision-facts.js';
import {
  absent,
  type Change,
  draft,
  measured,
  off,
  other,
  planned,
  purchases,
  seen,
  started,
  three,
} from './decision-shapes.js';

const ANSWERS: readonly (readonly [string, Change])[] = [
  ['a Bayesian run', { stats: { method: 'bayesian', differenceType: 'RELATIVE', cuped: false, ciLevel: 0.9 } }],
  [
    'a sequential run',
    { stats: { ...facts().stats, method: 'frequentist', alpha: 0.1, sequentialTuningParameter: 5000 } },
  ],
  ['results of the daily job', { freshness: { source: 'daily_fallback', calculated_at: '2026-06-01T02:00:00Z' } }],
  ['results of no known time', { freshness: { source: 'calculation' } }],
  ['no results', { freshness: { source: 'none' }, ...measured(metric('A', [], absent)) }],
  ['no exposures known', { exposures: null }],
  ['too few exposures to test', seen({ control: 60, $multiple: 1 })],
  ['no flag', { flag: null }],
  [
    'a shipped variant with findings',
    { ...measured(purchases, guardrail('G', [compared('test', 0.01, 0.9, 0.02)])), others: [other(2)] },
  ],
  ['a draft', draft],
  ['a waiting run', { ...started(3 * DAY), ...planned({ sampleSize: 30_000 }) }],
  ['a run whose flag is off', { ...off, ...planned({ sampleSize: 30_000 }) }],
  ['a run without any plan', { plan: { effectPercent: null, sampleSize: null, days: null } }],
  [
    'more metrics than a comment holds',
    measured(
      ...Array.from({ length: 40 }, (_, at) =>
        metric(`Metric ${at} ${'m'.repeat(60)}`, [compared('test', 0.1, 0.001)]),
      ),
    ),
  ],
  [
    'metrics without statistics',
    measured(metric('A', [{ variant: 'test', gain: null, interval: null, p: null, significant: false }])),
  ],
  [
    'a variant of no interval',
    measured(metric('A', [{ variant: 'test', gain: -0.1, interval: null, p: 0.001, significant: true }])),
  ],
  [
    'three variants of which one is excluded',
    {
      ...three,
      excluded: ['green'],
      ...measured(metric('A', [compared('blue', 0.2, 0.001), compared('green', -0.2, 0.001)])),
    },
  ],
];

describe('the answer', () => {
  it.each(ANSWERS)('to %s says what it rests on', (_, change) => {
    const { findings, metrics, ...answer } = assess(facts(change));
    expect({ ...answer, findings: findings.map(({ code }) => code), metrics: metrics.length }).toMatchSnapshot();
  });

  it('has everything in one order, whatever order it came in', () => {
    const shuffled = facts({
      ...three,
      ...measured(
        guardrail('B', [compared('green', 0.1, 0.5), compared('blue', 0.1, 0.5)]),
        metric('B', [compared('blue', 0.1, 0.5)], { uuid: '2' }),
        metric('B', [compared('blue', 0.1, 0.5)], { uuid: '1' }),
        metric('A', [compared('green', 0.2, 0.001), compared('blue', 0.1, 0.5)]),
      ),
      others: [other(3), other(2)],
    });
    const { metrics, findings, exposures } = assess(shuffled);
    expect(metrics.map(({ name, variants }) => [name, ...variants.map(({ key }) => key)])).toEqual([
      ['A', 'control', 'blue', 'green'],
      ['B', 'control', 'blue'],
      ['B', 'control', 'blue'],
      ['B', 'control', 'blue', 'green'],
    ]);
    expect(exposures?.variants.map(({ key }) => key)).toEqual(['blue', 'control', 'green']);
    expect(findings.find(({ code }) => code === 'shared_flag')?.evidence).toEqual({ live_experiments: [2, 3] });
  });

  it('rests on lists of which each has an order of its own', () => {
    const one = (name: string, uuid: string, role: 'primary' | 'secondary') => ({
      ...metric(name, [compared('test', 0.1, 0.5), compared('blue', 0.1, 0.5)], { uuid, role }),
    });
    const log = (at: number, activity: string, scope: string) => ({ at, activity, scope, changes: [] });
    const ordered = inOrder(
      facts({
        metrics: [one('A', '3', 'secondary'), one('B', '2', 'primary'), one('B', '1', 'primary')],
        exposures: {
          counts: { test: 1, control: 2 },
          daily: [
            { until: NOW, total: 3 },
            { until: NOW - DAY, total: 1 },
          ],
        },
        activity: [log(2, 'a', 'Y'), log(2, 'a', 'X'), log(1, 'b', 'X'), log(1, 'a', 'Z')],
      }),
    );
    expect(ordered.metrics.map(({ name, uuid }) => name + uuid)).toEqual(['B1', 'B2', 'A3']);
    expect(ordered.metrics[0]?.arms.map(({ key }) => key)).toEqual(['blue', 'control', 'test']);
    expect(ordered.metrics[0]?.comparisons.map(({ variant }) => variant)).toEqual(['blue', 'test']);
    expect(Object.keys(ordered.exposures?.counts ?? {})).toEqual(['control', 'test']);
    expect(ordered.exposures?.daily.map(({ total }) => total)).toEqual([1, 3]);
    expect(ordered.activity?.map(({ at, activity, scope }) => [at, activity, scope].join(' '))).toEqual([
      ...['1 a Z', '1 b X', '2 a X', '2 a Y'],
    ]);
  });
});
