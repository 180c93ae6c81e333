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
  const tools = [...new Set(cells.map(({ tool }) => tool))];
  const first = await openLane({ transport, node, address: addressOf(transport, 0) });
  const clean = await cleanCalls(first, tools);
  const tell = (result: Result) => {
    results.push(result);
    onResult?.(result);
  };
  const work = async (lane: Lane) => {
    try {
      const leaks = await leaksOf(lane, tools, async () => {
        for (let cell = queue.shift(); cell; cell = queue.shift()) {
          const { fault, tool, place } = cell;
          const known = clean.get(tool);
          if (!known) throw new Error(`no clean call of ${tool}`);
          tell({ fault: fault.name, tool, place, transport, problems: await runCell(cell, lane, known) });
        }
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

/** The row of the table that speaks of whole servers. */
export const LEAKS = 'no leak in the end';

function addressOf(transport: Transport, lane: number): string {
  return `127.0.${transport === 'stdio' ? 1 : 2}.${lane + 1}`;
}

async function cleanCalls(lane: Lane, tools: readonly string[]): Promise<Map<string, Clean>> {
  const clean = new Map<string, Clean>();
  for (const tool of tools) {
    const { answer, raw, writes, requests } = await lane.attempt(tool);
    if (answer === null || answer.error !== null) throw new Error(`${tool} fails without a fault: ${raw}`);
    clean.set(tool, { facts: steady(answer.facts), requests, writes: writes.done });
  }
  return clean;
}
