import { z } from 'zod';
import {
  type Flag,
  type FlagFilters,
  flagHoldout,
  isFrozen,
  type ReleaseGroup,
  variantsOf,
  withoutFreezeNote,
} from '../../schema/flag.js';
import type { Change } from '../../tool.js';
import { differences } from './compare.js';
import { EXPOSED_SO_FAR } from './predict.js';

/** Columns of a flag that a write can change and a reader cares about; the others are ids, versions and times. */
export const FLAG_COLUMNS: readonly string[] = [
  'key',
  'active',
  'deleted',
  'name',
  'ensure_experience_continuity',
  'has_encrypted_payloads',
  'bucketing_identifier',
  'evaluation_runtime',
  'evaluation_contexts',
];

/** Before and after of everything that differs between two states of a flag, its filters whole. */
export function flagChanges(before: Flag | null | undefined, after: Flag | null | undefined): Change[] {
  if (!before || !after) return differences('feature_flag', before && comparable(before), after && comparable(after));
  return [
    ...differences('feature_flag', comparable(before), comparable(after)),
    ...groupChanges(before.filters, after.filters),
    ...orderChange(before, after),
  ];
}

/** By names that a person understands; what this server does not know keeps the name that it has in PostHog. */
function comparable(flag: Flag): Record<string, unknown> {
  const { groups: _, multivariate, holdout, super_groups, aggregation_group_type_index, ...others } = flag.filters;
  const { variants: stored, ...split } = multivariate ?? {};
  const variants = variantsOf(flag.filters);
  return {
    ...Object.fromEntries(FLAG_COLUMNS.map((column) => [column, flag[column]])),
    // One of another shape than the known one is shown as it is.
    holdout: flagHoldout(flag.filters) ?? holdout,
    variants: Object.fromEntries(variants.map((variant) => [variant.key, variant.split_percent])),
    variant_names: Object.fromEntries(variants.map(({ key, name }) => [key, name])),
    variant_settings: Object.fromEntries(
      (stored ?? []).map(({ key, name: _name, rollout_percentage: _split, ...rest }) => [key, rest]),
    ),
    ...split,
    early_access: super_groups,
    aggregation: aggregation_group_type_index,
    ...others,
  };
}

/** Groups in short, and what else differs of each; where there are more or fewer of them, each with its conditions. */
function groupChanges(before: FlagFilters, after: FlagFilters): Change[] {
  const path = 'feature_flag.release_groups';
  const freezes = isFrozen(before) !== isFrozen(after) || isForetold(before) || isForetold(after);
  const [was, is] = [before, after].map((filters) =>
    (filters.groups ?? []).map((group) => described(freezes ? withoutStamp(group) : group, filters)),
  );
  if (!was || !is || was.length !== is.length)
    return differences(path, was?.map(withConditions), is?.map(withConditions));
  return [
    ...differences(path, was.map(inShort), is.map(inShort)),
    ...differences(path, Object.fromEntries(was.map(details)), Object.fromEntries(is.map(details))),
  ];
}

interface Described {
  short: { rollout_percentage: number; conditions: number; variant?: string };
  conditions: { conditions: unknown[] | undefined; aggregation: unknown };
  rest: Record<string, unknown>;
}

/** PostHog gives a group the aggregation of its flag where it has none. */
function described(group: ReleaseGroup, filters: FlagFilters): Described {
  const { properties, rollout_percentage, variant, aggregation_group_type_index: aggregation, ...rest } = group;
  return {
    short: {
      rollout_percentage: rollout_percentage ?? 100,
      conditions: properties?.length ?? 0,
      ...(variant ? { variant } : {}),
    },
    conditions: {
      conditions: properties?.length ? properties : undefined,
      aggregation: aggregation ?? filters.aggregation_group_type_index ?? undefined,
    },
    rest,
  };
}

const inShort = ({ short }: Described) => short;
const withConditions = ({ short, conditions: { conditions, aggregation } }: Described) => ({
  ...short,
  ...(conditions ? { conditions } : {}),
  aggregation,
});
const details = ({ conditions, rest }: Described, index: number) => [index + 1, { ...rest, ...conditions }] as const;

const snapshot = z.looseObject({ type: z.literal('cohort'), value: z.unknown() });

/** Whether it is a freeze that has not happened yet. */
function isForetold(filters: FlagFilters): boolean {
  return isFrozen(filters) && (filters.groups ?? []).some((group) => group.exposure_frozen_cohort === undefined);
}

/** A freeze is one condition; which cohort it makes, and how it marks the group, is not known before. */
function withoutStamp(group: ReleaseGroup): ReleaseGroup {
  const { exposure_frozen, exposure_frozen_cohort: cohort = EXPOSED_SO_FAR, description, ...rest } = group;
  const properties = (group.properties ?? []).map((property) =>
    snapshot.safeParse(property).data?.value === cohort ? EXPOSED_SO_FAR : property,
  );
  const isFreeze = exposure_frozen === true && properties.includes(EXPOSED_SO_FAR);
  return isFreeze ? { ...rest, description: withoutFreezeNote(description), properties } : group;
}

/** The same variants in another order, which deals them out to other users. */
function orderChange(before: Flag, after: Flag): Change[] {
  const keys = ({ filters }: Flag) => variantsOf(filters).map(({ key }) => key);
  const [was, is] = [keys(before), keys(after)];
  if (was.join() === is.join() || [...was].sort().join() !== [...is].sort().join()) return [];
  return [{ path: 'feature_flag.variant_order', before: was, after: is }];
}
