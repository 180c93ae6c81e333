import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { type Between, startFaultProxy } from './fault-proxy.js';
import { SEED } from './fuzz.js';

/** Whether PostHog is far away in this run; set by `vitest.distant.config.ts`, which always sets a seed as well. */
export const DISTANT = process.env.DISTANT !== undefined;

/** One way: there and back take 150 to 400 ms together, and a request may overtake another. Milliseconds. */
const ONE_WAY = fc.noBias(fc.integer({ min: 75, max: 200 }));

/** Waits for one random latency after the other; the same seed gives the same ones. */
export function roadOf(seed: number): () => Promise<void> {
  const latencies = fc.sample(ONE_WAY, { seed, numRuns: 1_000 });
  let used = 0;
  return () => delay(latencies[used++ % latencies.length]);
}

/** The road to PostHog in this run; where PostHog is near, it takes no time. */
export function newRoad(): () => Promise<void> {
  return DISTANT ? roadOf(Number(SEED)) : async () => undefined;
}

/** `origin` itself, or where PostHog is far away in this run, the address of the long road to it. */
export async function reach(origin: string): Promise<Between> {
  return DISTANT ? startFaultProxy(origin, newRoad()) : { origin, close: async () => undefined };
}

/** All of the cases; where PostHog is far away and all of them would take minutes, as many as `few`, others in each run. */
export function fewWhenDistant<T>(cases: readonly T[], few: number): readonly T[] {
  if (!DISTANT) return cases;
  const some = fc.shuffledSubarray([...cases], { minLength: few, maxLength: few });
  return fc.sample(some, { seed: Number(SEED), numRuns: 1 })[0] ?? [];
}
