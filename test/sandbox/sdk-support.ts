import type { Subject } from '../../src/sandbox/evaluation/evaluate.js';
import type { FlagFilters, FlagGroup } from '../../src/sandbox/store/model.js';
import type { Bench } from './support.js';

export const EVERYBODY: FlagGroup = { properties: [], rollout_percentage: 100 };
const HALVES = {
  variants: [
    { key: 'control', rollout_percentage: 50 },
    { key: 'test', rollout_percentage: 50 },
  ],
};
export const GERMANS = { key: 'country', type: 'person', operator: 'exact', value: 'de' };

export function subject(about: Partial<Subject> = {}): Subject {
  return {
    distinctId: 'ann',
    properties: {},
    groups: new Map(),
    isInCohort: () => false,
    now: new Date('2026-09-01T12:00:00Z'),
    ...about,
  };
}

/** A flag of the main project that splits everybody in halves, but for what is said. */
export function insertFlag({ sandbox }: Bench, about: Partial<FlagFilters> = {}, key = 'checkout') {
  const filters = { groups: [EVERYBODY], multivariate: HALVES, ...about };
  return sandbox.store.insertFlag({ project_id: sandbox.projectId, key, filters });
}
