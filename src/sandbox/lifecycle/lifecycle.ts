import { changeFlag } from '../approvals/gate.js';
import { needsApproval } from '../approvals/requests.js';
import { invalid } from '../http/api-error.js';
import { forbidden, hasScope } from '../http/auth.js';
import type { Answer, Context } from '../http/router.js';
import { assertLaunchable, variantKeys, withPinnedBaseline } from '../rows/guards.js';
import { answerWith, findExperiment, type Target } from '../rows/lookup.js';
import { isFrozen, isLive, statusOf } from '../rows/status.js';
import { recordWrite, writeFlag } from '../store/record.js';
import type { Store } from '../store/store.js';
import { parseArchiveBody, parseEndBody } from '../validation/actions.js';
import { assertMayCleanUp, startCleanup } from './cleanup-task.js';
import { thaw } from './freeze.js';

export function assertLaunched({ row }: Target): void {
  if (row.start_date === null) throw invalid('Experiment has not been launched yet.');
}

function assertOngoing(target: Target): void {
  assertLaunched(target);
  if (target.row.end_date !== null) throw invalid('Experiment has already ended.');
}

/** Whether an experiment needs the flag to go on serving. */
function servesLive({ flag }: Target, store: Store): boolean {
  return store.experimentsOfFlag(flag.id).some(isLive);
}

/** Makes a draft run from the given time and pins the baseline. Guards come before, and so does its flag. */
export function startExperiment({ row, flag }: Target, startDate: string): void {
  row.start_date = startDate;
  row.stats_config = withPinnedBaseline(row.stats_config, variantKeys(flag));
}

export function launch(context: Context): Answer {
  const { store } = context;
  const target = findExperiment(context);
  const { row, flag } = target;
  if (row.start_date !== null) throw invalid('Experiment has already been launched.');
  assertLaunchable(row, flag);
  const before = { ...row };
  if (!flag.active) changeFlag(flag, { active: true }, store);
  startExperiment(target, store.timestamp());
  recordWrite(row, store, { activity: 'updated', before });
  return answerWith(target, store);
}

export function pause(context: Context): Answer {
  const target = findExperiment(context);
  assertOngoing(target);
  if (!target.flag.active) throw invalid('Experiment is already paused.');
  changeFlag(target.flag, { active: false }, context.store);
  recordWrite(target.row, context.store, { activity: 'paused', before: { ...target.row } });
  return answerWith(target, context.store);
}

export function resume(context: Context): Answer {
  const target = findExperiment(context);
  assertOngoing(target);
  if (target.flag.active) throw invalid('Experiment is not paused.');
  changeFlag(target.flag, { active: true }, context.store);
  recordWrite(target.row, context.store, { activity: 'resumed', before: { ...target.row } });
  return answerWith(target, context.store);
}

/** Ends the analysis and nothing else. A conclusion that the body leaves out is overwritten with null. */
export function end(context: Context): Answer {
  const target = findExperiment(context);
  const body = parseEndBody(context.body);
  assertMayCleanUp(context, body);
  assertOngoing(target);
  const { row } = target;
  const before = { ...row };
  row.end_date = context.store.timestamp();
  row.conclusion = body.conclusion ?? null;
  row.conclusion_comment = body.conclusion_comment ?? null;
  startCleanup(row, body, context);
  recordWrite(row, context.store, { activity: 'updated', before });
  return answerWith(target, context.store);
}

/** Back to draft; the flag goes on serving what it serves. */
export function reset(context: Context): Answer {
  const target = findExperiment(context);
  const { row, flag } = target;
  if (row.start_date === null) throw invalid('Experiment is already in draft state.');
  const before = { ...row };
  Object.assign(row, { start_date: null, end_date: null, conclusion: null, conclusion_comment: null, archived: false });
  row.flag_cleanup_task = null;
  if (isFrozen(flag.filters)) thaw(target, context.store);
  recordWrite(row, context.store, { activity: 'updated', before });
  return answerWith(target, context.store);
}

function archiveFlag(target: Target, disable: boolean, context: Context): void {
  const { row, flag } = target;
  const mayWriteFlags = hasScope(context.principal, 'feature_flag:write');
  if (flag.archived || (flag.active && !disable) || !mayWriteFlags || servesLive(target, context.store)) return;
  if (flag.active && needsApproval(context.project, 'feature_flag.disable')) {
    throw forbidden(
      'Disabling this feature flag requires approval. Disable it from the feature flag page to go through the approval flow, then archive the experiment.',
    );
  }
  writeFlag(flag, { active: false, archived: true }, context.store);
  row.archived_flag = true;
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
  const before = { ...row };
  archiveFlag(target, disable, context);
  row.archived = true;
  recordWrite(row, context.store, { activity: 'updated', before });
  return answerWith(target, context.store);
}

export function unarchive(context: Context): Answer {
  const target = findExperiment(context);
  const { row, flag } = target;
  if (!row.archived) throw invalid('Experiment is not archived.');
  const before = { ...row };
  if (row.archived_flag) {
    writeFlag(flag, { archived: false }, context.store);
    row.archived_flag = false;
  }
  row.archived = false;
  recordWrite(row, context.store, { activity: 'updated', before });
  return answerWith(target, context.store);
}
