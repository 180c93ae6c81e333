import { describe, expect, it } from 'vitest';
import type { FlagFilters } from '../../src/schema/flag.js';
import { newlyShipped, surelyShips } from '../../src/serving/shipping.js';

type Groups = FlagFilters['groups'];

const EVERYBODY = { properties: [], rollout_percentage: 100 };
const STAFF = { properties: [{ key: 'email', operator: 'icontains', value: '@us.com' }], rollout_percentage: 100 };

/** A flag with `control` and `test`. */
function flag(test: number, groups: Groups = [EVERYBODY], rest: object = {}): FlagFilters {
  const variants = [
    { key: 'control', rollout_percentage: 100 - test },
    { key: 'test', rollout_percentage: test },
  ];
  return { groups, multivariate: { variants }, ...rest };
}

const forced = (group: object, variant = 'test') => ({ ...group, variant });
const EVEN = flag(50);

describe('a change of a flag', () => {
  it.each<[string, FlagFilters | null, FlagFilters | null]>([
    ['95 of 100', EVEN, flag(95)],
    ['99 of 100', EVEN, flag(99)],
    ['nearly the whole split', EVEN, flag(99.9999)],
    ['the whole split to few', EVEN, flag(100, [{ ...EVERYBODY, rollout_percentage: 1 }])],
    ['the split of a flag that served nobody', null, flag(100)],
    ['the split of a flag with a rollout of 0', flag(100, [{ ...EVERYBODY, rollout_percentage: 0 }]), flag(100)],
    ['a group that everybody enters by', EVEN, flag(50, [forced(EVERYBODY)])],
    [
      'one that nearly everybody enters by',
      EVEN,
      flag(50, [forced({ ...EVERYBODY, rollout_percentage: 90 }), EVERYBODY]),
    ],
    ['one that is listed last and asked first', EVEN, flag(50, [EVERYBODY, forced(EVERYBODY)])],
    [
      'two groups that let in all between them',
      EVEN,
      flag(50, [forced({ ...EVERYBODY, rollout_percentage: 1 }), forced(EVERYBODY)]),
    ],
    ['a group with a condition that may hold for everybody', EVEN, flag(50, [forced(STAFF), EVERYBODY])],
    [
      'more of those who match a condition',
      flag(50, [forced({ ...STAFF, rollout_percentage: 20 }), EVERYBODY]),
      flag(50, [forced(STAFF), EVERYBODY]),
    ],
    [
      'the only group that is left',
      flag(50, [forced(STAFF), { ...STAFF, properties: [{ key: 'plan' }] }]),
      flag(50, [forced(STAFF)]),
    ],
    ['groups of companies', EVEN, flag(50, [forced(EVERYBODY)], { aggregation_group_type_index: 0 })],
    [
      'a group that ends the search',
      EVEN,
      flag(50, [forced({ ...EVERYBODY, rollout_percentage: 5 }), EVERYBODY], { early_exit: true }),
    ],
    ['all that a holdout leaves', EVEN, flag(97, [EVERYBODY], { holdout: { id: 1, exclusion_percentage: 90 } })],
    ['the other variant after it was shipped', flag(0), flag(100)],
  ])('ships a variant by %s', (_, before, after) => {
    expect(newlyShipped(before, after)).toEqual([{ variant: 'test' }]);
  });

  it.each<[string, FlagFilters, FlagFilters | null]>([
    ['94 of 100', EVEN, flag(94)],
    ['a split that is what it was', flag(99), flag(99)],
    ['more of what is shipped already', flag(96), flag(100)],
    ['what is shipped, to more users', flag(100, [{ ...EVERYBODY, rollout_percentage: 20 }]), flag(100)],
    ['what is shipped, without conditions', flag(100, [STAFF]), flag(100)],
    ['a split again after one was shipped', flag(100), flag(60)],
    ['a flag that serves nobody any more', EVEN, null],
    ['no release group', EVEN, flag(100, [])],
    [
      'a variant that no group can force, since there is none of that name',
      EVEN,
      flag(50, [forced(EVERYBODY, 'gone')]),
    ],
    [
      'another split beside a group of staff that stays',
      flag(50, [forced(STAFF), EVERYBODY]),
      flag(60, [forced(STAFF), EVERYBODY]),
    ],
    [
      'fewer users beside a group of staff that stays',
      flag(50, [forced(STAFF), EVERYBODY]),
      flag(50, [forced(STAFF), { ...EVERYBODY, rollout_percentage: 20 }]),
    ],
    [
      'a rollout of 90 for a variant that is asked last',
      EVEN,
      flag(50, [forced({ ...EVERYBODY, rollout_percentage: 80 }), EVERYBODY]),
    ],
    ['a condition for everybody who is split', EVEN, flag(50, [STAFF])],
  ])('ships nothing by %s', (_, before, after) => {
    expect(newlyShipped(before, after)).toEqual([]);
  });

  it.each<[string, object | undefined, object | undefined, ReturnType<typeof newlyShipped>]>([
    ['that of test for both', { control: '"a"', test: '"b"' }, { control: '"b"', test: '"b"' }, [{ variant: 'test' }]],
    [
      'that of test, written in another way',
      { test: '{"a":1,"b":2}' },
      { control: '{"b": 2, "a": 1}', test: '{"a":1,"b":2}' },
      [{ variant: 'test' }],
    ],
    ['none for both', { test: '"b"' }, undefined, [{ variant: 'control' }]],
    [
      'a new one for both',
      { control: '"a"', test: '"b"' },
      { control: '"c"', test: '"c"' },
      [{ variant: null, because: expect.stringContaining('same payload') }],
    ],
    ['other ones', { control: '"a"', test: '"b"' }, { control: '"c"', test: '"d"' }, []],
    ['the same where they were the same', { control: '"a"', test: '"a"' }, { control: '"b"', test: '"b"' }, []],
    ['the same where there were none', undefined, { control: '"b"', test: '"b"' }, []],
    ['no JSON', { control: '{', test: '[' }, { control: '[', test: '[' }, [{ variant: 'test' }]],
  ])('of payloads, %s, ships what they are', (_, before, after, shipped) => {
    expect(newlyShipped({ ...EVEN, payloads: before }, { ...EVEN, payloads: after })).toEqual(shipped);
  });

  it('ships one payload also to those whom the split leaves nearly no other', () => {
    const three = (last: number, payloads: object): FlagFilters => {
      const shares = [50 - last / 2, 50 - last / 2, last];
      const variants = ['control', 'test', 'other'].map((key, at) => ({ key, rollout_percentage: shares[at] ?? 0 }));
      return { groups: [EVERYBODY], multivariate: { variants }, payloads };
    };
    const payloads = { control: '1', test: '2', other: '3' };
    expect(newlyShipped(three(4, payloads), three(4, { ...payloads, test: '1' }))).toEqual([{ variant: 'control' }]);
    expect(newlyShipped(three(10, payloads), three(10, { ...payloads, test: '1' }))).toEqual([]);
  });

  it('to a flag without variants, or to early access, is carried by no results', () => {
    const plain = [{ variant: null, because: expect.stringContaining('plain value') }];
    expect(newlyShipped(EVEN, { groups: [EVERYBODY] })).toEqual(plain);
    const early = [{ properties: [{ key: '$feature_enrollment/one', value: ['true'] }], rollout_percentage: 100 }];
    expect(newlyShipped(EVEN, { ...EVEN, super_groups: early })).toEqual(plain);
    expect(newlyShipped({ ...EVEN, super_groups: early }, { ...flag(60), super_groups: early })).toEqual([]);
  });

  it('with more conditions than can be told apart counts as a ship that no results carry, unless it is none', () => {
    const groups = Array.from({ length: 13 }, (_, at) => ({ ...STAFF, properties: [{ key: `property ${at}` }] }));
    const unclear = [{ variant: null, because: expect.stringContaining('so many different release conditions') }];
    expect(newlyShipped(flag(50, groups), flag(60, groups))).toEqual(unclear);
    expect(newlyShipped(flag(50, groups), flag(50, groups))).toEqual([]);
  });
});

describe('whether a flag ships a variant whoever its users are', () => {
  it.each<[string, FlagFilters, boolean]>([
    ['the whole split', flag(100), true],
    ['95 of 100', flag(95), true],
    ['94 of 100', flag(94), false],
    ['groups that all force it', flag(50, [forced(STAFF), forced(EVERYBODY)]), true],
    ['a group of staff that forces it', flag(50, [forced(STAFF), EVERYBODY]), false],
    ['the whole split but for a group of staff', flag(100, [forced(STAFF, 'control'), EVERYBODY]), false],
    ['nobody inside', flag(100, []), false],
  ])('is told of %s', (_, filters, ships) => {
    expect(surelyShips(filters, 'test')).toBe(ships);
  });
});
