import { describe, expect, it } from 'vitest';
import {
  parseArchiveBody,
  parseDuplicateBody,
  parseEndBody,
  parseShipBody,
} from '../../src/sandbox/validation/actions.js';
import { parseExperimentBody } from '../../src/sandbox/validation/fields.js';
import { refusalOf } from './validation-helpers.js';

const REQUIRED = 'This field is required.';
const BLANK = 'This field may not be blank.';
const NULL = 'This field may not be null.';
const BOOLEAN = 'Must be a valid boolean.';
const STRING = 'Not a valid string.';
const INTEGER = 'A valid integer is required.';
const DATETIME =
  'Datetime has wrong format. Use one of these formats instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].';

/** Field, value sent, detail, code, and `attr` where it is not the field. */
type Violation = [field: string, value: unknown, detail: string, code: string, attr?: string | null];

const VIOLATIONS: readonly Violation[] = [
  ['name', '', BLANK, 'blank'],
  ['name', '   ', BLANK, 'blank'],
  ['name', null, NULL, 'null'],
  ['name', true, STRING, 'invalid_input'],
  ['name', ['a'], STRING, 'invalid_input'],
  ['name', 'a\0b', 'Null characters are not allowed.', 'null_characters_not_allowed'],
  ['name', 'x'.repeat(401), 'Ensure this field has no more than 400 characters.', 'max_length'],
  ['description', 'x'.repeat(3001), 'Ensure this field has no more than 3000 characters.', 'max_length'],
  ['description', {}, STRING, 'invalid_input'],
  ['start_date', 'tomorrow', DATETIME, 'invalid_input'],
  ['start_date', '2026-02-30T00:00:00Z', DATETIME, 'invalid_input'],
  ['start_date', '2026-01-01T24:00:00Z', DATETIME, 'invalid_input'],
  ['start_date', '', DATETIME, 'invalid_input'],
  ['end_date', 20260101, DATETIME, 'invalid_input'],
  ['feature_flag_key', '', BLANK, 'blank'],
  ['feature_flag_key', null, NULL, 'null'],
  ['holdout_id', 'nine', 'Incorrect type. Expected pk value, received str.', 'incorrect_type'],
  ['holdout_id', true, 'Incorrect type. Expected pk value, received bool.', 'incorrect_type'],
  ['parameters', [], 'Expected a dictionary of items but got type "list".', 'not_a_dict'],
  ['running_time_calculation', 'x', 'running_time_calculation must be an object', 'invalid_input'],
  [
    'running_time_calculation',
    { b: 1, a: 1 },
    "running_time_calculation got unknown keys: ['a', 'b']",
    'invalid_input',
  ],
  ['excluded_variants', 'test', 'excluded_variants must be a list of strings', 'invalid_input'],
  ['excluded_variants', ['test', 1], 'excluded_variants must be a list of strings', 'invalid_input'],
  ['saved_metrics_ids', { id: 1 }, 'Expected a list of items but got type "dict".', 'not_a_list'],
  ['saved_metrics_ids', [1], 'Saved metric must be an object', 'invalid_input'],
  ['saved_metrics_ids', [{}], 'Saved metric must have an id', 'invalid_input'],
  ['saved_metrics_ids', [{ id: 1, metadata: 'x' }], 'Metadata must be an object', 'invalid_input'],
  ['saved_metrics_ids', [{ id: 1, metadata: {} }], 'Metadata must have a type key', 'invalid_input'],
  ['filters', { properties: [{}] }, 'Experiments do not support global filter properties', 'invalid_input'],
  ['filters', null, NULL, 'null'],
  ['archived', 'maybe', BOOLEAN, 'invalid_input'],
  ['archived', null, NULL, 'null'],
  ['deleted', 2, BOOLEAN, 'invalid_input'],
  ['type', 'mobile', '"mobile" is not a valid choice.', 'invalid_choice'],
  ['type', { a: [true, null] }, `"{'a': [True, None]}" is not a valid choice.`, 'invalid_choice'],
  [
    'exposure_criteria',
    [],
    "exposure_criteria must be an object, got list. Expected shape: {'filterTestAccounts': <bool>, 'exposure_config': <object>}.",
    'invalid_input',
  ],
  ['stats_config', 'bayesian', 'Expected a dictionary of items but got type "str".', 'not_a_dict'],
  ['allow_unknown_events', 'perhaps', BOOLEAN, 'invalid_input'],
  ['update_feature_flag_params', [], BOOLEAN, 'invalid_input'],
  ['only_count_matured_users', {}, BOOLEAN, 'invalid_input'],
  ['conclusion', 'great', '"great" is not a valid choice.', 'invalid_choice'],
  ['conclusion', '', '"" is not a valid choice.', 'invalid_choice'],
  ['conclusion_comment', 'x'.repeat(4001), 'Ensure this field has no more than 4000 characters.', 'max_length'],
  ['primary_metrics_ordered_uuids', 'u', 'Expected a list of items but got type "str".', 'not_a_list'],
  ['secondary_metrics_ordered_uuids', [{}], STRING, 'invalid_input', 'secondary_metrics_ordered_uuids__0'],
  ['version', 'seven', INTEGER, 'invalid_input'],
  ['version', 1.5, INTEGER, 'invalid_input'],
  ['version', true, INTEGER, 'invalid_input'],
  ['tags', 'a', 'Expected a list of items but got type "str".', 'not_a_list'],
  ['tags', ['a', ''], BLANK, 'blank', 'tags__1'],
];

describe('a field of an experiment', () => {
  it.each(VIOLATIONS)('refuses %s = %j', (field, value, detail, code, attr = field) => {
    const valid = { name: 'A', feature_flag_key: 'a' };
    for (const mode of ['create', 'update', 'replace'] as const) {
      const refused = refusalOf(() => parseExperimentBody({ ...valid, [field]: value }, mode));
      expect(refused).toEqual({ detail, code, attr });
    }
  });

  it.each([
    ['name', ' Trimmed ', 'Trimmed'],
    ['name', 7, '7'],
    ['name', '🦔'.repeat(400), '🦔'.repeat(400)],
    ['description', null, null],
    ['description', '', ''],
    ['start_date', '2026-09-01T12:00:00Z', '2026-09-01T12:00:00Z'],
    ['start_date', '2026-09-01 12:00', '2026-09-01T12:00:00Z'],
    ['start_date', '2026-09-01', '2026-09-01T00:00:00Z'],
    ['start_date', '2026-09-01T12:00:00.5+02:00', '2026-09-01T10:00:00.500000Z'],
    ['end_date', '2026-12-31T23:30:00-0100', '2027-01-01T00:30:00Z'],
    ['end_date', null, null],
    ['holdout_id', '9', 9],
    ['archived', 'true', true],
    ['deleted', '0', false],
    ['deleted', null, null],
    ['type', null, null],
    ['conclusion', null, null],
    ['version', '12', 12],
    ['version', null, null],
    ['tags', ['Growth', 'growth ', 'EU'], ['growth', 'eu']],
    ['primary_metrics_ordered_uuids', ['b', 'a', 'b'], ['b', 'a']],
    ['repository', 'PostHog/PostHog', 'posthog/posthog'],
    ['filters', { properties: [] }, { properties: [] }],
    ['saved_metrics_ids', [{ id: 1, metadata: { type: 'tertiary' } }], [{ id: 1, metadata: { type: 'tertiary' } }]],
  ])('takes %s = %j', (field, value, stored) => {
    expect(parseExperimentBody({ [field]: value }, 'update')).toEqual({ [field]: stored });
  });

  it('refuses a repository that is not owner/name', () => {
    expect(refusalOf(() => parseExperimentBody({ repository: 'posthog' }, 'update')).attr).toBe('repository');
  });
});

describe('the body of an experiment', () => {
  it.each([
    [[], 'list'],
    ['x', 'str'],
    [1, 'int'],
    [1.5, 'float'],
    [true, 'bool'],
    [null, 'NoneType'],
  ])('refuses %j in place of an object', (body, type) => {
    const detail = `Invalid data. Expected a dictionary, but got ${type}.`;
    expect(refusalOf(() => parseExperimentBody(body, 'update'))).toEqual({ detail, attr: null, code: 'invalid_input' });
  });

  it.each(['create', 'replace'] as const)('needs a name and a flag key to %s', (mode) => {
    expect(refusalOf(() => parseExperimentBody({ feature_flag_key: 'a' }, mode))).toEqual({
      ...{ detail: REQUIRED, code: 'required', attr: 'name' },
    });
    expect(refusalOf(() => parseExperimentBody({ name: 'A' }, mode))).toEqual({
      ...{ detail: REQUIRED, code: 'required', attr: 'feature_flag_key' },
    });
  });

  it('drops unknown keys without a word', () => {
    expect(parseExperimentBody(JSON.parse('{"nmae":"x","id":4,"__proto__":{"name":"y"}}'), 'update')).toEqual({});
  });

  it('leaves absent keys absent in an update and resets flags in a whole object', () => {
    expect(parseExperimentBody({}, 'update')).toEqual({});
    const whole = parseExperimentBody({ name: 'A', feature_flag_key: 'a' }, 'replace');
    expect(whole).toMatchObject({ archived: false, deleted: false, allow_unknown_events: false });
  });

  it('reports the first violation in the order of the fields, not of the body', () => {
    expect(refusalOf(() => parseExperimentBody({ conclusion: 'x', archived: 'x', name: '' }, 'update')).attr).toBe(
      'name',
    );
  });

  it.each([
    ['2026-01-02T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['2026-01-01T00:00:00.000001Z', '2026-01-01T00:00:00Z'],
  ])('refuses a start %s that is not before the end %s', (start_date, end_date) => {
    const refused = refusalOf(() => parseExperimentBody({ start_date, end_date }, 'update'));
    expect(refused).toEqual({ detail: 'End date must be after start date', attr: null, code: 'invalid_input' });
  });

  it('accepts an end date alone', () => {
    expect(parseExperimentBody({ end_date: '2026-01-01T00:00:00Z', start_date: null }, 'update')).toMatchObject({
      start_date: null,
    });
  });
});

describe('a lifecycle body', () => {
  it('defaults every switch to off', () => {
    expect(parseEndBody({})).toEqual({ open_cleanup_pr: false, set_repository_as_team_default: false });
    expect(parseArchiveBody({})).toEqual({ disable_feature_flag: false });
    expect(parseShipBody({ variant_key: 'test' })).toMatchObject({ variant_key: 'test', release_to_everyone: false });
    expect(parseDuplicateBody({})).toEqual({});
  });

  it.each([
    ['end', '"x" is not a valid choice.', 'invalid_choice', 'conclusion', () => parseEndBody({ conclusion: 'x' })],
    ['end', BOOLEAN, 'invalid_input', 'open_cleanup_pr', () => parseEndBody({ open_cleanup_pr: 'x' })],
    ['end', STRING, 'invalid_input', 'conclusion_comment', () => parseEndBody({ conclusion_comment: [] })],
    ['ship_variant', REQUIRED, 'required', 'variant_key', () => parseShipBody({})],
    ['ship_variant', BLANK, 'blank', 'variant_key', () => parseShipBody({ variant_key: '' })],
    ['ship_variant', NULL, 'null', 'variant_key', () => parseShipBody({ variant_key: null })],
    [
      'ship_variant',
      '"x" is not a valid choice.',
      'invalid_choice',
      'conclusion',
      () => parseShipBody({ conclusion: 'x' }),
    ],
    [
      'archive',
      BOOLEAN,
      'invalid_input',
      'disable_feature_flag',
      () => parseArchiveBody({ disable_feature_flag: 'x' }),
    ],
    ['duplicate', BLANK, 'blank', 'feature_flag_key', () => parseDuplicateBody({ feature_flag_key: '' })],
    [
      'archive',
      'Invalid data. Expected a dictionary, but got list.',
      'invalid_input',
      null,
      () => parseArchiveBody([]),
    ],
  ] as const)('of %s answers %s (%s, %s)', (_action, detail, code, attr, parse) => {
    expect(refusalOf(parse)).toEqual({ detail, code, attr });
  });
});
