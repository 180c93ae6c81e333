import { ToolError } from '../errors.js';
import type { WriteAnswer } from '../schema/answer.js';
import type { AnyWriteTool, CallContext, Plan, Sent, Subject, Undo, Warning } from '../tool.js';
import { EXPERIMENTS } from './experiments.js';
import { withNextStep } from './next-steps.js';
import { type DoneSoFar, partlyDone, watchWrites } from './partial.js';

type AnySubject = Subject<unknown, unknown, unknown>;

/**
 * One write, the same way for every tool: read the state, plan, send once, read back, report what changed and how to
 * take it back. `input` has passed the tool's own schema.
 */
export async function runWrite(tool: AnyWriteTool, input: unknown, context: CallContext): Promise<WriteAnswer> {
  const subject: AnySubject = tool.subject ?? EXPERIMENTS;
  const target = await tool.target(input, context);
  const before = target === null ? null : await subject.readBefore(target, context);
  const plan = tool.plan(input, before);
  const was = before === null ? null : subject.of(before);
  if (plan.alreadyDone !== undefined && was !== null) return nothingToDo(plan, { subject, was, context });
  const sent = await send({ tool, subject, input, context, before });
  const { after, warnings } = await readBack(sent, subject, context);
  return {
    status: 'applied',
    project_id: context.project,
    [subject.field]: subject.view(after, context),
    changes: sent.changes ?? subject.changes(was, after),
    effects: plan.effects,
    warnings: [...actedAtOnce(tool, plan), ...(plan.warnings ?? []), ...(sent.warnings ?? []), ...warnings],
    undo: tool.undo(input, before, after),
  };
}

interface Untouched {
  subject: AnySubject;
  was: unknown;
  context: CallContext;
}

function nothingToDo(plan: Plan, { subject, was, context }: Untouched): WriteAnswer {
  const undo: Undo = { not_reversible_because: 'Nothing was changed, so there is nothing to take back.' };
  return {
    status: 'already_done',
    project_id: context.project,
    [subject.field]: subject.view(was, context),
    changes: [],
    effects: { users: subject.unchanged(was), analysis: 'Unchanged.' },
    warnings: [{ code: 'already_done', message: `${plan.alreadyDone} Nothing was sent.` }, ...(plan.warnings ?? [])],
    undo,
  };
}

interface Sending {
  tool: AnyWriteTool;
  subject: AnySubject;
  input: unknown;
  context: CallContext;
  before: unknown;
}

async function send({ tool, subject, input, context, before }: Sending): Promise<Sent<unknown>> {
  const { api, accepted } = watchWrites(context.api);
  try {
    return await tool.run(input, { ...context, api }, before);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const cause = withNextStep(error);
    if (accepted() === 0) throw cause;
    throw partlyDone(cause, before === null ? null : await doneSoFar(subject, subject.of(before), context));
  }
}

/** What the accepted steps of a failed call have changed; null where that cannot be read. */
async function doneSoFar(subject: AnySubject, was: unknown, context: CallContext): Promise<DoneSoFar | null> {
  try {
    const now = await subject.readAgain(was, context);
    return { changes: subject.changes(was, now), ...(subject.restore ? { undo: subject.restore(was, now) } : {}) };
  } catch (error) {
    if (error instanceof ToolError) return null;
    throw error;
  }
}

/**
 * The state as PostHog now reports it. The write has happened by then, so a read that fails must not look like a failed
 * write: the write's own answer stands in, with a warning.
 */
async function readBack(
  { after, readable }: Sent<unknown>,
  subject: AnySubject,
  context: CallContext,
): Promise<{ after: unknown; warnings: Warning[] }> {
  if (readable === false) return { after, warnings: [] };
  try {
    return { after: await subject.readAgain(after, context), warnings: [] };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const message = `PostHog accepted the change, but reading it back failed${error.code === 'cancelled' ? '' : ` (${error.message})`}. The state shown is from the answer to the change; read it again to be sure.`;
    return { after, warnings: [{ code: 'read_back_failed', message }] };
  }
}

function actedAtOnce(tool: AnyWriteTool, plan: Plan): Warning[] {
  const level = plan.level ?? tool.access;
  if (level === 'write' || level === 'read') return [];
  return [
    { code: 'acted_at_once', message: `This ${level} change was made at once, without asking for confirmation.` },
  ];
}
