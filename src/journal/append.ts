import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';

/** A journal holds what people typed into PostHog. */
const OWNER_ONLY = 0o600;
const NEWLINE = 0x0a;

/**
 * Adds one line and resolves once it is on the disk. The file is opened anew for each line, so that one which was moved
 * away is started afresh. Rejects where the whole line is not there for certain.
 */
export async function appendLine(path: string, line: string): Promise<void> {
  const { file, isNew } = await openToAppend(path);
  try {
    // Somebody who was killed in the middle of a line leaves it without an end, and this one must not go down with it.
    const bytes = Buffer.from(`${(await endsTorn(file)) ? '\n' : ''}${line}\n`);
    const { bytesWritten } = await file.write(bytes);
    if (bytesWritten < bytes.length) throw new Error(`only ${bytesWritten} of ${bytes.length} bytes were written`);
    await file.datasync();
  } finally {
    await file.close();
  }
  if (isNew) await syncFolder(path);
}

/** Rejects where lines cannot be added to `path`; makes the file where there is none. */
export async function checkAppendable(path: string): Promise<void> {
  const { file, isNew } = await openToAppend(path);
  try {
    if (!(await file.stat()).isFile()) throw new Error('it is not a regular file');
  } finally {
    await file.close();
  }
  if (isNew) await syncFolder(path);
}

async function openToAppend(path: string): Promise<{ file: FileHandle; isNew: boolean }> {
  try {
    return { file: await open(path, 'ax+', OWNER_ONLY), isNew: true };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return { file: await open(path, 'a+', OWNER_ONLY), isNew: false };
  }
}

async function endsTorn(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat();
  if (size === 0) return false;
  const last = Buffer.alloc(1);
  await file.read(last, 0, 1, size - 1);
  return last[0] !== NEWLINE;
}

/** A new file outlives a power cut only with its entry in the folder; not every system can sync a folder. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(dirname(path), 'r').catch(() => null);
  await folder?.sync().catch(() => undefined);
  await folder?.close();
}
