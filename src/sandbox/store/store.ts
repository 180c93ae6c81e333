import { type EventTable, NO_EVENTS } from '../events/table.js';
import { experimentDefaults, flagDefaults, newProject } from './defaults.js';
import type {
  ActionRow,
  ChangeRequestRow,
  CohortRow,
  EventRow,
  ExperimentRow,
  FlagRow,
  HoldoutRow,
  ProjectRow,
  SavedMetricRow,
  UserRow,
} from './model.js';
import { emptyResults, type ResultsState } from './results.js';
import { CURRENT_USER } from './users.js';

export type IdKind = 'cohort' | 'experiment' | 'flag' | 'holdout' | 'project' | 'saved_metric' | 'saved_metric_link';

/** Organization that owns both projects. */
export const ORGANIZATION = { id: '00000000-0000-4000-9000-000000000001', name: 'Sandbox organization' } as const;

/** With what somebody asks, beside who that is. */
export interface Access {
  /** How the program calls itself. */
  client: string | null;
  /** What the user may do; null for keys that belong to no user. */
  level: 'manager' | null;
}

const PERSONAL: Access = { client: null, level: 'manager' };

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
  readonly actions: Map<number, ActionRow>;
  readonly holdouts: Map<number, HoldoutRow>;
  readonly savedMetrics: Map<number, SavedMetricRow>;
  /** By id, oldest first. */
  readonly changeRequests: Map<string, ChangeRequestRow>;
  readonly results: ResultsState;
  /** By project. */
  readonly events: Map<number, EventTable>;
  /** Who makes the changes that are being made. */
  readonly currentUser: UserRow;
  /** With what the current user asks. */
  readonly access: Access;
  /** The project that scenarios fill and that `@current` means. */
  readonly mainProject: ProjectRow;
  /** An empty project of the same organization. */
  readonly otherProject: ProjectRow;
  /** Runs something as a user; afterwards it is again whose turn it was before. */
  actAs<T>(user: UserRow, run: () => T, access?: Access): T;
  now(): Date;
  /** `now()` as the API writes it. */
  timestamp(): string;
  /** The last number of each kind that was given out. */
  readonly lastIds: Map<string, number>;
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

/** Counts by name from 1 on. */
function counting(last: Map<string, number>): (name: string) => number {
  return (name) => {
    const next = (last.get(name) ?? 0) + 1;
    last.set(name, next);
    return next;
  };
}

function addExperiment(store: Store, experiment: NewExperiment): ExperimentRow {
  const defaults = experimentDefaults(store);
  const at = experiment.created_at ?? defaults.created_at;
  const created = { at, activity: 'created', changes: [], user: store.currentUser, client: store.access.client };
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
  const lastIds = new Map<string, number>();
  const count = counting(lastIds);
  let user = CURRENT_USER;
  let access = PERSONAL;
  const mainProject = newProject(project.id, project.name);
  const otherProject = newProject(project.id + 1, 'Other project');
  const store: Store = {
    projects: new Map([mainProject, otherProject].map((row) => [row.id, row])),
    flags: new Map(),
    experiments: new Map(),
    cohorts: new Map(),
    actions: new Map(),
    holdouts: new Map(),
    savedMetrics: new Map(),
    changeRequests: new Map(),
    results: emptyResults(),
    events: new Map(),
    get currentUser() {
      return user;
    },
    get access() {
      return access;
    },
    mainProject,
    otherProject,
    actAs(actor, run, through = PERSONAL) {
      const before = { user, access };
      [user, access] = [actor, through];
      try {
        return run();
      } finally {
        ({ user, access } = before);
      }
    },
    now,
    timestamp: () => formatTimestamp(now()),
    lastIds,
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

/** Ids of the project's actions. */
export function actionsOf(projectId: number, store: Store): ReadonlySet<number> {
  return new Set([...store.actions.values()].filter((row) => row.project_id === projectId).map(({ id }) => id));
}

/** Events of a project with their persons. */
export function eventsOf(projectId: number, store: Store): EventTable {
  return store.events.get(projectId) ?? NO_EVENTS;
}

/** The flag that an experiment is linked to; every experiment has one. */
export function flagOf(row: ExperimentRow, store: Store): FlagRow {
  const flag = store.flags.get(row.flag_id);
  if (!flag) throw new Error(`Experiment ${row.id} has no flag row.`);
  return flag;
}
