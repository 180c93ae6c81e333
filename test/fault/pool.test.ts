import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Log } from '../../src/log.js';
import type { Behaviour } from '../helpers/fault-server.js';
import { breakOff, hang, json } from '../helpers/fault-server.js';
import { ANY, EXPERIMENT, errorOf, LAUNCH, setUp } from './setup.js';

const ok = json(200, { id: 77 });

/** A server that answers, whose sockets the test can close, and a client of one socket with what became of each attempt. */
async function keptAlive() {
  const sockets: Socket[] = [];
  const answer: Behaviour = (response, request) => {
    sockets.push(request.socket);
    ok(response, request);
  };
  const attempts: unknown[] = [];
  const log: Log = {
    debug: (_message, fields) => attempts.push(fields?.outcome),
    ...{ info: ignore, warn: ignore, error: ignore, hiding: () => log },
  };
  const { server, api } = await setUp([answer], { log, limits: { connections: 1 } });
  await api.get(EXPERIMENT, ANY);
  // undici takes a socket for idle on the turn after the end of an answer.
  await new Promise((resolve) => setImmediate(resolve));
  return { server, api, attempts, socket: sockets[0] };
}

/**
 * Closes it in the moment before the call that follows uses it. undici looks once more for an end of the socket and then
 * writes in a `setImmediate` of its own; ours runs right before that, when nobody looks any more.
 */
function closeBeforeUse(socket: Socket | undefined): void {
  setImmediate(() => socket?.destroy());
}

function ignore(): void {}

describe('the pool', () => {
  it('risk 13: serves a hundred calls at once over eight sockets', async () => {
    let inFlight = 0;
    let most = 0;
    const counted: Behaviour = (response, request) => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      response.on('finish', () => {
        inFlight -= 1;
      });
      setImmediate(() => ok(response, request));
    };
    const { server, client } = await setUp([counted]);
    const { signal } = new AbortController();
    const calls = Array.from({ length: 100 }, () => client.forCall({ signal }).get(EXPERIMENT, ANY));
    expect(await Promise.all(calls)).toHaveLength(100);
    expect(most).toBeLessThanOrEqual(8);
    expect(server.connections.total).toBeLessThanOrEqual(8);
  });

  it('takes many requests of one call for what they are, and no leak', async () => {
    const warnings: string[] = [];
    const note = (warning: Error) => warnings.push(warning.name);
    process.on('warning', note);
    const { api } = await setUp([ok]);
    await Promise.all(Array.from({ length: 40 }, () => api.get(EXPERIMENT, ANY)));
    // Node tells warnings on the next turn of its loop.
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  it('keeps a socket for the next call', async () => {
    const { server, api } = await setUp([ok]);
    for (let call = 0; call < 10; call += 1) await api.get(EXPERIMENT, ANY);
    // A call that follows at once may find the first socket still busy with its end.
    expect(server.connections.total).toBeLessThanOrEqual(2);
  });

  it('risk 14: repeats a read that goes out on a socket which the server has closed while idle', async () => {
    const { server, api, attempts, socket } = await keptAlive();
    closeBeforeUse(socket);
    await expect(api.get(EXPERIMENT, ANY)).resolves.toEqual({ id: 77 });
    expect(attempts).toEqual(['ok', 'connection_failed', 'ok']);
    expect(server.connections.total).toBe(2);
    expect(server.hits).toHaveLength(2);
  });

  it('risk 14: never repeats a write that goes out on a socket which the server has closed while idle', async () => {
    const { server, api, attempts, socket } = await keptAlive();
    closeBeforeUse(socket);
    expect(await errorOf(api.post(LAUNCH, ANY))).toMatchObject({ code: 'outcome_unknown' });
    expect(attempts).toEqual(['ok', 'outcome_unknown']);
    expect(server.connections.total).toBe(1);
    expect(server.hits.map(({ method }) => method)).toEqual(['GET']);
  });

  it('risk 14: sends a write once, over a new socket, where the client heard of the end of the idle one', async () => {
    const { server, api, attempts, socket } = await keptAlive();
    socket?.end();
    // The server's end closes only after the client's has.
    await server.until(() => server.hits.every((hit) => hit.closed));
    await expect(api.post(LAUNCH, ANY)).resolves.toEqual({ id: 77 });
    expect(attempts).toEqual(['ok', 'ok']);
    expect(server.connections.total).toBe(2);
    expect(server.hits.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });

  it('risk 14: repeats a read whose kept socket breaks after the request, and never a write', async () => {
    const { server, api } = await setUp([ok, breakOff, ok, ok, breakOff, ok]);
    await api.get(EXPERIMENT, ANY);
    await expect(api.get(EXPERIMENT, ANY)).resolves.toEqual({ id: 77 });
    expect(server.hits).toHaveLength(3);
    await api.get(EXPERIMENT, ANY);
    expect(await errorOf(api.post(LAUNCH, ANY))).toMatchObject({ code: 'outcome_unknown' });
    expect(server.hits).toHaveLength(5);
  });

  it('risk 13: lets a request finish while it closes, and refuses new ones cleanly', async () => {
    const slow: Behaviour = (response, request) => setImmediate(() => ok(response, request));
    const { server, client, api } = await setUp([slow]);
    const running = api.get(EXPERIMENT, ANY);
    await server.until(() => server.hits.length === 1);
    await client.close();
    await expect(running).resolves.toEqual({ id: 77 });
    expect(await errorOf(api.get(EXPERIMENT, ANY))).toMatchObject({ code: 'connection_failed' });
    expect(await errorOf(api.post(LAUNCH, ANY))).toMatchObject({ code: 'connection_failed' });
    expect(server.hits).toHaveLength(1);
  });

  it('breaks off what does not finish in time', async () => {
    const { server, client, api } = await setUp([hang], { limits: { closeMs: 50 } });
    const [reading, writing] = [errorOf(api.get(EXPERIMENT, ANY)), errorOf(api.post(LAUNCH, ANY))];
    await server.until(() => server.hits.length === 2);
    await client.close();
    expect(await reading).toMatchObject({ code: 'connection_failed' });
    expect(await writing).toMatchObject({ code: 'outcome_unknown' });
    await server.until(() => server.hits.every((hit) => hit.closed));
  });
});
