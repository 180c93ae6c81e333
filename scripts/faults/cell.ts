import { setTimeout as sleep } from 'node:timers/promises';
import { problemOfCode, steady } from './answer.js';
import type { Attempt, Lane } from './lane.js';
import { AFTERWARDS_MS, DEFAULT_LIMITS } from './limits.js';
import { DAY_LONG } from './list.js';
import type { Fault, Place } from './proxy.js';

/** One fault, one tool, and the requests of its call that meet the fault. */
export interface Cell {
  fault: Fault;
  tool: string;
  place: Place;
}

/** What the tool does where nothing breaks. */
export interface Clean {
  facts: string;
  requests: number;
  writes: number;
}

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
  const { fault, tool, place } = cell;
  // A socket that is kept from another call is a part of the fault.
  if (fault.name === 'closed_idle_socket') await lane.attempt(tool);
  const attempt = await lane.attempt(tool, { fault, place });
  const problems = [
    ...(attempt.met === 0 && clean.requests > 0 && fault.connections === undefined ? ['the fault was never met'] : []),
    ...inTime(attempt, clean),
    ...truthful(attempt, clean),
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

function inTime({ raw, ms }: Attempt, { writes }: Clean): string[] {
  const bound = DEFAULT_LIMITS.deadlineMs + (writes > 0 ? AFTERWARDS_MS + PAUSES_MS : 0);
  if (raw === null) return ['no answer came'];
  return ms > bound * TOLERANCE ? [`answered after ${ms.toFixed(0)} ms, ${bound} were allowed`] : [];
}

/** An error that says what is so, or an answer that holds what is so. */
function truthful({ answer, raw, writes }: Attempt, clean: Clean): string[] {
  if (raw === null) return [];
  if (answer === null) return [`no answer of a tool: ${raw.slice(0, 200)}`];
  const { error, status } = answer;
  if (error !== null) {
    const wrong = problemOfCode(error.code);
    if (wrong) return [wrong];
    const isHidden = writes.done > 0 && error.code !== 'outcome_unknown' && !error.tellsChanges;
    return isHidden ? [`${error.code} hides ${writes.done} writes that were carried out`] : [];
  }
  if (clean.writes === 0) {
    const isTrue = steady(answer.facts) === clean.facts || tellsGaps(answer.facts);
    return isTrue ? [] : ['the answer differs from the true one'];
  }
  const isWhole = writes.done === clean.writes;
  if (status === 'outcome_unknown') return [];
  if (status === 'applied') return isWhole ? [] : [`applied, and ${writes.done} of ${clean.writes} writes were made`];
  if (status === 'not_applied') return isWhole ? ['not_applied, and all was carried out'] : [];
  return [`the status is ${status}`];
}

/** Answers that are made of several requests say what could not be read, rather than fail for one of them. */
function tellsGaps({ missing }: Record<string, unknown>): boolean {
  return Array.isArray(missing) && missing.length > 0;
}

async function released({ proxy }: Lane): Promise<string[]> {
  const giveUpAt = performance.now() + CLOSED_WITHIN_MS;
  while (proxy.held() > 0 && performance.now() < giveUpAt) await sleep(20);
  return proxy.held() > 0 ? [`${proxy.held()} sockets are left open`] : [];
}

/** The same call without the fault. What it is told to wait is waited for, as an agent would. */
async function recovered({ fault, tool }: Cell, lane: Lane, clean: Clean): Promise<string[]> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const { answer, raw, writes } = await lane.attempt(tool);
    // Parts of an answer may fall into the pause that its other parts ended.
    if (answer && tellsGaps(answer.facts)) continue;
    const wait = answer?.error?.retryAfter ?? null;
    if (wait === null) return worked(answer, writes.done, clean) ? [] : [`the next call fails: ${raw?.slice(0, 300)}`];
    // Callers share the wait over HTTP, and it has to be obeyed in full.
    if (wait > SAT_OUT_S && fault.name === DAY_LONG && lane.transport === 'http') await lane.renew();
    else if (wait > SAT_OUT_S) return [`the next call is told to wait ${wait} s`];
    else await sleep(wait * 1_000);
  }
  return ['the next calls are told to wait again and again'];
}

function worked(answer: Attempt['answer'], done: number, clean: Clean): boolean {
  if (answer === null || answer.error !== null) return false;
  return clean.writes === 0
    ? steady(answer.facts) === clean.facts
    : answer.status === 'applied' && done === clean.writes;
}
