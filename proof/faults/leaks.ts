import { setTimeout as sleep } from 'node:timers/promises';
import type { Lane } from './lane.js';
import { DEFAULT_LIMITS } from './limits.js';
import type { Gauge, Product } from './product.js';

/** What a server may hold more of than before. Memory is never given back to the last byte. */
const GROWTH: Readonly<Record<keyof Gauge, number>> = { timers: 0, sockets: 0, files: 0, heapMb: 16, rssMb: 96 };
/** Calls of each tool before the first look, so that what is loaded and kept once counts for nothing. */
const WARM_UP = 2;
const QUIET_MS = 10_000;

/**
 * What the lane's servers hold after `work` and the first of them did not before. Those that are replaced meanwhile are
 * looked at before they are stopped.
 */
export async function leaksOf(
  lane: Lane,
  tools: readonly string[],
  work: () => Promise<void>,
  { quietMs = QUIET_MS } = {},
): Promise<string[]> {
  const base = await warm(lane, tools);
  const found = new Set<string>();
  const look = async () => {
    for (const problem of await grownIn(lane.product(), base, quietMs)) found.add(problem);
  };
  lane.onRenew(look);
  await work();
  await look();
  return [...found];
}

async function grownIn(product: Product, base: Gauge, quietMs: number): Promise<string[]> {
  const giveUpAt = performance.now() + quietMs;
  try {
    let grown = grownOf(base, await product.gauge());
    // Idle sockets and the timers that watch over them end by themselves.
    while (grown.length > 0 && performance.now() < giveUpAt) {
      await sleep(200);
      grown = grownOf(base, await product.gauge());
    }
    return grown;
  } catch {
    return ['a server does not tell what it holds'];
  }
}

async function warm(lane: Lane, tools: readonly string[]): Promise<Gauge> {
  for (let round = 0; round < WARM_UP; round += 1) for (const tool of tools) await lane.attempt(tool);
  await sleep(2 * DEFAULT_LIMITS.keepAliveMs);
  return lane.product().gauge();
}

function grownOf(before: Gauge, after: Gauge): string[] {
  const names: readonly (keyof Gauge)[] = ['timers', 'sockets', 'files', 'heapMb', 'rssMb'];
  return names
    .filter((name) => after[name] > before[name] + GROWTH[name])
    .map((name) => `${name} went from ${before[name].toFixed(0)} to ${after[name].toFixed(0)}`);
}
