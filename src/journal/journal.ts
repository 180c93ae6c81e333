import { randomUUID } from 'node:crypto';
import { ConfigError } from '../errors.js';
import type { Log, Redact } from '../log.js';
import { mapStrings, visibleJson } from '../render/untrusted.js';
import type { Journal } from '../writes/pipeline/journal.js';
import { appendLine, checkAppendable } from './append.js';
import { ownMark } from './process.js';

export interface JournalOptions {
  /** Applied to every string that is written, names of fields included. */
  redact: Redact;
  now: () => Date;
  /** Hears of ends that could not be written. */
  log?: Pick<Log, 'error'>;
}

/**
 * The record of all writes: one JSON line before each request leaves and one after it ended. Only ever added to, by any
 * number of processes; made with mode 0600 where it does not exist.
 * @throws ConfigError where the file cannot be written.
 */
export async function openJournal(path: string, { redact, now, log }: JournalOptions): Promise<Journal> {
  await checkAppendable(path).catch((error: unknown) => {
    throw new ConfigError(
      `The journal "${path}" cannot be written (${causeOf(error)}); set --journal or POSTHOG_MCP_JOURNAL to a file in a folder that you may write to.`,
    );
  });
  const mark = ownMark();
  let last: Promise<void> = Promise.resolve();
  const append = (facts: object, hide: Redact): Promise<void> => {
    const line = visibleJson(JSON.stringify(mapStrings(facts, hide)));
    const written = last.then(() => appendLine(path, line));
    // A line that fails is its caller's; the next one is written all the same.
    last = written.catch(() => undefined);
    return written;
  };
  const time = () => now().toISOString();
  const hidingWith = (hide: Redact): Journal => ({
    begin: async (attempt) => {
      const id = randomUUID();
      const { tool, arguments: args, project_id, caller, before, read } = attempt;
      const facts = { tool, arguments: args, project_id, caller, before, read };
      await append({ attempt: id, phase: 'begin', time: time(), process: mark, ...facts }, hide);
      return id;
    },
    end: async (id, { status, error, changes, undo }) => {
      try {
        await append({ attempt: id, phase: 'end', time: time(), status, error, changes, undo }, hide);
      } catch (failure) {
        log?.error('the end of a write could not be put into the journal', { attempt: id, status, error: failure });
      }
    },
    hiding: (more) => hidingWith((text) => hide(more(text))),
  });
  return hidingWith(redact);
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
