import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess } from '../../src/decision/assess.js';
import type { Facts, MeasuredMetric } from '../../src/decision/facts.js';
import { compared, DAY, facts, metric, NOW } from './decision-facts.js';

const KEYS = ['control', 'test', 'blue', 'green'];
const WAITING = [
  'too_early',
  'planned_sample_not_reached',
  'not_enough_exposures',
  'not_enough_metric_data',
  'early_significance',
];

/** Mostly of what a decision turns on, so that every recommendation comes up. */
const comparison = (variant: string) =>
  fc
    .record({ gain: fc.constantFrom(-0.3, -0.05, 0, 0.05, 0.3), p: fc.constantFrom(0.00001, 0.02, 0.04, 0.5, 1) })
    .map(({ gain, p }) => compared(variant, gain, gain === 0 ? 1 : p));

function metricOf(variants: readonly string[], name: string): fc.Arbitrary<MeasuredMetric> {
  return fc
    .record({
      role: fc.constantFrom('primary' as const, 'primary' as const, 'secondary' as const),
      state: fc.constantFrom('measured' as const, 'measured' as const, 'measured' as const, 'failed' as const),
      comparisons: fc.tuple(...variants.map(comparison)),
    })
    .map(({ role, state, comparisons }) =>
      metric(name, state === 'measured' ? comparisons : [], {
        role,
        state,
        ...(state === 'measured' ? {} : { arms: [], baselineRow: null }),
      }),
    );
}

const activity = fc.array(
  fc.record({
    at: fc.integer({ min: NOW - 30 * DAY, max: NOW }),
    activity: fc.constantFrom('updated', 'paused', 'resumed', 'exposure_frozen'),
    scope: fc.constantFrom('Experiment', 'FeatureFlag'),
    changes: fc.constantFrom(
      [],
      [{ field: 'metrics', before: null, after: null }],
      [{ field: 'active', before: true, after: false }],
    ),
  }),
  { maxLength: 6 },
);

const anyFacts: fc.Arbitrary<Facts> = fc.integer({ min: 1, max: 3 }).chain((others) => {
  const keys = KEYS.slice(0, others + 1);
  return fc
    .record({
      active: fc.constantFrom(true, true, true, false),
      counts: fc.tuple(...keys.map(() => fc.constantFrom(0, 40, 5_000, 9_950, 10_000))),
      exposed: fc.constantFrom(true, true, true, false),
      days: fc.constantFrom(3, 14, 30),
      over: fc.boolean(),
      sampleSize: fc.constantFrom(null, 10_000, 50_000),
      metrics: fc.tuple(...['A', 'B', 'C'].map((name) => metricOf(keys.slice(1), name))),
      howMany: fc.integer({ min: 0, max: 3 }),
      activity: fc.option(activity),
      stale: fc.boolean(),
      others: fc.subarray([
        { id: 2, name: 'Two', status: 'running' },
        { id: 3, name: 'Three', status: 'paused' },
      ]),
      missing: fc.subarray(['results: slow', 'activity: refused']),
    })
    .map((drawn) =>
      facts({
        experiment: {
          ...facts().experiment,
          start: NOW - drawn.days * DAY,
          end: drawn.over ? NOW - DAY : null,
        },
        flag: { key: 'one', active: drawn.active, split: keys.map((key) => ({ key, percent: 100 / keys.length })) },
        exposures: drawn.exposed
          ? { counts: Object.fromEntries(keys.map((key, at) => [key, drawn.counts[at] ?? 0])), daily: [] }
          : null,
        plan: { effectPercent: 10, sampleSize: drawn.sampleSize, days: null },
        metrics: drawn.metrics.slice(0, drawn.howMany),
        activity: drawn.activity,
        freshness: { source: 'calculation', age_hours: drawn.stale ? 50 : 1, stale: drawn.stale },
        others: drawn.others,
        missing: drawn.missing,
      }),
    );
});

/** A permutation that a seed picks; not for anything but tests. */
function shuffled<T>(items: readonly T[], seed: number): T[] {
  return items
    .map((item, at) => ({ item, place: Math.sin(seed + at * 12.9898) }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item);
}

function reordered(given: Facts, seed: number): Facts {
  const mix = <T>(items: readonly T[]) => shuffled(items, seed);
  return {
    ...given,
    flag: given.flag && { ...given.flag, split: mix(given.flag.split) },
    metrics: mix(given.metrics).map((one) => ({
      ...one,
      arms: mix(one.arms),
      comparisons: mix(one.comparisons),
      reading: { ...one.reading, variants: mix(one.reading.variants) },
    })),
    exposures: given.exposures && {
      ...given.exposures,
      counts: Object.fromEntries(mix(Object.entries(given.exposures.counts))),
    },
    activity: given.activity && mix(given.activity),
    others: given.others && mix(given.others),
    missing: mix(given.missing),
  };
}

describe('an assessment', () => {
  it('of the same facts in any order is the same answer', () => {
    fc.assert(
      fc.property(anyFacts, fc.integer(), (given, seed) => {
        expect(assess(reordered(given, seed))).toEqual(assess(given));
      }),
    );
  });

  it('says every kind of thing about facts drawn at random, so that these properties are not empty', () => {
    const said = new Set(fc.sample(anyFacts, { numRuns: 1_500, seed: 1 }).map((given) => assess(given).recommendation));
    expect([...said].toSorted()).toEqual([
      'cannot_tell',
      'end_inconclusive',
      'fix_first',
      'keep_control',
      'keep_running',
      'ship',
    ]);
  });

  it('is never stronger than its weakest finding', () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        const { recommendation, findings, variant_key, summary } = assess(given);
        const has = (...codes: string[]) => findings.some(({ code }) => codes.includes(code));
        expect(variant_key !== null).toBe(recommendation === 'ship');
        if (findings.some(({ severity }) => severity === 'blocker'))
          expect(['fix_first', 'cannot_tell']).toContain(recommendation);
        else if (has(...WAITING)) {
          expect(['keep_running', 'cannot_tell', 'end_inconclusive']).toContain(recommendation);
          // Only where the wait is longer than anybody waits.
          if (recommendation === 'end_inconclusive') expect(summary).toContain('this traffic cannot answer');
        }
        if (has('metrics_conflict')) expect(recommendation).not.toBe('ship');
        const harm = findings.find(({ code }) => code === 'guardrail_regression');
        if (recommendation === 'ship' && harm) expect(harm.title).not.toMatch(new RegExp(`of ${variant_key}\\b`));
        if (given.experiment.end !== null) expect(['fix_first', 'keep_running']).not.toContain(recommendation);
      }),
      { numRuns: 500 },
    );
  });

  it('never ships without results or without exposures', () => {
    fc.assert(
      fc.property(anyFacts, fc.boolean(), (given, unread) => {
        const nothing = given.metrics.map((one) => ({ ...one, state: 'absent' as const, comparisons: [], arms: [] }));
        const without = unread ? { ...given, exposures: null } : { ...given, metrics: nothing };
        expect(assess(without).recommendation).not.toBe('ship');
      }),
    );
  });

  it('never ships arms that are alike', () => {
    fc.assert(
      fc.property(anyFacts, (given) => {
        const alike = given.metrics.map((one) => ({
          ...one,
          comparisons: one.comparisons.map(({ variant }) => compared(variant, 0, 1, 0.05)),
        }));
        expect(['ship', 'keep_control']).not.toContain(assess({ ...given, metrics: alike }).recommendation);
      }),
    );
  });

  it('keeps its evidence within the limit of a conclusion comment, whatever the names', () => {
    const long = 'Ω"\n'.repeat(133);
    const many = Array.from({ length: 40 }, (_, at) => metric(`${long}${at}`, [compared('test', 0.2, 0.0001)]));
    const { evidence_comment: comment } = assess(facts({ metrics: many }));
    expect(comment.length).toBeLessThanOrEqual(4_000);
    expect(comment).toContain('Assessed 2026-06-01 UTC: ship test');
    expect(comment).toMatch(/\(\d+ more lines do not fit\)$/);
  });
});
