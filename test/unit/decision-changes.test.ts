import { describe, expect, it } from 'vitest';
import { assess } from '../../src/decision/assess.js';
import { runChanges } from '../../src/decision/change-kinds.js';
import type { ActivityFact, Facts } from '../../src/decision/facts.js';
import { DAY, facts, NOW } from './decision-facts.js';

const NOON = Date.parse('2026-05-22T12:00:00Z');

function entry(changes: ActivityFact['changes'], rest: Partial<ActivityFact> = {}): ActivityFact {
  return { at: NOON, activity: 'updated', scope: 'Experiment', changes, ...rest };
}
const field = (name: string, before: unknown = null, after: unknown = null) => ({ field: name, before, after });
const whats = (...changes: ActivityFact['changes']) =>
  runChanges(entry(changes)).map(({ touches, what }) => `${touches}: ${what}`);
const found = (code: string, change: Partial<Facts>) =>
  assess(facts(change)).findings.find((finding) => finding.code === code);

const filters = (control: number, rest: object = {}) => ({
  groups: [{ properties: [], rollout_percentage: 100 }],
  multivariate: {
    variants: [
      { key: 'control', rollout_percentage: control },
      { key: 'test', rollout_percentage: 100 - control },
    ],
  },
  holdout: null,
  ...rest,
});
const groups = [{ properties: [], rollout_percentage: 20 }];
const asked = (value: number) => ({ properties: [{ key: 'age', value }], rollout_percentage: 100 });
const forced = { properties: [], rollout_percentage: 100, variant: 'test' };
const other = { ...forced, variant: 'control' };
const halves = (...keys: string[]) => ({ variants: keys.map((key) => ({ key, rollout_percentage: 50 })) });
const [renamed, reversed] = [halves('control', 'blue'), halves('test', 'control')];
const others = { variants: [{ key: 'control', rollout_percentage: 100 }] };

describe('what an entry of the log changed of a run', () => {
  it.each([
    ['another split', filters(50), filters(80), ['people: split']],
    ['other people let in', filters(50), filters(50, { groups }), ['people: targeting']],
    ['another set of variants', filters(50), filters(50, { multivariate: others }), ['people: variants']],
    ['split and targeting', filters(50), filters(80, { groups }), ['people: split', 'people: targeting']],
    ['a holdout', filters(50), filters(50, { holdout: { id: 1 } }), ['people: holdout']],
    ['another holdout', filters(50, { holdout: { id: 1 } }), filters(50, { holdout: { id: 2 } }), ['people: holdout']],
    ['a variant instead of another', filters(50), filters(50, { multivariate: renamed }), ['people: variants']],
    ['nothing but the order of variants', filters(50), filters(50, { multivariate: reversed }), ['people: split']],
    [
      'other conditions',
      filters(50, { groups: [asked(1)] }),
      filters(50, { groups: [asked(2)] }),
      ['people: targeting'],
    ],
    ['a variant for all of a group', filters(50, { groups: [forced] }), filters(50), ['people: targeting']],
    [
      'another variant for all of a group',
      filters(50, { groups: [forced] }),
      filters(50, { groups: [other] }),
      ['people: targeting'],
    ],
    ['nothing but groups that are left out', filters(50, { groups: null }), filters(50, { groups: [] }), []],
    ['nothing but conditions that are left out', filters(50, { groups: [{}] }), filters(50), []],
    ['nothing but an empty part', filters(50, { super_groups: null }), filters(50), []],
    ['nothing but the order of keys', filters(50), Object.fromEntries(Object.entries(filters(50)).reverse()), []],
    ['a state before that the log lacks', null, filters(50), ['people: feature_flag']],
  ])('is read from the flag: %s', (_, before, after, expected) => {
    expect(whats(field('feature_flag', before, after))).toEqual(expected);
    const whole = (inner: object | null) => inner && { key: 'one', filters: inner };
    expect(whats(field('feature_flag', whole(before), whole(after)))).toEqual(expected);
  });

  it('tells what is measured from who is compared', () => {
    expect(whats(field('metrics'), field('stats_config'))).toEqual(['measures: metrics', 'measures: stats_config']);
    expect(whats(field('exposure_criteria'), field('excluded_variants'))).toEqual([
      'people: exposure_criteria',
      'people: excluded_variants',
    ]);
    expect(runChanges(entry([], { activity: 'exposure_frozen' }))).toEqual([
      { touches: 'people', what: 'exposure_frozen' },
    ]);
  });

  it('takes a plan that is kept among older parameters for no change', () => {
    const before = { recommended_sample_size: 100, feature_flag_variants: [] };
    expect(whats(field('parameters', before, { ...before, recommended_sample_size: 200 }))).toEqual([]);
    expect(whats(field('parameters', before, { ...before, rollout_percentage: 20 }))).toEqual(['people: targeting']);
    expect(whats(field('parameters'))).toEqual(['people: parameters']);
    expect(whats(field('parameters', null, before))).toEqual(['people: parameters']);
    expect(whats(field('parameters', before, null))).toEqual(['people: parameters']);
  });

  it('is told once, however many fields hold it', () => {
    const [was, is] = [filters(50), filters(80)];
    expect(whats(field('feature_flag', was, is), field('filters', was, is))).toEqual(['people: split']);
  });

  it.each([
    ...['name', 'description', 'tags', 'conclusion', 'conclusion_comment', 'archived', 'running_time_calculation'],
    ...['primary_metrics_ordered_uuids', 'scheduling_config', 'version'],
  ])('takes %s for no change of the run', (name) => {
    expect(whats(field(name, 'a', 'b'))).toEqual([]);
  });
});

describe('a change of the run', () => {
  it('of who is compared advises to run anew, of what is measured does not', () => {
    const people = found('changed_mid_run', { activity: [entry([field('exposure_criteria')])] });
    expect(people?.title).toBe('Who is compared changed while running: exposure_criteria on 2026-05-22 UTC.');
    expect(people?.advice).toContain('reset and start over');
    const measures = found('changed_mid_run', { activity: [entry([field('metrics')])] });
    expect(measures?.title).toBe(
      'What is measured changed while running: metrics on 2026-05-22 UTC. Who is compared did not.',
    );
    expect(measures?.advice).toContain('arms stay comparable');
    expect(measures?.advice).not.toContain('reset');
  });

  it('of both names both and advises by the weightier', () => {
    const activity = [entry([field('metrics'), field('feature_flag', filters(50), filters(80))])];
    const both = found('changed_mid_run', { activity });
    expect(both?.title).toBe(
      'Who is compared changed while running: split (control 50%, test 50% before, control 80%, test 20% after) on 2026-05-22 UTC. What is measured changed while running: metrics on 2026-05-22 UTC.',
    );
    expect(both?.evidence).toMatchObject({ changes: 1, changes_of_people: 1, changes_of_measures: 1 });
    expect(both?.advice).toContain('reset and start over');
  });
});

describe('what happened to a run', () => {
  const at = (day: number) => NOON + day * DAY;

  it('names each change with its day, and gives no shares where no day was counted', () => {
    const activity = [
      entry([field('feature_flag', filters(50), filters(80, { groups })), field('metrics')]),
      entry([field('exposure_criteria'), field('metrics_secondary'), field('stats_config')], { at: at(2) }),
    ];
    expect(found('changed_mid_run', { activity })).toEqual({
      code: 'changed_mid_run',
      severity: 'warning',
      title:
        'Who is compared changed while running: split (control 50%, test 50% before, control 80%, test 20% after), targeting (group 1 (all users) before, group 1 (20% of users) after) on 2026-05-22 UTC; exposure_criteria on 2026-05-24 UTC. What is measured changed while running: metrics on 2026-05-22 UTC; metrics_secondary, stats_config on 2026-05-24 UTC.',
      evidence: { changes: 2, changes_of_people: 2, changes_of_measures: 2 },
      advice:
        'People before and after were not treated or counted alike, and their mix can mislead; experiment-activity tells who changed what. Where it matters, reset and start over.',
    });
    expect(found('changed_mid_run', { activity })?.evidence).not.toHaveProperty('exposed_before_percent');
  });

  it('names each pause, and what it does to the effect', () => {
    const switched = (day: number, activity: string) => entry([], { at: at(day), activity });
    const activity = [
      ...[switched(0, 'paused'), switched(1, 'resumed')],
      switched(3, 'paused'),
      switched(5, 'resumed'),
    ];
    const pauses = found('paused_mid_run', { activity });
    expect(pauses).toEqual({
      code: 'paused_mid_run',
      severity: 'warning',
      title: 'Paused for 3 days of the run: 2026-05-22 UTC to 2026-05-23 UTC, 2026-05-25 UTC to 2026-05-27 UTC.',
      evidence: { pauses: 2, paused_days: 3 },
      advice:
        'Those enrolled before saw the default meanwhile, which waters the effect down. The real effect may be larger.',
    });
    expect(pauses?.evidence).not.toHaveProperty('exposed_after_percent');
  });

  it('is unknown where the log could not be read', () => {
    expect(assess(facts({ activity: null })).findings).toEqual([]);
  });
});

describe('the share that came before', () => {
  const paused = (from: number, to: number): ActivityFact[] => [
    entry([], { at: from, activity: 'paused' }),
    entry([], { at: to, activity: 'resumed' }),
  ];
  const counts = { control: 10_000, test: 10_000 };
  const until = (day: string) => Date.parse(`${day}T23:59:59.999Z`);

  it('a pause in the middle of a day is all of that day', () => {
    const daily = [
      { until: until('2026-05-21'), total: 8_000 },
      { until: until('2026-05-22'), total: 10_000 },
      { until: until('2026-05-27'), total: 10_000 },
      { until: NOW, total: 20_000 },
    ];
    const activity = paused(NOON, until('2026-05-27'));
    const { evidence } = found('paused_mid_run', { activity, exposures: { counts, daily } }) ?? {};
    expect(evidence).toMatchObject({ exposed_before_percent: [50], exposed_after_percent: [50] });
  });

  it('a freeze counts as a pause of enrolment, also where both overlap', () => {
    const daily = [
      { until: until('2026-05-21'), total: 8_000 },
      { until: NOW, total: 20_000 },
    ];
    const activity = [
      entry([], { activity: 'exposure_frozen' }),
      ...paused(NOON + DAY, NOON + 9 * DAY),
      entry([], { at: NOW - DAY / 2, activity: 'exposure_unfrozen' }),
    ];
    const { evidence } = found('changed_mid_run', { activity, exposures: { counts, daily } }) ?? {};
    // Half a day before the freeze, half a day after it.
    expect(evidence).toMatchObject({ exposed_before_percent: [70, 70] });
  });
});
