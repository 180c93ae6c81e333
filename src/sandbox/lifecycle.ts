import { invalid } from './api-error.js';
import { forbidden, hasScope, requireScope } from './auth.js';
import { thaw } from './freeze.js';
import { assertLaunchable, variantKeys, withPinnedBaseline } from './guards.js';
import { answerWith, findExperiment, recordFlagWrite, recordWrite, type Target } from './lookup.js';
import type { Answer, Context } from './router.js';
import { isFrozen, isLive, statusOf } from './status.js';
import type { Store } from './store.js';
import { parseArchiveBody, parseEndBody } from './validation/actions.js';

export function assertLaunched({ row }: Target): void {
  if (row.start_date === null) throw invalid('Experiment has not been launched yet.');
}

function assertOngoing(target: Target): void {
  assertLaunched(target);
  if (target.row.end_date !== null) throw invalid('Experiment has already ended.');
}

function setActive({ flag }: Target, active: boolean, store: Store): void {
  flag.active = active;
  recordFlagWrite(flag, store);
}

/** Whether an experiment other than this one needs the flag to go on serving. */
function sharedWithLive({ row, flag }: Target, store: Store): boolean {
  return store.experimentsOfFlag(flag.id).some((other) => other.id !== row.id && isLive(other));
}

/** Makes a draft run from the given time: the flag goes live and the baseline is pinned. Guards come before. */
export function startExperiment({ row, flag }: Target, startDate: string, store: Store): void {
  row.start_date = startDate;
  row.stats_config = withPinnedBaseline(row.stats_config, variantKeys(flag));
  if (!flag.active) setActive({ row, flag }, true, store);
}

export function launch(context: Context): Answer {
  const target = findExperiment(context);
  if (target.row.start_date !== null) throw invalid('Experiment has already been launched.');
  assertLaunchable(target.row, target.flag);
  const startDate = context.store.timestamp();
  startExperiment(target, startDate, context.store);
  const changes = [{ field: 'start_date', before: null, after: startDate }];
  recordWrite(target.row, context.store, { activity: 'updated', changes });
  return answerWith(target, context.store);
}

export function pause(context: Context): Answer {
  const target = findExperiment(context);
  assertOngoing(target);
  if (!target.flag.active) throw invalid('Experiment is already paused.');
  setActive(target, false, context.store);
  recordWrite(target.row, context.store, { activity: 'paused' });
  return answerWith(target, context.store);
}

export function resume(context: Context): Answer {
  const target = findExperiment(context);
  assertOngoing(target);
  if (target.flag.active) throw invalid('Experiment is not paused.');
  setActive(target, true, context.store);
  recordWrite(target.row, context.store, { activity: 'resumed' });
  return answerWith(target, context.store);
}

/** Ends the analysis and nothing else. A conclusion that the body leaves out is overwritten with null. */
export function end(context: Context): Answer {
  const target = findExperiment(context);
  const body = parseEndBody(context.body);
  if (body.open_cleanup_pr === true) requireScope(context.principal, 'task:write');
  assertOngoing(target);
  const { row } = target;
  const endDate = context.store.timestamp();
  const conclusion = body.conclusion ?? null;
  const changes = [
    { field: 'end_date', before: null, after: endDate },
    { field: 'conclusion', before: row.conclusion, after: conclusion },
  ];
  row.end_date = endDate;
  row.conclusion = conclusion;
  row.conclusion_comment = body.conclusion_comment ?? null;
  row.repository = body.repository ?? row.repository;
  recordWrite(row, context.store, { activity: 'updated', changes });
  return answerWith(target, context.store);
}

/** Back to draft; the flag goes on serving what it serves. */
export function reset(context: Context): Answer {
  const target = findExperiment(context);
  const { row, flag } = target;
  if (row.start_date === null) throw invalid('Experiment is already in draft state.');
  const changes = [
    { field: 'start_date', before: row.start_date, after: null },
    { field: 'end_date', before: row.end_date, after: null },
  ];
  Object.assign(row, { start_date: null, end_date: null, conclusion: null, conclusion_comment: null, archived: false });
  if (isFrozen(flag.filters)) thaw(target, context.store);
  recordWrite(row, context.store, { activity: 'updated', changes });
  return answerWith(target, context.store);
}

function archiveFlag(target: Target, disable: boolean, context: Context): void {
  const { row, flag } = target;
  const mayWriteFlags = hasScope(context.principal, 'feature_flag:write');
  if (flag.archived || (flag.active && !disable) || !mayWriteFlags || sharedWithLive(target, context.store)) return;
  flag.active = false;
  flag.archived = true;
  row.archived_flag = true;
  recordFlagWrite(flag, context.store);
}

/** Hides an ended experiment. An enabled flag stays enabled unless asked, and always while another experiment needs it. */
export function archive(context: Context): Answer {
  const target = findExperiment(context);
  const disable = parseArchiveBody(context.body).disable_feature_flag === true;
  if (disable && !hasScope(context.principal, 'feature_flag:write')) {
    throw forbidden("You don't have feature flag write access, so this experiment's feature flag can't be disabled.");
  }
  const { row, flag } = target;
  if (row.archived) throw invalid('Experiment is already archived.');
  if (statusOf(row, flag) !== 'stopped') throw invalid('Experiment must be ended before it can be archived.');
  archiveFlag(target, disable, context);
  row.archived = true;
  const changes = [{ field: 'archived', before: false, after: true }];
  recordWrite(row, context.store, { activity: 'updated', changes });
  return answerWith(target, context.store);
}

export function unarchive(context: Context): Answer {
  const target = findExperiment(context);
  const { row, flag } = target;
  if (!row.archived) throw invalid('Experiment is not archived.');
  if (row.archived_flag) {
    flag.archived = false;
    row.archived_flag = false;
    recordFlagWrite(flag, context.store);
  }
  row.archived = false;
  recordWrite(row, context.store, {
    activity: 'updated',
    changes: [{ field: 'archived', before: true, after: false }],
  });
  return answerWith(target, context.store);
}
