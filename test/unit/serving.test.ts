import { describe, expect, it } from 'vitest';
import { type Flag, flagWire } from '../../src/schema/flag.js';
import { servedAmong, servedShares } from '../../src/serving/served.js';
import { nowSeen, servedText } from '../../src/serving/serving.js';

const split = (...percents: readonly number[]) => ({
  variants: percents.map((rollout_percentage, at) => ({ key: ['control', 'test', 'third'][at], rollout_percentage })),
});
const german = [{ key: 'country', value: 'DE', type: 'person', operator: 'exact' }];
const paying = [{ key: 'plan', value: 'paid', type: 'person', operator: 'exact' }];

interface Shape {
  groups?: readonly object[];
  percents?: readonly number[];
  filters?: object;
  flag?: object;
}

function flagOf({ groups = [{ properties: [] }], percents = [50, 50], filters = {}, flag = {} }: Shape): Flag {
  const all = { groups, multivariate: split(...percents), ...filters };
  return flagWire.parse({ id: 1, key: 'steps', active: true, filters: all, ...flag });
}

const to = (rollout_percentage: number, rest: object = {}) => ({ properties: [], rollout_percentage, ...rest });

/** Shares as one number where they are known, else as both bounds. By hand from how PostHog evaluates flags. */
type Shares = Record<string, number | [min: number, max: number]>;

const TABLE: readonly [what: string, shape: Shape, words: string, shares: Shares][] = [
  [
    'one group for everybody',
    { groups: [to(100)] },
    'all users are split control 50%, test 50%',
    { control: 0.5, test: 0.5 },
  ],
  [
    'a group without a rollout, which is 100%',
    {},
    'all users are split control 50%, test 50%',
    { control: 0.5, test: 0.5 },
  ],
  [
    'a partial rollout',
    { groups: [to(20)] },
    '20% of users are split control 50%, test 50%',
    { control: 0.1, test: 0.1, false: 0.8 },
  ],
  ['a rollout of 0', { groups: [to(0)] }, 'nobody enters, since the rollout is 0%', { false: 1 }],
  ['no release group', { groups: [] }, 'nobody enters, since the flag has no release group', { false: 1 }],
  [
    'all rollouts at 0',
    { groups: [to(0), to(0, { properties: german })] },
    'nobody enters, since the rollout of every release group is 0%',
    { false: 1 },
  ],
  [
    'a second group behind a first one at 0',
    { groups: [to(0), to(40)] },
    '40% of users are split control 50%, test 50%',
    { control: 0.2, test: 0.2, false: 0.6 },
  ],
  [
    'the same with early exit',
    { groups: [to(0), to(40)], filters: { early_exit: true } },
    'nobody enters, since a release group with a rollout of 0% ends the search before any other (early exit)',
    { false: 1 },
  ],
  [
    'a larger rollout behind a smaller one, which share one place per user',
    { groups: [to(20), to(50)] },
    '50% of users are split control 50%, test 50%',
    { control: 0.25, test: 0.25, false: 0.5 },
  ],
  [
    'the same with early exit',
    { groups: [to(20), to(50)], filters: { early_exit: true } },
    '20% of users are split control 50%, test 50% (release group 2 lets in nobody: an earlier one decides for all)',
    { control: 0.1, test: 0.1, false: 0.8 },
  ],
  [
    'a smaller rollout behind a larger one',
    { groups: [to(50), to(20, { variant: 'test' })] },
    '50% of users are split control 50%, test 50% (release group 2 lets in nobody: an earlier one decides for all)',
    { control: 0.25, test: 0.25, false: 0.5 },
  ],
  [
    'conditions behind a catch-all',
    { groups: [to(100), to(100, { properties: german, variant: 'test' }), to(30, { properties: paying })] },
    'all users are split control 50%, test 50% (release groups 2, 3 let in nobody: an earlier one decides for all)',
    { control: 0.5, test: 0.5 },
  ],
  [
    'one condition',
    { groups: [to(100, { properties: german })] },
    "all users who match the flag's release conditions are split control 50%, test 50%",
    { control: [0, 0.5], test: [0, 0.5], false: [0, 1] },
  ],
  [
    'two conditions',
    { groups: [to(100, { properties: german }), to(50, { properties: paying })] },
    "users who match one of the flag's 2 release groups are split control 50%, test 50%",
    { control: [0, 0.5], test: [0, 0.5], false: [0, 1] },
  ],
  [
    'a condition before a partial catch-all',
    { groups: [to(100, { properties: german }), to(20)] },
    "users who match one of the flag's 2 release groups, at least 20% of all are split control 50%, test 50%",
    { control: [0.1, 0.5], test: [0.1, 0.5], false: [0, 0.8] },
  ],
  [
    'the same with early exit, which keeps out those whom the condition does not let in',
    { groups: [to(0, { properties: german }), to(100)], filters: { early_exit: true } },
    'all users whom no earlier release group keeps out are split control 50%, test 50%',
    { control: [0, 0.5], test: [0, 0.5], false: [0, 1] },
  ],
  [
    'one condition for all that forces a variant',
    { groups: [to(100, { variant: 'test' })] },
    'all users see "test", which the release conditions force whatever the split',
    { test: 1 },
  ],
  [
    'a forced variant that the flag does not have',
    { groups: [to(100, { variant: 'gone' })] },
    'all users are split control 50%, test 50%',
    { control: 0.5, test: 0.5 },
  ],
  [
    'one of several conditions that forces a variant',
    { groups: [to(100, { properties: german, variant: 'test' }), to(100)] },
    'all users are split control 50%, test 50%, except that release group 1 always gets "test"',
    { control: [0, 0.5], test: [0.5, 1] },
  ],
  [
    'conditions that all force, each another variant',
    { groups: [to(100, { properties: german, variant: 'test' }), to(100, { variant: 'control' })] },
    'all users get what their release group names, and the split deals out nothing: release group 1 always gets "test", release group 2 always gets "control"',
    { test: [0, 1], control: [0, 1] },
  ],
  [
    'a part of everybody forced',
    { groups: [to(20, { variant: 'test' }), to(100)] },
    'all users are split control 50%, test 50%, except that release group 1 always gets "test", which makes control 40%, test 60% in all',
    { test: 0.6, control: 0.4 },
  ],
  [
    'a forced group with a rollout of 0',
    { groups: [to(0, { variant: 'test' }), to(100)] },
    'all users are split control 50%, test 50%',
    { control: 0.5, test: 0.5 },
  ],
  ['a shipped variant', { percents: [0, 100] }, 'all users see "test"', { test: 1 }],
  [
    'a shipped variant, and a condition that forces the other',
    { percents: [0, 100], groups: [to(100, { properties: german, variant: 'control' }), to(100)] },
    'all users see "test", except that release group 1 always gets "control"',
    { test: [0, 1], control: [0, 1] },
  ],
  [
    'a shipped variant at a rollout of 0',
    { percents: [0, 100], groups: [to(0)] },
    'nobody enters, since the rollout is 0%',
    { false: 1 },
  ],
  [
    'an arm at 0',
    { percents: [50, 50, 0] },
    'all users are split control 50%, test 50%, third 0%',
    { control: 0.5, test: 0.5 },
  ],
  [
    'a split under 100',
    { percents: [40, 40] },
    'all users are split control 40%, test 40%, and 20% get the flag without a variant',
    { control: 0.4, test: 0.4, true: 0.2 },
  ],
  [
    'a split over 100, of which the last variant gets what is left',
    { percents: [60, 60] },
    'all users are split control 60%, test 40%',
    { control: 0.6, test: 0.4 },
  ],
  ['a split of 0', { percents: [0, 0] }, 'all users get the flag without a variant', { true: 1 }],
  ['no variants', { percents: [] }, 'all users get the flag without a variant', { true: 1 }],
  [
    'a holdout',
    { filters: { holdout: { id: 7, exclusion_percentage: 20 } } },
    'all users outside the 20% holdout are split control 50%, test 50%',
    { control: 0.4, test: 0.4, 'holdout-7': 0.2 },
  ],
  [
    'a holdout and a rollout, each by a place of its own',
    { groups: [to(50)], filters: { holdout: { id: 7, exclusion_percentage: 20 } } },
    '50% of users outside the 20% holdout are split control 50%, test 50%',
    { control: 0.2, test: 0.2, 'holdout-7': 0.2, false: 0.4 },
  ],
  [
    'a holdout before a forced variant',
    { groups: [to(100, { variant: 'test' })], filters: { holdout: { id: 7, exclusion_percentage: 10 } } },
    'all users outside the 10% holdout see "test", which the release conditions force whatever the split',
    { test: 0.9, 'holdout-7': 0.1 },
  ],
  [
    'a holdout of everybody',
    { filters: { holdout: { id: 7, exclusion_percentage: 100 } } },
    'nobody enters, since the holdout keeps all users out',
    { 'holdout-7': 1 },
  ],
  [
    'groups in place of users',
    { groups: [to(50)], filters: { aggregation_group_type_index: 0 } },
    '50% of groups of type 0 are split control 50%, test 50%',
    { control: [0, 0.25], test: [0, 0.25], false: [0.5, 1] },
  ],
  [
    'users and groups, which have a place each',
    { groups: [to(50, { aggregation_group_type_index: 1 }), to(50)] },
    "users who match one of the flag's 2 release groups, at least 50% of all are split control 50%, test 50%",
    { control: [0.25, 0.375], test: [0.25, 0.375], false: [0.25, 0.5] },
  ],
  [
    'continuity across login',
    { flag: { ensure_experience_continuity: true } },
    'all users are split control 50%, test 50%, the same before and after login',
    { control: 0.5, test: 0.5 },
  ],
  [
    'early access',
    { filters: { super_groups: [{ properties: [], rollout_percentage: 100 }] } },
    'all users (but early access decides first for users who chose) are split control 50%, test 50%',
    { control: [0, 0.5], test: [0, 0.5], true: [0, 1] },
  ],
  [
    'exposure frozen',
    { groups: [to(100, { properties: german, exposure_frozen: true, exposure_frozen_cohort: 3 })] },
    'users who were enrolled before exposure was frozen are split control 50%, test 50%',
    { control: [0, 0.5], test: [0, 0.5], false: [0, 1] },
  ],
];

describe('who is served what', () => {
  it.each(TABLE)('with %s is told in words and shares', (_, shape, words, shares) => {
    const flag = flagOf(shape);
    expect(servedText(flag)).toBe(words);
    const served = servedShares(flag);
    const found = Object.entries(served?.values ?? {}).map(([key, { min, max }]) => [
      key,
      ...[min, max].map((share) => Number(share.toFixed(9))),
    ]);
    const expected = Object.entries(shares).map(([key, share]) => [
      key,
      ...(Array.isArray(share) ? share : [share, share]),
    ]);
    expect(found.sort()).toEqual(expected.sort());
    expect(served?.exact).toBe(Object.values(shares).every((share) => typeof share === 'number'));
  });

  it.each([
    ['is off', { active: false }, 'the flag is off'],
    ['is deleted and off', { active: false, deleted: true }, 'the flag is deleted'],
    ['is deleted, though it is active', { active: true, deleted: true }, 'the flag is deleted'],
  ])('is nobody while the flag %s', (_, flag, why) => {
    const off = flagOf({ flag });
    expect(servedShares(off)).toEqual({ exact: true, values: { false: { min: 1, max: 1 } } });
    const experiment = { id: 1, name: 'One', feature_flag_key: 'steps', feature_flag: off };
    expect(nowSeen(experiment)).toBe(`Nobody is in a variant: ${why}, everyone gets the default of the code.`);
  });

  it('is known among those who match, whatever share of all they are', () => {
    const flag = flagOf({ groups: [to(50, { properties: german, variant: 'test' }), to(80, { properties: paying })] });
    expect(servedAmong(flag, new Set([1]))).toEqual({ test: 0.5, false: 0.5 });
    expect(servedAmong(flag, new Set([2]))).toEqual({ control: 0.4, test: 0.4, false: expect.closeTo(0.2) });
    expect(servedAmong(flag, new Set([1, 2]))).toEqual({
      test: expect.closeTo(0.65),
      control: expect.closeTo(0.15),
      false: expect.closeTo(0.2),
    });
    expect(servedAmong(flag, new Set())).toEqual({ false: 1 });
  });

  it('is unknown of a flag in a format that nobody reads', () => {
    expect(servedShares(flagOf({ flag: { filters: { rules: [] } } }))).toBeNull();
  });
});
