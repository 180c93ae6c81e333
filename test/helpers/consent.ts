import { expect } from 'vitest';
import { z } from 'zod';
import type { Call } from './state.js';
import { type Answer, NOW, openWorld, type World, type WorldOptions } from './world.js';

const change = z.object({ path: z.string(), before: z.unknown(), after: z.unknown() });
type Change = z.output<typeof change>;

/** All that the sandbox has stored, without what it remembers of queries. */
export function wholeStore({ sandbox: { store } }: World): unknown {
  const { projects, flags, experiments, cohorts, holdouts, savedMetrics, changeRequests } = store;
  const all = { projects, flags, experiments, cohorts, holdouts, savedMetrics, changeRequests };
  return JSON.parse(JSON.stringify(all, (_, value: unknown) => (value instanceof Map ? [...value] : value)));
}

export function tokenOf({ data, text }: Answer): string {
  return z.string({ error: text }).parse(data.confirmation_token);
}

export function changesOf({ data }: Answer): Change[] {
  return z
    .array(change)
    .parse(data.changes)
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

const TIME = NOW.toISOString().replace('.000Z', 'Z');

/** What a preview foretells, with the time of the sandbox's clock for `now`. */
export function foretold(preview: Answer): Change[] {
  return changesOf(preview).map((one) => (one.after === 'now' ? { ...one, after: TIME } : one));
}

export const REASON = 'The team decided so.';

/** Whether the answer says that the evidence does not carry the call. */
export function failsGate({ data }: Answer): boolean {
  return z.object({ gate: z.object({ passes: z.literal(false) }) }).safeParse(data).success;
}

/** Expects a preview that changes nothing, and returns it. */
export async function preview(world: World, { tool, args }: Call): Promise<Answer> {
  const before = wholeStore(world);
  const answer = await world.call(tool, args);
  expect(answer.data, answer.text).toMatchObject({ status: 'confirmation_required' });
  expect(answer.isError).toBe(false);
  expect(wholeStore(world)).toEqual(before);
  return answer;
}

/** The same call with the token of its preview, and with a reason where the gate fails. */
export function confirm(world: World, { tool, args }: Call, shown: Answer): Promise<Answer> {
  const reason = failsGate(shown) ? { override_reason: REASON } : {};
  return world.call(tool, { ...args, confirmation_token: tokenOf(shown), ...reason });
}

/** Calls, and confirms where the call asks for it. */
export async function carryOut(world: World, call: Call): Promise<Answer> {
  const answer = await world.call(call.tool, call.args);
  return answer.data.status === 'confirmation_required' ? confirm(world, call, answer) : answer;
}

/** A world that confirms by token, and its clock, which only the tokens look at. */
export async function openTokenWorld(options: WorldOptions = {}) {
  const clock = { now: NOW.getTime() };
  const consent = { now: () => clock.now, ...options.consent };
  return Object.assign(await openWorld({ confirm: 'token', ...options, consent }), { clock });
}
