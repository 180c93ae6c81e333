import { canonicalJson } from './json.js';
import type { ActivityRow, ExperimentRow, FlagRow, FlagWrite, JsonObject } from './model.js';
import type { Store } from './store.js';

/** Columns that move with every write, or that no answer shows. */
const UNLOGGED = ['updated_at', 'version', 'data', 'activity', 'archived_flag'];

function changesBetween(before: object, after: object): ActivityRow['changes'] {
  const was: JsonObject = { ...before };
  return Object.entries(after)
    .filter(([field, value]) => !UNLOGGED.includes(field) && canonicalJson(was[field]) !== canonicalJson(value))
    .map(([field, value]) => ({ field, before: was[field], after: value }));
}

/** Closes a write: every save bumps the version and the time and leaves an activity entry. */
export function recordWrite(
  row: ExperimentRow,
  store: Store,
  { activity, before }: { activity: string; before: ExperimentRow },
): void {
  const at = store.timestamp();
  row.updated_at = at;
  row.version += 1;
  row.activity.push({ at, activity, changes: changesBetween(before, row), user: store.currentUser });
}

/** Writes to a flag, and to the logs of the experiments on it. Whether it needs approval was asked before. */
export function writeFlag(flag: FlagRow, write: FlagWrite, store: Store): void {
  const changes = changesBetween(flag, { ...flag, ...write });
  const at = store.timestamp();
  Object.assign(flag, write);
  flag.updated_at = at;
  flag.version += 1;
  if (changes.length === 0) return;
  const about = { scope: 'FeatureFlag', id: flag.id, name: flag.key };
  for (const row of store.experimentsOfFlag(flag.id)) {
    row.activity.push({ at, activity: 'updated', changes, user: store.currentUser, about });
  }
}
