import { canonical } from '../schema/canonical.js';
import { type FlagFilters, type ReleaseGroup, variantsOf } from '../schema/flag.js';

/**
 * Users who match the same release conditions. PostHog alone knows how many users match a condition; among those of one
 * kind, all shares follow from the percentages of the flag.
 */
export type Kind = ReadonlySet<string>;

/** Share of the users of a kind that gets each variant, 0 to 1. Those who are not inside are in no share. */
export type Shares = ReadonlyMap<string, number>;

/**
 * Older servers and SDKs ask the groups that force a variant before the others, newer ones ask all as they are listed.
 * Source: PostHog behaviour.
 */
export const ORDERS = ['forced first', 'as listed'] as const;
export type Order = (typeof ORDERS)[number];

/** The value of the flag for users inside who get no variant. Source: PostHog behaviour. */
export const NO_VARIANT = 'true';

/** Conditions that all their combinations are looked at of; more of them would take too long. */
const MAX_CONDITIONS = 12;

/** One way into the flag. */
interface Entrance {
  /** Undefined for early access. */
  group?: ReleaseGroup;
  /** What users have to match; null for everybody. */
  condition: string | null;
  /** Share of those who match, 0 to 1. */
  rollout: number;
  /** Users, or groups of one type: each has its own places. */
  unit: string;
  /** Given to all who enter here; undefined where the split decides. */
  forced?: string | undefined;
  /** Ends the search for those who match, whether the rollout lets them in or not. */
  last: boolean;
}

function entrances(filters: FlagFilters, order: Order): Entrance[] {
  const groups = [...(filters.groups ?? [])];
  if (order === 'forced first') groups.sort((a, b) => Number(!a.variant) - Number(!b.variant));
  const { super_groups: early } = filters;
  // Who chose the feature is inside without a variant, before any release group.
  const chosen = Array.isArray(early) && early.length > 0 ? [chosenEarly(early)] : [];
  return [...chosen, ...groups.map((group) => entranceOf(group, filters))];
}

function chosenEarly(conditions: readonly unknown[]): Entrance {
  return { condition: canonical(conditions), rollout: 1, unit: 'early access', forced: NO_VARIANT, last: true };
}

function entranceOf(group: ReleaseGroup, filters: FlagFilters): Entrance {
  const unit = canonical(unitOf(group, filters));
  const isForced = variantsOf(filters).some(({ key }) => key === group.variant);
  return {
    group,
    condition: conditionOf(group, filters),
    rollout: fraction(group.rollout_percentage ?? 100),
    unit,
    forced: isForced ? (group.variant ?? undefined) : undefined,
    last: filters.early_exit === true,
  };
}

/** The type of groups that a release group goes by, in place of users. */
export function unitOf(group: ReleaseGroup, filters: FlagFilters): unknown {
  return group.aggregation_group_type_index ?? filters.aggregation_group_type_index ?? null;
}

/** What has to be matched to enter by a release group; null where everybody does. */
export function conditionOf(group: ReleaseGroup, filters: FlagFilters): string | null {
  const unit = unitOf(group, filters);
  const properties = (group.properties ?? []).map(canonical).sort();
  // A user without a group of that type matches nothing that goes by it.
  return properties.length === 0 && unit === null ? null : canonical([canonical(unit), properties]);
}

function fraction(percent: number): number {
  return Math.min(100, Math.max(0, percent)) / 100;
}

/** All kinds of users that these flags tell apart; null where they are too many. */
export function kindsOf(flags: readonly FlagFilters[]): Kind[] | null {
  const all = flags.flatMap((filters) => entrances(filters, 'as listed').map(({ condition }) => condition));
  const conditions = [...new Set(all)].filter((condition) => condition !== null);
  if (conditions.length > MAX_CONDITIONS) return null;
  return Array.from(
    { length: 2 ** conditions.length },
    (_, bits) => new Set(conditions.filter((_, at) => Math.floor(bits / 2 ** at) % 2 === 1)),
  );
}

/** Share of the users of a kind that enters by each release group, in the order in which PostHog asks; 0 where it is not asked. */
interface Entering {
  /** Undefined for early access. */
  group?: ReleaseGroup | undefined;
  forced?: string | undefined;
  share: number;
}

/**
 * A user has one place for the rollout and another one for the split, whatever the group, so a group lets in those between
 * its rollout and the highest one before it.
 */
export function enteringOf(filters: FlagFilters, kind: Kind, order: Order): Entering[] {
  const found: Entering[] = [];
  const taken = new Map<string, number>();
  for (const { condition, rollout, unit, last, group, forced } of entrances(filters, order)) {
    if (condition !== null && !kind.has(condition)) continue;
    const before = taken.get(unit) ?? 0;
    const elsewhere = [...taken].filter(([other]) => other !== unit);
    const share = elsewhere.reduce((left, [, part]) => left * (1 - part), Math.max(0, rollout - before));
    taken.set(unit, Math.max(before, rollout));
    found.push({ group, forced, share });
    if (last) break;
  }
  return found;
}

/** What users of a kind get. A holdout takes the same part of each variant. */
export function sharesOf(filters: FlagFilters, kind: Kind, order: Order): Shares {
  const shares = new Map<string, number>();
  const add = (key: string, share: number) => {
    if (share > 0) shares.set(key, (shares.get(key) ?? 0) + share);
  };
  for (const { share, forced } of enteringOf(filters, kind, order)) {
    if (forced !== undefined) add(forced, share);
    else for (const [key, part] of splitOf(filters)) add(key, share * part);
  }
  return shares;
}

/** The split, 0 to 1; what the variants leave over gets the plain value of the flag. */
export function splitOf(filters: FlagFilters): [key: string, part: number][] {
  let left = 1;
  const parts = variantsOf(filters).map(({ key, split_percent }): [string, number] => {
    const part = Math.min(left, fraction(split_percent));
    left -= part;
    return [key, part];
  });
  return [...parts, [NO_VARIANT, left]];
}

/** The payload of a variant, so that equal ones are equal texts however they are spaced and ordered. */
export function payloadOf({ payloads }: FlagFilters, variant: string): string {
  const payload: unknown = Reflect.get(Object(payloads ?? {}), variant);
  if (typeof payload !== 'string') return canonical(payload ?? null);
  try {
    return canonical(JSON.parse(payload));
  } catch {
    return canonical(payload);
  }
}

/** The same shares by the payload that comes along. */
export function byPayload(filters: FlagFilters, shares: Shares): Shares {
  const sums = new Map<string, number>();
  for (const [variant, share] of shares) {
    const payload = payloadOf(filters, variant);
    sums.set(payload, (sums.get(payload) ?? 0) + share);
  }
  return sums;
}
