import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { experimentWire } from '../../src/schema/experiment.js';
import type { Plan, StateBefore } from '../../src/tool.js';
import { claimsOf } from '../../src/writes/pipeline/claims.js';
import { experimentUpdate } from '../../tools/experiment-update.js';
import { featureFlagRestore } from '../../tools/feature-flag-restore.js';
import { runs } from '../helpers/fuzz.js';

interface Group {
  properties: { key: string; value: string }[];
  rollout_percentage: number | null;
  variant?: string;
}

interface Filters {
  groups: Group[];
  multivariate: { variants: { key: string; rollout_percentage: number }[] };
  payloads?: Record<string, string>;
  holdout?: { id: number; exclusion_percentage: number } | null;
  early_exit?: boolean;
}

type Properties = Readonly<Record<string, string>>;

const USERS = 2000;
/** So few inside tell nothing of the share. */
const ENOUGH = 400;
/** 95% give or take what a sample of that size can be off by. */
const [SURELY, HARDLY] = [0.98, 0.92];

function place(text: string): number {
  return Number.parseInt(createHash('sha1').update(text).digest('hex').slice(0, 15), 16) / 2 ** 60;
}

/** Where each user stands for the holdout, the rollout and the split. */
const PEOPLE = Array.from({ length: USERS }, (_, at) => `user-${at}`).map((id) => ({
  holdout: place(`holdout-${id}`),
  rollout: place(`flag.${id}`),
  split: place(`flag.${id}variant`),
}));

/** The variant that PostHog gives a user, written apart from the product's own reckoning. */
function variantOf(
  filters: Filters,
  at: (typeof PEOPLE)[number],
  has: Properties,
  forcedFirst: boolean,
): string | null {
  if (at.holdout <= (filters.holdout?.exclusion_percentage ?? 0) / 100) return null;
  const groups = forcedFirst
    ? [...filters.groups.filter(({ variant }) => variant), ...filters.groups.filter(({ variant }) => !variant)]
    : filters.groups;
  for (const { properties, rollout_percentage, variant } of groups) {
    if (properties.some(({ key, value }) => has[key] !== value)) continue;
    if (at.rollout <= (rollout_percentage ?? 100) / 100) return variant ?? bySplit(filters, at.split);
    if (filters.early_exit) return null;
  }
  return null;
}

function bySplit({ multivariate }: Filters, at: number): string | null {
  let end = 0;
  for (const { key, rollout_percentage } of multivariate.variants) {
    end += rollout_percentage / 100;
    if (at < end) return key;
  }
  return null;
}

interface People {
  has: Properties;
  forcedFirst: boolean;
}

/** What the users get, by `of`: the variant itself or what comes with it. Null where too few are inside. */
function served(filters: Filters, { has, forcedFirst }: People, of = (variant: string) => variant) {
  const things = PEOPLE.flatMap((user) => {
    const variant = variantOf(filters, user, has, forcedFirst);
    return variant === null ? [] : [of(variant)];
  });
  const share = (thing: string) => things.filter((one) => one === thing).length / things.length;
  return things.length < ENOUGH ? null : new Map([...new Set(things)].map((thing) => [thing, share(thing)]));
}

/** What (nearly) all inside get afterwards and did not before. */
function crossing(was: ReturnType<typeof served>, is: ReturnType<typeof served>): string[] {
  if (!was || !is) return [];
  return [...is].flatMap(([thing, share]) => (share >= SURELY && (was.get(thing) ?? 0) <= HARDLY ? [thing] : []));
}

const KEYS = ['control', 'test', 'third'];
const split = (shares: readonly number[]) => ({
  variants: KEYS.map((key, at) => ({ key, rollout_percentage: shares[at] ?? 0 })),
});
const CONDITIONS: Group['properties'][] = [
  [],
  [],
  [{ key: 'plan', value: 'pro' }],
  [{ key: 'staff', value: 'yes' }],
  [
    { key: 'plan', value: 'pro' },
    { key: 'staff', value: 'yes' },
  ],
];
const group: fc.Arbitrary<Group> = fc.record(
  {
    properties: fc.constantFrom(...CONDITIONS),
    rollout_percentage: fc.constantFrom(null, 0, 1, 30, 60, 90, 99, 100),
    variant: fc.constantFrom(...KEYS),
  },
  { requiredKeys: ['properties', 'rollout_percentage'] },
);
const PAYLOADS: Record<string, string>[] = [
  { control: '"a"', test: '"b"', third: '"c"' },
  { control: '"b"', test: '"b"', third: ' "b"' },
  { control: '"a"', test: '{"b": 1, "c": 2}', third: '{"c":2,"b":1}' },
];
const parts = {
  groups: fc.array(group, { maxLength: 3 }),
  multivariate: fc
    .constantFrom([50, 50], [100], [0, 100], [1, 99], [97, 2, 1], [34, 33, 33], [90, 10], [0.0001, 99.9999])
    .map(split),
  payloads: fc.constantFrom(...PAYLOADS),
  holdout: fc.constantFrom(null, { id: 1, exclusion_percentage: 20 }),
  early_exit: fc.boolean(),
};
const flag: fc.Arbitrary<Filters> = fc.record(parts, { requiredKeys: ['groups', 'multivariate'] });
const change: fc.Arbitrary<Partial<Filters>> = fc.record(parts, { requiredKeys: [] });
const people: fc.Arbitrary<People> = fc.record({
  has: fc.constantFrom<Properties>({}, { plan: 'pro' }, { staff: 'yes' }, { plan: 'pro', staff: 'yes' }),
  forcedFirst: fc.boolean(),
});

function state(filters: Filters): StateBefore {
  const experiment = experimentWire.parse({
    id: 1,
    name: 'One',
    start_date: '2026-05-01T00:00:00Z',
    feature_flag_key: 'flag',
    feature_flag: { id: 1, key: 'flag', active: true, filters },
  });
  return { experiment, sharers: [] };
}

/** The variants that a call claims to ship. */
function claimed(tool: typeof featureFlagRestore | typeof experimentUpdate, before: StateBefore, plan: Plan): string[] {
  return claimsOf({ tool, before, plan }).flatMap((claim) => (claim.kind === 'ship' ? [claim.variant] : []));
}

function restoring(before: Filters, after: Filters): string[] {
  const input = featureFlagRestore.input.parse({ id: 1, filters: JSON.stringify(after) });
  return claimed(featureFlagRestore, state(before), featureFlagRestore.plan(input, state(before)));
}

function updating(before: Filters, args: object): string[] {
  const input = experimentUpdate.input.parse({ id: 1, ...args });
  return claimed(experimentUpdate, state(before), experimentUpdate.plan(input, state(before)));
}

/** Runs the check until it has met enough cases that put it to the test. */
function holds<T extends unknown[]>(arbitrary: fc.Arbitrary<T>, isTested: (...values: T) => boolean): void {
  let tested = 0;
  const property = fc.property(arbitrary, (values) => {
    if (isTested(...values)) tested += 1;
  });
  fc.assert(property, runs(600));
  expect(tested).toBeGreaterThan(3);
}

describe('whoever the users are, and in whatever order PostHog asks the release groups', () => {
  it('a restored flag that gives 95% of those inside one variant, which it did not, claims to ship it', () => {
    holds(fc.tuple(flag, change, people), (before, changed, users) => {
      const after = { ...before, ...changed };
      const shipped = crossing(served(before, users), served(after, users));
      if (shipped.length > 0) expect(restoring(before, after)).toEqual(expect.arrayContaining(shipped));
      return shipped.length > 0;
    });
  });

  it('risk 50: an update of split and rollout that does so claims it too', () => {
    const rollout = fc.constantFrom(1, 40, 100);
    // Half of them near the ends, where a split ships a variant.
    const control = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constantFrom(0, 1, 3, 97, 99, 100));
    holds(fc.tuple(flag, control, rollout, people), (before, toControl, rollout_percentage, users) => {
      const shares = [toControl, 100 - toControl];
      const [first, ...others] = before.groups;
      const groups = first ? [{ ...first, rollout_percentage }, ...others] : [];
      const shipped = crossing(
        served(before, users),
        served({ ...before, groups, multivariate: split(shares) }, users),
      );
      const variants = KEYS.map((key, at) => ({ key, split_percent: shares[at] ?? 0 }));
      if (shipped.length > 0)
        expect(updating(before, { variants, rollout_percentage })).toEqual(expect.arrayContaining(shipped));
      return shipped.length > 0;
    });
  });

  it('a restored flag that gives 95% of those inside the payload of one variant claims to ship a variant', () => {
    const sorted = (value: unknown) => (typeof value === 'object' ? Object.entries({ ...value }).sort() : value);
    const payloads = (one: Filters) => (variant: string) =>
      JSON.stringify(sorted(JSON.parse(one.payloads?.[variant] ?? 'null')));
    holds(fc.tuple(flag, change, people), (before, changed, users) => {
      const after = { ...before, ...changed };
      const arms = new Set(KEYS.map(payloads(before)));
      const now = served(after, users, payloads(after));
      const shipped = crossing(served(before, users, payloads(before)), now).filter((one) => arms.has(one));
      const isTested = arms.size > 1 && shipped.length > 0;
      if (isTested) expect(restoring(before, after)).not.toEqual([]);
      return isTested;
    });
  });

  it('a flag that is put back from one variant to an even split claims nothing', () => {
    const even = split([34, 33, 33]);
    fc.assert(
      fc.property(fc.constantFrom([100], [0, 100], [1, 99]), fc.array(group, { maxLength: 3 }), (shares, groups) => {
        const shipped = { groups, multivariate: split(shares) };
        expect(restoring(shipped, { groups, multivariate: even })).toEqual([]);
      }),
    );
  });
});
