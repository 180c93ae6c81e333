import { describe, expect, it } from 'vitest';
import {
  validateExcludedVariants,
  validateExposureCriteria,
  validateRunningTime,
  validateStatsConfig,
} from '../../src/sandbox/validation/config.js';
import { refusalOf } from './validation-helpers.js';

const HINT =
  "Expected either an event-based config like {'kind': 'ExperimentEventExposureConfig', 'event': '<event_name>', " +
  "'properties': []} or an action-based config like {'kind': 'ActionsNode', 'id': <action_id>}.";
const CONFIG = 'exposure_criteria.exposure_config';
const KEYS = ['control', 'test', 'third'];

describe('exposure_criteria', () => {
  it.each([
    [
      [],
      "exposure_criteria must be an object, got list. Expected shape: {'filterTestAccounts': <bool>, 'exposure_config': <object>}.",
    ],
    [{ filterTestAccounts: 'yes' }, "exposure_criteria.filterTestAccounts must be a boolean, got str: 'yes'."],
    [{ filterTestAccounts: null }, 'exposure_criteria.filterTestAccounts must be a boolean, got NoneType: None.'],
    [
      { filterTestAccounts: 'x'.repeat(200) },
      `exposure_criteria.filterTestAccounts must be a boolean, got str: '${'x'.repeat(79)}...(truncated).`,
    ],
    [{ exposure_config: 'x' }, `${CONFIG} must be an object, got str. ${HINT}`],
    [
      { exposure_config: { kind: 'X' } },
      `${CONFIG}.kind must be one of ['ExperimentEventExposureConfig', 'ActionsNode'], got 'X'. ${HINT}`,
    ],
    [
      { exposure_config: { kind: 'ActionsNode' } },
      `Invalid ${CONFIG} (kind='ActionsNode'): [{'loc': ('id',), 'type': 'missing', 'msg': 'Field required'}]. ${HINT}`,
    ],
    [
      { exposure_config: { event: 'signed_up' } },
      `Invalid ${CONFIG} (kind='ExperimentEventExposureConfig'): [{'loc': ('properties',), 'type': 'missing', 'msg': 'Field required'}]. ${HINT}`,
    ],
    [
      { properties: [], filterTestAccount: true },
      'exposure_criteria contains unknown key(s): filterTestAccount, properties. ' +
        'Allowed keys: activation_config, exposure_config, filterTestAccounts, multiple_variant_handling.',
    ],
  ])('refuses %j', (value, detail) => {
    const refused = refusalOf(() => validateExposureCriteria(value));
    expect(refused).toEqual({ detail, attr: 'exposure_criteria', code: 'invalid_input' });
  });

  it.each([
    null,
    undefined,
    {},
    { filterTestAccounts: false, exposure_config: null, multiple_variant_handling: 'first_seen' },
    { exposure_config: { event: 'signed_up', properties: [] } },
    { exposure_config: { kind: 'ExperimentEventExposureConfig', event: 'signed_up', properties: [{ key: 'a' }] } },
    { exposure_config: { kind: 'ActionsNode', id: 5 } },
  ])('takes %j', (value) => {
    expect(() => validateExposureCriteria(value)).not.toThrow();
  });
});

describe('stats_config', () => {
  it.each([
    [{ method: 'x' }, "Invalid stats method: 'x'. Must be one of: bayesian, frequentist"],
    [{ method: '' }, "Invalid stats method: ''. Must be one of: bayesian, frequentist"],
    [{ method: ['bayesian'] }, "Invalid stats method: ['bayesian']. Must be one of: bayesian, frequentist"],
    [{ baseline_variant_key: 'x' }, "Invalid baseline_variant_key: 'x'. Must be one of: control, test, third"],
    [{ baseline_variant_key: 1 }, 'Invalid baseline_variant_key: 1. Must be one of: control, test, third'],
  ])('refuses %j', (value, detail) => {
    expect(refusalOf(() => validateStatsConfig(value, ['test', 'control', 'third']))).toEqual({
      ...{ detail, attr: null, code: 'invalid_input' },
    });
  });

  it.each([
    null,
    {},
    { method: 'frequentist', frequentist: { alpha: 7 } },
    { bayesian: { ci_level: 0.9 } },
    { method: 'bayesian', baseline_variant_key: 'test', cuped: { enabled: true } },
  ])('takes %j', (value) => {
    expect(() => validateStatsConfig(value, KEYS)).not.toThrow();
  });
});

describe('running_time_calculation', () => {
  it.each([
    [5, 'running_time_calculation must be an object'],
    [{ z: 1, minimum_effect: 1 }, "running_time_calculation got unknown keys: ['minimum_effect', 'z']"],
    [{ minimum_detectable_effect: '5' }, 'minimum_detectable_effect must be a number'],
    [{ recommended_sample_size: true }, 'recommended_sample_size must be a number'],
    [{ recommended_running_time: [] }, 'recommended_running_time must be a number'],
    [{ exposure_estimate_config: 'x' }, 'exposure_estimate_config must be an object'],
  ])('refuses %j', (value, detail) => {
    const refused = refusalOf(() => validateRunningTime(value));
    expect(refused).toEqual({ detail, attr: 'running_time_calculation', code: 'invalid_input' });
  });

  it.each([null, {}, { minimum_detectable_effect: 2.5, recommended_sample_size: null, exposure_estimate_config: {} }])(
    'takes %j',
    (value) => {
      expect(() => validateRunningTime(value)).not.toThrow();
    },
  );
});

describe('excluded_variants', () => {
  it.each([
    ['test', 'excluded_variants must be a list of strings', 'excluded_variants'],
    [[1], 'excluded_variants must be a list of strings', 'excluded_variants'],
    [['holdout-2', 'holdout-1', 'x'], "cannot exclude holdout pseudo-variants: ['holdout-1', 'holdout-2']", null],
    [['control', 'x'], "baseline variant cannot be excluded ('control')", null],
    [['x', 'a', 'test'], "unknown variants for this experiment: ['a', 'x']", null],
    [['test', 'third'], 'at least one test variant must remain in analysis', null],
  ])('refuses %j', (value, detail, attr) => {
    const refused = refusalOf(() => validateExcludedVariants(value, KEYS, 'control'));
    expect(refused).toEqual({ detail, attr, code: 'invalid_input' });
  });

  it.each([
    [null, null],
    [[], []],
    [['test'], ['test']],
  ])('takes %j', (value, taken) => {
    expect(validateExcludedVariants(value, KEYS, 'control')).toEqual(taken);
  });

  it('follows the baseline, not the name control', () => {
    expect(validateExcludedVariants(['control'], KEYS, 'test')).toEqual(['control']);
    expect(refusalOf(() => validateExcludedVariants(['test'], KEYS, 'test')).detail).toContain("('test')");
  });
});
