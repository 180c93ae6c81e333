import { describe, expect, it } from 'vitest';
import { validateFlagFilters } from '../../src/sandbox/validation/flag-filters.js';
import { refusalOf } from './validation-helpers.js';

const HALVES = [
  { key: 'control', rollout_percentage: 50 },
  { key: 'test', rollout_percentage: 50 },
];

describe('the filters of a flag', () => {
  const multivariate = { variants: HALVES };

  it.each([
    [[], 'filters: Filters must be a dict, got list.', 'structural.filters.not_a_dict'],
    [{ groups: {} }, 'groups: Expected a list of items but got type "dict".', 'structural.groups.not_a_list'],
    [
      { groups: [{}, 'x'] },
      'groups[1]: Invalid data. Expected a dictionary, but got str.',
      'structural.groups[].invalid',
    ],
    [
      { groups: [{ rollout_percentage: 101 }] },
      'groups[0].rollout_percentage: Ensure this value is less than or equal to 100.',
      'structural.groups[].rollout_percentage.max_value',
    ],
    [
      { groups: [{ rollout_percentage: 'all' }] },
      'groups[0].rollout_percentage: A valid number is required.',
      'structural.groups[].rollout_percentage.invalid',
    ],
    [
      { multivariate: { variants: [{ key: 'a' }] } },
      'multivariate.variants[0].rollout_percentage: This field is required.',
      'structural.multivariate.variants[].rollout_percentage.required',
    ],
    [
      { multivariate: 'x' },
      'multivariate: Invalid data. Expected a dictionary, but got str.',
      'structural.multivariate.invalid',
    ],
    [{ holdout: 1 }, 'holdout: Invalid data. Expected a dictionary, but got int.', 'structural.holdout.invalid'],
    [
      { multivariate: { variants: [...HALVES, { key: 'c', rollout_percentage: 10 }] } },
      'multivariate.variants: Variant rollout percentages must sum to 100, got 110.',
      'cross_field.variant_rollout_sum_not_100',
    ],
    [
      { multivariate: { variants: [HALVES[0], HALVES[0]] } },
      'multivariate.variants: Variant keys must be unique, duplicated: control.',
      'cross_field.variant_keys_not_unique',
    ],
    [
      { multivariate, payloads: { other: '1' } },
      "payloads.other: Payload key 'other' does not match any variant key.",
      'cross_field.payload_key_not_a_variant',
    ],
    [
      { payloads: { on: '1' } },
      "payloads.on: Payload key 'on' is invalid: boolean flags only support the 'true' key.",
      'cross_field.payload_key_not_true',
    ],
    [
      { multivariate, groups: [{}, { variant: 'x' }] },
      "groups[1].variant: Variant override 'x' does not match any variant key.",
      'cross_field.group_variant_not_a_variant',
    ],
  ])('%j are refused', (filters, detail, code) => {
    expect(refusalOf(() => validateFlagFilters(filters))).toEqual({ detail, code, attr: 'filters' });
  });

  it('come back with their defaults and with keys of no concern', () => {
    const group = { properties: [{ key: 'email', type: 'person' }], rollout_percentage: null, variant: 'test' };
    expect(
      validateFlagFilters({ groups: [{}, group], multivariate, super_groups: [1], payloads: { test: '1' } }),
    ).toEqual({
      groups: [{ properties: [], rollout_percentage: null }, group],
      multivariate,
      super_groups: [1],
      payloads: { test: '1' },
    });
    expect(validateFlagFilters({})).toEqual({ groups: [], multivariate: null });
  });
});
