import { ToolError } from '../errors.js';
import type { WriteAnswer } from '../schema/answer.js';
import { type Experiment, viewExperiment } from '../schema/experiment.js';
import type { CallContext, Plan, Sent, StateBefore, Undo, Warning, WriteTool } from '../tool.js';
import { type Change, changesBetween, creationOf } from './changes.js';
import { withNextStep } from './next-steps.js';
import { nowSeen } from './serving.js';
import { readExperiment, readStateBefore } from './snapshot.js';

/**
 * One write, the same way for every tool: read the state, plan, send once, read back, report what changed and how to
 * take it back. `input` has passed the tool's own schema.
 */
export async function runWrite(tool: WriteTool, input: unknown, context: CallContext): Promise<WriteAnswer> {
  const id = await tool.target(input, context);
  const before = id === null ? null : await readStateBefore(id, context);
  const plan = tool.plan(input, before);
  if (plan.alreadyDone !== undefined && before) return nothingToDo(plan, plan.alreadyDone, before, context);
  const sent = await send(tool, input, context, before);
  const { experiment, warnings } = await readBack(sent, context);
  return {
    status: 'applied',
    ...shown(experiment, context),
    changes: sent.changes ?? changesOf(before, experiment),
    effects: plan.effects,
    warnings: [...actedAtOnce(tool, plan), ...(plan.warnings ?? []), ...(sent.warnings ?? []), ...warnings],
    undo: tool.undo(input, before, experiment),
  };
}

/** A write that answers with another experiment than it was aimed at has made that one. */
function changesOf(before: StateBefore | null, after: Experiment): Change[] {
  return before?.experiment.id === after.id ? changesBetween(before.experiment, after) : creationOf(after);
}

function shown(experiment: Experiment, { api, project }: CallContext) {
  return { project_id: project, experiment: viewExperiment(experiment, { origin: api.origin, project }) };
}

function nothingToDo(plan: Plan, reason: string, before: StateBefore, context: CallContext): WriteAnswer {
  const undo: Undo = { not_reversible_because: 'Nothing was changed, so there is nothing to take back.' };
  return {
    status: 'already_done',
    ...shown(before.experiment, context),
    changes: [],
    effects: { users: `Unchanged. ${nowSeen(before.experiment)}`, analysis: 'Unchanged.' },
    warnings: [{ code: 'already_done', message: `${reason} Nothing was sent.` }, ...(plan.warnings ?? [])],
    undo,
  };
}

async function send(tool: WriteTool, input: unknown, context: CallContext, before: StateBefore | null): Promise<Sent> {
  try {
    return await tool.run(input, context, before);
  } catch (error) {
    throw error instanceof ToolError ? withNextStep(error) : error;
  }
}

/**
 * The state as PostHog now reports it. The write has happened by then, so a read that fails must not look like a failed
 * write: the write's own answer stands in, with a warning.
 */
async function readBack(sent: Sent, context: CallContext): Promise<{ experiment: Experiment; warnings: Warning[] }> {
  if (sent.readable === false) return { experiment: sent.experiment, warnings: [] };
  try {
    return { experiment: await readExperiment(sent.experiment.id, context), warnings: [] };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    const message = `PostHog accepted the change, but reading it back failed (${error.message}). The state shown is from the answer to the change; check it with experiment-get.`;
    return { experiment: sent.experiment, warnings: [{ code: 'read_back_failed', message }] };
  }
}

function actedAtOnce(tool: WriteTool, plan: Plan): Warning[] {
  const level = plan.level ?? tool.access;
  if (level === 'write' || level === 'read') return [];
  return [
    { code: 'acted_at_once', message: `This ${level} change was made at once, without asking for confirmation.` },
  ];
}
