import { canonicalJson, isObject } from './json.js';
import type { ActivityRow, ExperimentRow, FlagRow, FlagWrite, JsonObject, SavedMetricLink } from './model.js';
import type { Store } from './store.js';

/** Columns that move with every write, that no answer shows, or that have entries of their own. */
const UNLOGGED = ['updated_at', 'version', 'data', 'activity', 'archived_flag', 'saved_metrics', 'flag_cleanup_task'];
/** What the running-time calculator makes of its inputs; it drifts with the exposures. */
const DERIVED = ['recommended_running_time', 'recommended_sample_size'];

type Changes = ActivityRow['changes'];

function inputsOf(calculation: unknown): string {
  const entries = Object.entries(isObject(calculation) ? calculation : {});
  return canonicalJson(Object.fromEntries(entries.filter(([key]) => !DERIVED.includes(key))));
}

function isDrift({ field, before, after }: Changes[number]): boolean {
  return field === 'running_time_calculation' && inputsOf(before) === inputsOf(after);
}

function changesBetween(before: object, after: object): Changes {
  const was: JsonObject = { ...before };
  return Object.entries(after)
    .filter(([field, value]) => !UNLOGGED.includes(field) && canonicalJson(was[field]) !== canonicalJson(value))
    .map(([field, value]) => ({ field, before: was[field], after: value }))
    .filter((change) => !isDrift(change));
}

/** Adds an entry to an experiment's log. An update that changed nothing leaves none. */
export function log(
  row: ExperimentRow,
  entry: Pick<ActivityRow, 'activity' | 'changes' | 'about'>,
  store: Store,
): void {
  if (entry.activity === 'updated' && entry.changes.length === 0) return;
  row.activity.push({ at: store.timestamp(), ...entry, user: store.currentUser, client: store.access.client });
}

/** One entry for each link to a saved metric that came, changed or went. */
export function logLinks(row: ExperimentRow, before: readonly SavedMetricLink[], store: Store): void {
  const entry = (link: SavedMetricLink, activity: string, changes: Changes = []) => {
    const name = store.savedMetrics.get(link.saved_metric)?.name ?? '';
    const about = { scope: 'Experiment', id: row.id, name, type: 'saved_metric_config' as const };
    log(row, { activity, changes, about }, store);
  };
  const kept = new Set(row.saved_metrics.map(({ id }) => id));
  for (const link of before.filter(({ id }) => !kept.has(id))) entry(link, 'deleted');
  for (const link of row.saved_metrics) {
    const was = before.find(({ id }) => id === link.id);
    if (was) entry(link, 'updated', changesBetween({ metadata: was.metadata }, { metadata: link.metadata }));
    else entry(link, 'created');
  }
}

/** Closes a write: every save bumps the version and the time and leaves an activity entry. */
export function recordWrite(
  row: ExperimentRow,
  store: Store,
  { activity, before }: { activity: string; before: ExperimentRow },
): void {
  row.updated_at = store.timestamp();
  row.version += 1;
  logLinks(row, before.saved_metrics, store);
  log(row, { activity, changes: changesBetween(before, row) }, store);
}

/** Writes to a flag, and to the logs of the experiments on it. Whether it needs approval was asked before. */
export function writeFlag(flag: FlagRow, write: FlagWrite, store: Store): void {
  const changes = changesBetween(flag, { ...flag, ...write });
  Object.assign(flag, write);
  flag.updated_at = store.timestamp();
  flag.version += 1;
  const about = { scope: 'FeatureFlag', id: flag.id, name: flag.key };
  for (const row of store.experimentsOfFlag(flag.id)) log(row, { activity: 'updated', changes, about }, store);
}
