import { ApiError, invalid } from '../http/api-error.js';
import { isObject } from '../store/json.js';
import type { FlagFilters, FlagGroup, JsonObject, Variant } from '../store/model.js';
import { char, type Field, integer, nullable } from './drf.js';
import { validateVariantKeys, validateVariantsSum } from './flag-config.js';
import { parsePayloads } from './flag-input.js';
import { pyType } from './python.js';

const MAX_PERCENT = 100;

function violation(path: string, message: string, code: string): ApiError {
  return invalid(`${path}: ${message}`, 'filters', code);
}

function structural(path: string, message: string, code: string): ApiError {
  return violation(path, message, `structural.${path.replaceAll(/\[\d+\]/g, '[]')}.${code}`);
}

/** Parses one nested value; a violation is told with its path inside the filters. */
function at<T>(path: string, value: unknown, field: Field<T>): T {
  try {
    return field(value, null);
  } catch (error) {
    if (!(error instanceof ApiError) || error.body === undefined) throw error;
    const { code } = error.body;
    throw structural(path, error.message, code === 'invalid_input' ? 'invalid' : String(code));
  }
}

function items(path: string, value: unknown): JsonObject[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    throw structural(path, `Expected a list of items but got type "${pyType(value)}".`, 'not_a_list');
  }
  const list: unknown[] = value;
  return list.map((item, index) => {
    if (isObject(item)) return item;
    const message = `Invalid data. Expected a dictionary, but got ${pyType(item)}.`;
    throw structural(`${path}[${index}]`, message, 'invalid');
  });
}

const percent: Field<number> = (value) => {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number)) throw invalid('A valid number is required.');
  if (number < 0) throw invalid('Ensure this value is greater than or equal to 0.', null, 'min_value');
  if (number > MAX_PERCENT) {
    throw invalid(`Ensure this value is less than or equal to ${MAX_PERCENT}.`, null, 'max_value');
  }
  return number;
};

function parseGroup(group: JsonObject, path: string): FlagGroup {
  const rollout = group.rollout_percentage;
  return {
    ...group,
    properties: items(`${path}.properties`, group.properties),
    rollout_percentage:
      rollout === undefined || rollout === null ? null : at(`${path}.rollout_percentage`, rollout, percent),
  };
}

function parseVariant(variant: JsonObject, path: string): Variant {
  for (const key of ['key', 'rollout_percentage']) {
    if (variant[key] === undefined) throw structural(`${path}.${key}`, 'This field is required.', 'required');
  }
  const name =
    variant.name === undefined ? {} : { name: at(`${path}.name`, variant.name ?? '', char({ blank: true })) };
  return {
    key: at(`${path}.key`, variant.key, char()),
    ...name,
    rollout_percentage: at(`${path}.rollout_percentage`, variant.rollout_percentage, percent),
  };
}

function parseMultivariate(value: unknown): { variants: Variant[] } | null {
  if (value === undefined || value === null) return null;
  if (!isObject(value)) {
    throw structural('multivariate', `Invalid data. Expected a dictionary, but got ${pyType(value)}.`, 'invalid');
  }
  const path = 'multivariate.variants';
  return { variants: items(path, value.variants).map((variant, index) => parseVariant(variant, `${path}[${index}]`)) };
}

function checkReferences(filters: FlagFilters): void {
  const keys = filters.multivariate?.variants.map(({ key }) => key) ?? [];
  validateVariantKeys(filters.multivariate?.variants ?? []);
  for (const key of Object.keys(filters.payloads ?? {})) {
    if (filters.multivariate !== null && !keys.includes(key)) {
      const message = `Payload key '${key}' does not match any variant key.`;
      throw violation(`payloads.${key}`, message, 'cross_field.payload_key_not_a_variant');
    }
    if (filters.multivariate === null && key !== 'true') {
      const message = `Payload key '${key}' is invalid: boolean flags only support the 'true' key.`;
      throw violation(`payloads.${key}`, message, 'cross_field.payload_key_not_true');
    }
  }
  for (const [index, { variant }] of filters.groups.entries()) {
    if (!variant || keys.some((key) => key === variant)) continue;
    const message = `Variant override '${String(variant)}' does not match any variant key.`;
    throw violation(`groups[${index}].variant`, message, 'cross_field.group_variant_not_a_variant');
  }
}

/**
 * Complete filters of a flag, checked and with their defaults; keys of no concern here pass through.
 * Source: PostHog behaviour.
 */
export function validateFlagFilters(filters: unknown): FlagFilters {
  if (!isObject(filters)) {
    throw structural('filters', `Filters must be a dict, got ${pyType(filters)}.`, 'not_a_dict');
  }
  const { payloads, aggregation_group_type_index: group, holdout, ...rest } = filters;
  if (holdout !== undefined && holdout !== null && !isObject(holdout)) {
    throw structural('holdout', `Invalid data. Expected a dictionary, but got ${pyType(holdout)}.`, 'invalid');
  }
  const parsed: FlagFilters = {
    ...rest,
    groups: items('groups', filters.groups).map((item, index) => parseGroup(item, `groups[${index}]`)),
    multivariate: parseMultivariate(filters.multivariate),
    ...(payloads === undefined || payloads === null ? {} : { payloads: parsePayloads(payloads, 'filters') }),
    ...(group === undefined
      ? {}
      : { aggregation_group_type_index: at('aggregation_group_type_index', group, nullable(integer({ min: 0 }))) }),
    ...(holdout === undefined ? {} : { holdout }),
  };
  validateVariantsSum(parsed.multivariate?.variants ?? []);
  checkReferences(parsed);
  return parsed;
}
