import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { isWrite } from '../../proof/faults/asked.js';
import type { FaultRequest } from '../../src/sandbox/http/faults.js';
import { demoScenario } from '../../src/sandbox/scenario/seed/demo.js';
import { startSandbox } from '../../src/sandbox/server.js';
import { reach } from '../helpers/distance.js';
import { INITIALIZE, start } from '../helpers/server-process.js';

/** Of the demo. */
const RUNNING = 4;
const PAUSE = { name: 'experiment-pause', arguments: { id: RUNNING } };
const GET = { name: 'experiment-get', arguments: { id: RUNNING } };
const REVIEW = { name: 'experiment-review', arguments: { include_results: true } };
const READS = [
  GET,
  ...[1, 2, 3, 5, 6].map((id) => ({ name: 'experiment-get', arguments: { id } })),
  { name: 'experiment-list', arguments: {} },
  REVIEW,
];

const frameShape = z.looseObject({
  id: z.number().nullish(),
  method: z.string().optional(),
  params: z.looseObject({ progressToken: z.number().optional(), progress: z.number().optional() }).optional(),
  result: z.looseObject({ structuredContent: z.looseObject({}).optional() }).optional(),
});

/** A server over stdio on a sandbox of this process; `onRequest` sees each request before the sandbox acts on it. */
async function openServer() {
  const folder = await mkdtemp(join(tmpdir(), 'in-flight-'));
  const journal = join(folder, 'journal.jsonl');
  const hooks: { onRequest: (request: FaultRequest) => Promise<void> } = { onRequest: async () => undefined };
  const respond = async (request: FaultRequest) => {
    await hooks.onRequest(request);
    return undefined;
  };
  const sandbox = await startSandbox({ scenario: demoScenario, faults: { respond } });
  const far = await reach(sandbox.url);
  const env = { POSTHOG_HOST: far.origin, POSTHOG_PERSONAL_API_KEY: sandbox.key, POSTHOG_PROJECT_ID: '1' };
  const server = start(['--confirm', 'off', '--toolsets', 'all', '--journal', journal], env);
  onTestFinished(async () => {
    server.child.kill('SIGKILL');
    await far.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });
  server.send(INITIALIZE);
  server.send({ method: 'notifications/initialized' });
  let lastId = 0;
  const ask = (method: string, params: object = {}): number => {
    lastId += 1;
    server.send({ id: lastId, method, params: { ...params, _meta: { progressToken: lastId } } });
    return lastId;
  };
  return {
    ...server,
    hooks,
    writes: () => sandbox.requests.filter(({ method, path }) => isWrite(method, path)),
    ask,
    call: (call: object) => ask('tools/call', call),
    cancel: (requestId: number) => server.send({ method: 'notifications/cancelled', params: { requestId } }),
    framesOnceAnswered: async (...ids: number[]) => framesOf(await server.answered(ids)),
    journal: async () =>
      (await readFile(journal, 'utf8'))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => z.looseObject({ phase: z.string() }).parse(JSON.parse(line))),
  };
}

function framesOf(stdout: string) {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => frameShape.parse(JSON.parse(line)));
}

type Frames = ReturnType<typeof framesOf>;

const answerTo = (id: number, frames: Frames) => frames.find((frame) => frame.id === id)?.result?.structuredContent;

function expectEachAnsweredOnceAtMost(frames: Frames): void {
  const ids = frames.flatMap(({ id }) => id ?? []);
  expect(ids).toEqual([...new Set(ids)]);
}

describe('calls in flight at the same time', () => {
  it('each get their own answer, whichever request PostHog answers first', async () => {
    const { call, framesOnceAnswered } = await openServer();
    const alone: unknown[] = [];
    for (const read of READS) {
      const id = call(read);
      alone.push(answerTo(id, await framesOnceAnswered(id)));
    }
    const ids = READS.map(call);
    const frames = await framesOnceAnswered(...ids);
    const now = /"(?:now|age_hours|[a-z_]*_at)":(?:"[^"]*"|[\d.]+)/g;
    const steady = (answers: unknown[]) => answers.map((answer) => JSON.stringify(answer).replace(now, ''));
    expect(steady(ids.map((id) => answerTo(id, frames)))).toEqual(steady(alone));
    expectEachAnsweredOnceAtMost(frames);
  });

  it('each report progress that rises, and none after their answer', async () => {
    const { call, framesOnceAnswered, ask } = await openServer();
    const ids = [REVIEW, REVIEW, REVIEW].map(call);
    await framesOnceAnswered(...ids);
    const frames = await framesOnceAnswered(ask('ping'));
    for (const id of ids) {
      const own = frames.filter((frame) => frame.id === id || frame.params?.progressToken === id);
      const told = own.flatMap(({ params }) => params?.progress ?? []);
      expect(told.length).toBeGreaterThan(1);
      expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
      expect(own.at(-1)?.id).toBe(id);
    }
  });
});

describe('a call that is cancelled', () => {
  it('while it reads is not answered, writes nothing, and leaves the others alone', async () => {
    const { hooks, ask, call, cancel, framesOnceAnswered, writes, journal } = await openServer();
    let cancelled = 0;
    let heard: () => void = () => undefined;
    const reading = new Promise<void>((resolve) => {
      heard = resolve;
    });
    hooks.onRequest = async () => {
      hooks.onRequest = async () => undefined;
      cancel(cancelled);
      // Answered once the cancellation, which was sent before, has been taken in.
      await framesOnceAnswered(ask('ping'));
      heard();
    };
    cancelled = call(PAUSE);
    await reading;
    const ids = READS.map(call);
    const frames = await framesOnceAnswered(...ids);
    expect(frames.filter(({ id }) => id === cancelled)).toEqual([]);
    expect(answerTo(ids[0] ?? 0, frames)).toMatchObject({ id: RUNNING, status: 'running' });
    expect(writes()).toEqual([]);
    expect(await journal()).toEqual([]);
  });

  it('while it writes is not sent again, and its end is in the journal', async () => {
    const { hooks, ask, call, cancel, child, exited, framesOnceAnswered, writes, journal } = await openServer();
    let cancelled = 0;
    let heard: () => void = () => undefined;
    const writing = new Promise<void>((resolve) => {
      heard = resolve;
    });
    hooks.onRequest = async ({ method, path }) => {
      if (!isWrite(method, path)) return;
      cancel(cancelled);
      await framesOnceAnswered(ask('ping'));
      heard();
    };
    cancelled = call(PAUSE);
    await writing;
    await expect.poll(async () => (await journal()).at(-1)?.phase, { timeout: 30_000 }).toBe('end');
    const read = call(GET);
    const frames = await framesOnceAnswered(read);
    expect(answerTo(read, frames)).toMatchObject({ status: 'paused' });
    expect(frames.filter(({ id }) => id === cancelled)).toEqual([]);
    expect(writes()).toHaveLength(1);
    expect(await journal()).toMatchObject([{ phase: 'begin' }, { phase: 'end', status: 'applied' }]);
    child.stdin.end();
    expect(await exited).toMatchObject({ code: 0, stderr: '' });
  });
});

describe.each<[string, (child: ReturnType<typeof start>['child']) => void]>([
  ['the end of stdin', (child) => child.stdin.end()],
  ['SIGTERM', (child) => child.kill('SIGTERM')],
])('%s with calls in flight', (_, end) => {
  it('ends the process without half a frame, and every write that PostHog got is in the journal', async () => {
    const { hooks, call, child, exited, writes, journal } = await openServer();
    const writing = new Promise<void>((resolve) => {
      hooks.onRequest = async ({ method, path }) => {
        if (isWrite(method, path)) resolve();
      };
    });
    for (const read of [PAUSE, ...READS]) call(read);
    await writing;
    end(child);
    const { code, signal, stdout, stderr } = await exited;
    expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
    expect(stdout.endsWith('\n')).toBe(true);
    expectEachAnsweredOnceAtMost(framesOf(stdout));
    expect(writes()).toHaveLength(1);
    expect((await journal())[0]).toMatchObject({ phase: 'begin', tool: 'experiment-pause' });
  });
});
