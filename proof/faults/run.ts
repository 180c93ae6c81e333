import { ALL_TOOLS } from '../../tools/index.js';
import { steady } from './answer.js';
import { isOfTime, runCell } from './cell.js';
import type { Cell, Clean } from './lane.js';
import { type Lane, openLane } from './lane.js';
import { leaksOf } from './leaks.js';
import { DAY_LONG, FAULTS } from './list.js';
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

/**
 * Runs the cells over one transport, each server one cell after the other, and then looks for what the servers leak.
 * Callers share a wait over HTTP, so cells that end in a day's wait use up their server: they get a lane of their own,
 * and the others keep one server to the end.
 */
export async function runAll({ cells, transport, node, lanes, onResult }: RunOptions): Promise<Result[]> {
  const results: Result[] = [];
  const usesUp = ({ fault }: Cell) => transport === 'http' && fault.name === DAY_LONG;
  const apart = cells.filter(usesUp);
  const shared = cells.filter((cell) => !usesUp(cell));
  const tools = toolsOf(cells);
  const first = await openLane({ transport, node, address: addressOf(transport, 0) });
  const clean = await cleanCalls(first, tools);
  const tell = (result: Result) => {
    results.push(result);
    onResult?.(result);
  };
  const work = async (lane: Lane, queue: Cell[]) => {
    try {
      const leaks = await leaksOf(lane, tools, async () => {
        for (let cell = queue.shift(); cell; cell = queue.shift()) tell(await resultOf(cell, lane, clean));
      });
      const leaked = lane.leaked();
      const problems = leaked === null ? leaks : [...leaks, leaked];
      tell({ fault: LEAKS, tool: 'all of one lane', place: 'whole run', transport, problems });
    } finally {
      await lane.close();
    }
  };
  const queues = Array.from({ length: Math.min(lanes, shared.length) }, () => shared);
  if (apart.length > 0) queues.unshift(apart);
  const [mine = [], ...others] = queues;
  const beside = others.map(async (queue, at) =>
    work(await openLane({ transport, node, address: addressOf(transport, at + 1) }), queue),
  );
  await Promise.all([work(first, mine), ...beside]);
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
 * Runs the cells that failed for being late once more, one at a time. Many at once make a machine late, which looks like a
 * late server; a server that is late by itself is so again. What else went wrong stays wrong, however seldom it happens.
 */
export async function repeatAlone(results: readonly Result[], options: RunOptions): Promise<Result[]> {
  const { transport, node, cells } = options;
  const isLate = ({ problems }: Result) => problems.length > 0 && problems.every(isOfTime);
  const failed = results.filter((one) => one.transport === transport && isLate(one));
  const again = cells.filter(({ fault, tool, place }) =>
    failed.some((one) => one.fault === fault.name && one.tool === tool && one.place === place),
  );
  if (again.length === 0 || again.length > MAX_REPEATS) return [...results];
  const lane = await openLane({ transport, node, address: addressOf(transport, options.lanes + 1) });
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
