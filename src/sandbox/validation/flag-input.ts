import { invalid } from '../http/api-error.js';
import { isObject } from '../store/json.js';
import type { JsonObject, Variant } from '../store/model.js';
import { body as asBody, boolean, char, dict, type Field, integer, list, nested, nullable, required } from './drf.js';

/** Source: PostHog API docs. */
export const MAX_VARIANTS = 20;

/** What a request says about the flag; absent keys leave the flag as it is. */
export interface FlagConfig {
  variants?: Variant[];
  /** Percent of users who enter. */
  rollout_percentage?: number;
  /** Variant key → JSON-encoded value. */
  payloads?: Record<string, string>;
  aggregation_group_type_index?: number | null;
  ensure_experience_continuity?: boolean | null;
}

const percent = integer({ min: 0, max: 100 });

/** The object at `attr` with the given keys and no others. */
function strict(value: unknown, keys: readonly string[], attr: string): JsonObject {
  const source = asBody(value, attr);
  const [unknown] = Object.keys(source)
    .filter((key) => !keys.includes(key))
    .sort();
  if (unknown === undefined) return source;
  throw invalid('Unsupported key for the experiment feature_flag input.', nested(attr, unknown));
}

/** `Control` in any case becomes `control`, unless there is one; `split_percent` wins over its older name. */
function normalizeVariants(variants: readonly unknown[]): unknown[] {
  const hasControl = variants.some((variant) => isObject(variant) && variant.key === 'control');
  const misspelt = variants.findIndex(
    (variant) => isObject(variant) && typeof variant.key === 'string' && variant.key.toLowerCase() === 'control',
  );
  return variants.map((variant, index) => {
    if (!isObject(variant)) return variant;
    const { split_percent: split, ...rest } = variant;
    const key = !hasControl && index === misspelt ? { key: 'control' } : {};
    return { ...rest, ...key, ...(split === undefined ? {} : { rollout_percentage: split }) };
  });
}

const variantField: Field<Variant> = (value, attr) => {
  const source = asBody(value, attr);
  const at = (key: string) => nested(attr, key);
  const key = required(source, 'key', char(), at('key'));
  const name = source.name === undefined ? {} : { name: char({ blank: true })(source.name, at('name')) };
  return {
    key,
    ...name,
    rollout_percentage: required(source, 'rollout_percentage', percent, at('rollout_percentage')),
  };
};

/** Counts that hold for every experiment. No `control` is asked for: the first variant is the baseline then. */
function checkVariantCount(variants: readonly Variant[]): void {
  if (variants.length > MAX_VARIANTS) throw invalid(`Feature flag variants must be less than ${MAX_VARIANTS + 1}`);
  if (variants.length === 1) {
    throw invalid('Feature flag must have at least 2 variants (control and at least one test variant)');
  }
}

function parseVariants(value: unknown, attr: string): Variant[] | undefined {
  if (value === null || value === undefined) return undefined;
  const source = strict(value, ['variants'], attr);
  const raw: unknown = Array.isArray(source.variants) ? normalizeVariants(source.variants) : source.variants;
  const variants = required({ variants: raw }, 'variants', list(variantField), nested(attr, 'variants'));
  checkVariantCount(variants);
  return variants.length > 0 ? variants : undefined;
}

function tooMany(value: readonly unknown[], max: number, attr: string): void {
  if (value.length > max) throw invalid(`Ensure this field has no more than ${max} elements.`, attr, 'max_length');
}

function parseRollout(value: unknown, attr: string): number | undefined {
  if (value === undefined) return undefined;
  const groups = list((item) => item)(value, attr);
  tooMany(groups, 1, attr);
  if (groups.length === 0) return undefined;
  const at = nested(attr, 0);
  const group = strict(groups[0], ['rollout_percentage', 'properties'], at);
  if (group.properties !== undefined) {
    const propertiesAt = nested(at, 'properties');
    tooMany(list((item) => item)(group.properties, propertiesAt), 0, propertiesAt);
  }
  const rollout = group.rollout_percentage;
  if (rollout === undefined || rollout === null) return undefined;
  return percent(rollout, nested(at, 'rollout_percentage'));
}

/** Payloads as the flag stores them: JSON-encoded text; other values are encoded. */
export function parsePayloads(value: unknown, attr: string): Record<string, string> {
  const entries = Object.entries(dict(value, attr)).map(([key, payload]): [string, string] => {
    if (typeof payload !== 'string') return [key, JSON.stringify(payload)];
    try {
      JSON.parse(payload);
    } catch {
      throw invalid('Payload value is not valid JSON', attr);
    }
    return [key, payload];
  });
  return Object.fromEntries(entries);
}

function parseFilters(value: unknown, attr: string): FlagConfig {
  const filters = strict(value, ['groups', 'multivariate', 'payloads', 'aggregation_group_type_index'], attr);
  const at = (key: string) => nested(attr, key);
  const rollout = parseRollout(filters.groups, at('groups'));
  const variants = parseVariants(filters.multivariate, at('multivariate'));
  const { payloads, aggregation_group_type_index: group } = filters;
  return {
    ...(variants === undefined ? {} : { variants }),
    ...(rollout === undefined ? {} : { rollout_percentage: rollout }),
    ...(payloads === undefined || payloads === null ? {} : { payloads: parsePayloads(payloads, at('payloads')) }),
    ...(group === undefined
      ? {}
      : { aggregation_group_type_index: nullable(integer({ min: 0 }))(group, at('aggregation_group_type_index')) }),
  };
}

/** The `feature_flag` object, without the `id` that marks an echo. */
export function parseFlagInput(value: unknown): FlagConfig {
  const source = strict(value, ['filters', 'ensure_experience_continuity'], 'feature_flag');
  const { filters, ensure_experience_continuity: continuity } = source;
  return {
    ...(filters === undefined ? {} : parseFilters(filters, 'feature_flag__filters')),
    ...(continuity === undefined
      ? {}
      : {
          ensure_experience_continuity: nullable(boolean)(continuity, 'feature_flag__ensure_experience_continuity'),
        }),
  };
}
