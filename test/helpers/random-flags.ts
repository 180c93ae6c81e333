import fc from 'fast-check';
import type { FlagFilters, FlagGroup, FlagRow } from '../../src/sandbox/store/model.js';
import type { Store } from '../../src/sandbox/store/store.js';

/**
 * What random release conditions ask about; `person` gives a person who has all of it. None compares whole numbers by
 * `exact`, which SDKs leave to the server.
 */
const CONDITIONS = fc.constantFrom(
  { key: 'country', operator: 'exact', value: ['de', 'FR'] },
  { key: 'country', operator: 'is_not', value: 'us' },
  { key: 'country', operator: 'is_set', value: 'is_set' },
  { key: 'email', operator: 'icontains', value: '@Example.com' },
  { key: 'email', operator: 'not_icontains', value: '7' },
  { key: 'email', operator: 'starts_with', value: 'user1' },
  { key: 'email', operator: 'not_ends_with', value: '.org' },
  { key: 'email', operator: 'regex', value: '^user\\d*[02468]@' },
  { key: 'email', operator: 'not_regex', value: '[5-9]@' },
  { key: 'age', operator: 'gt', value: 30 },
  { key: 'age', operator: 'gte', value: '40' },
  { key: 'age', operator: 'lt', value: 50 },
  { key: 'age', operator: 'lte', value: 60.5 },
  { key: 'version', operator: 'exact', value: ['1.0.0', '2.1.1', '1.2.2'] },
  { key: 'paying', operator: 'exact', value: ['true'] },
  { key: 'paying', operator: 'is_not', value: true },
  { key: 'joined', operator: 'is_date_after', value: '2026-03-01' },
  { key: 'joined', operator: 'is_date_before', value: '2026-05-15T12:00:00Z' },
  { key: 'version', operator: 'semver_gte', value: '1.5.0' },
  { key: 'version', operator: 'semver_tilde', value: '1.2.0' },
  { key: 'version', operator: 'semver_caret', value: '1.3' },
  { key: 'version', operator: 'semver_wildcard', value: '2.*' },
);

/** The n-th of many people, with all properties that random conditions ask about. */
export function person(number: number) {
  return {
    country: ['de', 'fr', 'us', 'DE'][number % 4] ?? '',
    email: `user${number}@${number % 3 === 0 ? 'EXAMPLE.com' : 'other.org'}`,
    age: 18 + (number % 60),
    paying: number % 5 === 0,
    joined: `2026-0${1 + (number % 9)}-1${number % 10}`,
    version: `${1 + (number % 2)}.${number % 7}.${number % 3}`,
  };
}

const SHARES = fc.constantFrom<(readonly number[])[]>(
  [50, 50],
  [34, 33, 33],
  [100],
  [90, 10],
  [0, 100],
  [0.5, 99.5],
  [25, 25, 25, 25],
  [20, 30],
);
const ROLLOUT = fc.constantFrom(null, 0, 0.1, 5, 20, 50, 99.9, 100);

interface Parts {
  shares: readonly number[] | null;
  groups: { properties: object[]; rollout: number | null; forced: number | null }[];
  holdout: number | null;
  withPayloads: boolean;
  byGroup: boolean;
  earlyExit: boolean;
}

function filtersOf({ shares, groups, holdout, withPayloads, byGroup, earlyExit }: Parts): FlagFilters {
  const variants = (shares ?? []).map((rollout_percentage, at) => ({
    key: at === 0 ? 'control' : `test-${at}`,
    rollout_percentage,
  }));
  const payloads = Object.fromEntries(
    (shares === null ? ['true'] : variants.map(({ key }) => key)).map((key) => [key, JSON.stringify({ about: key })]),
  );
  return {
    groups: groups.map(({ properties, rollout, forced }): FlagGroup => {
      const variant = forced === null ? undefined : variants[forced % variants.length]?.key;
      const own = properties.map((property) => ({
        ...property,
        ...(byGroup ? { type: 'group', group_type_index: 0 } : { type: 'person' }),
      }));
      return { properties: own, rollout_percentage: rollout, ...(variant === undefined ? {} : { variant }) };
    }),
    multivariate: shares === null ? null : { variants },
    ...(withPayloads ? { payloads } : {}),
    ...(byGroup ? { aggregation_group_type_index: 0 } : {}),
    ...(earlyExit ? { early_exit: true } : {}),
    holdout: holdout === null ? null : { id: 3, exclusion_percentage: holdout },
  };
}

/** Filters of a flag: conditions, rollouts, forced variants, splits, holdouts, payloads, by person or group of type 0. */
export const anyFilters: fc.Arbitrary<FlagFilters> = fc
  .record({
    shares: fc.option(SHARES, { freq: 5 }),
    groups: fc.array(
      fc.record({
        properties: fc.array(CONDITIONS, { maxLength: 2 }),
        rollout: ROLLOUT,
        forced: fc.option(fc.nat(3), { freq: 2 }),
      }),
      { maxLength: 3, minLength: 1 },
    ),
    holdout: fc.constantFrom(null, null, null, 0, 10, 50, 100),
    withPayloads: fc.boolean(),
    byGroup: fc.constantFrom(false, false, false, true),
    earlyExit: fc.boolean(),
  })
  .map(filtersOf);

const anyFlag = fc.record({
  filters: anyFilters,
  active: fc.constantFrom(true, true, true, true, false),
  deleted: fc.constantFrom(false, false, false, false, false, true),
});

/** Adds random flags to the main project, the same ones for the same seed. */
export function insertRandomFlags(store: Store, count: number, seed: number): FlagRow[] {
  return fc
    .sample(anyFlag, { numRuns: count, seed })
    .map((flag, at) => store.insertFlag({ project_id: store.mainProject.id, key: `random-${at}`, ...flag }));
}
