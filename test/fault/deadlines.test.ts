import { describe, expect, it } from 'vitest';
import type { Log } from '../../src/log.js';
import { type Behaviour, drip, hang, json, stall } from '../helpers/fault-server.js';
import { ANY, EXPERIMENT, errorOf, LAUNCH, setUp } from './setup.js';

const ok = json(200, { id: 77 });

describe('risk 5: a deadline', () => {
  it('ends a body that drips for ever, and the socket with it', async () => {
    const { server, client } = await setUp([drip(20)]);
    const api = client.forCall({ signal: new AbortController().signal, deadlineMs: 300 });
    expect(await errorOf(api.get(EXPERIMENT, ANY))).toMatchObject({ code: 'timeout' });
    await server.until(() => server.hits.every((hit) => hit.closed));
    expect(server.hits).toHaveLength(1);
  });

  it('ends a write with an unknown outcome', async () => {
    const { server, client } = await setUp([hang]);
    const api = client.forCall({ signal: new AbortController().signal, deadlineMs: 200 });
    const error = await errorOf(api.post(LAUNCH, ANY));
    expect(error).toMatchObject({ code: 'outcome_unknown' });
    expect(error.message).toContain('did not answer in time');
    await server.until(() => server.hits.every((hit) => hit.closed));
  });

  it('is shared by all requests of a call', async () => {
    const { server, client } = await setUp([ok, hang, ok]);
    const api = client.forCall({ signal: new AbortController().signal, deadlineMs: 400 });
    await api.get(EXPERIMENT, ANY);
    expect(await errorOf(api.get(EXPERIMENT, ANY))).toMatchObject({ code: 'timeout' });
    expect(await errorOf(api.get(EXPERIMENT, ANY))).toMatchObject({ code: 'timeout' });
    expect(server.hits).toHaveLength(2);
  });

  it('that has passed lets no write out, so nothing can have changed', async () => {
    const { server, client } = await setUp([hang, ok]);
    const api = client.forCall({ signal: new AbortController().signal, deadlineMs: 100 });
    await errorOf(api.get(EXPERIMENT, ANY));
    expect(await errorOf(api.post(LAUNCH, ANY))).toMatchObject({ code: 'timeout' });
    expect(server.hits).toHaveLength(1);
  });

  it('covers the wait for a free socket', async () => {
    const { server, client, cancellable } = await setUp([hang], { limits: { connections: 1 } });
    const blocker = cancellable();
    const first = errorOf(blocker.api.post(LAUNCH, ANY));
    await server.until(() => server.hits.length === 1);
    const api = client.forCall({ signal: new AbortController().signal, deadlineMs: 100 });
    // The socket is not free before the blocker is cancelled, which is only after this.
    expect(await errorOf(api.post(LAUNCH, ANY))).toMatchObject({ code: 'timeout' });
    blocker.cancel();
    expect(await first).toMatchObject({ code: 'outcome_unknown' });
    expect(server.hits).toHaveLength(1);
  });
});

describe('risk 6: a silence', () => {
  it.each([
    ['before the headers', hang],
    ['within the body', stall()],
  ])('%s ends a read without repeating it, and the pool goes on', async (_name, fault) => {
    const { server, api } = await setUp([fault, ok], { limits: { headersMs: 200, bodyIdleMs: 200 } });
    expect(await errorOf(api.get(EXPERIMENT, ANY))).toMatchObject({ code: 'timeout' });
    expect(server.hits).toHaveLength(1);
    await expect(api.get(EXPERIMENT, ANY)).resolves.toEqual({ id: 77 });
  });

  it("within an error's body does not hide the error", async () => {
    const { api } = await setUp([stall(400, '{"detail": "half')], { limits: { bodyIdleMs: 200 } });
    expect(await errorOf(api.post(LAUNCH, ANY))).toMatchObject({ code: 'refused', fields: { status: 400 } });
  });
});

describe('a write that is known to be slow', () => {
  it('is waited for longer than others are', async () => {
    let answer = () => {};
    const held: Behaviour = (response, request) => {
      answer = () => ok(response, request);
    };
    const { server, api } = await setUp([held, hang], { limits: { headersMs: 100 } });
    const slow = api.post(LAUNCH, ANY, undefined, { slow: true });
    await server.until(() => server.hits.length === 1);
    // Sent later, and given up earlier.
    expect(await errorOf(api.post(LAUNCH, ANY))).toMatchObject({ code: 'outcome_unknown' });
    answer();
    expect(await slow).toEqual({ id: 77 });
  });

  it("ends with its call's deadline, with an unknown outcome", async () => {
    const { server, client } = await setUp([hang]);
    const api = client.forCall({ signal: new AbortController().signal, deadlineMs: 200 });
    expect(await errorOf(api.post(LAUNCH, ANY, undefined, { slow: true }))).toMatchObject({ code: 'outcome_unknown' });
    await server.until(() => server.hits.every((hit) => hit.closed));
    expect(server.hits).toHaveLength(1);
  });
});

describe('risk 7: a cancelled call', () => {
  it('that reads closes its socket at once and is not repeated', async () => {
    const { server, cancellable } = await setUp([hang]);
    const { api, cancel } = cancellable();
    const reading = errorOf(api.get(EXPERIMENT, ANY));
    await server.until(() => server.hits.length === 1);
    cancel();
    expect(await reading).toMatchObject({ code: 'cancelled' });
    await server.until(() => server.hits.every((hit) => hit.closed));
    expect(server.hits).toHaveLength(1);
  });

  it('that reads a body closes its socket', async () => {
    const { server, cancellable } = await setUp([drip(10)]);
    const { api, cancel } = cancellable();
    const reading = errorOf(api.get(EXPERIMENT, ANY));
    await server.until(() => server.hits.length === 1);
    cancel();
    expect(await reading).toMatchObject({ code: 'cancelled' });
    await server.until(() => server.hits.every((hit) => hit.closed));
  });

  it('that writes has an unknown outcome and names the read to do first', async () => {
    const { server, cancellable } = await setUp([hang]);
    const { api, cancel } = cancellable();
    const writing = errorOf(api.post(LAUNCH, ANY));
    await server.until(() => server.hits.length === 1);
    cancel();
    const error = await writing;
    expect(error).toMatchObject({ code: 'outcome_unknown', fields: { next_tool: 'experiment-get' } });
    expect(error.message).toContain('cancelled');
    await server.until(() => server.hits.every((hit) => hit.closed));
  });

  it.each(['get', 'post'] as const)('wakes from its backoff at once (%s)', async (method) => {
    // The log's line comes after the answer and right before the backoff.
    let cancel = () => {};
    const ignore = () => {};
    const log: Log = {
      debug: () => setImmediate(() => cancel()),
      info: ignore,
      warn: ignore,
      error: ignore,
      hiding: () => log,
    };
    const setup = await setUp([json(429, {}, { 'retry-after': '30' })], { log });
    const call = setup.cancellable();
    cancel = call.cancel;
    const startedAt = performance.now();
    const waiting = method === 'get' ? call.api.get(EXPERIMENT, ANY) : call.api.post(LAUNCH, ANY);
    expect(await errorOf(waiting)).toMatchObject({ code: 'cancelled' });
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(setup.server.hits).toHaveLength(1);
  });

  it('sends nothing where it was cancelled before it began', async () => {
    const { server, cancellable } = await setUp([ok]);
    const { api, cancel } = cancellable();
    cancel();
    expect(await errorOf(api.post(LAUNCH, ANY))).toMatchObject({ code: 'cancelled' });
    expect(server.connections.total).toBe(0);
  });

  it('ends at once while it waits for a socket', async () => {
    const { server, cancellable } = await setUp([hang], { limits: { connections: 1 } });
    const [blocker, waiter] = [cancellable(), cancellable()];
    const blocking = errorOf(blocker.api.get(EXPERIMENT, ANY));
    await server.until(() => server.hits.length === 1);
    const waiting = errorOf(waiter.api.post(LAUNCH, ANY));
    waiter.cancel();
    expect(await waiting).toMatchObject({ code: 'cancelled' });
    blocker.cancel();
    expect(await blocking).toMatchObject({ code: 'cancelled' });
    expect(server.hits.map((hit) => hit.method)).toEqual(['GET']);
  });
});
