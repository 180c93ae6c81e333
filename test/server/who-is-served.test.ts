import { describe, expect, it } from 'vitest';
import { assessmentOutput } from '../../src/schema/assessment.js';
import { type Change, funnel, plan, scenarioOf, split } from '../helpers/assess-scenarios.js';
import { effectsOf, experimentRow, flagRow, warningCodes } from '../helpers/state.js';
import { NOW, openWorld, type World } from '../helpers/world.js';

const german = [{ key: 'country', value: 'DE', type: 'person', operator: 'exact' }];
const paying = [{ key: 'plan', value: 'paid', type: 'person', operator: 'exact' }];
const to = (rollout_percentage: number, rest: object = {}) => ({ properties: [], rollout_percentage, ...rest });

type FlagChange = (flag: ReturnType<typeof flagRow>) => void;
const groups =
  (...wanted: ReturnType<typeof to>[]): FlagChange =>
  (flag) => {
    flag.filters = { ...flag.filters, groups: wanted };
  };

async function worldOf(change: Change, alter?: FlagChange): Promise<World> {
  const world = await openWorld({ scenario: scenarioOf(change) });
  alter?.(flagRow(world, 1));
  return world;
}

async function assessed(world: World) {
  return assessmentOutput.parse((await world.call('experiment-assess', { id: 1 })).data);
}

/** Half of the planned people are in, so that there is something to wait for. */
const SHORT: Change = { running_time_calculation: plan(10, 40_000, 14) };
const ENDED: Change = { ended_days_ago: 2, conclusion: 'won' };
const SHIPPED: Change = { ...ENDED, variants: split({ control: 0, test: 100 }) };

const CLOSED: readonly [what: string, alter: FlagChange, why: string][] = [
  ['a rollout of 0', groups(to(0)), 'the rollout is 0%'],
  ['no release group', groups(), 'the flag has no release group'],
  ['every rollout at 0', groups(to(0), to(0)), 'the rollout of every release group is 0%'],
  ['a flag that is off', (flag) => Object.assign(flag, { active: false }), 'the flag is off'],
  ['a deleted flag that is active', (flag) => Object.assign(flag, { deleted: true }), 'the flag is deleted'],
  [
    'a holdout of everybody',
    (flag) => Object.assign(flag.filters, { holdout: { id: 1, exclusion_percentage: 100 } }),
    'the holdout keeps all users out',
  ],
];

describe('where nobody can enter', () => {
  it.each(CLOSED)('for %s, no tool waits or gives a date', async (_, alter, why) => {
    const world = await worldOf(SHORT, alter);
    const answer = await assessed(world);
    expect(answer.recommendation).toBe('fix_first');
    expect(answer.summary).toContain(why);
    expect(answer.plan).not.toHaveProperty('reached_on');
    expect(JSON.stringify(answer)).not.toMatch(/Keep running|Look again on/);
    const { data } = await world.call('experiment-review');
    expect(data.items).toMatchObject([{ id: 1, findings: [{ code: 'flag_inactive' }] }]);
    expect((await world.call('experiment-get', { id: 1 })).data.served).toContain(why);
  });

  it.each(CLOSED)('for %s, nobody is said to have got what was shipped, or to be split', async (_, alter, why) => {
    const { findings } = await assessed(await worldOf(SHIPPED, alter));
    expect(findings.find(({ code }) => code === 'already_shipped')?.title).toBe(
      `test is shipped, yet ${why}, so nobody gets it.`,
    );
    const ended = await worldOf(ENDED, alter);
    expect((await assessed(ended)).findings.map(({ code }) => code)).not.toContain('ended_still_split');
    expect(JSON.stringify((await ended.call('experiment-review')).data)).not.toContain('ended_still_split');
    const archived = await ended.call('experiment-archive', { id: 1 });
    expect(warningCodes(archived)).not.toContain('still_split');
    expect(effectsOf(archived).users).toContain(why);
  });

  it.each(CLOSED)('for %s, a preview of shipping says so', async (_, alter, why) => {
    const world = await worldOf(ENDED, alter);
    const shipped = await world.call('experiment-ship-variant', { id: 1, variant_key: 'test' });
    expect(effectsOf(shipped).users).toMatch(new RegExp(`^Nobody( yet)?: ${why}`));
    expect(warningCodes(shipped)).toContain('flag_inactive');
  });

  it('a pause changes nothing for users', async () => {
    const world = await worldOf(SHORT, groups(to(0)));
    const { users } = effectsOf(await world.call('experiment-pause', { id: 1 }));
    expect(users).toBe('Unchanged. The flag is on: nobody enters, since the rollout is 0%.');
  });
});

const SERVED: readonly [
  what: string,
  alter: FlagChange,
  recommendation: string,
  found: string | null,
  review: string | null,
][] = [
  [
    'a catch-all before forced conditions',
    groups(to(100), to(100, { properties: german, variant: 'test' })),
    'ship',
    null,
    null,
  ],
  ['a later group behind one at 0', groups(to(0), to(100)), 'ship', null, null],
  [
    'one of several conditions that forces a variant',
    groups(to(100, { properties: german, variant: 'test' }), to(100)),
    'ship',
    'Release group 1 forces a variant, so the people in it are not randomized.',
    'flag_not_split',
  ],
  [
    'one condition for all that forces a variant',
    groups(to(100, { variant: 'test' })),
    'fix_first',
    'Every release condition names the variant that its users get, so the split deals out nothing.',
    'flag_not_split',
  ],
  [
    'conditions that all force one',
    groups(to(100, { properties: german, variant: 'test' }), to(100, { properties: paying, variant: 'control' })),
    'fix_first',
    'Every release condition names the variant that its users get, so the split deals out nothing.',
    'flag_not_split',
  ],
];

describe('a flag that is on', () => {
  it.each(SERVED)('with %s is judged by who gets what', async (_, alter, recommendation, found, review) => {
    const world = await worldOf({}, alter);
    const answer = await assessed(world);
    expect(answer.recommendation, answer.summary).toBe(recommendation);
    expect(answer.findings.find(({ code }) => code === 'flag_not_split')?.title ?? null).toBe(found);
    if (found !== null) expect(answer.summary).toContain(found);
    const text = JSON.stringify((await world.call('experiment-review')).data);
    expect(text.includes('flag_not_split')).toBe(review !== null);
  });

  it('holds the exposures against split and force together, where no property decides', async () => {
    // By hand: 20% forced, and half of the other 80%.
    const fitting = {
      exposures: { control: 8_000, test: 12_000 },
      metrics: [funnel('P', { control: [8_000, 800], test: [12_000, 1_440] })],
    };
    const forced = groups(to(20, { variant: 'test' }), to(100));
    const { recommendation, exposures } = await assessed(await worldOf(fitting, forced));
    expect(recommendation).toBe('ship');
    expect(exposures?.variants.map(({ configured_percent }) => configured_percent)).toEqual([40, 60]);
    expect((await assessed(await worldOf({}, forced))).findings[0]?.code).toBe('sample_ratio_mismatch');
  });

  it('says still split after the end where a release group forces the other variant', async () => {
    const world = await worldOf(SHIPPED, groups(to(100, { properties: german, variant: 'control' }), to(100)));
    const { findings } = await assessed(world);
    expect(findings.map(({ code }) => code)).toContain('ended_still_split');
    expect(findings.map(({ code }) => code)).not.toContain('already_shipped');
    expect(warningCodes(await world.call('experiment-archive', { id: 1 }))).toContain('still_split');
  });

  it('counts a variant that every condition forces as shipped', async () => {
    const { findings } = await assessed(await worldOf(ENDED, groups(to(100, { variant: 'test' }))));
    expect(findings.find(({ code }) => code === 'already_shipped')?.title).toBe('test is shipped.');
  });

  it.each([
    ['never served', 0],
    ['served to a few', 49],
  ])('is not held up by an arm at 0%% that was %s', async (_, later) => {
    const variants = split({ control: 50, test: 50, later: 0 });
    const exposures = { control: 10_050, test: 9_950, later };
    const { recommendation, variant_key } = await assessed(await worldOf({ variants, exposures }));
    expect([recommendation, variant_key]).toEqual(['ship', 'test']);
  });

  it('cannot be compared with a baseline at 0%', async () => {
    const variants = split({ control: 0, test: 50, other: 50 });
    const answer = await assessed(
      await worldOf({
        variants,
        exposures: { test: 10_000, other: 10_000 },
        metrics: [funnel('P', { test: [10_000, 1_000], other: [10_000, 1_300] })],
      }),
    );
    expect(answer.recommendation).toBe('fix_first');
    expect(answer.summary).toContain('The baseline control gets nobody');
  });
});

/** Moves the newest changes of the flag inside the run. */
function backdate(world: World, days: number): void {
  for (const entry of experimentRow(world, 1).activity)
    if (Date.parse(entry.at) >= NOW.getTime()) entry.at = new Date(NOW.getTime() - days * 86_400_000).toISOString();
}

describe('the split of its time', () => {
  it('is what exposures are held against after a ship', async () => {
    const world = await worldOf({});
    await world.call('experiment-ship-variant', { id: 1, variant_key: 'test' });
    const { exposures, findings } = await assessed(world);
    expect(exposures?.variants.map(({ configured_percent }) => configured_percent)).toEqual([50, 50]);
    expect(exposures?.srm_p_value).toBeGreaterThan(0.4);
    expect(findings.find(({ code }) => code === 'flag_not_split')?.title).toBe(
      'The flag gives everybody inside test. Its split in the run was control 50%, test 50%.',
    );
  });

  it('still tells a mismatch after a ship', async () => {
    const world = await worldOf({
      exposures: { control: 10_400, test: 9_600 },
      metrics: [funnel('P', { control: [10_400, 1_040], test: [9_600, 1_152] })],
    });
    await world.call('experiment-ship-variant', { id: 1, variant_key: 'test', override_reason: 'Because.' });
    expect((await assessed(world)).findings[0]?.code).toBe('sample_ratio_mismatch');
  });

  it('is said not to be in the log where it is not', async () => {
    const { exposures, findings } = await assessed(await worldOf(SHIPPED));
    expect(exposures).not.toHaveProperty('srm_p_value');
    expect(exposures?.variants[0]).not.toHaveProperty('configured_percent');
    expect(findings.find(({ code }) => code === 'flag_not_split')).toMatchObject({
      title: 'The flag gives everybody inside test. Its split in the run is not in the log.',
      evidence: { split_in_the_run: 'not in the log' },
    });
  });

  it('weighs a split that changed inside the run by the people of each time', async () => {
    const world = await worldOf({
      exposures: { control: 10_000, test: 10_000 },
      metrics: [funnel('P', { control: [10_000, 1_000], test: [10_000, 1_200] })],
    });
    await world.call('experiment-update', { id: 1, variants: split({ control: 20, test: 80 }) });
    backdate(world, 7);
    const { recommendation, summary, findings, exposures } = await assessed(world);
    // A third of the people came after it: (2 × 50 + 20) / 3 = 40.
    expect(exposures?.variants[0]?.configured_percent).toBeCloseTo(40, 0);
    expect(findings.map(({ code }) => code)).toContain('sample_ratio_mismatch');
    expect(recommendation).toBe('fix_first');
    expect(summary).toContain('Exposures do not match');
  });
});

describe('people seen in several variants', () => {
  const arms = (control: number, test: number, several: number, rest: Change = {}): Change => ({
    exposures: { control, test, $multiple: several },
    metrics: [funnel('P', { control: [control, control / 10], test: [test, Math.round(test * 0.13)] })],
    ...rest,
  });
  const uneven = { variants: split({ control: 90, test: 10 }) };
  const first = { exposure_criteria: { filterTestAccounts: true, multiple_variant_handling: 'first_seen' as const } };

  it.each<[what: string, change: Change, severity: string | undefined, recommendation: string]>([
    ['0.1% of an uneven split', arms(18_000, 2_000, 20, uneven), undefined, 'ship'],
    ['just over 0.1% of an uneven split', arms(18_000, 2_000, 21, uneven), 'warning', 'cannot_tell'],
    ['0.9% of an uneven split', arms(18_000, 2_000, 182, uneven), 'warning', 'cannot_tell'],
    [
      '0.9% of an uneven split, which PostHog counts for the first',
      arms(18_000, 2_000, 182, { ...uneven, ...first }),
      undefined,
      'ship',
    ],
    ['0.9% of an even split', arms(10_000, 10_000, 182), 'info', 'ship'],
    ['8% of an even split', arms(10_000, 10_000, 1_739), 'warning', 'cannot_tell'],
    ['12% of an even split', arms(10_000, 10_000, 2_727), 'blocker', 'fix_first'],
  ])('are %s', async (_, change, severity, recommendation) => {
    const answer = await assessed(await worldOf(change));
    const found = answer.findings.find(({ code }) => code === 'multiple_variant_exposures');
    expect([found?.severity, answer.recommendation]).toEqual([severity, recommendation]);
    if (recommendation !== 'ship') expect(answer.evidence_comment).not.toContain('all passed');
  });

  it('are told after a ship by the split of the run', async () => {
    const world = await worldOf(arms(18_000, 2_000, 182, uneven));
    await world.call('experiment-ship-variant', { id: 1, variant_key: 'test', override_reason: 'Because.' });
    const { findings } = await assessed(world);
    expect(findings.find(({ code }) => code === 'multiple_variant_exposures')?.severity).toBe('warning');
  });
});

describe('a holdout among the exposures', () => {
  it('is nobody who was exposed, in any tool', async () => {
    const exposures = { control: 10_050, test: 9_950, 'holdout-3': 5_000 };
    const world = await worldOf({ exposures });
    const [assess, results, review] = [
      await assessed(world),
      (await world.call('experiment-results', { id: 1 })).data,
      (await world.call('experiment-review')).data,
    ];
    expect(assess.exposures?.total).toBe(20_000);
    expect(results.exposures).toMatchObject({
      total: 20_000,
      variants: [{ share_percent: 50.25 }, { share_percent: 49.75 }],
    });
    expect(JSON.stringify(review)).not.toMatch(/25000|holdout/);
  });

  it('is no part of those of whom some were seen in several variants', async () => {
    const variants = split({ control: 90, test: 10 });
    const exposures = { control: 18_000, test: 2_000, $multiple: 21, 'holdout-3': 5_000 };
    const metrics = [funnel('P', { control: [18_000, 1_800], test: [2_000, 260] })];
    const { findings } = await assessed(await worldOf({ variants, exposures, metrics }));
    expect(findings.find(({ code }) => code === 'multiple_variant_exposures')?.severity).toBe('warning');
  });
});

describe('a pause or an edit inside the run', () => {
  it.each<[what: string, activity: Change['activity'], words: string]>([
    [
      'a pause',
      [
        { days_ago: 12, activity: 'paused' },
        { days_ago: 10, activity: 'resumed' },
      ],
      'Paused for 2 days of the run',
    ],
    ['an edit', [{ days_ago: 9, activity: 'updated', fields: ['exposure_criteria'] }], 'Who is compared changed'],
    ['a metric', [{ days_ago: 9, activity: 'updated', fields: ['metrics'] }], 'What is measured changed'],
  ])('is %s that the sentence names, and rules nothing out', async (_, activity, words) => {
    const { recommendation, summary, findings, evidence_comment } = await assessed(await worldOf({ activity }));
    expect(recommendation).toBe('ship');
    expect(summary).toMatch(new RegExp(`^Ship test: .*${words}`));
    expect(findings[0]?.severity).toBe('warning');
    expect(evidence_comment).toMatch(/No blockers or warnings\. Noted: .*_mid_run/);
  });

  it('is told with "not in the log" where the log lacks what the flag was', async () => {
    const activity = [{ days_ago: 9, activity: 'updated', fields: ['feature_flag'] }];
    const { summary } = await assessed(await worldOf({ activity }));
    expect(summary).toContain('feature_flag (before and after are not in the log) on 2026-05-23 UTC');
  });
});
