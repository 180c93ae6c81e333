import type {
  CohortRow,
  EventRow,
  ExperimentRow,
  FlagRow,
  HoldoutRow,
  ProjectRow,
  SavedMetricRow,
  UserRow,
} from './model.js';
import { emptyResults, type ResultsState } from './results/state.js';

export type IdKind = 'cohort' | 'experiment' | 'flag' | 'holdout' | 'project' | 'saved_metric' | 'saved_metric_link';

/** Organization that owns both projects. */
export const ORGANIZATION = { id: '00000000-0000-4000-9000-000000000001', name: 'Sandbox organization' } as const;

export const CURRENT_USER: UserRow = {
  id: 1,
  uuid: '00000000-0000-4000-a000-000000000001',
  distinct_id: 'sandbox-user-1',
  first_name: 'Sandy',
  last_name: 'Box',
  email: 'sandy@example.com',
  is_email_verified: true,
  hedgehog_config: null,
  role_at_organization: 'product',
};

/** What has to be said about a new flag; everything else has PostHog's defaults. */
export type NewFlag = Pick<FlagRow, 'project_id' | 'key' | 'filters'> & Partial<FlagRow>;
/** What has to be said about a new experiment; everything else has PostHog's defaults. */
export type NewExperiment = Pick<ExperimentRow, 'project_id' | 'name' | 'flag_id'> & Partial<ExperimentRow>;

/**
 * All state of one sandbox, in memory. The main and the other project exist from the start; rows are changed in place by
 * the handlers. Ids and uuids are counters, so that equal requests give equal answers.
 */
export interface Store {
  readonly projects: Map<number, ProjectRow>;
  readonly flags: Map<number, FlagRow>;
  readonly experiments: Map<number, ExperimentRow>;
  readonly cohorts: Map<number, CohortRow>;
  readonly holdouts: Map<number, HoldoutRow>;
  readonly savedMetrics: Map<number, SavedMetricRow>;
  readonly results: ResultsState;
  readonly currentUser: UserRow;
  /** The project that scenarios fill and that `@current` means. */
  readonly mainProject: ProjectRow;
  /** An empty project of the same organization. */
  readonly otherProject: ProjectRow;
  now(): Date;
  /** `now()` as the API writes it. */
  timestamp(): string;
  nextId(kind: IdKind): number;
  /** A new v4-shaped uuid, counted and not random. */
  uuid(): string;
  insertFlag(flag: NewFlag): FlagRow;
  insertExperiment(experiment: NewExperiment): ExperimentRow;
  /** Registers an ingested event name, unless the project has it. */
  insertEvent(projectId: number, name: string): EventRow;
  /** The flag that is not deleted with exactly this key. */
  flagByKey(projectId: number, key: string): FlagRow | undefined;
  /** Experiments of the flag that are not deleted, by id. */
  experimentsOfFlag(flagId: number): ExperimentRow[];
}

export interface StoreOptions {
  /** Id and name of the main project. */
  project: { id: number; name: string };
  now: () => Date;
}

/** ISO 8601 in UTC with microseconds, or without a fraction where it is zero: the two forms the API writes. */
export function formatTimestamp(date: Date): string {
  const iso = date.toISOString();
  return iso.endsWith('.000Z') ? iso.replace('.000Z', 'Z') : iso.replace('Z', '000Z');
}

function newProject(id: number, name: string): ProjectRow {
  const suffix = id.toString(16).padStart(12, '0').slice(-12);
  return { id, uuid: `00000000-0000-4000-b000-${suffix}`, name, events: [], approvals: [] };
}

function flagDefaults(store: Pick<Store, 'timestamp'>): Omit<FlagRow, 'id' | 'project_id' | 'key' | 'filters'> {
  const at = store.timestamp();
  return {
    name: '',
    active: true,
    deleted: false,
    archived: false,
    ensure_experience_continuity: false,
    version: 1,
    evaluation_runtime: 'all',
    bucketing_identifier: 'distinct_id',
    evaluation_contexts: [],
    tags: [],
    created_at: at,
    updated_at: at,
    created_by: CURRENT_USER,
  };
}

function experimentDefaults(
  store: Pick<Store, 'timestamp'>,
): Omit<ExperimentRow, 'id' | 'project_id' | 'name' | 'flag_id' | 'activity'> {
  const at = store.timestamp();
  return {
    description: '',
    start_date: null,
    end_date: null,
    holdout_id: null,
    exposure_cohort: null,
    parameters: {},
    running_time_calculation: {},
    excluded_variants: null,
    secondary_metrics: [],
    saved_metrics: [],
    filters: {},
    archived: false,
    archived_flag: false,
    deleted: false,
    created_by: CURRENT_USER,
    created_at: at,
    updated_at: at,
    type: 'product',
    exposure_criteria: { filterTestAccounts: true },
    metrics: [],
    metrics_secondary: [],
    stats_config: { method: 'bayesian' },
    scheduling_config: null,
    conclusion: null,
    conclusion_comment: null,
    primary_metrics_ordered_uuids: null,
    secondary_metrics_ordered_uuids: null,
    only_count_matured_users: false,
    repository: null,
    tags: [],
    version: 0,
    data: { exposures: {}, metrics: {}, results_age_hours: null },
  };
}

/** Counters by name, each starting at 1. */
function counters(): (name: string) => number {
  const last = new Map<string, number>();
  return (name) => {
    const next = (last.get(name) ?? 0) + 1;
    last.set(name, next);
    return next;
  };
}

function addExperiment(store: Store, experiment: NewExperiment): ExperimentRow {
  const defaults = experimentDefaults(store);
  const at = experiment.created_at ?? defaults.created_at;
  const created = { at, activity: 'created', changes: [], user: store.currentUser };
  const id = store.nextId('experiment');
  const row = { ...defaults, id, updated_at: at, activity: [created], ...experiment };
  store.experiments.set(row.id, row);
  return row;
}

function addEvent(store: Store, projectId: number, name: string): EventRow {
  const events = store.projects.get(projectId)?.events ?? [];
  const known = events.find((event) => event.name === name);
  if (known) return known;
  const at = store.timestamp();
  const event = { id: store.uuid(), name, created_at: at, last_seen_at: at };
  events.push(event);
  return event;
}

export function createStore({ project, now }: StoreOptions): Store {
  const count = counters();
  const mainProject = newProject(project.id, project.name);
  const otherProject = newProject(project.id + 1, 'Other project');
  const store: Store = {
    projects: new Map([mainProject, otherProject].map((row) => [row.id, row])),
    flags: new Map(),
    experiments: new Map(),
    cohorts: new Map(),
    holdouts: new Map(),
    savedMetrics: new Map(),
    results: emptyResults(),
    currentUser: CURRENT_USER,
    mainProject,
    otherProject,
    now,
    timestamp: () => formatTimestamp(now()),
    nextId: count,
    uuid: () => `00000000-0000-4000-8000-${count('uuid').toString(16).padStart(12, '0')}`,
    insertFlag(flag) {
      const row = { ...flagDefaults(store), id: count('flag'), ...flag };
      store.flags.set(row.id, row);
      return row;
    },
    insertExperiment: (experiment) => addExperiment(store, experiment),
    insertEvent: (projectId, name) => addEvent(store, projectId, name),
    flagByKey: (projectId, key) =>
      [...store.flags.values()].find((flag) => flag.project_id === projectId && flag.key === key && !flag.deleted),
    experimentsOfFlag: (flagId) =>
      [...store.experiments.values()].filter((row) => row.flag_id === flagId && !row.deleted),
  };
  return store;
}

/** The flag that an experiment is linked to; every experiment has one. */
export function flagOf(row: ExperimentRow, store: Store): FlagRow {
  const flag = store.flags.get(row.flag_id);
  if (!flag) throw new Error(`Experiment ${row.id} has no flag row.`);
  return flag;
}
