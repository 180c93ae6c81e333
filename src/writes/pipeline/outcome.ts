import { ToolError } from '../../errors.js';
import type { Change, Sent, Warning } from '../../tool.js';
import { NOTHING_TO_TAKE_BACK } from '../subjects/undo.js';
import { withNextStep } from './next-steps.js';
import { type DoneSoFar, partlyDone, watchWrites } from './partial.js';
import { pendingApproval } from './pending.js';
import { withMark } from './put-back.js';
import { readCallOf } from './read-call.js';
import { AS_SHOWN, type Look, settle } from './settle.js';
import type { Outcome, Write, WriteContext } from './types.js';
import { unmetChanges } from './unmet.js';

/** Sends the write once, between two lines of the journal where there is one. */
export async function carryOut(write: Write, context: WriteContext): Promise<Outcome> {
  const look = await watching(write, context);
  const attempt = await begin(write, context);
  const end = async (outcome: Parameters<NonNullable<WriteContext['journal']>['end']>[1]) => {
    if (attempt !== undefined) await context.journal?.end(attempt, outcome);
  };
  try {
    const sent = await send(write, look, context);
    const outcome = { ...sent, undo: withMark(sent.undo, write, sent.thing, context) };
    await end({ status: outcome.status, changes: outcome.changes, undo: outcome.undo });
    return outcome;
  } catch (error) {
    await end({ status: 'failed', error: error instanceof ToolError ? error.message : 'a mistake of the server' });
    throw error;
  }
}

/** The attempt's line in the journal, without which nothing is sent; undefined where no journal is kept. */
async function begin(write: Write, { journal, project, caller }: WriteContext): Promise<string | undefined> {
  const { tool, subject, input, before } = write;
  const state = before === null ? null : subject.shown(before);
  const given = { ...Object(input) };
  const attempt = {
    tool: tool.name,
    arguments: given,
    project_id: project,
    ...(caller === undefined ? {} : { caller: caller.name }),
    before: state,
    read: readCallOf(write),
  };
  try {
    return await journal?.begin(attempt);
  } catch {
    const hint = 'Whoever runs this server has to make room or give it another file (--journal).';
    throw new ToolError('journal_failed', 'The journal could not be written, so nothing was sent.', hint);
  }
}

/** A key or a build that cannot list things can still make them; a lost answer then stays unclear. */
async function watching({ tool, input, before }: Write, context: WriteContext): Promise<Look> {
  try {
    return (await tool.watch?.(input, context, before)) ?? null;
  } catch (error) {
    if (error instanceof ToolError && error.code !== 'cancelled') return null;
    throw error;
  }
}

async function send(write: Write, look: Look, context: WriteContext): Promise<Outcome> {
  const { tool, input, before, was } = write;
  const watched = watchWrites(context.api);
  try {
    return await readBack(write, await tool.run(input, { ...context, api: watched.api }, before), context);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    if (error.code === 'approval_required' && watched.accepted() === 0) return pendingApproval(write, error, context);
    const isUnclear = watched.sent() > watched.accepted() && UNCLEAR.includes(error.code);
    if (isUnclear) return settle(write, { cause: error, look, accepted: watched.accepted() }, context);
    const cause = withNextStep(error);
    if (watched.accepted() === 0) throw cause;
    throw partlyDone(cause, was === null ? null : await doneSoFar(write, context));
  }
}

/** Errors of a request that PostHog may have carried out all the same. */
const UNCLEAR: readonly string[] = ['outcome_unknown', 'upstream_error'];

/** What the accepted steps of a failed call have changed; null where that cannot be read. */
async function doneSoFar(write: Write, context: WriteContext): Promise<DoneSoFar | null> {
  const { subject, was } = write;
  try {
    const now = await subject.readAgain(was, context.afterwards());
    const undo = subject.restore && withMark(subject.restore(was, now), write, now, context);
    return { changes: subject.changes(was, now), ...(undo ? { undo } : {}) };
  } catch (error) {
    if (error instanceof ToolError) return null;
    throw error;
  }
}

/**
 * The state as PostHog now reports it, held against what was asked. The write has happened by then, so a read that fails
 * must not look like a failed write: the write's own answer stands in, with a warning.
 */
async function readBack(write: Write, sent: Sent<unknown>, context: WriteContext): Promise<Outcome> {
  const { tool, subject, input, before, was, plan } = write;
  const done = (after: unknown, warnings: readonly Warning[] = []): Outcome => ({
    status: 'applied',
    thing: after,
    changes: sent.changes ?? subject.changes(was, after),
    effects: plan.effects,
    warnings: [...(sent.warnings ?? []), ...warnings],
    undo: tool.undo(input, before, after),
  });
  if (sent.readable === false && !plan.gone) return done(sent.after);
  try {
    if (plan.gone) return (await isGone(write, context)) ? done(sent.after) : notGone(write);
    const after = await subject.readAgain(sent.after, context);
    const isAsked = plan.after !== undefined && sent.changes === undefined;
    const unmet = isAsked ? unmetChanges(write, after) : [];
    return unmet.length === 0 ? done(after) : notAsAsked(write, { unmet, after }, done(after));
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const message = `PostHog accepted the change, but reading it back failed${error.code === 'cancelled' ? '' : ` (${error.message})`}. The state shown is from the answer to the change; read it again to be sure.`;
    return done(sent.after, [{ code: 'read_back_failed', message }]);
  }
}

async function isGone({ subject, was }: Write, context: WriteContext): Promise<boolean> {
  try {
    await subject.readAgain(was, context);
    return false;
  } catch (error) {
    if (error instanceof ToolError && error.code === 'not_found') return true;
    throw error;
  }
}

function notGone({ subject, was }: Write): Outcome {
  const message = 'PostHog accepted the call, but reading back shows that it is still there.';
  return {
    status: 'not_applied',
    thing: was,
    changes: [],
    effects: { users: subject.unchanged(was), analysis: 'Unchanged.' },
    warnings: [{ code: 'not_applied', message }],
    undo: NOTHING_TO_TAKE_BACK,
  };
}

/** PostHog answered with a success and left out what it does not know or does not allow. */
function notAsAsked(write: Write, found: { unmet: readonly Change[]; after: unknown }, done: Outcome): Outcome {
  const names = found.unmet
    .map(({ path, before, after }) => `${path} is ${JSON.stringify(before)}, not ${JSON.stringify(after)}`)
    .join('; ');
  const message = `PostHog accepted the call, but reading back shows that not all of it was done: ${names}. Another build of PostHog may not know the field, or somebody changed it at the same moment.`;
  return {
    ...done,
    status: 'not_applied',
    effects:
      done.changes.length === 0 ? { users: write.subject.unchanged(found.after), analysis: 'Unchanged.' } : AS_SHOWN,
    warnings: [{ code: 'not_applied', message }, ...done.warnings],
    ...(done.changes.length === 0 ? { undo: NOTHING_TO_TAKE_BACK } : {}),
  };
}
