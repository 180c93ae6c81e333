import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../../src/sandbox/http/api-error.js';
import type { JsonObject } from '../../src/sandbox/store/model.js';
import {
  parseArchiveBody,
  parseDuplicateBody,
  parseEndBody,
  parseShipBody,
} from '../../src/sandbox/validation/actions.js';
import {
  validateExcludedVariants,
  validateExposureCriteria,
  validateRunningTime,
  validateStatsConfig,
} from '../../src/sandbox/validation/config.js';
import { parseExperimentBody } from '../../src/sandbox/validation/fields.js';
import { parseFlagConfig, validateFlagKey } from '../../src/sandbox/validation/flag-config.js';
import { validateFlagFilters } from '../../src/sandbox/validation/flag-filters.js';
import { validateMetrics } from '../../src/sandbox/validation/metrics.js';
import { pyRepr } from '../../src/sandbox/validation/python.js';

const FACTS = {
  knownEvents: new Set<string>(),
  storedEvents: new Set<string>(),
  allowUnknownEvents: false,
  knownActions: new Set<number>(),
};

/** Words that the validators look for, so that random input gets past the first check. */
const WORDS = [
  ...['name', 'feature_flag_key', 'filters', 'groups', 'multivariate', 'variants', 'key', 'rollout_percentage'],
  ...['split_percent', 'properties', 'payloads', 'feature_flag', 'parameters', 'feature_flag_variants', 'id', 'kind'],
  ...[
    'metric_type',
    'source',
    'series',
    'event',
    'exposure_config',
    'metadata',
    'type',
    'control',
    'Control',
    '__proto__',
  ],
  ...[
    'ExperimentMetric',
    'EventsNode',
    'ActionsNode',
    'mean',
    'funnel',
    'metrics',
    'start_date',
    'end_date',
    'version',
  ],
];

const key = fc.oneof(fc.constantFrom(...WORDS), fc.string());
const { value: json } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(fc.constantFrom(...WORDS), fc.string({ unit: 'binary' }), fc.constant(null), fc.boolean()),
    fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 6 }),
  ),
}));
const object: fc.Arbitrary<JsonObject> = fc.dictionary(key, json, { maxKeys: 8 });
const metric = object.map((rest) => ({ kind: 'ExperimentMetric', ...rest }));

/** True where the check lets the value pass or refuses it as the API would; anything else escapes and fails the test. */
function staysCivil(check: () => unknown): void {
  try {
    check();
  } catch (error) {
    expect(error).toBeInstanceOf(ApiError);
    if (error instanceof ApiError) expect(error.status).toBe(400);
  }
}

const VALIDATORS: readonly [name: string, check: (value: unknown) => unknown][] = [
  ['parseExperimentBody create', (value) => parseExperimentBody(value, 'create')],
  ['parseExperimentBody update', (value) => parseExperimentBody(value, 'update')],
  ['parseEndBody', parseEndBody],
  ['parseShipBody', parseShipBody],
  ['parseArchiveBody', parseArchiveBody],
  ['parseDuplicateBody', parseDuplicateBody],
  ['validateMetrics', (value) => validateMetrics(value, 'metrics', FACTS)],
  ['validateFlagFilters', validateFlagFilters],
  ['validateFlagKey', validateFlagKey],
  ['validateExposureCriteria', validateExposureCriteria],
  ['validateRunningTime', validateRunningTime],
  ['validateStatsConfig', (value) => validateStatsConfig(value, ['a', 'b'])],
  ['validateExcludedVariants', (value) => validateExcludedVariants(value, ['a', 'b'], 'a')],
];

describe('any JSON value', () => {
  it.each(VALIDATORS)('is taken or refused with a 400 by %s', (_name, check) => {
    fc.assert(
      fc.property(json, (value) => staysCivil(() => check(value))),
      { numRuns: 300 },
    );
  });

  it('is taken or refused with a 400 as flag config', () => {
    fc.assert(
      fc.property(object, json, (feature_flag, parameters) => {
        staysCivil(() => parseFlagConfig({ feature_flag: { filters: {}, ...feature_flag } }));
        staysCivil(() => parseFlagConfig({ parameters }));
        staysCivil(() => parseFlagConfig({ parameters: { feature_flag_variants: parameters } }));
        staysCivil(() => parseFlagConfig({ feature_flag: { filters: parameters } }));
      }),
      { numRuns: 500 },
    );
  });

  it('is taken or refused with a 400 as a metric of each type', () => {
    const type = fc.constantFrom('mean', 'funnel', 'ratio', 'retention');
    fc.assert(
      fc.property(metric, type, (rest, metric_type) =>
        staysCivil(() => validateMetrics([{ ...rest, metric_type }], 'metrics', FACTS)),
      ),
      { numRuns: 500 },
    );
  });

  it('is refused or written without exhausting the stack, however deep it is', () => {
    const depth = 5_000;
    const deep: unknown = JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    for (const [, check] of VALIDATORS) {
      for (const value of [deep, { kind: deep, exposure_config: { kind: deep }, method: deep, conclusion: deep }]) {
        staysCivil(() => check(value));
      }
    }
  });
});

describe('a Python repr', () => {
  it.each([
    [null, 'None'],
    [true, 'True'],
    ['x', "'x'"],
    ["it's", '"it\'s"'],
    [`"it's"`, `'"it\\'s"'`],
    ['a\\b\n\t\u0000\u2028🦔', "'a\\\\b\\n\\t\\x00\\u2028🦔'"],
    [[1, 2.5, [], {}], '[1, 2.5, [], {}]'],
    [{ a: { b: [null] } }, "{'a': {'b': [None]}}"],
  ])('of %j', (value, text) => {
    expect(pyRepr(value)).toBe(text);
  });
});
