import { describe, expect, it } from 'vitest';
import { parseFlagConfig, validateFlagKey, validateVariantsSum } from '../../src/sandbox/validation/flag-config.js';
import { refusalOf } from './validation-helpers.js';

const HALVES = [
  { key: 'control', rollout_percentage: 50 },
  { key: 'test', rollout_percentage: 50 },
];
const UNSUPPORTED = 'Unsupported key for the experiment feature_flag input.';
const AT_LEAST_TWO = 'Feature flag must have at least 2 variants (control and at least one test variant)';
const NO_SPLIT = 'Each variant must include split_percent (recommended) or rollout_percentage (deprecated).';

function many(count: number) {
  return Array.from({ length: count }, (_, index) => ({ key: `v${index}`, rollout_percentage: 5 }));
}

function input(filters: unknown, rest: object = {}) {
  return { feature_flag: { filters, ...rest } };
}

function variants(list: unknown) {
  return input({ multivariate: { variants: list } });
}

function old(list: unknown) {
  return { parameters: { feature_flag_variants: list } };
}

type Violation = [body: Record<string, unknown>, detail: string, attr: string | null, code: string];

const FILTERS = 'feature_flag__filters';
const FIRST = `${FILTERS}__multivariate__variants__0`;

const VIOLATIONS: readonly Violation[] = [
  [{ feature_flag: { filters: {}, active: true } }, UNSUPPORTED, 'feature_flag__active', 'invalid_input'],
  [{ feature_flag: { filters: {}, zebra: 1, key: 'x' } }, UNSUPPORTED, 'feature_flag__key', 'invalid_input'],
  [input({ super_groups: [] }), UNSUPPORTED, `${FILTERS}__super_groups`, 'invalid_input'],
  [input({ multivariate: { variants: HALVES, x: 1 } }), UNSUPPORTED, `${FILTERS}__multivariate__x`, 'invalid_input'],
  [input({ groups: [{ variant: 'test' }] }), UNSUPPORTED, `${FILTERS}__groups__0__variant`, 'invalid_input'],
  [
    input({ groups: [{ properties: [{ key: 'a' }] }] }),
    'Ensure this field has no more than 0 elements.',
    `${FILTERS}__groups__0__properties`,
    'max_length',
  ],
  [input({ groups: [{}, {}] }), 'Ensure this field has no more than 1 elements.', `${FILTERS}__groups`, 'max_length'],
  [input({ groups: {} }), 'Expected a list of items but got type "dict".', `${FILTERS}__groups`, 'not_a_list'],
  [
    input({ groups: [{ rollout_percentage: 101 }] }),
    'Ensure this value is less than or equal to 100.',
    `${FILTERS}__groups__0__rollout_percentage`,
    'max_value',
  ],
  [input('x'), 'Invalid data. Expected a dictionary, but got str.', FILTERS, 'invalid_input'],
  [input(null), 'Invalid data. Expected a dictionary, but got NoneType.', FILTERS, 'invalid_input'],
  [variants(['x']), 'Invalid data. Expected a dictionary, but got str.', FIRST, 'invalid_input'],
  [variants([{ rollout_percentage: 1 }]), 'This field is required.', `${FIRST}__key`, 'required'],
  [variants([{ key: 'a' }]), 'This field is required.', `${FIRST}__rollout_percentage`, 'required'],
  [
    variants([{ key: 'a', rollout_percentage: 33.3 }]),
    'A valid integer is required.',
    `${FIRST}__rollout_percentage`,
    'invalid_input',
  ],
  [
    variants([{ key: 'a', rollout_percentage: -1 }]),
    'Ensure this value is greater than or equal to 0.',
    `${FIRST}__rollout_percentage`,
    'min_value',
  ],
  [variants(many(21)), 'Feature flag variants must be less than 21', null, 'invalid_input'],
  [variants(many(1)), AT_LEAST_TWO, null, 'invalid_input'],
  [input({ payloads: { test: '{' } }), 'Payload value is not valid JSON', `${FILTERS}__payloads`, 'invalid_input'],
  [
    input({ aggregation_group_type_index: 'x' }),
    'A valid integer is required.',
    `${FILTERS}__aggregation_group_type_index`,
    'invalid_input',
  ],
  [
    { feature_flag: { ensure_experience_continuity: 'x' } },
    'Must be a valid boolean.',
    'feature_flag__ensure_experience_continuity',
    'invalid_input',
  ],
  [old(['x']), 'Feature flag variant at index 0 must be an object', 'parameters', 'invalid_input'],
  [
    old([{ split_percent: 1 }]),
    "Feature flag variant at index 0 must have a 'key' field",
    'parameters',
    'invalid_input',
  ],
  [old([...HALVES, { key: 'c' }]), NO_SPLIT, 'parameters', 'invalid_input'],
  [old({}), 'Expected a list of items but got type "dict".', 'parameters', 'not_a_list'],
  [old(many(21)), 'Feature flag variants must be less than 21', null, 'invalid_input'],
  [old(many(1)), AT_LEAST_TWO, null, 'invalid_input'],
];

describe('the flag config of an experiment', () => {
  it.each(VIOLATIONS)('refuses %j', (body, detail, attr, code) => {
    expect(refusalOf(() => parseFlagConfig(body))).toEqual({ detail, attr, code });
  });

  it('refuses two variants with one key', () => {
    const [first] = HALVES;
    expect(refusalOf(() => parseFlagConfig(variants([first, first])))).toEqual({
      detail: 'multivariate.variants: Variant keys must be unique, duplicated: control.',
      attr: 'filters',
      code: 'cross_field.variant_keys_not_unique',
    });
  });

  it.each([
    ['no config', {}],
    ['the echo of a read', { feature_flag: { id: 3, filters: { super_groups: 1 } } }],
    ['an object without config keys', { feature_flag: { key: 'a', active: false } }],
    ['null', { feature_flag: null, parameters: null }],
    ['something that is no object', { feature_flag: 'x' }],
    ['parameters of another kind', { parameters: { minimum_detectable_effect: 5, rollout_percentage: null } }],
  ])('is absent with %s', (_case, body) => {
    expect(parseFlagConfig(body)).toBeNull();
  });

  it('takes an object with a null id as a write', () => {
    expect(parseFlagConfig({ feature_flag: { id: null, filters: { groups: [{ rollout_percentage: 20 }] } } })).toEqual({
      rollout_percentage: 20,
    });
  });

  it('reads the old parameters like the object, and split_percent before rollout_percentage', () => {
    const parameters = {
      feature_flag_variants: [
        { key: 'control', split_percent: 30, rollout_percentage: 50 },
        { key: 'test', name: 'Test', rollout_percentage: 70, extra: 1 },
      ],
      rollout_percentage: 0,
      feature_flag_payloads: { test: '{"a":1}', control: { b: 2 } },
      aggregation_group_type_index: 1,
      ensure_experience_continuity: true,
    };
    expect(parseFlagConfig({ parameters })).toEqual({
      variants: [
        { key: 'control', rollout_percentage: 30 },
        { key: 'test', name: 'Test', rollout_percentage: 70 },
      ],
      rollout_percentage: 0,
      payloads: { test: '{"a":1}', control: '{"b":2}' },
      aggregation_group_type_index: 1,
      ensure_experience_continuity: true,
    });
  });

  it('prefers the object to the old parameters', () => {
    const body = { ...input({ groups: [{ rollout_percentage: 20 }] }), parameters: { rollout_percentage: 50 } };
    expect(parseFlagConfig(body)).toEqual({ rollout_percentage: 20 });
  });

  it('says nothing about variants where the list is empty', () => {
    expect(parseFlagConfig(variants([]))).toEqual({});
    expect(parseFlagConfig(input({ multivariate: null }))).toEqual({});
  });

  it.each(['Control', 'CONTROL'])('lower-cases %s, unless there is a control', (key) => {
    const keys = (list: unknown) => parseFlagConfig(variants(list))?.variants?.map((variant) => variant.key);
    const test = { key: 'test', rollout_percentage: 50 };
    expect(keys([test, { key, rollout_percentage: 50 }])).toEqual(['test', 'control']);
    expect(
      keys([
        { key: 'control', rollout_percentage: 50 },
        { key, rollout_percentage: 50 },
      ]),
    ).toEqual(['control', key]);
  });

  it('needs no control', () => {
    expect(parseFlagConfig(variants(many(20)))?.variants).toHaveLength(20);
  });
});

describe('a flag key', () => {
  it.each([
    ['a b', 'Only letters, numbers, hyphens (-) & underscores (_) are allowed.', 'invalid_key'],
    ['a/b', 'Only letters, numbers, hyphens (-) & underscores (_) are allowed.', 'invalid_key'],
    ['x'.repeat(401), 'Ensure this field has no more than 400 characters.', 'max_length'],
    ['', 'This field may not be blank.', 'blank'],
    [null, 'This field may not be null.', 'null'],
    [true, 'Not a valid string.', 'invalid_input'],
  ])('%j is refused under the name key', (key, detail, code) => {
    expect(refusalOf(() => validateFlagKey(key))).toEqual({ detail, code, attr: 'key' });
  });

  it('may hold letters, digits, hyphens and underscores', () => {
    expect(validateFlagKey('New_Checkout-2')).toBe('New_Checkout-2');
  });
});

describe('the splits of a flag', () => {
  const split = (...shares: number[]) =>
    shares.map((rollout_percentage, index) => ({ key: `v${index}`, rollout_percentage }));

  it.each([
    [[50, 40], '90'],
    [[50, 51], '101'],
    [[50, 49.99], '99.99'],
    [[33, 33, 33.05], '99.05'],
  ])('%j are refused', (shares, sum) => {
    expect(refusalOf(() => validateVariantsSum(split(...shares)))).toEqual({
      detail: `multivariate.variants: Variant rollout percentages must sum to 100, got ${sum}.`,
      attr: 'filters',
      code: 'cross_field.variant_rollout_sum_not_100',
    });
  });

  it.each([[[]], [[100, 0]], [[34, 33, 33]], [[0.01, 64.04, 35.95]]])('%j are taken', (shares) => {
    expect(() => validateVariantsSum(split(...shares))).not.toThrow();
  });
});
