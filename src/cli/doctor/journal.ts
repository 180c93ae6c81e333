import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { callInWords, type UnfinishedAttempt, unfinishedAttempts } from '../../journal/unfinished.js';
import type { Check } from './checks.js';

const REMEDY = 'See with each of these reads what happened; then move the file away, and a new one is begun.';

export interface JournalState {
  check: Check;
  unfinished: readonly UnfinishedAttempt[];
}

/** The state of the journal; the file is not touched. */
export async function lookAtJournal(path: string | undefined, readOnly: boolean): Promise<JournalState> {
  const check = (status: Check['status'], says: string, remedy?: string): Check => ({
    ...{ check: 'journal', status, says },
    ...(remedy !== undefined && { remedy }),
  });
  if (path === undefined) return { check: check('skipped', 'none is kept (--journal FILE)'), unfinished: [] };
  try {
    const exists = await checkWritable(path, readOnly);
    if (!exists) return { check: check('ok', `${path}, not begun yet`), unfinished: [] };
    const unfinished = await unfinishedAttempts(path);
    const left = unfinished.filter(({ state }) => state !== 'in_progress');
    if (left.length > 0)
      return { check: check('warning', [`${path}:`, ...left.map(told)].join('\n'), REMEDY), unfinished };
    const running = unfinished.length === 0 ? '' : `; ${unfinished.length} in progress`;
    return { check: check('ok', `${path}, every write has its end${running}`), unfinished };
  } catch (error) {
    const cause = error instanceof Error && 'code' in error ? String(error.code) : 'it is not a regular file';
    return { check: check('problem', `${path} cannot be used (${cause})`, remedyFor(cause, path)), unfinished: [] };
  }
}

function remedyFor(cause: string, path: string): string {
  if (cause === 'ENOENT' || cause === 'ENOTDIR')
    return `Make the folder ${dirname(path)}, or set --journal or POSTHOG_MCP_JOURNAL to a file in one that exists.`;
  if (cause === 'EACCES' || cause === 'EPERM' || cause === 'EROFS')
    return `Let this user read and write ${path}, or set --journal or POSTHOG_MCP_JOURNAL to a file where that is allowed.`;
  return 'Set --journal or POSTHOG_MCP_JOURNAL to a regular file that can be read and written, or to a new one.';
}

function told({ time, tool, read, state }: UnfinishedAttempt): string {
  const how = state === 'crashed' ? 'its process ended' : 'its process may still run';
  return `${tool}, begun ${time}, has no end (${how}): ${callInWords(read)}`;
}

/** Resolves with whether the file exists already. */
async function checkWritable(path: string, readOnly: boolean): Promise<boolean> {
  const mode = readOnly ? constants.R_OK : constants.R_OK | constants.W_OK;
  const file = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (file === null) {
    await access(dirname(path), readOnly ? constants.F_OK : mode);
    return false;
  }
  if (!file.isFile()) throw new Error('not a regular file');
  await access(path, mode);
  return true;
}
