import { setTimeout as after } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type Behaviour, drip, hang, json, stall } from '../helpers/fault-server.js';
import { ANY, EXPERIMENT, errorOf, LAUNCH, setUp } from './setup.js';

const ok = json(200, { id: 77 });
const NEVER = new AbortController().signal;

/** What a busy machine may take to tell the end of a call, beyond what it is late with timers anyway. Milliseconds. */
const BUSY_MS = 150;

/**
 * Does `work` and holds its length against the deadline ± 10 %. A timer of the same length beside it tells how late the
 * machine is: that and `BUSY_MS` are allowed above, nothing below.
 */
async function lasting<T>(deadlineMs: number, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const passed = () => performance.now() - startedAt;
  const timer = after(deadlineMs).then(passed);
  const result = await work();
  const ms = passed();
  expect(ms).toBeGreaterThanOrEqual(deadlineMs * 0.9);
  expect(ms).toBeLessThanOrEqual(deadlineMs * 0.1 + (await timer) + BUSY_MS);
  return result;
}

describe('risk 5: a deadline', () => {
  it('ends a body that drips for ever, and the socket with it', async () => {
    const { server, client } = await setUp([drip(20)]);
    const read = () => client.forCall({ signal: NEVER, deadlineMs: 300 }).get(EXPERIMENT, ANY);
    expect(await lasting(300, () => errorOf(read()))).toMatchObject({ code: 'timeout' });
    await server.until(() => server.hits.every((hit) => hit.closed));
    expect(server.hits).toHaveLength(1);
  });

  it('ends a write with an unknown outcome', async () => {
    const { server, client } = await setUp([hang]);
    const write = () => client.forCall({ signal: NEVER, deadlineMs: 200 }).post(LAUNCH, ANY);
    const error = await lasting(200, () => errorOf(write()));
    expect(error).toMatchObject({ code: 'outcome_unknown' });
    expect(error.message).toContain('did not answer in time');
    await server.until(() => server.hits.every((hit) => hit.closed));
  });

  it('is shared by all requests of a call', async () => {
    // The first answer takes half of it, which the second request then lacks.
    const late: Behaviour = (response, request) => setTimeout(() => ok(response, request), 500);
    const { server, client } = await setUp([late, hang, ok]);
    await lasting(1_000, async () => {
      const api = client.forCall({ signal: NEVER, deadlineMs: 1_000 });
      await api.get(EXPERIMENT, ANY);
      expect(await errorOf(api.get(EXPERIMENT, ANY))).toMatchObject({ code: 'timeout' });
      expect(await errorOf(api.get(EXPERIMENT, ANY))).toMatchObject({ code: 'timeout' });
    });
    expect(server.hits).toHaveLength(2);
  });

  it('that has passed lets no write out, so nothing can have changed', async () => {
    const { server, client } = await setUp([hang, ok]);
    const api = client.forCall({ signal: NEVER, deadlineMs: 100 });
    await errorOf(api.get(EXPERIMENT, ANY));
    expect(await errorOf(api.post(LAUNCH, ANY))).toMatchObject({ code: 'timeout' });
    // A busy machine may not have sent the read in time either.
    expect(server.hits.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  it('covers the wait for a free socket', async () => {
    const { server, client, cancellable } = await setUp([hang], { limits: { connections: 1 } });
    const blocker = cancellable();
    const first = errorOf(blocker.api.post(LAUNCH, ANY));
    await server.until(() => server.hits.length === 1);
    const waiting = () => client.forCall({ signal: NEVER, deadlineMs: 100 }).post(LAUNCH, ANY);
    // The socket is not free before the blocker is cancelled, which is only after this.
    expect(await lasting(100, () => errorOf(waiting()))).toMatchObject({ code: 'timeout' });
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
    const api = client.forCall({ signal: NEVER, deadlineMs: 200 });
    expect(await errorOf(api.post(LAUNCH, ANY, undefined, { slow: true }))).toMatchObject({ code: 'outcome_unknown' });
    await server.until(() => server.hits.every((hit) => hit.closed));
    expect(server.hits).toHaveLength(1);
  });
});
