import { invalid } from '../http/api-error.js';
import type { ExperimentRow, FlagRow, Variant } from '../store/model.js';
import { validateExcludedVariants, validateStatsConfig } from '../validation/config.js';

const MIN_VARIANTS = 2;
const MAX_VARIANTS = 20;

export function variantsOf(flag: Pick<FlagRow, 'filters'>): Variant[] {
  return flag.filters.multivariate?.variants ?? [];
}

export function variantKeys(flag: FlagRow): string[] {
  return variantsOf(flag).map((variant) => variant.key);
}

/** Throws unless the keys can carry an experiment of this type. Source: PostHog behaviour. */
export function assertVariants(keys: readonly string[], type: string | null): void {
  if (keys.length < MIN_VARIANTS) {
    throw invalid('Feature flag must have at least 2 variants (a baseline and at least one test variant)');
  }
  if (keys.length > MAX_VARIANTS) throw invalid('Feature flag must have at most 20 variants');
  if (type === 'web' && !keys.includes('control')) {
    throw invalid("Web experiments require a variant with key 'control'");
  }
}

/** What launching asks of flag and stored configuration; also what a `start_date` sent to a draft has to meet. */
export function assertLaunchable(row: ExperimentRow, flag: FlagRow): void {
  if (flag.deleted) throw invalid('Experiment cannot be launched because its feature flag has been deleted.');
  const keys = variantKeys(flag);
  assertVariants(keys, row.type);
  validateStatsConfig(row.stats_config, keys);
  validateExcludedVariants(row.excluded_variants, keys, baselineOf(row.stats_config, keys));
}

/** Pinned baseline, else `control`, else the first variant. */
export function baselineOf(statsConfig: ExperimentRow['stats_config'], keys: readonly string[]): string {
  const pinned = statsConfig?.baseline_variant_key;
  if (typeof pinned === 'string') return pinned;
  return keys.includes('control') ? 'control' : (keys[0] ?? 'control');
}

/** Without a `control` the first variant is pinned, so that a later reordering cannot change what is compared with what. */
export function withPinnedBaseline(
  statsConfig: ExperimentRow['stats_config'],
  keys: readonly string[],
): ExperimentRow['stats_config'] {
  const [first] = keys;
  if (first === undefined || keys.includes('control') || statsConfig?.baseline_variant_key) return statsConfig;
  return { ...statsConfig, baseline_variant_key: first };
}
