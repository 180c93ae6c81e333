import type { ExperimentRow, FlagFilters, FlagRow } from '../store/model.js';

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
