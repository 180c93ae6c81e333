import { type Flag, type FlagFilters, flagHoldout, flagProblem, shippedVariant, variantsOf } from '../schema/flag.js';
import {
  conditionOf,
  enteringOf,
  type Kind,
  kindsOf,
  NO_VARIANT,
  ORDERS,
  type Shares,
  sharesOf,
  splitOf,
} from './shares.js';

/** What the flag answers users who are not inside. */
export const OUTSIDE = 'false';

/** A share of all users, 0 to 1; both ends are the same where it is known. */
export interface Range {
  min: number;
  max: number;
}

/** Who is served what. Keys are the values that an SDK answers: a variant, `true`, `false`, or `holdout-<id>`. */
export interface Served {
  /** Whether no share depends on properties of users. */
  exact: boolean;
  /** Shares of all users, whoever matches the release conditions. */
  values: Readonly<Record<string, Range>>;
}

type ServingFlag = Pick<Flag, 'filters' | 'active' | 'deleted'>;

/** Newer servers and SDKs ask release groups in this order. */
const AS_LISTED = 'as listed';

/** A flag serves while it is on. PostHog can leave a deleted one `active`. */
export function isOn({ active, deleted }: Pick<Flag, 'active' | 'deleted'>): boolean {
  return active && !deleted;
}

/**
 * What users get who match the conditions of these release groups (1 is the first) and of no others. Source: PostHog
 * behaviour: a holdout is asked before the release groups, by a place of its own; early access comes before both.
 */
export function servedAmong(flag: ServingFlag, groups: ReadonlySet<number>): Readonly<Record<string, number>> {
  const conditions = (flag.filters.groups ?? []).flatMap((group, at) => {
    const condition = groups.has(at + 1) ? conditionOf(group, flag.filters) : null;
    return condition === null ? [] : [condition];
  });
  return valuesOf(flag, new Set(conditions));
}

function valuesOf(flag: ServingFlag, kind: Kind): Record<string, number> {
  if (!isOn(flag)) return { [OUTSIDE]: 1 };
  const { filters } = flag;
  const isEarly = enteringOf(filters, kind, AS_LISTED).some(({ group }) => group === undefined);
  const holdout = isEarly ? undefined : flagHoldout(filters);
  const held = Math.min(100, Math.max(0, holdout?.exclusion_percentage ?? 0)) / 100;
  const inside = [...sharesOf(filters, kind, AS_LISTED)].map(([key, share]): [string, number] => [
    key,
    share * (1 - held),
  ]);
  const outside = 1 - held - inside.reduce((sum, [, share]) => sum + share, 0);
  const values: [string, number][] = [...inside, [`holdout-${holdout?.id}`, held], [OUTSIDE, outside]];
  return Object.fromEntries(values.filter(([, share]) => share > DRIFT));
}

/** What sums of fractions can be off by. */
export const DRIFT = 1e-9;

/** Shares of all users; null where the flag cannot be read, or has more conditions than can be looked through. */
export function servedShares(flag: ServingFlag): Served | null {
  if (!isOn(flag)) return { exact: true, values: { [OUTSIDE]: { min: 1, max: 1 } } };
  const kinds = flagProblem(flag) !== undefined ? null : kindsOf([flag.filters]);
  if (kinds === null) return null;
  const all = kinds.map((kind) => valuesOf(flag, kind));
  const keys = [...new Set(all.flatMap(Object.keys))];
  const values = keys.map((key): [string, Range] => {
    const shares = all.map((values) => values[key] ?? 0);
    return [key, { min: Math.min(...shares), max: Math.max(...shares) }];
  });
  const holdout = flagHoldout(flag.filters);
  const isHoldoutKnown = holdout === undefined || holdout.exclusion_percentage !== undefined;
  return {
    exact: isHoldoutKnown && values.every(([, { min, max }]) => max - min < DRIFT),
    values: Object.fromEntries(values),
  };
}

/** A release group through which somebody enters, if the right people match. */
export interface Entry {
  /** From 1. */
  number: number;
  /** The largest share of those who match it that enters by it, 0 to 1. */
  share: number;
  /** What all who enter here get, whatever the split. */
  forced?: string;
  /** Whether properties decide who matches. */
  hasConditions: boolean;
}

/** Release groups that earlier ones leave somebody for. */
export function entriesOf(filters: FlagFilters): Entry[] {
  const groups = filters.groups ?? [];
  // Too many conditions to combine: each group is taken for reachable.
  const kinds = kindsOf([filters]) ?? groups.map((group) => new Set([conditionOf(group, filters) ?? '']));
  const entering = kinds.flatMap((kind) => enteringOf(filters, kind, AS_LISTED));
  return groups.flatMap((group, at) => {
    const own = entering.filter((one) => one.group === group && one.share > DRIFT);
    const [first] = own;
    if (!first) return [];
    const { forced } = first;
    return [
      {
        number: at + 1,
        share: Math.max(...own.map(({ share }) => share)),
        ...(forced === undefined ? {} : { forced }),
        hasConditions: (group.properties ?? []).length > 0,
      },
    ];
  });
}

/** Why nobody new enters, although the flag is on; undefined where somebody can. */
export function closedBecause(filters: FlagFilters): string | undefined {
  const groups = filters.groups ?? [];
  if (flagHoldout(filters)?.exclusion_percentage === 100) return 'the holdout keeps all users out';
  if (groups.length === 0) return 'the flag has no release group';
  if (entriesOf(filters).length > 0) return undefined;
  if (groups.length === 1) return 'the rollout is 0%';
  return groups.every(({ rollout_percentage: rollout }) => rollout === 0)
    ? 'the rollout of every release group is 0%'
    : 'a release group with a rollout of 0% ends the search before any other (early exit)';
}

/** Why nobody gets a variant; undefined where somebody can. */
export function whyNobody(flag: Flag): string | undefined {
  if (flag.deleted) return 'the flag is deleted';
  if (!flag.active) return 'the flag is off';
  return flagProblem(flag) !== undefined ? undefined : closedBecause(flag.filters);
}

/** All shares of those inside, of each kind of users that has somebody inside, in every order that PostHog may ask in. */
function insideShares(filters: FlagFilters): Shares[] | undefined {
  const shares = kindsOf([filters])?.flatMap((kind) => ORDERS.map((order) => sharesOf(filters, kind, order)));
  return shares?.filter((one) => one.size > 0);
}

/** Variants that somebody inside can get, in the order of the flag. */
export function reachedVariants(filters: FlagFilters): string[] {
  const shares = insideShares(filters);
  const split = variantsOf(filters).filter(({ split_percent: percent }) => percent > 0);
  const reached = shares ? shares.flatMap((one) => [...one.keys()]) : split.map(({ key }) => key);
  return variantsOf(filters)
    .map(({ key }) => key)
    .filter((key) => reached.includes(key));
}

/**
 * The one of several variants that everybody inside gets, be it by the split or by force; where nobody is inside, the one
 * that has the whole split. Early access, which no split decides, is left aside.
 */
export function soleVariant(filters: FlagFilters): string | undefined {
  const dealt = { ...filters, super_groups: null };
  const shares = insideShares(dealt);
  if (variantsOf(filters).length < 2) return undefined;
  if (shares?.length === 0) return shippedVariant(filters);
  const [only, ...more] = reachedVariants(dealt);
  return more.length > 0 || shares?.some((one) => one.has(NO_VARIANT)) ? undefined : only;
}

/** Share of all users that is inside, holdout and early access aside; null where it cannot be told. */
export function insideRange(filters: FlagFilters): Range | null {
  const dealt = { ...filters, super_groups: null };
  const inside = kindsOf([dealt])?.map((kind) =>
    [...sharesOf(dealt, kind, AS_LISTED).values()].reduce((sum, share) => sum + share, 0),
  );
  return inside ? { min: Math.min(...inside), max: Math.max(...inside) } : null;
}

/**
 * Each variant with the share of those inside that it gets, in per cent: where no property decides what groups force,
 * together with that; else as the split deals it out.
 */
export function dealtPercents(filters: FlagFilters): { key: string; percent: number }[] {
  const parts = new Map(splitOf(filters));
  const inside = insideRange(filters);
  const served = servedShares({ filters: { ...filters, holdout: null }, active: true });
  const isForcedForSome = entriesOf(filters).some(({ forced }) => forced !== undefined);
  const isKnown = isForcedForSome && served?.exact === true && inside !== null && inside.max > 0;
  return variantsOf(filters).map(({ key }) => {
    const share = isKnown ? (served.values[key]?.max ?? 0) / inside.max : (parts.get(key) ?? 0);
    return { key, percent: Number((share * 100).toFixed(6)) };
  });
}

/** Numbers of the release groups by whose properties some users get a variant that was not dealt out by chance. */
export function forcedByProperty(filters: FlagFilters): number[] {
  const forcing = entriesOf(filters).filter(({ forced, hasConditions }) => forced !== undefined && hasConditions);
  return forcing.map(({ number }) => number);
}

/** Whether every release group that lets somebody in names the variant, so that nothing is dealt out by chance. */
export function isForced(filters: FlagFilters): boolean {
  const entries = entriesOf(filters);
  return entries.length > 0 && entries.every(({ forced }) => forced !== undefined);
}
