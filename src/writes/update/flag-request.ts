import { canonical } from '../../schema/canonical.js';
import type { Experiment } from '../../schema/experiment.js';
import { type FlagFilters, rolloutOf, type VariantView, variantsOf } from '../../schema/flag.js';
import { encodedPayloads, personCondition } from '../../schema/flag-input.js';
import type { Update, WantedVariant } from './wanted.js';

/** The parts of the flag's filters that the update asks for, merged with what is stored. */
export function wantedFilters(input: Update, experiment: Experiment) {
  const stored = experiment.feature_flag?.filters;
  const names = new Map(stored?.multivariate?.variants?.map((variant) => [variant.key, variant.name ?? undefined]));
  const variants = input.variants?.map(({ key, name = names.get(key), split_percent }) => ({
    key,
    ...(name === undefined ? {} : { name }),
    rollout_percentage: split_percent,
  }));
  const [first, ...others] = stored?.groups ?? [];
  const payloads = wantedPayloads(input);
  return {
    ...(variants ? { multivariate: { variants } } : {}),
    ...(input.rollout_percentage === undefined
      ? {}
      : { groups: [{ properties: [], ...first, rollout_percentage: input.rollout_percentage }, ...others] }),
    ...(payloads ? { payloads } : {}),
    ...draftFilters(input, stored),
  };
}

function splitDiffers(wanted: readonly WantedVariant[], stored: readonly VariantView[]): boolean {
  if (wanted.length !== stored.length) return true;
  return wanted.some(({ key, name, split_percent }, index) => {
    const other = stored[index];
    return (
      key !== other?.key || split_percent !== other.split_percent || (name !== undefined && name !== (other.name ?? ''))
    );
  });
}

/** No payload means the same as an empty list of them. */
function wantedPayloads({ payloads, clear }: Update): Record<string, string> | undefined {
  if (payloads !== undefined) return encodedPayloads(payloads);
  return clear?.includes('payloads') ? {} : undefined;
}

const DRAFT_ONLY = ['release_conditions', 'aggregation_group_type_index'] as const;

/** Fields that PostHog takes of a flag only, and that would change who is measured if the experiment had begun. */
export function draftOnly({ clear, ...input }: Update): readonly string[] {
  return DRAFT_ONLY.filter((name) => input[name] !== undefined || clear?.includes(name));
}

/** Groups with the wanted conditions and aggregation; a group with an aggregation of its own would ignore the flag's. */
function draftFilters(input: Update, stored: FlagFilters | undefined): Partial<FlagFilters> {
  if (draftOnly(input).length === 0) return {};
  const { aggregation_group_type_index: index, release_conditions: lines, clear = [] } = input;
  const aggregation = index ?? (clear.includes('aggregation_group_type_index') ? null : undefined);
  const properties = lines?.map(personCondition) ?? (clear.includes('release_conditions') ? [] : undefined);
  const groups = (stored?.groups ?? [{ properties: [], rollout_percentage: 100 }]).map((group) => ({
    ...group,
    ...(properties ? { properties } : {}),
    ...(aggregation === undefined ? {} : { aggregation_group_type_index: aggregation }),
  }));
  return { groups, ...(aggregation === undefined ? {} : { aggregation_group_type_index: aggregation }) };
}

/** Null and missing mean the same to PostHog. */
function sameFilters(a: FlagFilters, b: FlagFilters): boolean {
  const plain = (filters: FlagFilters) =>
    JSON.parse(JSON.stringify(filters, (_, part: unknown) => (part === null ? undefined : part)));
  return canonical(plain(a)) === canonical(plain(b));
}

/** The flag's filters whole, for what only the flag itself takes; undefined where they are so already. */
export function draftFlagPatch(input: Update, { feature_flag: flag }: Experiment): FlagFilters | undefined {
  if (!flag || draftOnly(input).length === 0) return undefined;
  const wanted = { ...flag.filters, ...draftFilters(input, flag.filters) };
  return sameFilters(wanted, flag.filters) ? undefined : wanted;
}

/** The flag part of the request: only what differs, since PostHog treats a partial one as a patch. */
export function flagBody(input: Update, experiment: Experiment): Record<string, unknown> {
  const flag = experiment.feature_flag;
  const filters = flag?.filters;
  const { multivariate, payloads } = wantedFilters(input, experiment);
  const { rollout_percentage: rollout, ensure_experience_continuity: continuity } = input;
  const changes = {
    ...(input.variants && (!filters || splitDiffers(input.variants, variantsOf(filters))) ? { multivariate } : {}),
    ...(rollout !== undefined && (!filters || rolloutOf(filters) !== rollout)
      ? { groups: [{ properties: [], rollout_percentage: rollout }] }
      : {}),
    ...(payloads && canonical(payloads) !== canonical(filters?.payloads ?? {}) ? { payloads } : {}),
  };
  const feature_flag = {
    ...(Object.keys(changes).length > 0 ? { filters: changes } : {}),
    ...(continuity !== undefined && continuity !== (flag?.ensure_experience_continuity ?? false)
      ? { ensure_experience_continuity: continuity }
      : {}),
  };
  return Object.keys(feature_flag).length > 0 ? { feature_flag } : {};
}
