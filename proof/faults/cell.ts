import { setTimeout as sleep } from 'node:timers/promises';
import { steady } from './answer.js';
import { contradiction } from './contradiction.js';
import type { Attempt, Cell, Clean, Lane } from './lane.js';
import { AFTERWARDS_MS, DEFAULT_LIMITS } from './limits.js';
import { DAY_LONG } from './list.js';
import type { Fault } from './proxy.js';
import { tellsGaps, truthful } from './truth.js';

/** The pauses between looks at what became of a write, 0, 300 and 900 ms. */
const PAUSES_MS = 1_200;
const TOLERANCE = 1.1;
/** Within this a socket that is broken off has to be closed. Milliseconds. */
const CLOSED_WITHIN_MS = 2_000;
/** A wait that is told and no longer than this is sat out. Seconds. */
const SAT_OUT_S = 60;
const TRIES = 4;

/** What is wrong with how the server behaves in this cell; nothing where all is well. */
export async function runCell(cell: Cell, lane: Lane, clean: Clean): Promise<string[]> {
  const { fault } = cell;
  const attempt = await meet(cell, lane);
  const canMeet = clean.requests > (fault.after ?? 0) && fault.connections !== 'refused';
  const problems = [
    ...(attempt.met === 0 && canMeet ? ['the fault was never met'] : []),
    ...inTime(fault, attempt, clean),
    ...truthful(cell, attempt, clean),
    ...attempt.writes.repeated.map((kind) => `sent more than once: ${kind}`),
    ...(fault.holds ? await released(lane) : []),
  ];
  if (attempt.raw === null) await lane.renew();
  problems.push(...(await recovered(cell, lane, clean)));
  const strange = lane.stranger.asked();
  if (strange > 0) problems.push(`${strange} requests reached another host`);
  const leaked = lane.leaked();
  if (leaked) problems.push(leaked);
  return problems;
}

/** A socket that is kept from another call is a part of some faults; a busy machine may lose it before it can be used. */
async function meet({ fault, tool, place }: Cell, lane: Lane): Promise<Attempt> {
  const needsIdle = fault.connections === 'closed' || fault.onReuse === true;
  if (!needsIdle) return lane.attempt(tool, { fault, place });
  for (let tried = 1; ; tried += 1) {
    await lane.attempt(tool);
    const attempt = await lane.attempt(tool, { fault, place });
    if (attempt.met > 0 || tried === TRIES) return attempt;
  }
}

const NO_ANSWER = 'no answer came';
const LATE = 'answered after';
/** Node counts a wait from the beginning of a turn of its loop, and the turns of a busy machine are long. */
const EARLY = 'answered too soon';

/** Whether a machine that is busy with other cells can be the cause of a problem. */
export function isOfTime(problem: string): boolean {
  return problem === NO_ANSWER || [LATE, EARLY].some((kind) => problem.startsWith(kind));
}

function inTime({ atLeastMs = 0 }: Fault, { raw, ms, met }: Attempt, { writes }: Clean): string[] {
  const bound = DEFAULT_LIMITS.deadlineMs + (writes > 0 ? AFTERWARDS_MS + PAUSES_MS : 0);
  if (raw === null) return [NO_ANSWER];
  if (met > 0 && ms < atLeastMs / TOLERANCE) return [`${EARLY}, after ${ms.toFixed(0)} ms: ${atLeastMs} were due`];
  return ms > bound * TOLERANCE ? [`${LATE} ${ms.toFixed(0)} ms, ${bound} were allowed`] : [];
}

async function released({ proxy }: Lane): Promise<string[]> {
  const giveUpAt = performance.now() + CLOSED_WITHIN_MS;
  while (proxy.held() > 0 && performance.now() < giveUpAt) await sleep(20);
  return proxy.held() > 0 ? [`${proxy.held()} sockets are left open`] : [];
}

/** The same call without the fault. What it is told to wait is waited for, as an agent would. */
async function recovered({ fault, tool }: Cell, lane: Lane, clean: Clean): Promise<string[]> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const attempt = await lane.attempt(tool);
    const { answer, raw } = attempt;
    // Parts of an answer may fall into the pause that its other parts ended.
    if (answer && tellsGaps(answer.facts)) continue;
    const wait = answer?.error?.retryAfter ?? null;
    if (wait === null) return worked(attempt, clean) ? [] : [`the next call fails: ${raw?.slice(0, 300)}`];
    // Callers share the wait over HTTP, and it has to be obeyed in full.
    if (wait > SAT_OUT_S && fault.name === DAY_LONG && lane.transport === 'http') await lane.renew();
    else if (wait > SAT_OUT_S) return [`the next call is told to wait ${wait} s`];
    else await sleep(wait * 1_000);
  }
  return ['the next calls are told to wait again and again'];
}

function worked({ answer, writes: { done, repeated } }: Attempt, clean: Clean): boolean {
  if (answer === null || answer.error !== null || repeated.length > 0) return false;
  return clean.writes === 0
    ? contradiction(steady(answer.facts), clean.facts, false) === null
    : answer.status === 'applied' && done === clean.writes;
}
