import { invalid } from '../http/api-error.js';
import { variantsOf } from '../rows/guards.js';
import type { Target } from '../rows/lookup.js';
import { flagHoldout, holdoutOf } from '../rows/related.js';
import { canonicalJson } from '../store/json.js';
import type { FlagFilters, FlagRow, JsonObject, Variant } from '../store/model.js';
import type { Store } from '../store/store.js';
import { validateFlagFilters } from '../validation/flag-filters.js';
import type { FlagConfig } from '../validation/flag-input.js';

const DEFAULT_VARIANTS: readonly Variant[] = [
  { key: 'control', name: 'Control Group', rollout_percentage: 50 },
  { key: 'test', name: 'Test Variant', rollout_percentage: 50 },
];
const ALL_USERS = 100;

/** Groups follow a top-level aggregation unless they have their own. */
export function spreadAggregation(filters: FlagFilters): FlagFilters {
  const aggregation = filters.aggregation_group_type_index;
  if (typeof aggregation !== 'number') return filters;
  const groups = filters.groups.map((group) => ({ aggregation_group_type_index: aggregation, ...group }));
  return { ...filters, groups };
}

/** Filters of the flag that a new experiment brings along. */
export function filtersForNewFlag(config: FlagConfig | null): FlagFilters {
  const variants = config?.variants && config.variants.length > 0 ? config.variants : DEFAULT_VARIANTS;
  const filters: FlagFilters = {
    groups: [{ properties: [], rollout_percentage: config?.rollout_percentage ?? ALL_USERS }],
    multivariate: { variants: variants.map((variant) => ({ ...variant, name: variant.name ?? '' })) },
    aggregation_group_type_index: config?.aggregation_group_type_index ?? null,
    holdout: null,
    ...(config?.payloads ? { payloads: config.payloads } : {}),
  };
  validateFlagFilters(filters);
  return spreadAggregation(filters);
}

/** Variants as sent, where a name that is left out stays what it was. */
function mergedVariants(flag: FlagRow, variants: readonly Variant[]): Variant[] {
  const names = new Map(variantsOf(flag).map((variant) => [variant.key, variant.name]));
  const nameOf = (key: string) => (names.has(key) ? names.get(key) : '');
  return variants.map((variant) => ({ ...variant, name: variant.name ?? nameOf(variant.key) }));
}

function mergedFilters(flag: FlagRow, config: FlagConfig): FlagFilters {
  const { filters } = flag;
  const { variants, rollout_percentage: rollout, payloads, aggregation_group_type_index: aggregation } = config;
  const [first = { properties: [], rollout_percentage: ALL_USERS }, ...others] = filters.groups;
  const sameRollout = rollout === undefined || rollout === (first.rollout_percentage ?? ALL_USERS);
  const groups = sameRollout ? filters.groups : [{ ...first, rollout_percentage: rollout }, ...others];
  const merged: FlagFilters = {
    ...filters,
    groups,
    ...(variants && variants.length > 0 ? { multivariate: { variants: mergedVariants(flag, variants) } } : {}),
    ...(payloads ? { payloads } : {}),
    ...(aggregation === undefined ? {} : { aggregation_group_type_index: aggregation }),
  };
  return spreadAggregation(merged);
}

export interface FlagChange {
  filters: FlagFilters;
  ensure_experience_continuity: boolean | null;
}

interface WantedHoldout {
  /** As the body has it; undefined where it says nothing. */
  id: number | null | undefined;
  store: Store;
}

function assertSameVariants(flag: FlagRow, filters: FlagFilters): void {
  const keys = (variants: readonly Variant[]) => variants.map((variant) => variant.key).sort();
  const after = keys(filters.multivariate?.variants ?? []);
  if (canonicalJson(keys(variantsOf(flag))) === canonicalJson(after)) return;
  throw invalid("Can't update feature_flag_variants on Experiment");
}

/**
 * What an update does to the flag; null where it changes nothing. A launched experiment needs the caller's
 * `update_feature_flag_params`, and even then its variants stay the same ones. Throws 400; writes nothing.
 */
export function planFlagChange({ row, flag }: Target, config: FlagConfig | null, body: JsonObject): FlagChange | null {
  if (!config) return null;
  const change: FlagChange = {
    filters: mergedFilters(flag, config),
    ensure_experience_continuity: config.ensure_experience_continuity ?? flag.ensure_experience_continuity,
  };
  const { filters, ensure_experience_continuity } = flag;
  if (canonicalJson(change) === canonicalJson({ filters, ensure_experience_continuity })) return null;
  if (row.start_date !== null && body.update_feature_flag_params !== true) {
    throw invalid(
      'This experiment is running. To change its flag config, send update_feature_flag_params=true (or edit the feature flag directly).',
      'feature_flag',
    );
  }
  if (row.start_date !== null) assertSameVariants(flag, change.filters);
  validateFlagFilters(change.filters);
  return change;
}

/**
 * The change with what the body says about the holdout: drafts carry it over to their flag, a launched experiment keeps
 * the one that it has. Throws 400.
 */
export function withHoldout(target: Target, change: FlagChange | null, wanted: WantedHoldout): FlagChange | null {
  const { row, flag } = target;
  if (wanted.id === undefined || wanted.id === row.holdout_id) return change;
  if (row.start_date !== null) throw invalid("Can't update holdout on running Experiment");
  const holdout = flagHoldout(holdoutOf({ holdout_id: wanted.id }, wanted.store));
  const { filters, ensure_experience_continuity } = change ?? flag;
  return { filters: { ...filters, holdout }, ensure_experience_continuity };
}
