import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createUpstreamGuard } from '../../src/posthog/guard.js';
import { type Behaviour, breakOff, hang, json } from '../helpers/fault-server.js';
import { ANY, EXPERIMENT, errorOf, LAUNCH, setUp } from './setup.js';

const OTHER = 'phx_canary_of_another_0123456789';
const NEVER = new AbortController().signal;
const ok = json(200, { id: 77 });

/** What half of all refusals without a request keep to, even on a busy machine. Milliseconds. */
const FAST_MS = 5;

const medianOf = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Answers after a while; `most` is how many were open at once. */
function slowly(ms: number): Behaviour & { most: number } {
  let open = 0;
  const behaviour: Behaviour & { most: number } = Object.assign<Behaviour, { most: number }>(
    (response, request) => {
      open += 1;
      behaviour.most = Math.max(behaviour.most, open);
      setTimeout(() => {
        open -= 1;
        ok(response, request);
      }, ms);
    },
    { most: 0 },
  );
  return behaviour;
}

describe('callers of one process', () => {
  it('have 8 requests in flight for each key, and all of them finish', async () => {
    const slow = slowly(60);
    const { client, server } = await setUp([slow], { guard: createUpstreamGuard(), limits: { connections: 32 } });
    const calls = (key?: string) =>
      Array.from({ length: 60 }, () => client.forCall({ signal: NEVER, key }).get(EXPERIMENT, ANY));
    await Promise.all(calls());
    expect(slow.most).toBe(8);
    await Promise.all([...calls(), ...calls(OTHER)]);
    expect(slow.most).toBeGreaterThan(8);
    expect(slow.most).toBeLessThanOrEqual(16);
    expect(server.hits).toHaveLength(180);
    expect(new Set(server.hits.map(({ headers }) => headers.authorization)).size).toBe(2);
  });

  it('are not kept waiting by a call that is cancelled in the queue', async () => {
    const { client, cancellable } = await setUp([slowly(150)], { guard: createUpstreamGuard() });
    const first = Array.from({ length: 8 }, () => client.forCall({ signal: NEVER }).get(EXPERIMENT, ANY));
    const { api, cancel } = cancellable();
    const queued = Array.from({ length: 5 }, () => api.get(EXPERIMENT, ANY));
    const write = api.post(LAUNCH, ANY);
    const last = client.forCall({ signal: NEVER }).get(EXPERIMENT, ANY);
    setTimeout(cancel, 20);
    for (const call of queued) expect(await errorOf(call)).toMatchObject({ code: 'cancelled' });
    expect(await errorOf(write)).toMatchObject({ code: 'cancelled' });
    await Promise.all([...first, last]);
  });

  it('heed the wait that one of their calls was told, and no other key does', async () => {
    let limited = true;
    const { client, server } = await setUp(
      [
        (response, request) => {
          const isOther = request.headers.authorization?.includes('another');
          if (limited && !isOther) json(429, {}, { 'retry-after': '1' })(response, request);
          else ok(response, request);
          if (!isOther) limited = false;
        },
      ],
      { guard: createUpstreamGuard() },
    );
    const startedAt = performance.now();
    const retried = client.forCall({ signal: NEVER }).get(EXPERIMENT, ANY);
    await server.until(() => server.hits.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const others = Array.from({ length: 20 }, () => client.forCall({ signal: NEVER, key: OTHER }).get(EXPERIMENT, ANY));
    await Promise.all(others);
    expect(performance.now() - startedAt).toBeLessThan(900);
    const same = Array.from({ length: 5 }, () => client.forCall({ signal: NEVER }).post(LAUNCH, ANY));
    await Promise.all([retried, ...same]);
    expect(performance.now() - startedAt).toBeGreaterThan(990);
    expect(server.hits).toHaveLength(1 + 20 + 6);
  });

  it('risk 4: ask chance anew before each repeat', async () => {
    const chance = vi.spyOn(Math, 'random').mockReturnValue(0);
    onTestFinished(() => void chance.mockRestore());
    // Without the chance that other tests decide.
    const { server, api } = await setUp([json(503, {}), json(503, {}), ok], { random: undefined });
    await api.get(EXPERIMENT, ANY);
    expect(server.hits).toHaveLength(3);
    expect(chance).toHaveBeenCalledTimes(2);
  });

  it.each([
    ['5xx', json(500, {})],
    ['broken connections', breakOff],
    ['answers too late', hang],
  ])('risk 12: fail fast after 5 in a row of %s, and are served again after a probe', async (_, down) => {
    let behaviour: Behaviour = down;
    const clock = { skipped: 0 };
    const guard = createUpstreamGuard({ now: () => Date.now() + clock.skipped });
    const { client, server } = await setUp([(response, request) => behaviour(response, request)], {
      guard,
      limits: { headersMs: 200 },
    });
    const write = () => client.forCall({ signal: NEVER }).post(LAUNCH, ANY);
    for (let count = 0; count < 5; count += 1) await errorOf(write());
    expect(server.hits).toHaveLength(5);
    const times: number[] = [];
    for (let count = 0; count < 20; count += 1) {
      const startedAt = performance.now();
      const refused = await errorOf(write());
      times.push(performance.now() - startedAt);
      expect(refused).toMatchObject({ code: 'connection_failed', fields: { retry_after_seconds: 15 } });
    }
    expect(medianOf(times)).toBeLessThan(FAST_MS);
    clock.skipped = 15_000;
    behaviour = slowly(50);
    const settled = await Promise.allSettled(Array.from({ length: 50 }, write));
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(server.hits).toHaveLength(6);
    await write();
  });

  it('are served again also where each of them sends several requests at once', async () => {
    let behaviour: Behaviour = json(500, {});
    const clock = { skipped: 0 };
    const guard = createUpstreamGuard({ now: () => Date.now() + clock.skipped });
    const { client } = await setUp([(response, request) => behaviour(response, request)], { guard });
    for (let count = 0; count < 5; count += 1) await errorOf(client.forCall({ signal: NEVER }).post(LAUNCH, ANY));
    clock.skipped = 15_000;
    behaviour = slowly(50);
    const api = client.forCall({ signal: NEVER });
    await Promise.all([api.get(EXPERIMENT, ANY), api.get(EXPERIMENT, ANY), api.get(EXPERIMENT, ANY)]);
  });

  it('fail fast after 5 reads in a row that were not answered in time', async () => {
    const { client, server } = await setUp([hang], { guard: createUpstreamGuard(), limits: { headersMs: 200 } });
    const read = () => client.forCall({ signal: NEVER }).get(EXPERIMENT, ANY);
    for (let count = 0; count < 5; count += 1) expect(await errorOf(read())).toMatchObject({ code: 'timeout' });
    expect(await errorOf(read())).toMatchObject({ code: 'connection_failed' });
    expect(server.hits).toHaveLength(5);
  });

  it('are not failed fast because some gave up waiting', async () => {
    const { client } = await setUp([hang], { guard: createUpstreamGuard() });
    const read = () => client.forCall({ signal: NEVER, deadlineMs: 50 }).get(EXPERIMENT, ANY);
    for (let count = 0; count < 7; count += 1) expect(await errorOf(read())).toMatchObject({ code: 'timeout' });
  });

  it.each([400, 401, 403, 404, 429])('go on after any number of %i', async (status) => {
    const { client, server } = await setUp([json(status, {})], { guard: createUpstreamGuard() });
    for (let count = 0; count < 12; count += 1)
      await errorOf(client.forCall({ signal: NEVER, deadlineMs: 200 }).patch(EXPERIMENT, ANY, {}));
    expect(server.hits.length).toBeGreaterThanOrEqual(12);
  });
});

describe('one user of a process', () => {
  it('has no breaker and no share', async () => {
    const slow = slowly(20);
    const { client, server } = await setUp([...Array<Behaviour>(12).fill(json(500, {})), slow], {
      limits: { connections: 12 },
    });
    const write = () => client.forCall({ signal: NEVER }).post(LAUNCH, ANY);
    for (let count = 0; count < 12; count += 1) await errorOf(write());
    expect(server.hits).toHaveLength(12);
    await Promise.all(Array.from({ length: 30 }, write));
    expect(slow.most).toBe(12);
  });
});
