import { frozenFilters } from '../../src/sandbox/rows/frozen.js';
import type { HoldoutRow, JsonObject, SavedMetricRow } from '../../src/sandbox/store/model.js';
import { experimentRow, flagRow, type Sandboxed } from './rows.js';
import { DRAFT, RUNNING, SHARED, SHARED_TOO, STOPPED } from './shop.js';

/** Ids of the first holdout and the first saved metric that a test adds. */
export const HOLDOUT = 1;
export const SAVED_METRIC = 1;

interface HoldoutOptions {
  name?: string;
  exclusion?: number;
  /** Experiments that use it. */
  linked?: readonly number[];
}

/** A holdout, with the experiments that use it; their flags follow it. */
export function addHoldout(world: Sandboxed, options: HoldoutOptions = {}): HoldoutRow {
  const { name = 'Long-term', exclusion = 10, linked = [] } = options;
  const { store } = world.sandbox;
  const id = store.nextId('holdout');
  const holdout = {
    ...{ id, project_id: store.mainProject.id, name, description: 'Sees nothing new.' },
    filters: [{ properties: [], rollout_percentage: exclusion, variant: `holdout-${id}` }],
    ...{ created_by: store.currentUser, created_at: store.timestamp(), updated_at: store.timestamp() },
  };
  store.holdouts.set(id, holdout);
  for (const experiment of linked) {
    experimentRow(world, experiment).holdout_id = id;
    flagRow(world, experiment).filters.holdout = { id, exclusion_percentage: exclusion };
  }
  return holdout;
}

export const SIGN_UPS: JsonObject = {
  kind: 'ExperimentMetric',
  metric_type: 'mean',
  name: 'Sign-ups',
  goal: 'increase',
  source: { kind: 'EventsNode', event: 'signed_up' },
};

interface SavedMetricOptions extends Partial<Pick<SavedMetricRow, 'name' | 'tags' | 'query' | 'description'>> {
  /** Experiments that use it. */
  linked?: readonly number[];
}

export function addSavedMetric(world: Sandboxed, options: SavedMetricOptions = {}): SavedMetricRow {
  const {
    name = 'Sign-ups',
    tags = ['growth'],
    query = SIGN_UPS,
    description = 'Who signs up.',
    linked = [],
  } = options;
  const { store } = world.sandbox;
  const at = store.timestamp();
  const metric = {
    ...{ id: store.nextId('saved_metric'), project_id: store.mainProject.id, name, description, tags },
    query: { uuid: store.uuid(), ...structuredClone(query) },
    ...{ created_by: store.currentUser, created_at: at, updated_at: at },
  };
  store.savedMetrics.set(metric.id, metric);
  for (const id of linked) {
    const link = { id: store.nextId('saved_metric_link'), saved_metric: metric.id };
    experimentRow(world, id).saved_metrics.push({ ...link, metadata: { type: 'primary' }, created_at: at });
  }
  return metric;
}

/** People who have been exposed, half of them to each variant. */
export function expose(world: Sandboxed, id: number, people = 2000): void {
  experimentRow(world, id).data.exposures = { control: people / 2, test: people / 2 };
}

/** Fills the shop with holdouts and shared metrics, some of them in use, and exposes people. */
export function furnish<W extends Sandboxed>(world: W): W {
  addHoldout(world, { linked: [DRAFT, STOPPED] });
  addHoldout(world, { name: 'Unused', exclusion: 2 });
  addSavedMetric(world, { linked: [DRAFT, RUNNING] });
  addSavedMetric(world, { name: 'Other', query: { ...SIGN_UPS, goal: 'decrease' }, tags: [] });
  for (const id of [RUNNING, SHARED, SHARED_TOO]) expose(world, id);
  return world;
}

/** Narrows the flag to a snapshot cohort, as PostHog does when the exposure is frozen. */
export function freeze(world: Sandboxed, id: number): void {
  const { store } = world.sandbox;
  expose(world, id);
  const cohort = store.nextId('cohort');
  store.cohorts.set(cohort, {
    ...{ id: cohort, project_id: store.mainProject.id, description: '', is_static: true, filters: {}, count: 2000 },
    name: `Exposure snapshot for experiment "${experimentRow(world, id).name}"`,
    ...{ created_by: store.currentUser, created_at: store.timestamp(), deleted: false },
  });
  const flag = flagRow(world, id);
  flag.filters = frozenFilters(flag.filters, cohort);
}

/** A prompt with two versions, in a project that experiments from prompts have reached. */
function addPrompt(world: Sandboxed): void {
  world.sandbox.store.mainProject.prompts = [{ name: 'greeting', versions: [1, 2] }];
}

/** Work on a pull request that removes the flag from the code. */
function startCleanup(world: Sandboxed, id: number): void {
  const task = { id: world.sandbox.store.uuid(), repository: 'acme/web', looks: 0 };
  experimentRow(world, id).flag_cleanup_task = task;
}

/** Gives an experiment a metric of the format before `ExperimentMetric`. */
export function makeLegacy(world: Sandboxed, id: number): void {
  const count_query = { kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event: 'signed_up' }] };
  experimentRow(world, id).metrics = [
    { kind: 'ExperimentTrendsQuery', uuid: 'legacy-1', name: 'Old sign-ups', count_query },
  ];
}

/** What the valid call of a tool needs beyond the shop. */
const NEEDS: Readonly<Record<string, (world: Sandboxed) => unknown>> = {
  'experiment-cleanup-task': (world) => startCleanup(world, STOPPED),
  'experiment-create-from-prompt': addPrompt,
  'experiment-diagnose': (world) => shrink(world, RUNNING),
  'experiment-prompt-templates': addPrompt,
  'experiment-freeze-exposure': (world) => expose(world, RUNNING),
  'experiment-unfreeze-exposure': (world) => freeze(world, RUNNING),
  'experiment-migrate': (world) => makeLegacy(world, DRAFT),
  'experiment-holdouts-list': addHoldout,
  'experiment-holdouts-retrieve': (world) => addHoldout(world, { linked: [RUNNING] }),
  'experiment-holdouts-partial-update': (world) => addHoldout(world, { linked: [RUNNING] }),
  'experiment-holdouts-destroy': (world) => addHoldout(world, { linked: [RUNNING] }),
  'experiment-saved-metrics-list': addSavedMetric,
  'experiment-saved-metrics-retrieve': (world) => addSavedMetric(world, { linked: [RUNNING] }),
  'experiment-saved-metrics-partial-update': (world) => addSavedMetric(world, { linked: [RUNNING] }),
  'experiment-saved-metrics-destroy': (world) => addSavedMetric(world, { linked: [RUNNING] }),
};

/** Adds to the shop what the tool's entry in `VALID_CALLS` needs to succeed. */
/** Few people, whose events are made up sooner. */
function shrink(world: Sandboxed, id: number): void {
  for (const variants of Object.values(experimentRow(world, id).data.metrics))
    for (const row of Object.values(variants)) Object.assign(row, { number_of_samples: 40, sum: 8, sum_squares: 8 });
}

export function furnishFor(tool: string, world: Sandboxed): void {
  NEEDS[tool]?.(world);
}
