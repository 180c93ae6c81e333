import { setTimeout as wait } from 'node:timers/promises';
import { ToolError } from '../errors.js';
import type { CallContext, Change, Warning } from '../tool.js';
import { changedByOther } from './authors.js';
import { GONE } from './compare.js';
import type { Look, Outcome } from './outcome.js';
import { readCallOf } from './read-call.js';
import { NOTHING_TO_TAKE_BACK } from './undo.js';
import { unmetChanges } from './unmet.js';
import type { Write, WriteContext } from './write.js';

/** Pauses between looks at a state that has not moved: PostHog may still be at work on what it received. Milliseconds. */
const PATIENCE_MS: readonly number[] = [0, 300, 900];

/** What a look shows. `unmet`: what was asked and is not there. */
interface Seen {
  thing: unknown;
  unmet: readonly Change[];
}

interface Unclear {
  cause: ToolError;
  /** How to find what the call was to make; null where it changes what is there. */
  look: Look;
}

/**
 * The answer to a request was lost, so whether PostHog carried it out is read from the state. Nothing is sent again.
 */
export async function settle(write: Write, { cause, look }: Unclear, context: WriteContext): Promise<Outcome> {
  const late = context.afterwards();
  let seen: Seen | null = null;
  for (const pause of PATIENCE_MS) {
    await wait(pause);
    seen = await see(write, look, late);
    if (seen?.unmet.length === 0) break;
  }
  if (seen === null) return unknown(write, cause);
  if (seen.unmet.length > 0) return notApplied(write, seen, cause);
  const other = await changedByOther(write.was, seen.thing, late);
  return other === null ? applied(write, seen, cause) : byOther(write, seen, other);
}

/** Null where the state cannot be read, or does not tell. */
async function see(write: Write, look: Look, context: CallContext): Promise<Seen | null> {
  const { subject, was, plan } = write;
  try {
    if (plan.gone) return { thing: await subject.readAgain(was, context), unmet: GONE };
    if (was !== null && plan.after !== undefined) {
      const thing = await subject.readAgain(was, context);
      return { thing, unmet: unmetChanges(subject, was, plan.after, thing) };
    }
    if (look === null) return null;
    const made = await look(context);
    return { thing: made, unmet: made === null ? [{ path: subject.field, before: null, after: 'new' }] : [] };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return plan.gone && error.code === 'not_found' ? { thing: was, unmet: [] } : null;
  }
}

function changesOf({ subject, was, plan }: Write, { thing }: Seen): Change[] {
  if (plan.gone) return [...GONE];
  return thing === null ? [] : subject.changes(was, thing);
}

function applied(write: Write, seen: Seen, cause: ToolError): Outcome {
  const { tool, input, before, plan } = write;
  const message = `${sentenceOf(cause)} It was not sent again; reading the state showed that it was carried out.`;
  return {
    status: 'applied',
    thing: seen.thing,
    changes: changesOf(write, seen),
    effects: plan.effects,
    warnings: [{ code: 'answer_lost', message }],
    undo: tool.undo(input, before, seen.thing),
  };
}

/** What broke, without the error's own conclusion that nothing is known. */
function sentenceOf({ message }: ToolError): string {
  return `${message.split(', so it is unknown')[0]}.`.replace('..', '.');
}

function notApplied(write: Write, seen: Seen, cause: ToolError): Outcome {
  if (cause.code === 'upstream_error')
    throw cause.with({
      message: `${cause.message} Reading the state showed that it was not carried out.`,
      hint: 'Nothing was sent again. Try once more in a minute.',
    });
  const { subject, was } = write;
  const changes = seen.thing === null || write.plan.gone ? [] : subject.changes(was, seen.thing);
  const lost = `${sentenceOf(cause)} It was not sent again; reading the state showed that it was not carried out. PostHog may still be at work on it: read the state once more before repeating the call.`;
  const warnings: Warning[] = [
    { code: 'not_applied', message: lost },
    ...(changes.length > 0 ? [{ code: 'changed_meanwhile', message: meanwhile(changes) }] : []),
  ];
  return {
    status: 'not_applied',
    thing: seen.thing ?? was,
    changes,
    effects: unchangedEffects(write, seen.thing ?? was),
    warnings,
    undo: NOTHING_TO_TAKE_BACK,
  };
}

function meanwhile(changes: readonly Change[]): string {
  return `Since it was read, ${changes.map(({ path }) => path).join(', ')} changed, by a part of this call or by somebody else: experiment-activity tells who.`;
}

function byOther(write: Write, seen: Seen, other: string): Outcome {
  const message = `The state asked for holds, but ${other} made the change meanwhile and this call did not.`;
  return {
    status: 'not_applied',
    thing: seen.thing,
    changes: changesOf(write, seen),
    effects: unchangedEffects(write, seen.thing),
    warnings: [{ code: 'changed_by_other', message }],
    undo: { not_reversible_because: 'this call changed nothing' },
  };
}

function unchangedEffects({ subject }: Write, thing: unknown) {
  return {
    users: thing === null ? 'Unchanged by this call.' : subject.unchanged(thing),
    analysis: 'Unchanged by this call.',
  };
}

function unknown(write: Write, cause: ToolError): Outcome {
  const { tool, arguments: args } = readCallOf(write);
  const message = `${cause.message} Reading the state did not tell either. Read it with ${tool} ${JSON.stringify(args)} before anything else; repeat the call only if the change is not there.`;
  const unclear = `Unknown until it is read with ${tool}.`;
  return {
    status: 'outcome_unknown',
    thing: null,
    changes: [],
    effects: { users: unclear, analysis: unclear },
    warnings: [{ code: 'outcome_unknown', message }],
    undo: { not_reversible_because: 'it is not known yet whether anything changed' },
  };
}
