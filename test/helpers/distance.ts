import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { type Between, startFaultProxy } from './fault-proxy.js';
import { SEED } from './fuzz.js';

/** Whether PostHog is far away in this run, as `vitest.distant.config.ts` has it. */
export const DISTANT = process.env.DISTANT !== undefined;

/** One way, so that a request and its answer take 150 to 400 together, and may overtake others. Milliseconds. */
const ONE_WAY = fc.noBias(fc.integer({ min: 75, max: 200 }));

/** Waits for one way after the other, the same ones for the same seed; where PostHog is near, none takes any time. */
export function newRoad(): () => Promise<void> {
  if (!DISTANT) return async () => undefined;
  const ways = fc.sample(ONE_WAY, { numRuns: 1_000, ...(SEED === undefined ? {} : { seed: Number(SEED) }) });
  let gone = 0;
  return () => delay(ways[gone++ % ways.length]);
}

/** `origin` as this run has it: itself, or far away. */
export async function reach(origin: string): Promise<Between> {
  return DISTANT ? startFaultProxy(origin, newRoad()) : { origin, close: async () => undefined };
}
