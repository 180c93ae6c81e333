import { expect } from 'vitest';
import { type Break, type FaultProxy, LATE, startFaultProxy } from './fault-proxy.js';
import { openFor } from './furnish.js';
import { storedIn } from './stored.js';
import { type Answer, takeBack, type World, type WorldOptions } from './world.js';

/** Long enough for a loopback on a busy machine. */
const PATIENT = { deadlineMs: 20_000, headersMs: 10_000 };
/** Short enough for a test; undici rounds the time for headers up to about a second. */
const HASTY = { deadlineMs: 1_500, headersMs: 400 };

export interface Broken {
  world: World;
  proxy: FaultProxy;
}

/** The shop as the tool needs it, behind a proxy that can break exchanges. */
export async function openBroken(tool: string, where?: Break, options: WorldOptions = {}): Promise<Broken> {
  const isLate = where !== undefined && LATE.includes(where);
  let proxy: FaultProxy | undefined;
  const world = await openFor(tool, {
    between: async (url) => {
      proxy = await startFaultProxy(url);
      return proxy;
    },
    clientLimits: isLate ? HASTY : PATIENT,
    patienceMs: isLate ? [0, 30, 200] : [0, 5, 10],
    ...options,
  });
  if (!proxy) throw new Error('there is no proxy');
  return { world, proxy };
}

/** Calls the answer's undo; all that is stored after it. */
export async function storedAfterUndo(world: World, answer: Answer): Promise<unknown> {
  const undone = await takeBack(world, answer);
  expect(undone.isError, undone.text).toBe(false);
  return storedIn(world);
}
