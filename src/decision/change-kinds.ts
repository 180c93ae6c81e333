import { canonical } from '../schema/canonical.js';
import { type FlagFilters, flagFiltersWire, variantsOf } from '../schema/flag.js';
import { plainOrQuoted } from '../schema/quote.js';
import { groupText } from '../serving/serving.js';
import type { ActivityFact } from './facts.js';

/** What a change of a run touched: who is compared with whom, or only what of them is measured. */
export interface RunChange {
  touches: 'people' | 'measures';
  /** `split`, `targeting` or the like; else the field that changed. */
  what: string;
  /** What it was and what it became, in words; said to be unknown where the log lacks a state of the flag. */
  how?: string;
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

/** The filters of the flag before and after, for each change of an entry that dealt variants out in another way; null where the log lacks them. */
export function flagStates(
  changes: ActivityFact['changes'],
): { before: FlagFilters | null; after: FlagFilters | null }[] {
  return changes
    .filter((change) => FLAG.has(change.field) && flagChanges(change).some(({ what }) => what !== 'holdout'))
    .map(({ before, after }) => ({ before: filtersOf(before), after: filtersOf(after) }));
}

function differing(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.filter((key) => canonical(before[key]) !== canonical(after[key]));
}

type FieldChange = ActivityFact['changes'][number];

/** What of a flag changed; the field itself where the log does not have both states. */
function flagChanges({ field, before, after }: FieldChange): Omit<RunChange, 'touches'>[] {
  const [was, is] = [filtersOf(before), filtersOf(after)];
  if (!was || !is) return [{ what: field, how: NOT_IN_LOG }];
  const found = differing(partsOf(was), partsOf(is));
  // With other variants the shares are others too.
  const told = found.includes('variants') ? found.filter((what) => what !== 'split') : found;
  return told.map((what) => {
    const words = WORDS.get(what);
    return { what, ...(words ? { how: beforeAndAfter(words(was), words(is)) } : {}) };
  });
}

const NOT_IN_LOG = 'before and after are not in the log';

function beforeAndAfter(before: string, after: string): string {
  return before === after ? 'other conditions' : `${before} before, ${after} after`;
}

function splitWords(filters: FlagFilters): string {
  const shares = variantsOf(filters).map(({ key, split_percent: percent }) => `${plainOrQuoted(key)} ${percent}%`);
  return shares.join(', ') || 'no variants';
}

function groupWords({ groups }: FlagFilters): string {
  return (groups ?? []).map((group, at) => groupText(group, at + 1)).join(', ') || 'no release group';
}

/** Parts of a flag that are told as they were and as they became. */
const WORDS: ReadonlyMap<string, (filters: FlagFilters) => string> = new Map([
  ['split', splitWords],
  ['variants', splitWords],
  ['targeting', groupWords],
]);

function parameterChanges({ field, before, after }: FieldChange): string[] {
  if (!before || !after) return [field];
  return differing(Object(before), Object(after)).flatMap((key) => PEOPLE_PARAMETERS.get(key) ?? []);
}

function changesOf(change: FieldChange): RunChange[] {
  const { field } = change;
  const people = (changes: readonly Omit<RunChange, 'touches'>[]) =>
    changes.map((one): RunChange => ({ touches: 'people', ...one }));
  if (FLAG.has(field)) return people(flagChanges(change));
  if (field === 'parameters') return people(parameterChanges(change).map((what) => ({ what })));
  if (PEOPLE.has(field)) return people([{ what: field }]);
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
