import { z } from 'zod';
import { decodedPayloads } from './flag-input.js';
import { filterText } from './metric-filters.js';
import { withoutOddRows } from './odd-rows.js';
import { wireId, wirePercent } from './wire.js';

const variantWire = z.looseObject({
  key: z.string(),
  name: z.string().nullish(),
  rollout_percentage: wirePercent.nullish(),
});

const groupWire = z.looseObject({
  properties: z.array(z.unknown()).nullish(),
  rollout_percentage: wirePercent.nullish(),
  /** Forced on everyone whom the group lets in, whatever the split. */
  variant: z.string().nullish(),
});

export type ReleaseGroup = z.output<typeof groupWire>;

export const flagFiltersWire = z.looseObject({
  groups: z.array(groupWire).nullish(),
  multivariate: z.looseObject({ variants: z.array(variantWire).nullish() }).nullish(),
});

export type FlagFilters = z.output<typeof flagFiltersWire>;

const LISTS = [
  { kind: 'variant', path: ['filters', 'multivariate', 'variants'], row: variantWire },
  { kind: 'release condition', path: ['filters', 'groups'], row: groupWire },
] as const;

function readable(flag: unknown): unknown {
  const { value, problems } = withoutOddRows(flag, LISTS);
  if (problems.length === 0) return flag;
  return { ...Object(value), unreadable: problems, stored_filters: Reflect.get(Object(flag), 'filters') };
}

/**
 * A feature flag as PostHog answers it; unknown fields are kept, since undo needs them. A variant or a release condition that
 * cannot be read hides nothing else: `filters` is without it, and `stored_filters` are the filters as they came.
 */
export const flagWire = z.preprocess(
  readable,
  z.looseObject({
    id: wireId,
    key: z.string(),
    name: z.string().nullish(),
    active: z.boolean(),
    deleted: z.boolean().nullish(),
    filters: flagFiltersWire,
    version: z.number().nullish(),
    updated_at: z.string().nullish(),
    unreadable: z.array(z.string()).optional().catch(undefined),
    stored_filters: z.unknown().optional(),
  }),
);

export type Flag = z.output<typeof flagWire>;

/** The key that a flag has, or had: PostHog lengthens that of a deleted flag, so that another one can take it. */
export function originalKey({ id, key, deleted }: Pick<Flag, 'id' | 'key' | 'deleted'>): string {
  const suffix = `:deleted:${id}`;
  return deleted && key.endsWith(suffix) ? key.slice(0, -suffix.length) : key;
}

export interface VariantView {
  key: string;
  name?: string;
  split_percent: number;
}

/** Said of a flag that PostHog stores in a config format of its own, newer than groups and variants. */
export const UNKNOWN_FORMAT =
  'stored in a config format that this version does not read, so its variants and who gets them are unknown';

/** Whether the filters are in such a format. Any other flag has release groups, be it none. */
export function hasUnknownFormat({ filters: { groups, multivariate } }: Pick<Flag, 'filters'>): boolean {
  return groups === undefined && multivariate === undefined;
}

/** Why the flag does not tell who gets what; undefined where it does. Fits after "the flag is". */
export function flagProblem(flag: Pick<Flag, 'filters' | 'unreadable'>): string | undefined {
  if (hasUnknownFormat(flag)) return UNKNOWN_FORMAT;
  return flag.unreadable && `stored in a form that can be read only in part: ${flag.unreadable.join('; ')}`;
}

/** Variants with their split: the share of the users inside the experiment that get each one. */
export function variantsOf(filters: FlagFilters | undefined): VariantView[] {
  return (filters?.multivariate?.variants ?? []).map((variant) => ({
    key: variant.key,
    ...(variant.name ? { name: variant.name } : {}),
    split_percent: variant.rollout_percentage ?? 0,
  }));
}

/** Share of users that enter, of the first release group, as PostHog's own experiment form shows it. 100 where unset. */
export function rolloutOf(filters: FlagFilters): number {
  return filters.groups?.[0]?.rollout_percentage ?? 100;
}

const holdoutWire = z.looseObject({ id: wireId, exclusion_percentage: wirePercent.nullish() });

export interface FlagHoldout {
  id: number;
  /** Share of all users that get no variant, in percent; unknown until PostHog has written it to the flag. */
  exclusion_percentage?: number | undefined;
}

/** The holdout that PostHog asks before any release group, where the flag has one. */
export function flagHoldout({ holdout }: FlagFilters): FlagHoldout | undefined {
  const { data } = holdoutWire.safeParse(holdout);
  return data && { id: data.id, exclusion_percentage: data.exclusion_percentage ?? undefined };
}

/** Whether users may choose the feature for themselves, which PostHog asks before any release group too. */
export function hasEarlyAccess({ super_groups }: FlagFilters): boolean {
  return Array.isArray(super_groups) && super_groups.length > 0;
}

/** Release groups that carry conditions, so that not every user can enter. */
export function targetedGroups(filters: FlagFilters): number {
  return (filters.groups ?? []).filter((group) => (group.properties ?? []).length > 0).length;
}

/** Whether enrolment is frozen: every release group carries PostHog's stamp. */
export function isFrozen({ groups }: FlagFilters): boolean {
  return Boolean(groups?.length) && (groups ?? []).every((group) => group.exposure_frozen === true);
}

/** The filters without a freeze, as a reset and shipping leave them: no stamp, no condition on the snapshot cohort. */
export function thawed(filters: FlagFilters): FlagFilters {
  return { ...filters, groups: (filters.groups ?? []).map(thawedGroup) };
}

function thawedGroup(group: ReleaseGroup): ReleaseGroup {
  const { exposure_frozen, exposure_frozen_cohort: cohort, description, ...rest } = group;
  if (exposure_frozen !== true) return group;
  const words = withoutFreezeNote(description);
  const isSnapshot = (property: unknown) => {
    const condition = cohortCondition.safeParse(property);
    return condition.success && condition.data.value === cohort;
  };
  return {
    ...rest,
    ...(words ? { description: words } : {}),
    properties: (group.properties ?? []).filter((property) => !isSnapshot(property)),
  };
}

/** What PostHog writes above the description of a group that it freezes. Source: PostHog behaviour. */
const FREEZE_NOTE = /^Added automatically when the experiment exposure was frozen[^.]*\.\s*/;

export function withoutFreezeNote(description: unknown): unknown {
  return typeof description === 'string' ? description.replace(FREEZE_NOTE, '') : description;
}

const cohortCondition = z.looseObject({ type: z.literal('cohort'), value: z.unknown() });

/** The variant that everyone inside gets, where one has the whole split. */
export function shippedVariant(filters: FlagFilters): string | undefined {
  const variants = variantsOf(filters);
  return variants.length > 1 ? variants.find((variant) => variant.split_percent === 100)?.key : undefined;
}

export const flagView = z.object({
  id: z.number(),
  key: z.string(),
  active: z.boolean(),
  variants: z.array(z.object({ key: z.string(), name: z.string().optional(), split_percent: z.number() })).optional(),
  rollout_percentage: z.number().optional(),
  problem: z.string().optional(),
  payloads: z.record(z.string(), z.unknown()).optional(),
  ensure_experience_continuity: z.boolean().optional(),
  aggregation_group_type_index: z.number().optional(),
  release_conditions: z.array(z.string()).optional(),
  release_groups: z.number().optional(),
  groups_with_conditions: z.number().optional(),
  deleted: z.boolean().optional(),
  filters: z.looseObject({}).optional(),
});

/** The filters as PostHog has them, rows that cannot be read included. */
export function storedFilters({ filters, stored_filters }: Flag): Record<string, unknown> {
  return stored_filters === undefined ? filters : Object(stored_filters);
}

/** In the words of inputs. Conditions of several groups are only counted: lines could not say whose they are. */
function settingsOfFlag({ filters, ensure_experience_continuity: continuity }: Flag) {
  const { groups, aggregation_group_type_index: aggregation } = filters;
  const payloads = decodedPayloads(filters.payloads);
  const conditions = groups?.length === 1 ? (groups[0]?.properties ?? []) : [];
  return {
    ...(Object.keys(payloads).length > 0 ? { payloads } : {}),
    ...(continuity === true ? { ensure_experience_continuity: true } : {}),
    ...(typeof aggregation === 'number' ? { aggregation_group_type_index: aggregation } : {}),
    ...(conditions.length > 0 ? { release_conditions: conditions.map(filterText) } : {}),
  };
}

/** What a reader needs of a flag; `full` adds the filters as stored. */
export function viewFlag(flag: Flag, detail: 'concise' | 'full'): z.output<typeof flagView> {
  const groups = flag.filters.groups?.length ?? 0;
  const targeted = targetedGroups(flag.filters);
  const problem = flagProblem(flag);
  const split = {
    ...(problem === undefined ? {} : { problem }),
    ...(hasUnknownFormat(flag) ? {} : { variants: variantsOf(flag.filters) }),
    ...(problem === undefined ? { rollout_percentage: rolloutOf(flag.filters) } : {}),
  };
  return {
    id: flag.id,
    key: flag.key,
    active: flag.active,
    ...split,
    ...settingsOfFlag(flag),
    ...(groups > 1 ? { release_groups: groups } : {}),
    ...(targeted > 0 ? { groups_with_conditions: targeted } : {}),
    ...(flag.deleted ? { deleted: true } : {}),
    ...(detail === 'full' ? { filters: storedFilters(flag) } : {}),
  };
}
