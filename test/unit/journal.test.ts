import { appendFile, chmod, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError } from '../../src/errors.js';
import { openJournal } from '../../src/journal/journal.js';
import { callInWords, unfinishedAttempts } from '../../src/journal/unfinished.js';
import { createRedactor } from '../../src/log.js';

const CANARY = 'phx_canary0123456789abcdef';
const NOW = new Date('2026-06-01T12:00:00Z');
const OPTIONS = { redact: createRedactor([CANARY]), now: () => NOW };
const ATTEMPT = {
  tool: 'experiment-end',
  arguments: { id: 7, conclusion: 'won' },
  project_id: 1,
  before: { id: 7, status: 'running' },
  read: { tool: 'experiment-get', arguments: { id: 7 } },
};

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
  path = join(folder, 'writes.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

async function lines(): Promise<Record<string, unknown>[]> {
  // Who looks while another writes takes its line for torn and starts anew, which leaves an empty line behind it.
  const texts = (await readFile(path, 'utf8'))
    .split('\n')
    .slice(0, -1)
    .filter((text) => text !== '');
  return texts.map((text) => z.record(z.string(), z.unknown()).parse(JSON.parse(text)));
}

/** A beginning as another process would have left it. */
function foreign(attempt: string, process: object): string {
  return JSON.stringify({ attempt, phase: 'begin', time: NOW.toISOString(), process, ...ATTEMPT });
}

describe('a journal', () => {
  it('is made for its owner alone', async () => {
    await openJournal(path, OPTIONS);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('leaves the rights of a file that exists as they are', async () => {
    await writeFile(path, '');
    await chmod(path, 0o640);
    await (await openJournal(path, OPTIONS)).begin(ATTEMPT);
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  it('holds one line before and one after each write', async () => {
    const journal = await openJournal(path, OPTIONS);
    const id = await journal.begin(ATTEMPT);
    const start = expect.toSatisfy((value) => value === null || /^\d+$/.test(String(value)));
    const begun = {
      ...{ attempt: id, phase: 'begin', time: '2026-06-01T12:00:00.000Z' },
      process: { pid: process.pid, host: hostname(), start },
      ...ATTEMPT,
    };
    expect(await lines()).toEqual([begun]);
    const undo = { tool: 'experiment-update', arguments: { id: 7, clear: ['end_date'] } };
    await journal.end(id, { status: 'applied', changes: [{ path: 'end_date' }], undo });
    expect(await lines()).toEqual([
      begun,
      {
        ...{ attempt: id, phase: 'end', time: '2026-06-01T12:00:00.000Z', status: 'applied' },
        ...{ changes: [{ path: 'end_date' }], undo },
      },
    ]);
  });

  it('holds no secret, wherever it stands', async () => {
    const journal = await openJournal(path, OPTIONS);
    const before = { name: `key ${CANARY}`, list: [`Bearer ${CANARY}`], [CANARY]: true };
    const id = await journal.begin({ ...ATTEMPT, arguments: { id: 7, comment: CANARY }, before });
    await journal.end(id, { status: 'failed', error: `refused ${CANARY}`, undo: { note: CANARY } });
    const text = await readFile(path, 'utf8');
    expect(text).not.toContain(CANARY);
    expect(text.match(/\[redacted\]/g)).toHaveLength(6);
  });

  it('keeps calls made at once in their order, each line whole', async () => {
    const journal = await openJournal(path, OPTIONS);
    const before = { text: 'x'.repeat(50_000) };
    const ids = await Promise.all(
      Array.from({ length: 30 }, (_, id) => journal.begin({ ...ATTEMPT, arguments: { id }, before })),
    );
    await Promise.all(ids.map((id) => journal.end(id, { status: 'applied' })));
    const written = await lines();
    expect(written.map((line) => line.attempt)).toEqual([...ids, ...ids]);
    expect(await unfinishedAttempts(path)).toEqual([]);
  });

  it('may be shared: lines of two writers do not mix', async () => {
    const [one, two] = await Promise.all([openJournal(path, OPTIONS), openJournal(path, OPTIONS)]);
    const before = { text: 'x'.repeat(50_000) };
    await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        const journal = at % 2 ? one : two;
        await journal.end(await journal.begin({ ...ATTEMPT, before }), { status: 'applied' });
      }),
    );
    expect(await lines()).toHaveLength(40);
    expect(await unfinishedAttempts(path)).toEqual([]);
  });

  it.each([
    ['opened', true],
    ['open already', false],
  ])('starts a line of its own where somebody was killed within one, %s', async (_, tornBefore) => {
    const torn = () => appendFile(path, '{"attempt":"torn","phase":"beg');
    if (tornBefore) await torn();
    const journal = await openJournal(path, OPTIONS);
    if (!tornBefore) await torn();
    const id = await journal.begin(ATTEMPT);
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(3);
    expect(await unfinishedAttempts(path)).toMatchObject([{ attempt: id }]);
  });

  it('begins anew where the file was moved away', async () => {
    const journal = await openJournal(path, OPTIONS);
    await journal.begin(ATTEMPT);
    await rename(path, `${path}.old`);
    const id = await journal.begin(ATTEMPT);
    expect(await unfinishedAttempts(path)).toMatchObject([{ attempt: id }]);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('rejects a beginning that cannot be written, and takes the next one', async () => {
    const journal = await openJournal(path, OPTIONS);
    await rm(path);
    await mkdir(path);
    await expect(journal.begin(ATTEMPT)).rejects.toThrow(/EISDIR/);
    await rm(path, { recursive: true });
    await expect(journal.begin(ATTEMPT)).resolves.toEqual(expect.any(String));
  });

  it('reports an end that cannot be written, and does not reject', async () => {
    const errors: unknown[] = [];
    const log = { error: (...all: unknown[]) => errors.push(all) };
    const journal = await openJournal(path, { ...OPTIONS, log });
    const id = await journal.begin(ATTEMPT);
    await rm(folder, { recursive: true });
    await journal.end(id, { status: 'applied' });
    const message = expect.stringMatching(/^the end of a write could not be put into the journal/);
    expect(errors).toEqual([[message, { attempt: id, status: 'applied', error: expect.any(Error) }]]);
    await mkdir(folder);
  });

  it.each([
    ['in no folder', 'none/writes.jsonl', /ENOENT/],
    ['that is a folder', '.', /EISDIR/],
    ['that is no regular file', '/dev/null', /not a regular file/],
  ])('%s is a configuration error of one line', async (_, name, says) => {
    const opened = openJournal(name.startsWith('/') ? name : join(folder, name), OPTIONS);
    const error: unknown = await opened.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigError);
    expect(String(error)).toMatch(says);
    expect(String(error)).toMatch(/--journal or POSTHOG_MCP_JOURNAL/);
    expect(String(error)).not.toContain('\n');
  });
});

describe('attempts without an end', () => {
  it('are none where there is no file', async () => {
    expect(await unfinishedAttempts(path)).toEqual([]);
  });

  it('are in progress while their process lives', async () => {
    const journal = await openJournal(path, OPTIONS);
    const ended = await journal.begin(ATTEMPT);
    const open = await journal.begin({ ...ATTEMPT, arguments: { id: 8 } });
    await journal.end(ended, { status: 'applied' });
    expect(await unfinishedAttempts(path)).toEqual([
      {
        ...{ attempt: open, time: '2026-06-01T12:00:00.000Z', tool: 'experiment-end', arguments: { id: 8 } },
        ...{ project_id: 1, read: ATTEMPT.read, state: 'in_progress' },
      },
    ]);
  });

  it.each([
    ['crashed', 'ended', { pid: 2 ** 22 + 1, host: hostname(), start: '1' }],
    ['unknown', 'ran elsewhere', { pid: process.pid, host: 'elsewhere', start: '1' }],
  ])('are %s where their process %s', async (state, _, process) => {
    await writeFile(path, `${foreign('a', process)}\n`);
    expect(await unfinishedAttempts(path)).toMatchObject([{ attempt: 'a', state }]);
  });

  it.runIf(process.platform === 'linux')('are crashed where another process has the number by now', async () => {
    await writeFile(path, `${foreign('a', { pid: process.pid, host: hostname(), start: '1' })}\n`);
    expect(await unfinishedAttempts(path)).toMatchObject([{ attempt: 'a', state: 'crashed' }]);
  });

  it('are found between lines of others, whatever breaks of lines their texts hold', async () => {
    const process = { pid: 1, host: 'elsewhere', start: null };
    const before = { name: 'one\u2028two\u2029three\u0085four\rfive\nsix' };
    const odd = JSON.stringify({ ...JSON.parse(foreign('odd', process)), before });
    const others = ['', 'no JSON', '[]', 'null', '7', '{}', '{"phase":"begin"}', '{"phase":"end"}', '{"attempt":"x"}'];
    await writeFile(path, [...others, odd, ...others, '{"attempt":"odd","phase":"e'].join('\n'));
    expect((await unfinishedAttempts(path)).map(({ attempt }) => attempt)).toEqual(['odd']);
  });

  it('are told with the read, in one clean line', () => {
    expect(callInWords({ tool: 'experiment-get', arguments: { id: 7 } })).toBe('experiment-get {"id":7}');
    const words = callInWords({ tool: 'a\u001b[31m\nb', arguments: { key: '\u202Ex\u2028y\u009b' } });
    expect(words).toBe('a[31m b {"key":"x y"}');
  });
});
