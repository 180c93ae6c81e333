import type { WriteAnswer } from '../../schema/answer.js';
import { idAndName } from '../../schema/quote.js';
import type { Change, Undo } from '../../tool.js';
import { GONE } from '../subjects/compare.js';
import type { Decision, Gate, Preview } from './consent.js';
import type { Write, WriteContext } from './types.js';
import { NOT_FORESEEN } from './unmet.js';

interface Previewing {
  gate: Gate | null;
  context: WriteContext;
}

/** What the call is about to do, for the one who has to agree. */
export function previewOf(write: Write, { gate, context }: Previewing): Preview {
  const { tool, subject, given, before, was, plan } = write;
  return {
    tool: tool.name,
    arguments: given,
    project: context.project,
    origin: context.api.origin,
    ...(context.caller ? { caller: context.caller.id } : {}),
    level: plan.level ?? tool.access,
    about: aboutOf(subject.field, was),
    state: before === null ? {} : subject.shown(before),
    changes: expectedChanges(write),
    effects: plan.effects,
    warnings: plan.warnings ?? [],
    undo: expectedUndo(write),
    gate,
  };
}

function aboutOf(field: string, was: unknown): string {
  const id: unknown = Reflect.get(Object(was), 'id');
  const name: unknown = Reflect.get(Object(was), 'name');
  const kind = field.replace('_', ' ');
  return typeof id === 'number' && typeof name === 'string' ? `${kind} ${idAndName({ id, name })}` : kind;
}

function expectedChanges({ subject, was, plan }: Write): Change[] {
  if (plan.gone) return [...GONE];
  const all = plan.after === undefined ? [] : subject.changes(was, plan.after);
  return all.filter(({ path }) => !NOT_FORESEEN.includes(path));
}

export function expectedUndo({ tool, input, before, was, plan }: Write): Undo {
  return tool.undo(input, before, plan.after ?? was);
}

/** The answer that changes nothing: what would happen, what the evidence says to it, and how to go on. */
export function previewAnswer(
  write: Write,
  { gate, decision, context }: Previewing & { decision: Extract<Decision, { kind: 'preview' }> },
): WriteAnswer {
  const { subject, was, plan } = write;
  const changes = expectedChanges(write);
  return {
    status: 'confirmation_required',
    project_id: context.project,
    ...(was === null ? {} : { [subject.field]: subject.view(was, context) }),
    changes,
    effects: plan.effects,
    warnings: [...decision.warnings, ...(plan.warnings ?? [])],
    undo: expectedUndo(write),
    ...(gate ? { gate: shownGate(gate, changes) } : {}),
    ...decision.fields,
  };
}

/** The evidence once: where it becomes the comment of the conclusion, the changes hold it already. */
function shownGate({ evidence_comment, because, findings, ...gate }: Gate, changes: readonly Change[]) {
  const isShown = changes.some(({ after }) => typeof after === 'string' && after.includes(evidence_comment));
  return {
    ...gate,
    because: [...because],
    findings: [...findings],
    ...(isShown ? {} : { evidence_comment }),
  };
}
