import { ALL_TOOLS } from '../../tools/index.js';
import { steady } from './answer.js';
import { type Cell, type Clean, runCell } from './cell.js';
import { type Lane, openLane } from './lane.js';
import { leaksOf } from './leaks.js';
import { FAULTS } from './list.js';
import type { Transport } from './product.js';
import type { Place } from './proxy.js';

const PLACES: readonly Place[] = ['every', 'write', 'from_write'];

export interface Result {
  fault: string;
  tool: string;
  place: string;
  transport: Transport;
  problems: readonly string[];
  /** It failed beside others, and passed when it was repeated alone. */
  repeated?: true;
}

/** All cells in a fixed order; `only` names faults and tools, and what it does not name of a kind is not narrowed. */
export function cellsFor(only: readonly string[]): Cell[] {
  const tools = narrowed(ALL_TOOLS, only);
  const faults = narrowed(FAULTS, only);
  return faults.flatMap((fault) =>
    tools.flatMap(({ name, access }) => {
      const places = access === 'read' ? PLACES.slice(0, 1) : (fault.places ?? PLACES);
      return places.map((place) => ({ fault, tool: name, place }));
    }),
  );
}

export function narrowed<T extends { name: string }>(all: readonly T[], only: readonly string[]): readonly T[] {
  const named = all.filter(({ name }) => only.includes(name));
  return named.length === 0 ? all : named;
}

export interface RunOptions {
  cells: readonly Cell[];
  transport: Transport;
  /** Arguments of Node up to the server's main file. */
  node: readonly string[];
  /** Servers at once. */
  lanes: number;
  onResult?: (result: Result) => void;
}

/** Runs the cells over one transport, each server one cell after the other, and then looks for what the servers leak. */
export async function runAll({ cells, transport, node, lanes, onResult }: RunOptions): Promise<Result[]> {
  const results: Result[] = [];
  const queue = [...cells];
  const tools = toolsOf(cells);
  const first = await openLane({ transport, node, address: addressOf(transport, 0) });
  const clean = await cleanCalls(first, tools);
  const tell = (result: Result) => {
    results.push(result);
    onResult?.(result);
  };
  const work = async (lane: Lane) => {
    try {
      const leaks = await leaksOf(lane, tools, async () => {
        for (let cell = queue.shift(); cell; cell = queue.shift()) tell(await resultOf(cell, lane, clean));
      });
      tell({ fault: LEAKS, tool: 'all of one server', place: 'whole run', transport, problems: leaks });
    } finally {
      await lane.close();
    }
  };
  const others = Array.from({ length: Math.min(lanes, cells.length) - 1 }, async (_, at) =>
    work(await openLane({ transport, node, address: addressOf(transport, at + 1) })),
  );
  await Promise.all([work(first), ...others]);
  return results;
}

async function resultOf(cell: Cell, lane: Lane, clean: ReadonlyMap<string, Clean>): Promise<Result> {
  const { fault, tool, place } = cell;
  const known = clean.get(tool);
  if (!known) throw new Error(`no clean call of ${tool}`);
  const problems = await runCell(cell, lane, known);
  return { fault: fault.name, tool, place, transport: lane.transport, problems };
}

/** More failures than these are no noise. */
const MAX_REPEATS = 100;

/**
 * Runs the cells that failed once more, one at a time. Many at once make a machine late, which looks like a late server;
 * a fault of the server fails again.
 */
export async function repeatAlone(results: readonly Result[], options: RunOptions): Promise<Result[]> {
  const { transport, node, cells } = options;
  const failed = results.filter((one) => one.problems.length > 0 && one.transport === transport);
  const again = cells.filter(({ fault, tool, place }) =>
    failed.some((one) => one.fault === fault.name && one.tool === tool && one.place === place),
  );
  if (again.length === 0 || again.length > MAX_REPEATS) return [...results];
  const lane = await openLane({ transport, node, address: addressOf(transport, options.lanes) });
  try {
    const clean = await cleanCalls(lane, toolsOf(again));
    const seconds: Result[] = [];
    for (const cell of again) seconds.push(await resultOf(cell, lane, clean));
    return results.map((one) => {
      const second = seconds.find(
        ({ fault, tool, place }) => fault === one.fault && tool === one.tool && place === one.place,
      );
      if (one.transport !== transport || second === undefined) return one;
      return second.problems.length > 0 ? second : { ...second, repeated: true };
    });
  } finally {
    await lane.close();
  }
}

function toolsOf(cells: readonly Cell[]): string[] {
  return [...new Set(cells.map(({ tool }) => tool))];
}

/** The row of the table that speaks of whole servers. */
export const LEAKS = 'no leak in the end';

function addressOf(transport: Transport, lane: number): string {
  return `127.0.${transport === 'stdio' ? 1 : 2}.${lane + 1}`;
}

async function cleanCalls(lane: Lane, tools: readonly string[]): Promise<Map<string, Clean>> {
  const clean = new Map<string, Clean>();
  for (const tool of tools) {
    let attempt = await lane.attempt(tool);
    // They are no part of the check, and a busy machine may be too late for one.
    for (let more = 2; more > 0 && attempt.answer?.error !== null; more -= 1) attempt = await lane.attempt(tool);
    const { answer, raw, writes, requests } = attempt;
    if (answer === null || answer.error !== null) throw new Error(`${tool} fails without a fault: ${raw}`);
    clean.set(tool, { facts: steady(answer.facts), requests, writes: writes.done });
  }
  return clean;
}
