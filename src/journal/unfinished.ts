import { createReadStream } from 'node:fs';
import { z } from 'zod';
import type { Log } from '../log.js';
import { cleanText } from '../render/untrusted.js';
import type { ReadCall } from '../writes/pipeline/journal.js';
import { lifeOf, type ProcessMark } from './process.js';

const call = z.object({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) });
const begin = call.extend({
  attempt: z.string(),
  phase: z.literal('begin'),
  time: z.string(),
  process: z.object({ pid: z.number().int().positive(), host: z.string(), start: z.string().nullable() }),
  project_id: z.number(),
  read: call,
});
const line = z.discriminatedUnion('phase', [begin, z.object({ attempt: z.string(), phase: z.literal('end') })]);

/** A write that the journal has a beginning of and no end. */
export interface UnfinishedAttempt extends ReadCall {
  attempt: string;
  /** ISO 8601. */
  time: string;
  project_id: number;
  /** The call that tells what happened. */
  read: ReadCall;
  /** `in_progress`: the process that began it lives. `unknown`: it ran on another host, or its number may be used again. */
  state: 'crashed' | 'in_progress' | 'unknown';
}

/**
 * The attempts of a journal without an end, oldest first; none where there is no such file. Torn lines and lines of
 * others count for nothing.
 */
export async function unfinishedAttempts(path: string): Promise<UnfinishedAttempt[]> {
  const open = new Map<string, z.output<typeof begin>>();
  for await (const text of linesOf(path)) {
    const parsed = line.safeParse(jsonOf(text));
    if (!parsed.success) continue;
    if (parsed.data.phase === 'begin') open.set(parsed.data.attempt, parsed.data);
    else open.delete(parsed.data.attempt);
  }
  return [...open.values()].map(({ phase: _, process, ...attempt }) => ({ ...attempt, state: stateOf(process) }));
}

/** One warning for each write that an earlier process left without an end. Never rejects. */
export async function tellUnfinished(path: string, log: Log): Promise<void> {
  try {
    for (const { attempt, time, tool, read, state } of await unfinishedAttempts(path)) {
      if (state === 'in_progress') continue;
      const message = `The journal has no end of ${tool}, begun ${time}: ${callInWords(read)} tells what happened.`;
      log.warn(message, { attempt, state });
    }
  } catch (error) {
    log.warn('The journal could not be read for writes without an end.', { error });
  }
}

const STATES = { alive: 'in_progress', gone: 'crashed', unknown: 'unknown' } as const;

function stateOf(mark: ProcessMark): UnfinishedAttempt['state'] {
  return STATES[lifeOf(mark)];
}

/** A call as one line for people: `experiment-get {"id":7}`. */
export function callInWords({ tool, arguments: args }: ReadCall): string {
  return cleanText(`${tool} ${JSON.stringify(args)}`).replaceAll(/\s+/g, ' ');
}

/** Node's readline also breaks lines at U+2028 and U+2029, which JSON leaves as they are within strings. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(path, { encoding: 'utf8' })) {
      const lines = `${rest}${chunk}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  yield rest;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
