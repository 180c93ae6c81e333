import { canonical } from '../schema/canonical.js';
import { type FlagFilters, variantsOf } from '../schema/flag.js';
import { byPayload, kindsOf, NO_VARIANT, ORDERS, payloadOf, type Shares, sharesOf } from './shares.js';

/** A variant that this share of those inside gets is shipped, however the flag says it. Source: docs/safety.md. */
const SHIPPED = 0.95;
/** What sums of percentages can be off by. */
const DRIFT = 1e-9;

/** Something that a write gives to (nearly) all inside who did not all have it before. */
export type NewlyShipped =
  | { variant: string }
  /** No variant that was compared with others. */
  | { variant: null; because: string };

/** One kind of users before and after a write. */
interface View {
  before: Shares;
  after: Shares;
}

/**
 * What a change of a flag ships; null stands for a flag that serves nobody. Each kind of users counts as though
 * everybody were of it: how many match a release condition is not known here, and one that looks narrow ("e-mail is set")
 * may hold for all. So a write ships a variant where it takes a kind from under 95% to 95% or more of it, or leaves no
 * other kind inside. Conditions that stay as they are move no kind over that line, so they need no guess of their size.
 */
export function newlyShipped(before: FlagFilters | null, after: FlagFilters | null): NewlyShipped[] {
  if (after === null) return [];
  const flags = before ? [before, after] : [after];
  const kinds = kindsOf(flags);
  if (kinds === null) return sameServing(before, after) ? [] : [{ variant: null, because: TOO_MANY }];
  const views = ORDERS.map((order) =>
    kinds.map(
      (kind): View => ({
        before: before ? sharesOf(before, kind, order) : new Map(),
        after: sharesOf(after, kind, order),
      }),
    ),
  );
  const keys = unique(views.flatMap(newKeys));
  const isVariant = (key: string) => key !== NO_VARIANT || variantsOf(after).some((variant) => variant.key === key);
  const found = keys.map((key) => (isVariant(key) ? { variant: key } : { variant: null, because: PLAIN }));
  return before === null ? found : [...found, ...newPayloads(views, { before, after, keys })];
}

const TOO_MANY =
  'The flag has so many different release conditions that nobody can tell whether the change gives one variant to everybody.';
const PLAIN = 'The change gives everybody inside the plain value of the flag in place of a variant.';
const MERGED = 'The change gives everybody the same payload, one that no variant had.';

/** Whether two flags give the same users the same variants and payloads, in whatever form they say it. */
export function servesAlike(one: FlagFilters, other: FlagFilters): boolean {
  return canonical(decisive(one)) === canonical(decisive(other));
}

/** What decides who gets what; texts and marks of groups do not. */
function decisive(filters: FlagFilters): unknown {
  const { groups, multivariate: _, ...rest } = filters;
  const set = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined);
  return {
    ...Object.fromEntries(set),
    variants: variantsOf(filters).map(({ key, split_percent }) => [key, split_percent]),
    groups: (groups ?? []).map(
      ({ properties, rollout_percentage: rollout, variant, aggregation_group_type_index: by }) => ({
        properties: properties ?? [],
        rollout: rollout ?? 100,
        variant: variant ?? null,
        by: by ?? null,
      }),
    ),
  };
}

function sameServing(before: FlagFilters | null, after: FlagFilters): boolean {
  return before !== null && canonical(before) === canonical(after);
}

function unique(keys: readonly string[]): string[] {
  return [...new Set(keys)];
}

/** Whether these filters give the variant to (nearly) all inside, whoever matches the conditions. */
export function surelyShips(filters: FlagFilters, variant: string): boolean {
  const kinds = kindsOf([filters]);
  if (kinds === null) return false;
  return ORDERS.every((order) =>
    isSure(
      kinds.map((kind) => sharesOf(filters, kind, order)),
      variant,
    ),
  );
}

function insideOf(shares: Shares): number {
  return [...shares.values()].reduce((sum, share) => sum + share, 0);
}

function ships(shares: Shares, key: string): boolean {
  const inside = insideOf(shares);
  return inside > 0 && (shares.get(key) ?? 0) / inside >= SHIPPED - DRIFT;
}

/** Whether it is shipped to each kind that has somebody inside. */
function isSure(kinds: readonly Shares[], key: string): boolean {
  const inside = kinds.filter((shares) => insideOf(shares) > 0);
  return inside.length > 0 && inside.every((shares) => ships(shares, key));
}

function newKeys(views: readonly View[]): string[] {
  const before = views.map((view) => view.before);
  const after = views.map((view) => view.after);
  return unique(after.flatMap((shares) => [...shares.keys()])).filter(
    (key) =>
      !isSure(before, key) &&
      (isSure(after, key) || views.some((view) => ships(view.after, key) && !ships(view.before, key))),
  );
}

interface Change {
  before: FlagFilters;
  after: FlagFilters;
  /** What is shipped by the variant's key. */
  keys: readonly string[];
}

/** Code may go by the payload alone, so variants that differed by it are one where it becomes the same. */
function newPayloads(views: readonly View[][], { before, after, keys }: Change): NewlyShipped[] {
  const arms = variantsOf(before).map(({ key }) => ({ key, payload: payloadOf(before, key) }));
  if (new Set(arms.map(({ payload }) => payload)).size < 2) return [];
  const byPayloads = views.map((kinds) =>
    kinds.map((view) => ({ before: byPayload(before, view.before), after: byPayload(after, view.after) })),
  );
  return unique(byPayloads.flatMap(newKeys)).flatMap((payload): NewlyShipped[] => {
    const same = arms.filter((arm) => arm.payload === payload).map(({ key }) => key);
    const [arm] = same;
    if (arm !== undefined) return keys.some((key) => same.includes(key)) ? [] : [{ variant: arm }];
    const wasSplit = byPayloads
      .flat()
      .some((view) => ships(view.after, payload) && ![...view.before.keys()].some((key) => ships(view.before, key)));
    return wasSplit && keys.length === 0 ? [{ variant: null, because: MERGED }] : [];
  });
}
