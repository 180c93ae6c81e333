import type { ExperimentRow, FlagFilters, FlagGroup, FlagRow, JsonObject } from '../store/model.js';
import { statusOf } from './status.js';

/** Note that a freeze puts before each group's description. */
const NOTE = 'Added automatically when the experiment exposure was frozen to stop new enrollment.';

/** What keeps the flag's groups from being narrowed to a cohort of people, in words. */
function groupsBlocker({ filters }: FlagRow): string | null {
  if (typeof filters.aggregation_group_type_index === 'number') {
    return 'Group-aggregated experiments cannot have their exposure frozen.';
  }
  if (filters.holdout) {
    return 'Experiments in a holdout cannot have their exposure frozen: holdout assignment is evaluated before release conditions, so new users would keep entering the holdout.';
  }
  const early = filters.super_groups;
  if (Array.isArray(early) ? early.length > 0 : early) {
    return "This experiment's feature flag has early access conditions, which are evaluated before release conditions, so freezing cannot stop new enrollment.";
  }
  if (filters.groups.length === 0) return "Experiment's feature flag has no release conditions to freeze.";
  return null;
}

const STATUS_BLOCKERS = {
  draft: 'Experiment has not been launched yet.',
  stopped: 'Experiment has already ended.',
  paused: 'Cannot freeze a paused experiment. Resume it first.',
  exposure_frozen: 'Experiment exposure is already frozen.',
  running: null,
} as const;

/** Why the exposure cannot be frozen in this state, whoever was exposed; null where it can. Source: PostHog behaviour. */
export function freezeBlocker(row: ExperimentRow, flag: FlagRow): string | null {
  const blocker = STATUS_BLOCKERS[statusOf(row, flag)];
  if (blocker !== null) return blocker;
  return flag.deleted ? "Experiment's feature flag has been deleted." : groupsBlocker(flag);
}

function freezeGroup(group: FlagGroup, cohort: number): FlagGroup {
  const { description } = group;
  return {
    ...group,
    properties: [...group.properties, { key: 'id', type: 'cohort', value: cohort, operator: 'in' }],
    description: typeof description === 'string' && description !== '' ? `${NOTE} ${description}` : NOTE,
    exposure_frozen: true,
    exposure_frozen_cohort: cohort,
  };
}

/** Every release group narrowed to the people of the cohort. */
export function frozenFilters(filters: FlagFilters, cohort: number): FlagFilters {
  return { ...filters, groups: filters.groups.map((group) => freezeGroup(group, cohort)) };
}

function isCondition(property: unknown, cohort: unknown): boolean {
  if (typeof property !== 'object' || property === null) return false;
  return 'type' in property && property.type === 'cohort' && 'value' in property && property.value === cohort;
}

function withoutNote(description: unknown): JsonObject {
  if (typeof description !== 'string') return description === undefined ? {} : { description };
  const text = description.replace(NOTE, '').trim();
  return text === '' ? {} : { description: text };
}

/** The group as it was before the freeze; what was edited meanwhile stays. */
function thawGroup(group: FlagGroup): FlagGroup {
  const { exposure_frozen: stamp, exposure_frozen_cohort: cohort, description, ...rest } = group;
  if (stamp === undefined && cohort === undefined) return group;
  const properties = group.properties.filter((property) => !isCondition(property, cohort));
  return { ...rest, properties, rollout_percentage: group.rollout_percentage, ...withoutNote(description) };
}

export function withoutFreeze(filters: FlagFilters): FlagFilters {
  return { ...filters, groups: filters.groups.map(thawGroup) };
}

/** Cohorts that the groups are narrowed to by a freeze. */
export function snapshotCohorts(filters: FlagFilters): number[] {
  const ids = filters.groups.map((group) => group.exposure_frozen_cohort).filter((id) => typeof id === 'number');
  return [...new Set(ids)];
}
