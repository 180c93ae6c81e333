import { describe, expect, it } from 'vitest';
import { evaluate, type Subject } from '../../src/sandbox/evaluation/evaluate.js';
import { placeOf } from '../../src/sandbox/evaluation/hash.js';
import type { FlagFilters, FlagGroup } from '../../src/sandbox/store/model.js';
import { EVERYBODY, GERMANS, insertFlag, subject } from './sdk-support.js';
import { bench } from './support.js';

describe('the place of an id between 0 and 1', () => {
  it.each([
    ['test-experiment.user_1', 0.4890286436],
    ['test-experiment.user_1variant', 0.0583443742],
    ['holdout-user_1', 0.3590969651],
    ['test-experiment.zoë', 0.7908300108],
  ])('of %s is %d, as in PostHog', (text, place) => {
    expect(placeOf(text)).toBeCloseTo(place, 10);
  });

  it('gives 517 of 1,000 users control, as in PostHog', async () => {
    const flag = insertFlag(await bench(), {}, 'test-experiment');
    const values = Array.from({ length: 1_000 }, (_, id) => evaluate(flag, subject({ distinctId: `u${id}` })).value);
    expect(values.filter((value) => value === 'control')).toHaveLength(517);
    expect(values.filter((value) => value === 'test')).toHaveLength(483);
  });
});

describe('a release condition', () => {
  const PERSON = {
    country: 'de',
    age: 30,
    plan: null,
    joined: '2026-08-20',
    first_seen: '2026-01-01',
    tags: ['a'],
    version: '1.4.2',
    beta: '0.4.9',
    zip: '01067',
  };

  it.each<[condition: string, operator: string, key: string, value: unknown, matches: boolean]>([
    ['whatever the case', 'exact', 'country', 'DE', true],
    ['one of several values', 'exact', 'country', ['fr', 'de'], true],
    ['none of several values', 'is_not', 'country', ['fr', 'de'], false],
    ['a number as text', 'exact', 'age', '30', true],
    ['an absent property', 'exact', 'city', 'Bonn', false],
    ['an absent property', 'is_not', 'city', 'Bonn', true],
    ['an absent property', 'not_icontains', 'city', 'Bonn', true],
    ['an absent property', 'not_regex', 'city', 'Bonn', true],
    ['an absent property', 'is_not_set', 'city', 'is_not_set', true],
    ['an absent property', 'gt', 'city', 1, false],
    ['an absent property', 'not_between', 'city', [1, 2], true],
    ['a property that is null', 'is_set', 'plan', 'is_set', true],
    ['a property that is null', 'exact', 'plan', 'null', true],
    ['an inherited property', 'is_set', 'toString', 'is_set', false],
    ['a list as text', 'icontains', 'tags', '"A"', true],
    ['one of several parts', 'icontains_multi', 'country', ['x', 'E'], true],
    ['one of several parts', 'not_icontains_multi', 'country', ['x', 'E'], false],
    ['a pattern', 'regex', 'zip', '^0\\d{4}$', true],
    ['a broken pattern', 'regex', 'zip', '(', false],
    ['a broken pattern', 'not_regex', 'zip', '(', false],
    ['a range with both ends', 'between', 'age', [30, 40], true],
    ['a range with both ends', 'not_between', 'age', [10, '29.5'], true],
    ['a range that is upside down', 'not_between', 'age', [40, 30], false],
    ['text that is no number', 'gt', 'country', 1, false],
    ['a relative date', 'is_date_after', 'joined', '-2w', true],
    ['a relative date', 'is_date_before', 'joined', '-1m', false],
    ['a relative date', 'is_date_after', 'first_seen', '-1y', true],
    ['a relative date', 'is_date_after', 'joined', '-24h', false],
    ['a relative date', 'is_date_after', 'joined', '-13d', true],
    ['the same day', 'is_date_exact', 'joined', '2026-08-20T00:00:00Z', true],
    ['no date', 'is_date_before', 'country', '2026-08-20', false],
    ['a version', 'semver_lt', 'version', 'v1.10', true],
    ['a version', 'semver_neq', 'version', '1.4.2', false],
    ['a version range', 'semver_tilde', 'version', '1.4', true],
    ['a version range', 'semver_caret', 'version', '1.5', false],
    ['a version range', 'semver_wildcard', 'version', '1.*', true],
    ['a version range', 'semver_caret', 'beta', '0.4', true],
    ['a version range', 'semver_caret', 'beta', '0.3', false],
    ['a version range', 'semver_tilde', 'beta', '0.3', false],
    ['no version', 'semver_neq', 'country', '1.0.0', false],
    ['an operator that nobody knows', 'sounds_like', 'country', 'de', false],
  ])('on %s: %s of %s with %j is %s', async (_, operator, key, value, matches) => {
    const property = { key, type: 'person', operator, value };
    const flag = insertFlag(await bench(), {
      groups: [{ properties: [property], rollout_percentage: 100 }],
      multivariate: null,
    });
    expect(evaluate(flag, subject({ properties: PERSON })).value).toBe(matches);
  });
});

describe('what decides', () => {
  const out = (about: Partial<FlagGroup> = {}) => ({ properties: [GERMANS], rollout_percentage: 100, ...about });

  it.each<[what: string, filters: Partial<FlagFilters>, about: Partial<Subject>, decided: object]>([
    [
      'the second condition',
      { groups: [out(), EVERYBODY] },
      {},
      { value: 'test', reason: 'condition_match', condition: 1 },
    ],
    ['no condition', { groups: [out()] }, {}, { value: false, reason: 'no_condition_match', condition: 0 }],
    [
      'a rollout rather than a condition',
      { groups: [{ properties: [], rollout_percentage: 0 }, out()] },
      {},
      { value: false, reason: 'out_of_rollout_bound', condition: 0 },
    ],
    [
      'early exit, though the next condition fits',
      { groups: [{ properties: [], rollout_percentage: 0 }, EVERYBODY], early_exit: true },
      {},
      { value: false, reason: 'out_of_rollout_bound', condition: 0 },
    ],
    ['a forced variant', { groups: [{ ...EVERYBODY, variant: 'control' }] }, {}, { value: 'control' }],
    [
      'the split, where the forced variant is gone',
      { groups: [{ ...EVERYBODY, variant: 'old' }] },
      {},
      { value: 'test' },
    ],
    [
      'the plain value past the last share',
      { multivariate: { variants: [{ key: 'control', rollout_percentage: 1 }] } },
      {},
      { value: true, reason: 'condition_match' },
    ],
    [
      'a holdout before any condition',
      { holdout: { id: 7, exclusion_percentage: 100 }, groups: [out()] },
      {},
      { value: 'holdout-7', reason: 'holdout_condition_value', condition: null },
    ],
    [
      'early access before a holdout',
      { holdout: { id: 7, exclusion_percentage: 100 }, super_groups: [{}] },
      { properties: { '$feature_enrollment/checkout': 'true' } },
      { value: true, reason: 'super_condition_value' },
    ],
    [
      'early access, for those who chose against it',
      { feature_enrollment: true },
      { properties: { '$feature_enrollment/checkout': false } },
      { value: false, reason: 'super_condition_value' },
    ],
    ['the group that is not there', { aggregation_group_type_index: 1 }, {}, { value: false, reason: 'no_group_type' }],
    [
      'a condition on groups in a flag for persons',
      { groups: [{ ...out(), aggregation_group_type_index: 1 }, EVERYBODY] },
      { groups: new Map([[1, { key: 'acme', properties: { country: 'de' } }]]) },
      { reason: 'condition_match', condition: 0 },
    ],
    [
      'a cohort',
      { groups: [{ properties: [{ key: 'id', type: 'cohort', value: 5, operator: 'in' }], rollout_percentage: 100 }] },
      { isInCohort: (id) => id === 5 },
      { reason: 'condition_match' },
    ],
    [
      'a cohort that must not be',
      {
        groups: [
          { properties: [{ key: 'id', type: 'cohort', value: 5, operator: 'not_in' }], rollout_percentage: 100 },
        ],
      },
      { isInCohort: (id) => id === 5 },
      { reason: 'no_condition_match' },
    ],
  ])('is %s', async (_, filters, about, decided) => {
    const flag = insertFlag(await bench(), filters);
    expect(evaluate(flag, subject(about))).toMatchObject(decided);
  });

  it('is the device where the flag goes by it, and the user without one', async () => {
    const flag = { ...insertFlag(await bench()), bucketing_identifier: 'device_id' };
    const values = (pick: (n: number) => Partial<Subject>) =>
      Array.from({ length: 50 }, (_, n) => evaluate(flag, subject(pick(n))).value);
    const byDevice = values((n) => ({ deviceId: 'phone', distinctId: `u${n}` }));
    expect(new Set(byDevice).size).toBe(1);
    expect(values((n) => ({ distinctId: `u${n}` }))).toEqual(values((n) => ({ deviceId: `u${n}` })));
  });
});
