import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { type Behaviour, type FaultServer, hang, startFaultServer } from '../helpers/fault-server.js';
import { type Exit, INITIALIZE, start } from '../helpers/server-process.js';

/** Contract: a client that goes leaves no process behind for longer. Milliseconds. */
const MAX_EXIT_MS = 2_500;
const LIST = { method: 'tools/call', params: { name: 'experiment-list', arguments: {} } };

let upstream: FaultServer | undefined;
afterEach(async () => {
  await upstream?.close();
  upstream = undefined;
});

/** A server whose call 1 has reached an upstream that does not answer by itself. */
async function withCallInFlight(behaviour: Behaviour = hang) {
  const server = await startFaultServer(behaviour);
  upstream = server;
  const process = start([], {
    POSTHOG_HOST: server.origin,
    POSTHOG_PERSONAL_API_KEY: 'phx_0123456789abcdefghijklmnop',
    POSTHOG_PROJECT_ID: '1',
  });
  process.send(INITIALIZE);
  process.send({ id: 1, ...LIST });
  await server.until(() => server.hits.length === 1);
  return process;
}

async function expectCleanExit(exited: Promise<Exit>): Promise<Exit> {
  const from = performance.now();
  const exit = await exited;
  expect(performance.now() - from).toBeLessThan(MAX_EXIT_MS);
  expect(exit).toMatchObject({ code: 0, signal: null, stderr: '' });
  return exit;
}

describe('risk 29: the end of the process', () => {
  it('answers the call in flight after stdin has ended', async () => {
    let answer: () => void = () => undefined;
    const { child, exited } = await withCallInFlight((response) => {
      answer = () =>
        void response
          .writeHead(200, { 'content-type': 'application/json' })
          .end('{"count":0,"next":null,"results":[]}');
    });
    child.stdin.end();
    answer();
    const { stdout } = await expectCleanExit(exited);
    expect(stdout).toContain('"items":[]');
  });

  it('does not wait for an upstream that never answers', async () => {
    const { child, exited } = await withCallInFlight();
    child.stdin.end();
    await expectCleanExit(exited);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s ends it with 0, with a call in flight', async (signal) => {
    const { child, exited } = await withCallInFlight();
    child.kill(signal);
    await expectCleanExit(exited);
  });

  it('ends without a word on stderr when stdout is closed on it', async () => {
    const { child, exited, send } = await withCallInFlight();
    child.stdout.destroy();
    send({ id: 2, method: 'tools/list' });
    await expectCleanExit(exited);
  });

  it('ends with 0 when stdout and stderr are closed on it', async () => {
    const { child, exited, send } = await withCallInFlight();
    child.stdout.destroy();
    child.stderr.destroy();
    send({ id: 2, method: 'tools/list' });
    await expectCleanExit(exited);
  });

  it('SIGTERM ends it also where the client has stopped reading', async () => {
    const { child, printed, send } = start(['--sandbox']);
    send(INITIALIZE);
    await printed('"serverInfo"');
    child.stdout.pause();
    for (let id = 1; id <= 60; id++) send({ id, method: 'tools/list' });
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  it('ends at once when stdin ends and nothing is in flight', async () => {
    const { child, exited, printed, send } = start(['--sandbox']);
    send(INITIALIZE);
    await printed('"serverInfo"');
    child.stdin.end();
    await expectCleanExit(exited);
  });

  it('ends when stdin is closed before the first frame', async () => {
    const { child, exited } = start(['--sandbox']);
    child.stdin.end();
    const { stdout } = await expectCleanExit(exited);
    expect(stdout).toBe('');
  });
});
