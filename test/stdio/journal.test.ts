import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import type { Journal } from '../../src/writes/pipeline/journal.js';
import { newRoad } from '../helpers/distance.js';
import { type FaultProxy, startFaultProxy } from '../helpers/fault-proxy.js';
import { INITIALIZE, run, start } from '../helpers/server-process.js';
import { RUNNING, shop } from '../helpers/shop.js';
import { openWorld } from '../helpers/world.js';

// A machine that is busy with other things takes its time to start processes and to load modules.
vi.setConfig({ testTimeout: 60_000 });

const CANARY = 'phx_canary0123456789abcdefghij';
const line = z.looseObject({ attempt: z.string(), phase: z.string(), time: z.iso.datetime() });

let folder: string;
let journal: string;
let sandbox: Sandbox;
let proxy: FaultProxy;
let env: Record<string, string>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
  journal = join(folder, 'journal.jsonl');
  sandbox = await startSandbox({ scenario: shop });
  proxy = await startFaultProxy(sandbox.url, newRoad());
  env = { POSTHOG_HOST: proxy.origin, POSTHOG_PERSONAL_API_KEY: sandbox.key, POSTHOG_PROJECT_ID: '1' };
});
afterEach(async () => {
  await proxy.close();
  await sandbox.close();
  await rm(folder, { recursive: true });
});

const options = () => ['--confirm', 'off', '--journal', journal];
const call = (tool: string, args: object) => run(['call', tool, JSON.stringify(args), ...options()], env);
const doctor = () => run(['doctor', '--json', ...options()], env);

async function lines() {
  const text = await readFile(journal, 'utf8');
  return text
    .split('\n')
    .filter((one) => one !== '')
    .map((one) => line.parse(JSON.parse(one)));
}

const writes = () => sandbox.requests.filter(({ method }) => method !== 'GET');

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** A server over stdio that has been asked for a write. */
function asked(tool: string, args: object) {
  const server = start(options(), env);
  server.send(INITIALIZE);
  server.send({ method: 'notifications/initialized' });
  server.send({ id: 1, method: 'tools/call', params: { name: tool, arguments: args } });
  return server;
}

describe('the journal of a call', () => {
  it('has a line before and a line after the write, for its owner alone', async () => {
    const { code, stdout } = await call('experiment-pause', { id: RUNNING });
    expect(code).toBe(0);
    const [begin, end, ...more] = await lines();
    expect(more).toEqual([]);
    expect(begin).toMatchObject({
      ...{ phase: 'begin', tool: 'experiment-pause', arguments: { id: RUNNING }, project_id: 1 },
      before: { status: 'running', 'the flag being on or off': true },
      read: { tool: 'experiment-get', arguments: { id: RUNNING } },
    });
    expect(end).toMatchObject({
      ...{ phase: 'end', attempt: begin?.attempt, status: 'applied' },
      changes: expect.arrayContaining([{ path: 'feature_flag.active', before: true, after: false }]),
      undo: JSON.parse(stdout).undo,
    });
    expect(((await stat(journal)).mode & 0o777).toString(8)).toBe('600');
  });

  it('works with the embedded sandbox', async () => {
    const args = JSON.stringify({ name: 'New', feature_flag_key: 'new' });
    const { code } = await run(['call', 'experiment-create', args, '--sandbox', ...options()]);
    expect(code).toBe(0);
    expect((await lines()).map(({ phase, status }) => [phase, status])).toEqual([
      ['begin', undefined],
      ['end', 'applied'],
    ]);
  });

  it('tells what became of a write whose answer was lost', async () => {
    proxy.breakAt('applied_no_byte');
    await call('experiment-pause', { id: RUNNING });
    expect((await lines())[1]).toMatchObject({ status: 'applied', undo: { tool: expect.any(String) } });
    expect((await doctor()).stdout).toContain('every write has its end');
  });

  it('holds neither the key nor a secret, whoever put it there', async () => {
    const secret = 'a-secret-of-thirty-two-characters';
    const server = await run(
      ['call', 'experiment-update', JSON.stringify({ id: RUNNING, name: `Use ${CANARY} and ${secret}` }), ...options()],
      { ...env, POSTHOG_MCP_SECRET: secret },
    );
    expect(server.code, server.stdout + server.stderr).toBe(0);
    const text = await readFile(journal, 'utf8');
    for (const hidden of [CANARY, 'canary', secret, sandbox.key]) expect(text).not.toContain(hidden);
    expect(await lines()).toHaveLength(2);
  });

  it('has no line of reads, of refusals before any request, and of what was done already', async () => {
    await call('experiment-get', { id: RUNNING });
    await call('experiment-resume', { id: RUNNING });
    await call('experiment-pause', { id: 0 });
    expect(await lines()).toEqual([]);
  });
});

describe('a journal that cannot be written when a write is about to begin', () => {
  it('ends the call with journal_failed, and nothing is sent', async () => {
    const server = start(options(), env);
    server.send(INITIALIZE);
    await server.answered([0]);
    await rm(journal);
    await mkdir(journal);
    server.send({ method: 'notifications/initialized' });
    server.send({ id: 1, method: 'tools/call', params: { name: 'experiment-pause', arguments: { id: RUNNING } } });
    const stdout = await server.answered([1]);
    server.child.stdin.end();
    await server.exited;
    expect(stdout).toContain('"code":"journal_failed"');
    expect(writes()).toEqual([]);
  });

  it('whatever the tool', async () => {
    const full: Journal = {
      begin: () => Promise.reject(new Error('full')),
      end: () => Promise.resolve(),
      hiding: () => full,
    };
    const world = await openWorld({ journal: full });
    const answer = await world.call('experiment-pause', { id: RUNNING });
    expect(answer.data.error).toMatchObject({ code: 'journal_failed' });
    expect(answer.text).not.toContain('full');
    expect(world.requests().filter((request) => !request.startsWith('GET'))).toEqual([]);
  });
});

describe('a server that is killed between the lines of its journal', () => {
  it.each(['late_answer', 'never_answered'] as const)(
    'is told at the next start and by doctor, with the read that tells: %s',
    async (where) => {
      proxy.breakAt(where);
      let arrived = false;
      proxy.meanwhile(async () => {
        arrived = true;
      });
      const server = asked('experiment-pause', { id: RUNNING });
      await until(() => arrived && (where === 'never_answered' || writes().length === 1));
      server.child.kill('SIGKILL');
      expect((await server.exited).signal).toBe('SIGKILL');
      expect((await lines()).map(({ phase }) => phase)).toEqual(['begin']);

      const next = await run(['call', 'experiment-get', JSON.stringify({ id: RUNNING }), ...options()], env);
      expect(next.stderr).toContain(`The journal has no end of experiment-pause, begun `);
      expect(next.stderr).toContain(`experiment-get {\\"id\\":${RUNNING}} tells what happened.`);
      expect(JSON.parse(next.stdout)).toMatchObject({ status: where === 'late_answer' ? 'paused' : 'running' });
      const report = JSON.parse((await doctor()).stdout);
      expect(report.unfinished).toMatchObject([
        {
          ...{ tool: 'experiment-pause', state: 'crashed' },
          read: { tool: 'experiment-get', arguments: { id: RUNNING } },
        },
      ]);
      expect(writes().length).toBe(where === 'late_answer' ? 1 : 0);
    },
  );
});

describe('an answer that takes its time', () => {
  it('leaves nothing unfinished once it is there', async () => {
    let during: string[] = [];
    proxy.meanwhile(async () => {
      during = (await lines()).map(({ phase }) => phase);
      expect(JSON.parse((await doctor()).stdout).unfinished).toMatchObject([{ state: 'in_progress' }]);
    });
    const server = asked('experiment-pause', { id: RUNNING });
    await server.answered([0, 1]);
    server.child.stdin.end();
    await server.exited;
    expect(during).toEqual(['begin']);
    expect((await lines()).map(({ phase }) => phase)).toEqual(['begin', 'end']);
    expect(JSON.parse((await doctor()).stdout).unfinished).toEqual([]);
  });
});
