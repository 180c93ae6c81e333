import { setTimeout as wait } from 'node:timers/promises';
import { ToolError } from '../../errors.js';
import { canonical } from '../../schema/canonical.js';
import type { CallContext, Change, Undo, Warning } from '../../tool.js';
import { GONE } from '../subjects/compare.js';
import { NOTHING_TO_TAKE_BACK } from '../subjects/undo.js';
import { type Authors, authorsOf } from './authors.js';
import { withMark } from './put-back.js';
import { readCallOf } from './read-call.js';
import type { Outcome, Write, WriteContext } from './types.js';
import { unmetChanges } from './unmet.js';

/** Pauses between looks at a state that has not moved: PostHog may still be at work on what it received. Milliseconds. */
const PATIENCE_MS: readonly number[] = [0, 300, 900];

/** Finds what a call was to make; null where that cannot be looked for. */
export type Look = ((context: CallContext) => Promise<unknown>) | null;

/** What a look shows. `unmet`: what was asked and is not there. */
interface Seen {
  thing: unknown;
  unmet: readonly Change[];
}

interface Unclear {
  cause: ToolError;
  /** How to find what the call was to make; null where it changes what is there. */
  look: Look;
  /** How many requests of the call PostHog had accepted before this one. */
  accepted: number;
}

/**
 * The answer to a request was lost, so whether PostHog carried it out is read from the state. Nothing is sent again.
 */
export async function settle(write: Write, unclear: Unclear, context: WriteContext): Promise<Outcome> {
  const { cause, look } = unclear;
  const late = context.afterwards();
  let seen: Seen | null = null;
  for (const pause of context.patienceMs ?? PATIENCE_MS) {
    await wait(pause);
    seen = await see(write, look, late);
    if (seen?.unmet.length === 0) break;
  }
  if (seen === null) return unknown(write, cause);
  const changes = changesOf(write, seen);
  const paths = [...changes, ...askedOf(write)].map(({ path }) => path);
  const authors = changes.length === 0 ? null : await authorsOf({ was: write.was, is: seen.thing, paths }, late);
  if (seen.unmet.length > 0) return notApplied(write, { ...unclear, seen, changes, authors }, context);
  return authors?.other && !authors.mine ? byOther(write, seen, authors.other) : applied(write, seen, cause);
}

function askedOf({ subject, was, plan }: Write): Change[] {
  return plan.after === undefined ? [] : subject.changes(was, plan.after);
}

/** Null where the state cannot be read, or does not tell. */
async function see(write: Write, look: Look, context: CallContext): Promise<Seen | null> {
  const { subject, was, plan } = write;
  try {
    if (plan.gone) return { thing: await subject.readAgain(was, context), unmet: GONE };
    if (was !== null && plan.after !== undefined) {
      const thing = await subject.readAgain(was, context);
      return { thing, unmet: unmetChanges(write, thing) };
    }
    if (look === null) return null;
    const made = await look(context);
    return { thing: made, unmet: made === null ? [{ path: subject.field, before: null, after: 'new' }] : [] };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return plan.gone && error.code === 'not_found' ? { thing: plan.after ?? was, unmet: [] } : null;
  }
}

function changesOf({ subject, was, plan }: Write, { thing, unmet }: Seen): Change[] {
  if (plan.gone && unmet.length === 0) return [...GONE];
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

interface NotApplied extends Unclear {
  seen: Seen;
  /** What has changed all the same since the state was read. */
  changes: Change[];
  authors: Authors | null;
}

function notApplied(write: Write, found: NotApplied, context: WriteContext): Outcome {
  const { seen, changes, cause } = found;
  const { words, undo } = inPart(write, found);
  const marked = withMark(undo, write, seen.thing, context);
  if (cause.code === 'upstream_error')
    throw cause.with({
      message: `${cause.message} Reading the state showed that it was not carried out.${words.map((word) => ` ${word.message}`).join('')}`,
      hint:
        changes.length > 0
          ? 'Nothing was sent again. Go on from the state as it is now, or take back what the undo given here does.'
          : 'Nothing was sent again. Try once more in a minute.',
      ...(changes.length > 0 ? { changes, undo: marked } : {}),
    });
  const lost = `${sentenceOf(cause)} It was not sent again; reading the state showed that it was not carried out. PostHog may still be at work on it: read the state once more before repeating the call.`;
  return {
    status: 'not_applied',
    thing: seen.thing ?? write.was,
    changes,
    effects: changes.length === 0 ? unchangedEffects(write, seen.thing ?? write.was) : AS_SHOWN,
    warnings: [{ code: 'not_applied', message: lost }, ...words],
    undo,
  };
}

/** Where a part of the change stands and the rest does not. */
export const AS_SHOWN = { users: 'As the state shows; not as asked.', analysis: 'As the state shows; not as asked.' };

const NOT_OURS: Undo = { not_reversible_because: 'this call made none of these changes' };
const NOT_OURS_ALONE: Undo = {
  not_reversible_because:
    'somebody else changed it at the same time, which an undo would take back too; changes hold what was before',
};

/** What the call did before it broke, and what others did to the same thing meanwhile. */
function inPart(write: Write, { seen, changes, authors, accepted }: NotApplied): { words: Warning[]; undo: Undo } {
  if (changes.length === 0) return { words: [], undo: NOTHING_TO_TAKE_BACK };
  const { tool, subject, input, before, was } = write;
  const asked = new Map(askedOf(write).map(({ path, after }) => [path, canonical(after)]));
  const isAsked = changes.every(({ path, after }) => path === 'status' || asked.get(path) === canonical(after));
  const isOurs = accepted > 0 || (authors ? authors.mine : isAsked);
  const other = authors?.other ?? (isOurs ? null : 'somebody else');
  const paths = changes.map(({ path }) => path).join(', ');
  const words = [
    ...(isOurs ? [{ code: 'partly_applied', message: `A part of the call was carried out: ${paths}.` }] : []),
    ...(other
      ? [
          {
            code: 'changed_meanwhile',
            message: `Since it was read, ${other} changed it: ${paths}. experiment-activity tells more.`,
          },
        ]
      : []),
  ];
  if (!isOurs) return { words, undo: NOT_OURS };
  if (other) return { words, undo: NOT_OURS_ALONE };
  const restored = tool.stepwise ? subject.restore?.(was, seen.thing) : undefined;
  return { words, undo: restored ?? tool.undo(input, before, seen.thing) };
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
  const { elsewhere } = write.plan;
  const { tool, arguments: args } = readCallOf(write);
  const how = elsewhere ?? `Read it with ${tool} ${JSON.stringify(args)}`;
  const message = `${cause.message} Reading the state did not tell either. ${how} before anything else; repeat the call only if the change is not there.`;
  const unclear = elsewhere === undefined ? `Unknown until it is read with ${tool}.` : 'Unknown until it is looked at.';
  return {
    status: 'outcome_unknown',
    thing: null,
    changes: [],
    effects: { users: unclear, analysis: unclear },
    warnings: [{ code: 'outcome_unknown', message }],
    undo: { not_reversible_because: 'it is not known yet whether anything changed' },
  };
}
