import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isWrite } from '../../proof/faults/asked.js';
import { RUNNING } from '../helpers/shop.js';
import { connectClient, type HttpWorldOptions, openHttp } from './setup.js';

const ERAS = [
  ['of 2025', 'legacy', {}],
  ['of 2025 with a session', 'legacy', { sessions: true }],
  ['of 2026', { pin: '2026-07-28' }, {}],
] as const satisfies readonly (readonly [string, Parameters<typeof connectClient>[1], HttpWorldOptions])[];

const PAUSE = { name: 'experiment-pause', arguments: { id: RUNNING } };
const REVIEW = { name: 'experiment-review', arguments: { include_results: true } };

/** A world whose `written` resolves once the sandbox has a write before it. */
async function openWriting(options: HttpWorldOptions = {}) {
  let tell: () => void = () => undefined;
  const written = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const respond = ({ method, path }: { method: string; path: string }) => {
    if (isWrite(method, path)) tell();
    return undefined;
  };
  const world = await openHttp({ ...options, faults: { respond } });
  const writes = () => world.sandbox.requests.filter(({ method, path }) => isWrite(method, path));
  return { ...world, written, writes };
}

describe.each(ERAS)('a client %s', (_, mode, options) => {
  it('gets the answer of each of its calls, whichever request PostHog answers first', async () => {
    const world = await openHttp(options);
    const client = await connectClient(world.url, mode);
    const ids = [...world.sandbox.store.experiments.keys()];
    const get = async (id: number) => {
      const { structuredContent } = await client.callTool({ name: 'experiment-get', arguments: { id } });
      return Object(structuredContent).id;
    };
    expect(await Promise.all(ids.map(get))).toEqual(ids);
  });

  it('hears of progress that rises, up to the last step', async () => {
    const world = await openHttp(options);
    const client = await connectClient(world.url, mode);
    const reviewed = async () => {
      const told: number[] = [];
      const totals = new Set<number | undefined>();
      await client.callTool(REVIEW, {
        onprogress: ({ progress, total }) => {
          told.push(progress);
          totals.add(total);
        },
      });
      expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
      expect([...totals]).toEqual([told.at(-1)]);
    };
    await Promise.all([reviewed(), reviewed(), reviewed()]);
  });

  it('has its calls in flight answered when the server shuts down, writes included', async () => {
    const world = await openWriting(options);
    const client = await connectClient(world.url, mode);
    const calls = [PAUSE, REVIEW].map((call) => client.callTool(call));
    await world.written;
    const [, paused, reviewed] = await Promise.all([world.close(), ...calls]);
    expect(paused?.structuredContent).toMatchObject({ status: 'applied', experiment: { status: 'paused' } });
    expect(reviewed?.isError).toBeFalsy();
    expect(world.writes()).toHaveLength(1);
  });

  it('that goes away while PostHog has its write leaves an end in the journal', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'in-flight-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const journal = join(folder, 'journal.jsonl');
    const world = await openWriting({ ...options, journal });
    const client = await connectClient(world.url, mode);
    const call = client.callTool(PAUSE).catch(() => 'gone');
    await world.written;
    await client.close();
    expect(await call).toBe('gone');
    const last = async () => Object(JSON.parse((await readFile(journal, 'utf8')).trimEnd().split('\n').at(-1) ?? ''));
    await expect.poll(last, { timeout: 30_000 }).toMatchObject({ phase: 'end', status: 'applied' });
    expect(world.writes()).toHaveLength(1);
  });
});
