import { describe, expect, it } from 'vitest';
import { assess } from '../../src/decision/assess.js';
import type { Facts } from '../../src/decision/facts.js';
import { verdictOf } from '../../src/decision/verdict.js';
import { arms, compared, DAY, ended, facts, guardrail, metric, NOW } from './decision-facts.js';

const codes = (change: Partial<Facts>) => assess(facts(change)).findings.map(({ code }) => code);
const finding = (code: string, change: Partial<Facts>) =>
  assess(facts(change)).findings.find((found) => found.code === code);
const decide = (change: Partial<Facts>) => {
  const { recommendation, variant_key } = assess(facts(change));
  return variant_key === null ? recommendation : `${recommendation} ${variant_key}`;
};

const better = compared('test', 0.2, 0.0001);
const worse = compared('test', -0.2, 0.0001);
const flat = compared('test', 0.001, 0.9, 0.02);
const purchases = (...comparisons: Parameters<typeof metric>[1]) => metric('Purchases', comparisons);
const skewed = { exposures: { counts: { control: 10_000, test: 9_300 }, daily: [] } };
const unread = { state: 'failed', problem: 'too slow', comparisons: [], arms: [], baselineRow: null } as const;

describe('the recommendation', () => {
  it.each<[string, Partial<Facts>, string]>([
    ['a clear gain', {}, 'ship test'],
    ['a clear loss', { metrics: [purchases(worse)] }, 'keep_control'],
    ['no clear difference', { metrics: [purchases(flat)] }, 'end_inconclusive'],
    ['a skewed split', skewed, 'fix_first'],
    ['a skewed split of a run that is over', { ...skewed, ...ended(1) }, 'cannot_tell'],
    ['too few people', { plan: { effectPercent: 10, sampleSize: 20_001, days: 14 } }, 'keep_running'],
    [
      'too few people in a run that is over',
      { plan: { effectPercent: 10, sampleSize: 20_001, days: 14 }, ...ended(1) },
      'cannot_tell',
    ],
    ['unknown exposures', { exposures: null }, 'cannot_tell'],
    ['no flag', { flag: null }, 'cannot_tell'],
    ['every primary metric failed', { metrics: [metric('A', [], unread), metric('B', [], unread)] }, 'cannot_tell'],
    ['one of two primary metrics failed', { metrics: [purchases(better), metric('B', [], unread)] }, 'cannot_tell'],
    ['a failed guardrail beside a gain', { metrics: [purchases(better), guardrail('G', [], unread)] }, 'cannot_tell'],
    ['a failed guardrail beside a loss', { metrics: [purchases(worse), guardrail('G', [], unread)] }, 'keep_control'],
    ['two gains', { metrics: [purchases(better), metric('B', [better])] }, 'ship test'],
    ['a gain and nothing', { metrics: [purchases(better), metric('B', [flat])] }, 'ship test'],
    ['a loss and nothing', { metrics: [purchases(worse), metric('B', [flat])] }, 'keep_control'],
    ['a gain and a loss', { metrics: [purchases(better), metric('B', [worse])] }, 'end_inconclusive'],
    ['a gain that harms a guardrail', { metrics: [purchases(better), guardrail('G', [worse])] }, 'keep_control'],
    ['nothing that harms a guardrail', { metrics: [purchases(flat), guardrail('G', [worse])] }, 'keep_control'],
    ['a split that is gone', { flag: { ...flagOf({ control: 0, test: 100 }) } }, 'cannot_tell'],
    ['a split that is gone after the end', { flag: flagOf({ control: 0, test: 100 }), ...ended(1) }, 'ship test'],
    ['a single variant', { flag: flagOf({ control: 100 }) }, 'cannot_tell'],
  ])('for %s', (_, change, expected) => {
    expect(decide(change)).toBe(expected);
    const { findings, metrics, ...answer } = assess(facts(change));
    expect({ ...answer, findings: findings.map(({ code }) => code), metrics: metrics.length }).toMatchSnapshot();
  });

  it('weighs several variants one by one', () => {
    const three = arms(['control', 'blue', 'green']);
    const of = (blue: number, green: number, p = 0.0001) => ({
      ...three,
      metrics: [metric('A', [compared('blue', blue, p), compared('green', green, p)])],
    });
    expect(decide(of(0.2, 0.3))).toBe('ship green');
    expect(decide(of(0.2, -0.3))).toBe('ship blue');
    expect(decide(of(-0.2, -0.3))).toBe('keep_control');
    expect(
      decide({ ...three, metrics: [metric('A', [compared('blue', -0.2, 0.001), compared('green', 0, 0.9, 0.02)])] }),
    ).toBe('end_inconclusive');
  });

  it('of several winners ships the one with most gains, then the largest, then the first key', () => {
    const variants = arms(['control', 'blue', 'green']);
    const of = (name: string, blue: number, green: number) =>
      metric(name, [compared('blue', blue, 0.0001), compared('green', green, 0.0001, green === 0 ? 0.02 : undefined)]);
    expect(decide({ ...variants, metrics: [of('A', 0.1, 0.5), of('B', 0.1, 0)] })).toBe('ship blue');
    expect(decide({ ...variants, metrics: [of('A', 0.1, 0.2), of('B', 0.1, 0.1)] })).toBe('ship green');
    expect(decide({ ...variants, metrics: [of('A', 0.2, 0.2)] })).toBe('ship blue');
  });

  it('keeps control only where each variant loses or harms', () => {
    const variants = arms(['control', 'blue', 'green']);
    const of = (blue: number, green: number) => [compared('blue', blue, 0.0001), compared('green', green, 0.0001)];
    const loses = metric('A', [compared('blue', -0.2, 0.0001), compared('green', 0, 0.9, 0.02)]);
    const harms = guardrail('G', of(0.1, -0.2));
    expect(decide({ ...variants, metrics: [loses, harms] })).toBe('keep_control');
    expect(assess(facts({ ...variants, metrics: [loses, harms] })).summary).toContain('the other variants do harm');
    // The harm of one variant is no reason against another.
    expect(decide({ ...variants, metrics: [metric('A', of(0.2, 0.1)), harms] })).toBe('ship blue');
    expect(decide({ ...variants, metrics: [metric('A', of(0.02, 0.1)), harms] })).toBe('ship blue');
    expect(decide({ ...variants, metrics: [loses, guardrail('G', of(0.1, 0.2))] })).toBe('end_inconclusive');
  });

  it.each<[string, number, string, RegExp]>([
    [
      'imprecise',
      0.13,
      'keep_running',
      /^Keep running until 2026-07-\d\d UTC: a primary metric gains, but the sample is too/,
    ],
    ['too imprecise for this traffic', 0.3, 'end_inconclusive', /^End it as inconclusive: this traffic cannot answer/],
  ])('ships nothing while a guardrail is %s, and says until when or why not', (_, half, expected, summary) => {
    const open = { metrics: [purchases(better), guardrail('G', [compared('test', 0, 0.9, half)])] };
    expect(decide(open)).toBe(expected);
    expect(assess(facts(open)).summary).toMatch(summary);
    expect(decide({ ...open, ...ended(1) })).toBe('cannot_tell');
  });

  it('ends where a sample that could have shown a guardrail safe did not', () => {
    const close = { metrics: [purchases(better), guardrail('G', [compared('test', -0.06, 0.06, 0.061)])] };
    expect(decide(close)).toBe('end_inconclusive');
    expect(assess(facts(close)).summary).toContain('at a cost that a sample large enough did not rule out');
  });

  it('cannot tell where one variant of two has no statistics on a primary metric', () => {
    const half = metric('A', [compared('blue', 0.2, 0.0001)]);
    expect(decide({ ...arms(['control', 'blue', 'green']), metrics: [half] })).toBe('cannot_tell');
    const other = metric('B', [compared('green', 0.2, 0.0001)]);
    expect(decide({ ...arms(['control', 'blue', 'green']), metrics: [half, other] })).toBe('cannot_tell');
    expect(decide({ excluded: ['test'] })).toBe('cannot_tell');
    const plan = { effectPercent: 10, sampleSize: 10_000, days: 14 };
    expect(decide({ excluded: ['test'], plan, ...ended(1) })).toBe('cannot_tell');
  });

  it('rests on the evidence alone: no finding is needed to see a conflict, and no order to choose a winner', () => {
    const verdict = (change: Partial<Facts>) => verdictOf(facts(change), []);
    expect(verdict({ metrics: [purchases(better), metric('B', [worse])] })).toEqual({
      ...{ recommendation: 'end_inconclusive', variant: null, reason: 'conflict' },
    });
    const alike = [metric('A', [compared('green', 0.2, 0.0001), compared('blue', 0.2, 0.0001)])];
    for (const keys of [
      ['control', 'green', 'blue'],
      ['control', 'blue', 'green'],
    ])
      expect(verdict({ ...arms(keys), metrics: alike }).variant).toBe('blue');
  });

  it('cannot tell where blockers can be lifted by a calculation alone, else asks to fix them first', () => {
    const lost = { metrics: [metric('A', [], { ...unread, state: 'absent' })] };
    expect(decide(lost)).toBe('cannot_tell');
    expect(decide({ ...lost, ...skewed })).toBe('fix_first');
  });

  it('leaves excluded variants out', () => {
    const metrics = [metric('A', [compared('blue', 0.3, 0.0001), compared('green', 0.1, 0.0001)])];
    expect(decide({ ...arms(['control', 'blue', 'green']), metrics, excluded: ['blue'] })).toBe('ship green');
  });

  it('corrects for the number of looks before it ships', () => {
    const once = { metrics: [metric('A', [compared('test', 0.1, 0.04)])] };
    const twice = { metrics: [metric('A', [compared('test', 0.1, 0.04)]), metric('B', [flat])] };
    expect(decide(once)).toBe('ship test');
    expect(decide(twice)).toBe('end_inconclusive');
    expect(codes(twice)).toContain('not_significant_after_correction');
  });

  it('takes the two-sided reading where PostHog calls a one-sided chance significant', () => {
    const oneSided = { ...compared('test', 0.1, 0.08, 0.11), significant: true };
    const change: Partial<Facts> = {
      stats: { method: 'bayesian', differenceType: 'RELATIVE', cuped: false, ciLevel: 0.95 },
      metrics: [metric('A', [oneSided])],
    };
    expect(decide(change)).toBe('keep_running');
    expect(codes(change)).toContain('interval_includes_zero');
  });

  it('does not count a gain that old results cannot have seen the plan for', () => {
    const stale = { ...facts().freshness, age_hours: 70, stale: true };
    const early = { ...purchases(better), arms: [{ key: 'test', samples: 900, sum: 90 }] };
    expect(decide({ freshness: stale, metrics: [early] })).toBe('keep_running');
    expect(finding('planned_sample_not_reached', { freshness: stale, metrics: [early] })?.advice).toContain(
      'refresh: true',
    );
    expect(decide({ freshness: stale })).toBe('ship test');
  });
});

function flagOf(split: Record<string, number>): NonNullable<Facts['flag']> {
  return { key: 'one', active: true, split: Object.entries(split).map(([key, percent]) => ({ key, percent })) };
}

describe('findings', () => {
  it.each<[string, Partial<Facts>, Partial<Facts>]>([
    [
      'too_early',
      { experiment: { ...facts().experiment, start: NOW - 7 * DAY + 1 }, plan: { ...facts().plan, days: null } },
      { experiment: { ...facts().experiment, start: NOW - 7 * DAY }, plan: { ...facts().plan, days: null } },
    ],
    [
      'guardrail_regression',
      { metrics: [purchases(better), guardrail('G', [compared('test', 0, 0.9, 0.1001)])] },
      { metrics: [purchases(better), guardrail('G', [compared('test', 0, 0.9, 0.1)])] },
    ],
    [
      'underpowered',
      { metrics: [metric('A', [flat], { baselineRow: { number_of_samples: 10_000, sum: 70 } })] },
      { metrics: [metric('A', [flat], { baselineRow: { number_of_samples: 10_000, sum: 720 } })] },
    ],
    [
      'default_plan',
      { plan: { effectPercent: null, sampleSize: 100, days: null } },
      { plan: { effectPercent: null, sampleSize: null, days: null } },
    ],
    [
      'fallback_results',
      { freshness: { ...facts().freshness, source: 'daily_fallback' } },
      { freshness: { ...facts().freshness, source: 'calculation' } },
    ],
    [
      'early_significance',
      { plan: { ...facts().plan, sampleSize: 30_000 } },
      {
        plan: { ...facts().plan, sampleSize: 30_000 },
        stats: { ...frequentist(), sequentialTuningParameter: 5_000 },
      },
    ],
    ['already_ended', ended(1), {}],
    [
      'flag_inactive',
      { flag: { ...flagOf({ control: 50, test: 50 }), active: false } },
      { flag: { ...flagOf({ control: 50, test: 50 }), active: false }, ...ended(1) },
    ],
    ['shared_flag', { others: [{ id: 2, name: 'Two', status: 'running' }] }, { others: null }],
  ])('%s shows, and not just short of it', (code, triggers, short) => {
    expect(codes(triggers)).toContain(code);
    expect(codes(short)).not.toContain(code);
    expect(finding(code, triggers)).toMatchSnapshot();
  });

  it('stand in the order blockers, warnings, the rest', () => {
    const { findings } = assess(facts({ ...skewed, plan: { effectPercent: 10, sampleSize: null, days: 40 } }));
    expect(findings.map(({ severity }) => severity)).toEqual(['blocker', 'warning', 'warning', 'info']);
  });

  it('block where every primary metric failed and inform where one did', () => {
    const failed = metric('B', [], unread);
    expect(finding('metric_failed', { metrics: [failed] })?.severity).toBe('blocker');
    expect(finding('metric_failed', { metrics: [failed, purchases(better)] })?.severity).toBe('info');
  });

  it('see a pause in the flag’s own log, and one that still lasts', () => {
    const at = (days: number) => NOW - days * DAY;
    const active = (days: number, after: boolean) => ({
      at: at(days),
      activity: 'updated',
      scope: 'FeatureFlag',
      changes: [{ field: 'active', before: !after, after }],
    });
    const paused = finding('paused_mid_run', { activity: [active(4, false), active(9, false), active(7, true)] });
    expect(paused?.evidence).toMatchObject({ pauses: 2, paused_days: 6 });
    expect(codes({ activity: [active(9, false)] })).not.toContain('changed_mid_run');
  });

  it('take what is saved along with the launch for no change of the run', () => {
    const start = NOW - 21 * DAY;
    const entry = (at: number) => ({
      at,
      activity: 'updated',
      scope: 'Experiment',
      changes: [{ field: 'stats_config', before: null, after: {} }],
    });
    expect(codes({ activity: [entry(start + 1_000)] })).not.toContain('changed_mid_run');
    expect(codes({ activity: [entry(start + DAY)] })).toContain('changed_mid_run');
  });

  it('count only people in the flag’s variants, not holdouts or people of several variants', () => {
    const counts = { control: 10_000, test: 10_000, 'holdout-1': 3_000, $multiple: 5 };
    const { exposures, findings } = assess(facts({ exposures: { counts, daily: [] } }));
    expect(exposures).toMatchObject({ total: 20_000, seen_in_several: 5, sample_ratio_mismatch: false });
    expect(findings).toEqual([]);
  });

  it('take today’s rate from the last week, so that a slowdown moves the date', () => {
    const plan = { effectPercent: 10, sampleSize: 30_000, days: 14 };
    const even = assess(facts({ plan }));
    const counts = { control: 10_000, test: 10_000 };
    const slow = assess(facts({ plan, exposures: { counts, daily: [{ until: NOW - 7 * DAY, total: 19_300 }] } }));
    expect(even.plan.exposed_per_day).toBeCloseTo(952.4, 1);
    expect(slow.plan.exposed_per_day).toBe(100);
    expect(slow.plan.reached_on).toBe('2026-09-09 UTC');
  });

  it('say that results could not be read, were never calculated, or do not cover the metrics', () => {
    const metrics = [metric('A', [], { ...unread, state: 'absent' })];
    const title = (change: Partial<Facts>) => finding('no_results', { metrics, ...change })?.title;
    expect(title({ freshness: { source: 'none' }, missing: ['results: slow'] })).toBe('The results could not be read.');
    expect(title({ freshness: { source: 'none' } })).toBe('No results are stored.');
    expect(title({ freshness: { source: 'none' }, missing: ['activity: slow'] })).toBe('No results are stored.');
    expect(title({})).toContain('do not cover its metrics');
  });

  it('name the day on which the conversions that statistics need are expected', () => {
    const thin = { ...purchases(), comparisons: [], arms: [{ key: 'test', samples: 10_000, sum: 4 }] };
    const { recommendation, summary } = assess(facts({ metrics: [thin] }));
    expect(recommendation).toBe('keep_running');
    // Four in three weeks; the fifth of an arm is a quarter of that away.
    expect(summary).toBe('Keep running until 2026-06-06 UTC: Fewer than 5 conversions: "Purchases".');
  });

  it('give no date while the flag is off', () => {
    const flag = { ...flagOf({ control: 50, test: 50 }), active: false };
    const { plan, findings } = assess(facts({ flag, plan: { effectPercent: 10, sampleSize: 30_000, days: 14 } }));
    expect(plan).not.toHaveProperty('reached_on');
    expect(findings.find(({ code }) => code === 'planned_sample_not_reached')?.advice).toContain('No date');
  });
});

function frequentist() {
  return { method: 'frequentist', differenceType: 'RELATIVE', cuped: false, alpha: 0.05 } as const;
}
