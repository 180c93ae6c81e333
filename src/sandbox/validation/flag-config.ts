import { invalid } from '../http/api-error.js';
import { isObject } from '../store/json.js';
import type { JsonObject, Variant } from '../store/model.js';
import { char } from './drf.js';
import { type FlagConfig, parseFlagInput } from './flag-input.js';
import { pyType } from './python.js';

/** Characters; source: PostHog API docs. */
export const MAX_FLAG_KEY = 400;
/** Float drift that a sum of splits may have, percent. */
const SUM_TOLERANCE = 1e-9;

/** Keys of `parameters` that are read from and written to the flag, and never stored on the experiment. */
export const FLAG_PARAMETER_KEYS = [
  'feature_flag_variants',
  'rollout_percentage',
  'feature_flag_payloads',
  'aggregation_group_type_index',
  'ensure_experience_continuity',
] as const;

/** Texts that only the older `parameters` way has. */
function checkOldVariants(variants: unknown): void {
  if (!Array.isArray(variants)) {
    throw invalid(`Expected a list of items but got type "${pyType(variants)}".`, 'parameters', 'not_a_list');
  }
  const items: unknown[] = variants;
  for (const [index, variant] of items.entries()) {
    if (!isObject(variant)) throw invalid(`Feature flag variant at index ${index} must be an object`, 'parameters');
    if (variant.key === undefined) {
      throw invalid(`Feature flag variant at index ${index} must have a 'key' field`, 'parameters');
    }
  }
  const withoutSplit = items.some(
    (variant) => isObject(variant) && variant.split_percent === undefined && variant.rollout_percentage === undefined,
  );
  if (withoutSplit) {
    throw invalid(
      'Each variant must include split_percent (recommended) or rollout_percentage (deprecated).',
      'parameters',
    );
  }
}

/** The old `parameters` keys in the shape of the `feature_flag` object; undefined where there are none. */
function fromParameters(parameters: JsonObject): JsonObject | undefined {
  const present = FLAG_PARAMETER_KEYS.filter((key) => (parameters[key] ?? null) !== null);
  if (present.length === 0) return undefined;
  const { feature_flag_variants: variants, rollout_percentage: rollout, feature_flag_payloads: payloads } = parameters;
  if (present.includes('feature_flag_variants')) checkOldVariants(variants);
  const filters: JsonObject = {};
  if (present.includes('feature_flag_variants')) filters.multivariate = { variants };
  if (present.includes('rollout_percentage')) filters.groups = [{ properties: [], rollout_percentage: rollout }];
  if (present.includes('feature_flag_payloads')) filters.payloads = payloads;
  if (present.includes('aggregation_group_type_index')) {
    filters.aggregation_group_type_index = parameters.aggregation_group_type_index;
  }
  if (!present.includes('ensure_experience_continuity')) return { filters };
  return { filters, ensure_experience_continuity: parameters.ensure_experience_continuity };
}

/** Whether `feature_flag` means a write: an id marks the echo of a read, and so does the absence of any config. */
function isWrite(value: unknown): value is JsonObject {
  if (!isObject(value) || (value.id ?? null) !== null) return false;
  return Object.hasOwn(value, 'filters') || Object.hasOwn(value, 'ensure_experience_continuity');
}

function configInput({ feature_flag: input, parameters }: JsonObject): JsonObject | undefined {
  if (!isWrite(input)) return isObject(parameters) ? fromParameters(parameters) : undefined;
  const { id: _echo, ...config } = input;
  return config;
}

/**
 * The flag config of an experiment's body: the `feature_flag` object, or else the old `parameters` keys; null where
 * neither says anything. Sums of splits are checked on the flag: see `validateVariantsSum`. Source: PostHog behaviour.
 */
export function parseFlagConfig(body: JsonObject): FlagConfig | null {
  const input = configInput(body);
  if (input === undefined) return null;
  const config = parseFlagInput(input);
  validateVariantKeys(config.variants ?? []);
  return config;
}

/** A new flag's key. Its errors name `key`, also where the request called it `feature_flag_key`. */
export function validateFlagKey(key: unknown): string {
  const text = char({ max: MAX_FLAG_KEY })(key, 'key');
  if (!/^[a-zA-Z0-9_-]+$/.test(text)) {
    throw invalid('Only letters, numbers, hyphens (-) & underscores (_) are allowed.', 'key', 'invalid_key');
  }
  return text;
}

/** The splits of all variants are 100 together. Source: PostHog behaviour. */
export function validateVariantsSum(variants: readonly Variant[]): void {
  const sum = variants.reduce((total, variant) => total + variant.rollout_percentage, 0);
  if (variants.length === 0 || Math.abs(sum - 100) <= SUM_TOLERANCE) return;
  const detail = `multivariate.variants: Variant rollout percentages must sum to 100, got ${Number(sum.toFixed(10))}.`;
  throw invalid(detail, 'filters', 'cross_field.variant_rollout_sum_not_100');
}

/** No two variants have one key. Source: PostHog behaviour. */
export function validateVariantKeys(variants: readonly Variant[]): void {
  const keys = variants.map(({ key }) => key);
  const repeated = new Set(keys.filter((key, index) => keys.indexOf(key) !== index));
  if (repeated.size === 0) return;
  const detail = `multivariate.variants: Variant keys must be unique, duplicated: ${[...repeated].sort().join(', ')}.`;
  throw invalid(detail, 'filters', 'cross_field.variant_keys_not_unique');
}
