import { execFileSync } from 'node:child_process';
import { z } from 'zod';
import { tokensOfTools } from '../tokens.js';
import { startStdio } from './stdio-server.js';
import { type Missing, reasonOf, type Subject } from './subjects.js';

/** Calls of an unknown tool in one round. */
const UNKNOWN_CALLS = 20;

/** What one start of a server showed. */
interface Sample {
  startMs: number;
  memoryMb: number;
  unknownMs: number;
  tools: number;
  tokens: number;
}

export interface Row extends Sample {
  subject: Subject;
  /** Of each round. */
  samples: readonly Sample[];
}

const page = z.object({
  tools: z.array(z.object({ name: z.string(), description: z.string().optional(), inputSchema: z.unknown() })),
  nextCursor: z.string().optional(),
});

/**
 * Starts every server once in each round, one after the other, so that what else the machine does slows all alike. A
 * server that does not answer is left out of the rounds that follow. The first round only fills the disk's cache.
 */
export async function measureRounds(subjects: readonly Subject[], rounds: number) {
  const samples = new Map<Subject, Sample[]>(subjects.map((subject) => [subject, []]));
  const missing: Missing[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    for (const [subject, seen] of samples) {
      try {
        const sample = await sampleOf(subject);
        if (round > 0) seen.push(sample);
      } catch (error) {
        samples.delete(subject);
        missing.push({ name: subject.name, reason: reasonOf(error) });
      }
    }
  }
  return { rows: [...samples].map(([subject, seen]) => rowOf(subject, seen)), missing };
}

async function sampleOf({ args, env }: Subject): Promise<Sample> {
  const startedAt = performance.now();
  const server = await startStdio(args, env);
  try {
    const tools = await listAll(server.request);
    const startMs = performance.now() - startedAt;
    const memoryMb = memoryOfTree(server.pid);
    const times: number[] = [];
    for (let call = 0; call < UNKNOWN_CALLS; call += 1) {
      const askedAt = performance.now();
      await server.request('tools/call', { name: 'no-such-tool', arguments: {} });
      times.push(performance.now() - askedAt);
    }
    return { startMs, memoryMb, unknownMs: median(times), tools: tools.length, tokens: tokensOfTools(tools) };
  } finally {
    await server.stop();
  }
}

type Request = Awaited<ReturnType<typeof startStdio>>['request'];

async function listAll(request: Request) {
  const tools = [];
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const answer = page.parse((await request('tools/list', cursor === undefined ? {} : { cursor })).result);
    tools.push(...answer.tools);
    cursor = answer.nextCursor;
  }
  return tools;
}

function rowOf(subject: Subject, samples: readonly Sample[]): Row {
  const middle = (pick: (sample: Sample) => number) => median(samples.map(pick));
  return {
    ...{ subject, samples },
    startMs: middle(({ startMs }) => startMs),
    memoryMb: middle(({ memoryMb }) => memoryMb),
    unknownMs: middle(({ unknownMs }) => unknownMs),
    tools: middle(({ tools }) => tools),
    tokens: middle(({ tokens }) => tokens),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(sorted.length / 2) - 1);
  return sorted.length % 2 === 1 ? low : (low + high) / 2;
}

/** Resident memory of a process and of all that it started, in MB. */
function memoryOfTree(root: number): number {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss='], { encoding: 'utf8' }).trim().split('\n');
  const processes = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const ours = new Set([root]);
  let kilobytes = 0;
  // A Set visits what is added to it while it is walked.
  for (const id of ours)
    for (const [pid = 0, parent = 0, rss = 0] of processes) {
      if (parent === id) ours.add(pid);
      if (pid === id) kilobytes += rss;
    }
  return kilobytes / 1024;
}
