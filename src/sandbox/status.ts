import type { ExperimentRow, FlagFilters, FlagGroup, FlagRow } from './model.js';

export type Status = 'draft' | 'running' | 'paused' | 'exposure_frozen' | 'stopped';

/** Frozen means that every release group carries the stamp; a flag without groups is not frozen. */
export function isFrozen(filters: FlagFilters): boolean {
  return filters.groups.length > 0 && filters.groups.every((group) => group.exposure_frozen === true);
}

/** Status is never stored: dates decide first, then the flag. Paused outranks frozen. */
export function statusOf(row: ExperimentRow, flag: FlagRow): Status {
  if (row.start_date === null) return 'draft';
  if (row.end_date !== null) return 'stopped';
  if (!flag.active) return 'paused';
  return isFrozen(flag.filters) ? 'exposure_frozen' : 'running';
}

export function isLive(row: ExperimentRow): boolean {
  return row.start_date !== null && row.end_date === null && !row.archived && !row.deleted;
}

function isCohortCondition(property: unknown, cohort: unknown): boolean {
  if (typeof property !== 'object' || property === null) return false;
  return 'type' in property && property.type === 'cohort' && 'value' in property && property.value === cohort;
}

/** The group as it was before the freeze: without the stamp and without the snapshot cohort's condition. */
function thawGroup(group: FlagGroup): FlagGroup {
  const { exposure_frozen: stamp, exposure_frozen_cohort: cohort, ...rest } = group;
  if (stamp === undefined && cohort === undefined) return group;
  const properties = group.properties.filter((property) => !isCohortCondition(property, cohort));
  return { ...rest, properties, rollout_percentage: group.rollout_percentage };
}

export function withoutFreeze(filters: FlagFilters): FlagFilters {
  return { ...filters, groups: filters.groups.map(thawGroup) };
}
