import { describe, expect, it } from 'vitest';
import type { Log } from '../../src/log.js';
import { drip, hang, json } from '../helpers/fault-server.js';
import { ANY, EXPERIMENT, errorOf, LAUNCH, setUp } from './setup.js';

const ok = json(200, { id: 77 });

/** Far below every wait that a cancelled call could still sit out, and enough for a busy machine. Milliseconds. */
const AT_ONCE_MS = 500;

/** So many that the timers of the test runner, which come and go, make no difference. */
const CALLS = 20;

/** Timers that keep this process alive. */
const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

function ignore(): void {}

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

  it.each(['get', 'post'] as const)(
    'wakes from its backoff at once and leaves no timer behind (%s)',
    async (method) => {
      let begun = 0;
      let all: (() => void) | undefined;
      const inBackoff = new Promise<void>((resolve) => {
        all = resolve;
      });
      // The log's line comes after the answer and right before the backoff.
      const onRequest = () => {
        begun += 1;
        if (begun === CALLS) setImmediate(() => all?.());
      };
      const log: Log = { debug: onRequest, info: ignore, warn: ignore, error: ignore, hiding: () => log };
      const { server, cancellable } = await setUp([json(429, {}, { 'retry-after': '30' })], { log });
      const before = timers();
      const calls = Array.from({ length: CALLS }, cancellable);
      const errors = calls.map(({ api }) =>
        errorOf(method === 'get' ? api.get(EXPERIMENT, ANY) : api.post(LAUNCH, ANY)),
      );
      await inBackoff;
      expect(timers()).toBeGreaterThan(before + CALLS / 2);
      const cancelledAt = performance.now();
      for (const { cancel } of calls) cancel();
      for (const error of await Promise.all(errors)) expect(error).toMatchObject({ code: 'cancelled' });
      expect(performance.now() - cancelledAt).toBeLessThan(AT_ONCE_MS);
      expect(timers()).toBeLessThan(before + CALLS / 2);
      expect(server.hits).toHaveLength(CALLS);
    },
  );

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
