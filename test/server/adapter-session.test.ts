import { afterEach, describe, expect, it } from 'vitest';
import { createLog } from '../../src/log.js';
import { createSession, type Session, type Upstream } from '../../src/mcp/calls/session.js';
import { emptyScenario } from '../../src/sandbox/scenario/seed/empty.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { reach } from '../helpers/distance.js';

const open: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function sandbox(): Promise<Sandbox> {
  const started = await startSandbox({ scenario: emptyScenario });
  const far = await reach(started.url);
  open.push(far, started);
  return { ...started, url: far.origin };
}

const upstreamOf = ({ url, key }: Sandbox): Upstream => ({
  origin: url,
  key,
  project: '@current',
  close: async () => undefined,
});

function session(openUpstream: () => Promise<Upstream>, readOnly = false): { session: Session; logged: string[] } {
  const logged: string[] = [];
  const redact = (text: string) => text;
  const log = createLog({ level: 'error', redact, write: (line) => logged.push(line) });
  const created = createSession({
    version: '1',
    openUpstream,
    readOnly,
    log,
    redact,
    confirm: { mode: 'off', secret: undefined },
  });
  open.unshift(created);
  return { session: created, logged };
}

const list = (on: Session, signal = new AbortController().signal) =>
  on.call({ name: 'experiment-list', arguments: {}, signal });

describe('a session', () => {
  it('asks for the current project once, and acts in it from then on', async () => {
    const world = await sandbox();
    const { session: on } = session(async () => upstreamOf(world));
    await list(on);
    await list(on);
    const paths = world.requests.map((request) => request.path);
    expect(paths.filter((path) => path.includes('@'))).toEqual(['/api/users/@me/']);
    expect(paths.filter((path) => path === `/api/projects/${world.projectId}/experiments/`)).toHaveLength(2);
  });

  it('opens its upstream with the first call, and only once', async () => {
    const world = await sandbox();
    let opened = 0;
    const { session: on } = session(async () => {
      opened += 1;
      return upstreamOf(world);
    });
    expect(opened).toBe(0);
    await Promise.all([list(on), list(on), list(on)]);
    expect(opened).toBe(1);
  });

  it('answers a start that failed with an id and nothing else, and tries again with the next call', async () => {
    const world = await sandbox();
    let attempts = 0;
    const { session: on, logged } = session(async () => {
      attempts += 1;
      if (attempts === 1) throw new Error('EACCES /home/someone/secret');
      return upstreamOf(world);
    });
    const first = await list(on);
    expect(first).toMatchObject({ isError: true, structuredContent: { error: { code: 'internal' } } });
    expect(JSON.stringify(first)).not.toContain('EACCES');
    expect(logged.join('')).toContain('EACCES');
    expect(await list(on)).toMatchObject({ structuredContent: { items: [] } });
  });

  it('does not keep a project that could not be found out', async () => {
    const world = await sandbox();
    const { session: on } = session(async () => upstreamOf(world));
    expect(await list(on, AbortSignal.abort())).toMatchObject({ isError: true });
    expect(await list(on)).toMatchObject({ structuredContent: { items: [] } });
  });

  it('refuses a write in read-only mode even where the list was passed by, and sends none', async () => {
    const world = await sandbox();
    const { session: on } = session(async () => upstreamOf(world), true);
    const created = await on.call({
      name: 'experiment-create',
      arguments: { name: 'x', feature_flag_key: 'x' },
      signal: new AbortController().signal,
    });
    expect(created).toMatchObject({ isError: true, structuredContent: { error: { code: 'read_only' } } });
    expect(world.requests.filter((request) => request.method !== 'GET')).toEqual([]);
  });
});
