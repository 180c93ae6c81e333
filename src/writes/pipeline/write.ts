import { z } from 'zod';
import { ToolError } from '../../errors.js';
import type { WriteAnswer } from '../../schema/answer.js';
import { experimentWire } from '../../schema/experiment.js';
import type { AnyWriteTool, CallContext, Warning } from '../../tool.js';
import { EXPERIMENTS } from '../subjects/experiment.js';
import { NOTHING_TO_TAKE_BACK } from '../subjects/undo.js';
import { claimsOf } from './claims.js';
import { concludingComment } from './comment.js';
import type { Decision, Gate } from './consent.js';
import { withNextStep } from './next-steps.js';
import { carryOut } from './outcome.js';
import { previewAnswer, previewOf } from './preview.js';
import { isMarkedUndo } from './put-back.js';
import type { AnySubject, Outcome, Write, WriteContext, Written } from './types.js';
import { planUnlessUnknown } from './unknown-format.js';

/**
 * One write, the same way for every tool: read the state, plan, hold claims against the evidence, ask for consent, send
 * once, read back, report what changed and how to take it back. `input` has passed the tool's own schema.
 */
export async function runWrite(tool: AnyWriteTool, input: unknown, context: WriteContext): Promise<Written> {
  const first = await prepare(tool, input, context);
  try {
    return await perform(first, context, false);
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    if (error.code === 'version_conflict') return afterConflict(first, error, context);
    if (error.code === 'refused') return afterRefusal(first, error, context);
    throw error;
  }
}

function isConflict(error: unknown): error is ToolError {
  return error instanceof ToolError && error.code === 'version_conflict';
}

async function prepare(tool: AnyWriteTool, input: unknown, context: CallContext): Promise<Write> {
  const subject: AnySubject = tool.subject ?? EXPERIMENTS;
  const target = await tool.target(input, context);
  const before = target === null ? null : await subject.readBefore(target, context);
  const was = before === null ? null : subject.of(before);
  const plan = planUnlessUnknown(tool, before, () => tool.plan(input, before));
  return { tool, subject, given: input, input, before, was, plan };
}

/**
 * Somebody changed the thing between our read and our write, so PostHog refused it. Where the two changes do not touch,
 * ours is made again on top of theirs; where they do, it is shown anew, or refused where nobody is asked.
 */
async function afterConflict(first: Write, conflict: ToolError, context: WriteContext): Promise<Written> {
  const again = await prepare(first.tool, first.input, context);
  if (again.plan.alreadyDone !== undefined) return { answer: nothingToDo(again, context, BY_OTHERS) };
  const { subject, was, plan } = first;
  const theirs = new Set(subject.changes(was, again.was).map(({ path }) => path));
  const ours = plan.after === undefined ? [] : subject.changes(was, plan.after);
  const collides = ours.some(({ path }) => theirs.has(path));
  if (collides && !context.consent.asks) throw conflict;
  return perform(again, context, collides);
}

const LIFECYCLE: readonly string[] = ['lifecycle', 'exposure'];

/** PostHog refuses to pause what is paused: somebody else may have got there since the state was read. */
async function afterRefusal(first: Write, refusal: ToolError, context: WriteContext): Promise<Written> {
  const couldWork = LIFECYCLE.includes(first.tool.toolset) && first.plan.refused === undefined;
  if (!couldWork || refusal.fields.changes !== undefined) throw refusal;
  const again = await prepare(first.tool, first.input, context).catch((error: unknown) => {
    throw error instanceof ToolError ? refusal : error;
  });
  if (again.plan.alreadyDone === undefined) throw refusal;
  return { answer: nothingToDo(again, context, BY_OTHERS) };
}

/** @param mustShow asks for consent whatever the level of the call is. */
async function perform(planned: Write, context: WriteContext, mustShow: boolean): Promise<Written> {
  if (planned.plan.alreadyDone !== undefined && planned.was !== null) return { answer: nothingToDo(planned, context) };
  const gate = await gateOf(planned, context);
  const write = withComment(planned, gate, context.consent.reason);
  const level = write.plan.level ?? write.tool.access;
  const isRisky = level === 'live' || level === 'destructive';
  await context.limits.check(write, isRisky);
  const mustAsk = isRisky || mustShow || gate?.passes === false;
  const decision: Decision = mustAsk ? await decide(write, gate, context) : { kind: 'act' };
  if (decision.kind === 'ask') return { question: decision.question };
  if (decision.kind === 'preview') return { answer: previewAnswer(write, { gate, decision, context }) };
  const final = decision.overrideReason === undefined ? write : withComment(planned, gate, decision.overrideReason);
  const giveBack = isRisky ? await context.limits.take() : undefined;
  const outcome = await carryOut(final, context).catch(async (error: unknown) => {
    if (isConflict(error)) await giveBack?.();
    throw error;
  });
  return { answer: reported(final, { outcome, gate, context }) };
}

async function decide(write: Write, gate: Gate | null, context: WriteContext): Promise<Decision> {
  const { refused } = write.plan;
  const decision = await context.consent.decide(previewOf(write, { gate, context }));
  // Nobody is asked to agree to what PostHog will refuse; where nobody is asked, PostHog says it itself.
  if (decision.kind === 'act' || refused === undefined) return decision;
  const hint = 'Read the state and go on from it.';
  const message = 'PostHog would refuse this, so nothing was sent.';
  throw withNextStep(new ToolError('refused', message, hint, { detail: refused }));
}

/** Null where the call claims nothing about the evidence. */
async function gateOf(write: Write, context: WriteContext): Promise<Gate | null> {
  const claims = write.plan.refused === undefined ? claimsOf(write) : [];
  if (claims.length === 0) return null;
  const gate = await context.judge(claims, experimentWire.parse(write.was));
  return gate.passes || !isMarkedUndo(write, claims, context) ? gate : { ...gate, passes: true, because: [] };
}

/** The same write with the comment that its conclusion gets: what was given, or the evidence, and a reason to override. */
function withComment(write: Write, gate: Gate | null, overrideReason: string | undefined): Write {
  if (gate === null) return write;
  const { tool, input, before, was } = write;
  const { conclusion_comment: given, clear } = concluding.parse(input);
  const experiment = experimentWire.parse(was);
  const clears = clear?.includes('conclusion_comment') === true;
  const comment = concludingComment({
    given,
    stored: clears ? '' : (experiment.conclusion_comment ?? ''),
    gate,
    overrideReason: gate.passes ? undefined : overrideReason,
    withEvidence: tool.gated === 'evidence',
  });
  if (comment === undefined || comment === given) return write;
  const kept = clears ? { clear: clear?.filter((name) => name !== 'conclusion_comment') } : {};
  const commented = { ...Object(input), ...kept, conclusion_comment: comment };
  return { ...write, input: commented, plan: tool.plan(commented, before) };
}

/** What the arguments of a call can say about the comment of a conclusion. */
const concluding = z.looseObject({ conclusion_comment: z.string().optional(), clear: z.array(z.string()).optional() });

const BY_OTHERS = 'Somebody else brought it about after the state was read; PostHog refused this call.';

function nothingToDo({ subject, plan, was }: Write, context: CallContext, how = 'Nothing was sent.'): WriteAnswer {
  return {
    status: 'already_done',
    project_id: context.project,
    [subject.field]: subject.view(was, context),
    changes: [],
    effects: { users: subject.unchanged(was), analysis: 'Unchanged.' },
    warnings: [{ code: 'already_done', message: `${plan.alreadyDone} ${how}` }, ...(plan.warnings ?? [])],
    undo: NOTHING_TO_TAKE_BACK,
  };
}

interface Reporting {
  outcome: Outcome;
  gate: Gate | null;
  context: WriteContext;
}

function reported(write: Write, { outcome, gate, context }: Reporting): WriteAnswer {
  const { subject, plan } = write;
  const { status, thing, changes, warnings, undo, extra } = outcome;
  return {
    status,
    project_id: context.project,
    ...(thing === null ? {} : { [subject.field]: subject.view(thing, context) }),
    changes,
    effects: status === 'applied' ? plan.effects : outcome.effects,
    warnings: [
      ...(status === 'applied' ? actedAtOnce(write, context) : []),
      ...(plan.warnings ?? []),
      ...(write.tool.gated === 'evidence' ? findingWarnings(gate) : []),
      ...warnings,
    ],
    undo,
    ...extra,
  };
}

/** A conclusion that passes is stored with its findings in sight, but for the one that a ship puts an end to. */
function findingWarnings(gate: Gate | null): Warning[] {
  const findings = (gate?.findings ?? []).filter(({ code }) => code !== 'ended_still_split');
  return findings.map(({ code, title }) => ({ code, message: title }));
}

function actedAtOnce({ tool, plan }: Write, { consent }: WriteContext): Warning[] {
  const level = plan.level ?? tool.access;
  if (level === 'write' || level === 'read' || consent.asks) return [];
  return [
    { code: 'acted_at_once', message: `This ${level} change was made at once, without asking for confirmation.` },
  ];
}
