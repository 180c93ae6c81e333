import { setTimeout as sleep } from 'node:timers/promises';
import type { Lane } from './lane.js';
import { DEFAULT_LIMITS } from './limits.js';
import type { Gauge } from './product.js';

/** What a server may hold more of than before. Memory is never given back to the last byte. */
const GROWTH: Readonly<Record<keyof Gauge, number>> = { timers: 0, sockets: 0, files: 0, heapMb: 16, rssMb: 96 };
/** Calls of each tool before the first look, so that what is loaded and kept once counts for nothing. */
const WARM_UP = 2;
const QUIET_MS = 10_000;

/** What the lane's server holds after `work` and did not before. */
export async function leaksOf(
  lane: Lane,
  tools: readonly string[],
  work: () => Promise<void>,
  { quietMs = QUIET_MS } = {},
): Promise<string[]> {
  const before = await warm(lane, tools);
  let base = before;
  const server = lane.product();
  await work();
  if (lane.product() !== server) base = await warm(lane, tools);
  const giveUpAt = performance.now() + quietMs;
  let grown = grownOf(base, await lane.product().gauge());
  // Idle sockets and the timers that watch over them end by themselves.
  while (grown.length > 0 && performance.now() < giveUpAt) {
    await sleep(200);
    grown = grownOf(base, await lane.product().gauge());
  }
  return grown;
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
