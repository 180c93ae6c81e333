import { canonical } from '../schema/canonical.js';
import { type FlagFilters, flagFiltersWire, variantsOf } from '../schema/flag.js';
import type { ActivityFact } from './facts.js';

/** What a change of a run touched: who is compared with whom, or only what of them is measured. */
export interface RunChange {
  touches: 'people' | 'measures';
  /** `split`, `targeting` or the like; else the field that changed. */
  what: string;
}

const MEASURES: ReadonlySet<string> = new Set([
  ...['metrics', 'metrics_secondary', 'saved_metrics', 'saved_metrics_ids', 'stats_config'],
]);

const PEOPLE: ReadonlySet<string> = new Set([
  ...['variants', 'multivariate', 'rollout_percentage', 'excluded_variants', 'exposure_criteria'],
  ...['holdout', 'holdout_id', 'only_count_matured_users', 'ensure_experience_continuity'],
]);

/** Fields that hold a flag or its filters, and those of older experiments that hold part of one. */
const FLAG: ReadonlySet<string> = new Set(['feature_flag', 'filters']);

/** Activities that change who enters. */
const FREEZES: ReadonlySet<string> = new Set(['exposure_frozen', 'exposure_unfrozen']);

/** Of `parameters`; the rest plans or remembers and changes nothing of the run. */
const PEOPLE_PARAMETERS: ReadonlyMap<string, string> = new Map([
  ['feature_flag_variants', 'split'],
  ['rollout_percentage', 'targeting'],
  ['excluded_variants', 'excluded_variants'],
  ['aggregation_group_type_index', 'targeting'],
]);

function filtersOf(value: unknown): FlagFilters | null {
  const { filters = value } = Object(value);
  return value ? (flagFiltersWire.safeParse(filters).data ?? null) : null;
}

/** Parts of a flag by what they decide; `variants` are the keys, the shares of which are the `split`. */
function partsOf(filters: FlagFilters): Record<string, unknown> {
  const { groups, multivariate: _, ...rest } = filters;
  const variants = variantsOf(filters);
  return {
    variants: variants.map(({ key }) => key).sort(),
    // In order: PostHog deals variants out by it, so that swapping two swaps their users.
    split: variants.map(({ key, split_percent }) => [key, split_percent]),
    targeting: (groups ?? []).map(({ properties, rollout_percentage: rollout, variant }) => ({
      properties: properties ?? [],
      rollout: rollout ?? 100,
      variant: variant ?? null,
    })),
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null)),
  };
}

function differing(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.filter((key) => canonical(before[key]) !== canonical(after[key]));
}

/** What of a flag changed; the field itself where the log does not have both states. */
function flagChanges({ field, before, after }: ActivityFact['changes'][number]): string[] {
  const [was, is] = [filtersOf(before), filtersOf(after)];
  if (!was || !is) return [field];
  const found = differing(partsOf(was), partsOf(is));
  // With other variants the shares are others too.
  return found.includes('variants') ? found.filter((what) => what !== 'split') : found;
}

function parameterChanges({ field, before, after }: ActivityFact['changes'][number]): string[] {
  if (!before || !after) return [field];
  return differing(Object(before), Object(after)).flatMap((key) => PEOPLE_PARAMETERS.get(key) ?? []);
}

function changesOf(change: ActivityFact['changes'][number]): RunChange[] {
  const { field } = change;
  const people = (whats: readonly string[]) => whats.map((what): RunChange => ({ touches: 'people', what }));
  if (FLAG.has(field)) return people(flagChanges(change));
  if (field === 'parameters') return people(parameterChanges(change));
  if (PEOPLE.has(field)) return people([field]);
  return MEASURES.has(field) ? [{ touches: 'measures', what: field }] : [];
}

/** Changes after which users get another variant than before, or other shares of them each variant. */
const REASSIGNS: ReadonlySet<string> = new Set(['split', 'variants', 'multivariate']);

export function reassigns({ what }: RunChange): boolean {
  return REASSIGNS.has(what);
}

/** What an entry of the log changed of a run, without repetition; nothing for names, texts, tags, conclusions and plans. */
export function runChanges({ activity, changes }: ActivityFact): RunChange[] {
  if (FREEZES.has(activity)) return [{ touches: 'people', what: activity }];
  const found = changes.flatMap(changesOf);
  return found.filter(({ what }, at) => found.findIndex((other) => other.what === what) === at);
}
