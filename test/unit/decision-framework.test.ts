import { describe, expect, it } from 'vitest';
import { assess } from '../../src/decision/assess.js';
import { effectThatMatters, evidenceOf } from '../../src/decision/evidence.js';
import type { Facts } from '../../src/decision/facts.js';
import { lookOf } from '../../src/decision/look.js';
import { compared, DAY, ended, facts, guardrail, metric, NOW } from './decision-facts.js';
import { planned, purchases, seen, split, started, three } from './decision-shapes.js';

type Change = Partial<Facts>;

const decide = (change: Change) => assess(facts(change)).recommendation;
const of = (gain: number, p: number, half: number): Change => ({
  metrics: [metric('A', [compared('test', gain, p, half)])],
});
const unplanned = planned({ effectPercent: null, sampleSize: null, days: null });
const dateIn = (text: string) => /until (\d{4}-\d\d-\d\d)/.exec(text)?.[1] ?? '';

describe('the smallest effect that matters', () => {
  it.each<[string, Change, number, string]>([
    ['the plan’s', {}, 10, 'the planned 10%'],
    ['the team’s where no plan names one', { ...unplanned, teamEffectPercent: 5 }, 5, 'the team’s 5%'],
    ['the plan’s before the team’s', { ...planned({ effectPercent: 20 }), teamEffectPercent: 5 }, 20, 'planned 20%'],
    ['an assumption else, and said to be one', unplanned, 10, '10% (our assumption'],
  ])('is %s', (_, change, percent, words) => {
    expect(effectThatMatters(facts(change)).percent).toBe(percent);
    expect(assess(facts({ ...change, ...of(0, 1, percent / 500) })).summary).toContain(words);
  });
});

describe('what a variant shows', () => {
  const standing = (change: Change) => evidenceOf(facts(change))[0]?.standing;

  // At the planned look 1.96 standard errors are half an interval, and 80% power for 10% takes 2.66 of them.
  it.each<[string, Change, string]>([
    ['a clear gain', of(0.1, 0.01, 0.08), 'gain'],
    ['a clear loss', of(-0.1, 0.01, 0.08), 'loss'],
    ['nothing, by a sample with 80% power', of(0.04, 0.3, 0.07), 'nothing'],
    ['nothing, by an interval inside the effect', of(0.001, 0.98, 0.09), 'nothing'],
    ['a sample too small to tell', of(0.05, 0.27, 0.09), 'unresolved'],
    ['the same, judged by a larger effect', { ...of(0.05, 0.27, 0.09), ...planned({ effectPercent: 15 }) }, 'nothing'],
    ['no interval and no p-value that is clear', { metrics: [metric('A', [noInterval(0.5)])] }, 'unresolved'],
  ])('is read from %s', (_, change, expected) => {
    expect(standing(change)).toBe(expected);
  });

  it('is a hint, not a gain, where only the looks since the plan stand against it', () => {
    const late = { ...started(42 * DAY), ...planned({ sampleSize: 10_000 }) };
    // z = 2.4 is clear at one look and short of the 2.7 of a late one.
    expect(standing({ ...late, ...of(0.08, 0.016, 0.065) })).toBe('unresolved');
    expect(standing({ ...late, ...of(0.1, 0.005, 0.07) })).toBe('gain');
    expect(standing(of(0.08, 0.016, 0.065))).toBe('gain');
  });
});

function noInterval(p: number) {
  return { variant: 'test', gain: 0.1, interval: null, p, significant: false };
}

describe('the look', () => {
  const daily = (...totals: readonly (readonly [ago: number, total: number])[]): Change => ({
    exposures: {
      counts: { control: 10_000, test: 10_000 },
      daily: totals.map(([ago, total]) => ({ until: NOW - ago * DAY, total })),
    },
  });
  const sequential = {
    ...facts().stats,
    method: 'frequentist',
    alpha: 0.05,
    sequentialTuningParameter: 5_000,
  } as const;

  it.each<[string, Change, object]>([
    ['the planned one where the planned people are in', {}, { kind: 'planned' }],
    ['the planned one up to 15% more', planned({ sampleSize: 17_400 }), { kind: 'planned' }],
    [
      'a late one after that',
      { ...planned({ sampleSize: 10_000 }), ...daily([7, 8_000]) },
      { kind: 'late', growth: 2 },
    ],
    [
      'counted from the day on which anything could be decided',
      { ...planned({ sampleSize: 2_000 }), ...daily([7, 19_000], [6, 19_500]) },
      { kind: 'planned' },
    ],
    ['one without a plan', { ...unplanned, ...daily([14, 4_000]) }, { kind: 'unplanned', growth: 5 }],
    ['one without a plan or daily counts', unplanned, { kind: 'unplanned', growth: expect.closeTo(3) }],
    ['any, with PostHog’s sequential testing', { ...unplanned, stats: sequential }, { kind: 'any' }],
  ])('is %s', (_, change, expected) => {
    expect(lookOf(facts(change))).toEqual(expected);
  });
});

describe('a sequential test', () => {
  const stats = { ...facts().stats, method: 'frequentist', alpha: 0.05, sequentialTuningParameter: 5_000 } as const;
  const short = { stats, ...planned({ sampleSize: 30_000 }) };

  it('may be read before the planned sample is in, and not before the planned days', () => {
    expect(decide(short)).toBe('ship');
    expect(decide({ ...short, ...of(-0.2, 0.001, 0.1) })).toBe('keep_control');
    expect(decide({ ...short, ...of(0.02, 0.9, 0.1) })).toBe('keep_running');
    expect(decide({ ...short, ...started(10 * DAY) })).toBe('keep_running');
    expect(decide(planned({ sampleSize: 30_000 }))).toBe('keep_running');
  });

  it('is taken at its own p-value, whatever the sums say at a single look', () => {
    const once = { ...compared('test', 0.2, 0.2), tested: { p: 0.001, error: 0.06 } };
    expect(decide({ stats, metrics: [metric('A', [once])] })).not.toBe('ship');
    expect(decide({ metrics: [metric('A', [once])] })).toBe('ship');
  });
});

describe('evidence that is not settled', () => {
  it('keeps running until the sample is there, or says that this traffic cannot answer', () => {
    const near = assess(facts({ ...unplanned, ...of(0.02, 0.7, 0.1) }));
    expect(near.recommendation).toBe('keep_running');
    // (1.96 + 0.84)² · (0.1 / 1.96)² / 0.1² is 2.04 times the people of three weeks.
    expect(dateIn(near.summary)).toBe('2026-06-23');
    expect(near.summary).toMatch(
      /^Keep running until 2026-06-23 UTC: the sample is too small to tell an effect of 10%/,
    );
    const far = assess(facts({ ...unplanned, ...of(0.02, 0.9, 0.3) }));
    expect(far.recommendation).toBe('end_inconclusive');
    expect(far.summary).toMatch(/^End it as inconclusive: this traffic cannot answer the question, as the sample for/);
  });

  it('cannot tell where the run is over, or where no interval says how much is missing', () => {
    expect(decide({ ...unplanned, ...of(0.02, 0.7, 0.1), ...ended(1) })).toBe('cannot_tell');
    const unknown = assess(facts({ metrics: [metric('A', [noInterval(0.5)])] }));
    expect(unknown.recommendation).toBe('keep_running');
    expect(unknown.summary).not.toContain('until');
  });

  it('does not keep a run going for a variant that loses on another metric', () => {
    const open = metric('B', [compared('test', 0.02, 0.7, 0.1)]);
    expect(decide({ metrics: [metric('A', [compared('test', -0.2, 0.0001)]), open] })).toBe('keep_control');
  });

  it('says of a frozen run that nobody comes to settle it', () => {
    const experiment = { ...facts().experiment, status: 'exposure_frozen' };
    const { summary } = assess(facts({ experiment, ...of(0.02, 0.7, 0.1) }));
    expect(summary).toMatch(/^Keep running: the sample is too small .* Exposure is frozen, so no more people come/);
  });

  it('calls no run hopeless in its first week', () => {
    const slow = { ...unplanned, ...started(3 * DAY), ...of(0.02, 0.9, 0.3) };
    expect(decide(slow)).toBe('keep_running');
    expect(decide({ ...slow, ...started(8 * DAY) })).toBe('end_inconclusive');
  });
});

describe('the date of an answer', () => {
  it('satisfies the people of each arm, the days, the sample and the evidence at once', () => {
    const thin = { ...seen({ control: 980, test: 20 }), ...split({ control: 98, test: 2 }), ...started(10 * DAY) };
    const text = (change: Change) => dateIn(assess(facts({ ...thin, metrics: [], ...change })).summary);
    const metrics = [metric('A', [compared('test', 0.02, 0.9, 0.02)])];
    // Two of a hundred a day: thirty people of the small arm take fifteen days.
    const none = planned({ sampleSize: null, days: null });
    expect(text({ ...none, metrics })).toBe('2026-06-16');
    expect(text({ ...planned({ sampleSize: null, days: 40 }), metrics })).toBe('2026-07-01');
    expect(text({ ...planned({ sampleSize: 5_000, days: null }), metrics })).toBe('2026-07-11');
    const few = [metric('A', [], { arms: [{ key: 'test', samples: 20, sum: 1 }] })];
    expect(text({ ...none, metrics: few })).toBe('2026-07-11');
  });

  it('is the one that each finding gives', () => {
    const { findings, summary } = assess(
      facts({ ...started(10 * DAY), ...planned({ sampleSize: 30_000, days: 20 }), ...of(0.02, 0.9, 0.02) }),
    );
    const dates = findings.flatMap(({ advice }) => /on (\d{4}-\d\d-\d\d)/.exec(advice)?.[1] ?? []);
    expect(dates.length).toBeGreaterThan(1);
    expect(new Set(dates)).toEqual(new Set([dateIn(summary)]));
  });
});

describe('a doubt that the arms are alike', () => {
  const swap = (field: string, before: unknown, after: unknown): Change => ({
    activity: [{ at: NOW - 9 * DAY, activity: 'updated', scope: 'FeatureFlag', changes: [{ field, before, after }] }],
  });
  const variants = (...keys: readonly string[]) => ({
    multivariate: { variants: keys.map((key) => ({ key, rollout_percentage: 50 })) },
  });
  const swapped = swap('filters', variants('control', 'test'), variants('test', 'control'));
  const several = (share: number) => seen({ control: 10_000, test: 10_000, $multiple: (20_000 * share) / (1 - share) });

  it.each<[string, Change]>([
    ['arms swapped inside the run', swapped],
    ['5% seen in several variants', several(0.05)],
    ['a sample ratio that is hardly likely', seen({ control: 10_215, test: 9_785 })],
  ])('stands against every verdict: %s', (_, doubt) => {
    for (const rest of [{}, of(-0.2, 0.0001, 0.1), of(0.001, 0.9, 0.02)]) {
      const { recommendation, summary } = assess(facts({ ...rest, ...doubt }));
      expect(recommendation).toBe('cannot_tell');
      expect(summary).toMatch(/^Cannot tell until this is explained: /);
    }
  });

  it('does not stop a run whose sample ratio more people will tell, but one whose arms were swapped', () => {
    const early = planned({ sampleSize: 30_000 });
    expect(decide({ ...early, ...seen({ control: 10_215, test: 9_785 }) })).toBe('keep_running');
    expect(decide({ ...early, ...swapped })).toBe('cannot_tell');
  });

  it('is none where fewer were seen in several variants, and more than a doubt where it is a tenth', () => {
    expect(decide(several(0.04))).toBe('ship');
    expect(decide(several(0.1))).toBe('fix_first');
    // With an uneven split, leaving people out skews the arms from 0.1% on.
    const uneven = { ...split({ control: 80, test: 20 }), ...planned({ sampleSize: 10_000 }) };
    expect(decide({ ...uneven, ...seen({ control: 16_000, test: 4_000, $multiple: 15 }) })).toBe('ship');
    expect(decide({ ...uneven, ...seen({ control: 16_000, test: 4_000, $multiple: 100 }) })).toBe('cannot_tell');
  });

  it('is certain where every release condition names its variant', () => {
    const forced: Change = { flag: { ...split({ control: 50, test: 50 }).flag, isForced: true } as Facts['flag'] };
    expect(decide(forced)).toBe('fix_first');
    expect(decide({ ...forced, ...ended(1) })).toBe('ship');
  });
});

describe('a metric of few people', () => {
  const totals = (sum: number, sumSquares: number, metric_type = 'mean'): Change => ({
    metrics: [
      metric('Revenue', [compared('test', 0.2, 0.0001)], {
        metric_type,
        arms: ['control', 'test'].map((key) => ({ key, samples: 10_000, sum, sumSquares })),
      }),
    ],
  });

  it('waits where a few large values decide its total', () => {
    // 3,000² / 300,001 is just under 30 equal values.
    expect(decide(totals(3_000, 300_001))).toBe('keep_running');
    expect(assess(facts(totals(3_000, 300_001))).summary).toContain('A few large values decide the total');
    expect(decide(totals(3_000, 300_000))).toBe('ship');
  });

  it('counts no such values where they may be below zero, nor of other metrics', () => {
    expect(decide(totals(-3_000, 900_000))).toBe('ship');
    expect(decide(totals(3_000, 900_000, 'ratio'))).toBe('ship');
  });
});

describe('several variants', () => {
  it('are judged by the guardrails of the one to ship', () => {
    const metrics = [
      metric('A', [compared('blue', 0.3, 0.0001), compared('green', 0.2, 0.0001)]),
      guardrail('G', [compared('blue', -0.2, 0.0001), compared('green', 0, 0.9, 0.02)]),
    ];
    expect(assess(facts({ ...three, metrics }))).toMatchObject({ recommendation: 'ship', variant_key: 'green' });
    expect(decide({ metrics: [purchases, guardrail('G', [compared('test', -0.2, 0.0001)])] })).toBe('keep_control');
  });
});
