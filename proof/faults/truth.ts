import { problemOfCode, steady } from './answer.js';
import { contradiction } from './contradiction.js';
import type { Attempt, Cell, Clean } from './lane.js';

/** The copy is made in a project that the key need not be able to read, so a lost answer stays lost. */
const CANNOT_TELL = 'experiment-copy-to-project';

/** An error that says what is so, or an answer that holds what is so; success where the fault may not prevent it. */
export function truthful(cell: Cell, attempt: Attempt, clean: Clean): string[] {
  const { answer, raw } = attempt;
  if (raw === null) return [];
  if (answer === null) return [`no answer of a tool: ${raw.slice(0, 200)}`];
  const told = answer.error?.code ?? answer.status;
  const isRight = answer.error === null && (clean.writes === 0 || answer.status === 'applied');
  const isTimid = mustSucceed(cell, attempt) && (!isRight || tellsGaps(answer.facts));
  const isVague = told === 'outcome_unknown' && mustKnow(cell, attempt, clean);
  return [
    ...(isTimid ? [`${told ?? 'gaps'}, and it had to succeed`] : []),
    ...(isVague ? ['the outcome is called unknown, and it could be known'] : []),
    ...(answer.error ? ofError(cell, answer.error, attempt) : clean.writes === 0 ? ofRead(answer, clean) : []),
    ...(answer.error === null && clean.writes > 0 ? ofWrite(answer.status, attempt, clean) : []),
  ];
}

function mustSucceed({ fault }: Cell, { metWrites }: Attempt): boolean {
  return fault.overcome === 'always' || (fault.overcome === 'by_reads' && metWrites === 0);
}

/** Whether a write went out at all, and whether the state can be read after it. */
function mustKnow({ fault, place, tool }: Cell, { writes, metWrites }: Attempt, clean: Clean): boolean {
  if (clean.writes === 0) return true;
  // What is sent on a connection that is reset at once reaches nobody who could count it.
  if (writes.sent === 0 && metWrites === 0) return fault.connections !== 'reset' || place !== 'every';
  return (place === 'write' || fault.times !== undefined) && tool !== CANNOT_TELL;
}

type Failure = NonNullable<NonNullable<Attempt['answer']>['error']>;

function ofError({ fault, place }: Cell, { code, tellsChanges }: Failure, { writes, metWrites }: Attempt): string[] {
  const wrong = problemOfCode(code);
  if (wrong) return [wrong];
  const isPlain = place === 'every' && metWrites === 0;
  if (isPlain && fault.code !== undefined && fault.code !== code) return [`the error says ${code}, not ${fault.code}`];
  const isHidden = writes.done > 0 && code !== 'outcome_unknown' && !tellsChanges;
  return isHidden ? [`${code} hides ${writes.done} writes that were carried out`] : [];
}

function ofRead({ facts }: NonNullable<Attempt['answer']>, clean: Clean): string[] {
  const at = contradiction(steady(facts), clean.facts, tellsGaps(facts));
  return at === null ? [] : [`the answer differs from the true one at ${at}`];
}

function ofWrite(status: string | null, { writes: { done } }: Attempt, clean: Clean): string[] {
  if (status === 'outcome_unknown') return [];
  if (status === 'applied')
    return done === clean.writes ? [] : [`applied, and ${done} of ${clean.writes} writes were made`];
  if (status === 'not_applied') return done === 0 ? [] : [`not_applied, and ${done} writes were carried out`];
  return [`the status is ${status}`];
}

/** Answers that are made of several requests say what could not be read, rather than fail for one of them. */
export function tellsGaps({ missing }: Record<string, unknown>): boolean {
  return Array.isArray(missing) && missing.length > 0;
}
