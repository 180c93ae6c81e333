import { invalid } from '../http/api-error.js';
import type { Answer, Context } from '../http/router.js';
import { freezeBlocker, frozenFilters, snapshotCohorts, withoutFreeze } from '../rows/frozen.js';
import { answerWith, findExperiment, type Target } from '../rows/lookup.js';
import { exposedBy, exposureRules } from '../rows/measuring.js';
import { statusOf } from '../rows/status.js';
import type { ExperimentRow, FlagFilters, FlagRow } from '../store/model.js';
import { recordWrite, writeFlag } from '../store/record.js';
import type { Store } from '../store/store.js';

/** People that a freeze can take a snapshot of. */
const MAX_EXPOSED = 100_000;
/** Only cohorts named like this are deleted with a freeze: the stamps in a flag's groups can be edited by anybody. */
const SNAPSHOT_PREFIX = 'Exposure snapshot for experiment ';
/** Characters; source: PostHog behaviour. */
const MAX_COHORT_NAME = 400;

/** Those whom a scenario states, without saying who they are. */
function stated({ data }: ExperimentRow): number {
  return Object.values(data.exposures).reduce((total, count) => total + count, 0);
}

interface Snapshot {
  people: number;
  /** Those of them who are known. */
  members: ReadonlySet<string>;
}

function assertSnapshot(people: number): void {
  if (people === 0) {
    throw invalid(
      'No users have been exposed to this experiment yet, so freezing would stop it for everyone. Wait until the experiment has recorded exposures.',
    );
  }
  if (people > MAX_EXPOSED) {
    throw invalid(
      "This experiment has too many exposed users (over 100,000) to freeze instantly. Freezing very large experiments isn't supported yet.",
    );
  }
}

function insertSnapshot({ row }: Target, { people, members }: Snapshot, store: Store): number {
  const cohort = {
    id: store.nextId('cohort'),
    project_id: row.project_id,
    name: `${SNAPSHOT_PREFIX}"${row.name}"`.slice(0, MAX_COHORT_NAME),
    description: '',
    is_static: true,
    filters: {},
    count: people,
    members,
    created_by: store.currentUser,
    created_at: store.timestamp(),
    deleted: false,
  };
  store.cohorts.set(cohort.id, cohort);
  return cohort.id;
}

/** Deletes the snapshot cohorts that the flag's filters named before they were replaced. */
export function deleteSnapshots(flag: FlagRow, before: FlagFilters, store: Store): void {
  for (const id of snapshotCohorts(before)) {
    const cohort = store.cohorts.get(id);
    const own = cohort?.project_id === flag.project_id && cohort.is_static && cohort.name.startsWith(SNAPSHOT_PREFIX);
    if (own) cohort.deleted = true;
  }
}

/** Takes the freeze off the flag's groups, where there is one. */
export function thaw({ flag }: Target, store: Store): void {
  if (!flag.filters.groups.some((group) => group.exposure_frozen !== undefined)) return;
  const before = flag.filters;
  writeFlag(flag, { filters: withoutFreeze(before) }, store);
  deleteSnapshots(flag, before, store);
}

/** Narrows every release group to those who were exposed so far: nobody new enters, everybody keeps their variant. */
export function freezeExposure(context: Context): Answer {
  const { store } = context;
  const target = findExperiment(context);
  const { row, flag } = target;
  const blocker = freezeBlocker(row, flag);
  if (blocker !== null) throw invalid(blocker);
  const members = new Set(exposedBy(exposureRules(row, flag, store), row, store).keys());
  const people = stated(row) + members.size;
  assertSnapshot(people);
  writeFlag(flag, { filters: frozenFilters(flag.filters, insertSnapshot(target, { people, members }, store)) }, store);
  recordWrite(row, store, { activity: 'exposure_frozen', before: { ...row } });
  return answerWith(target, store);
}

/** Lets new people enter again. */
export function unfreezeExposure(context: Context): Answer {
  const { store } = context;
  const target = findExperiment(context);
  const { row, flag } = target;
  if (row.start_date === null) throw invalid('Experiment has not been launched yet.');
  if (row.end_date !== null) throw invalid('Experiment has already ended.');
  if (statusOf(row, flag) !== 'exposure_frozen') throw invalid('Experiment exposure is not frozen.');
  thaw(target, store);
  recordWrite(row, store, { activity: 'exposure_unfrozen', before: { ...row } });
  return answerWith(target, store);
}
