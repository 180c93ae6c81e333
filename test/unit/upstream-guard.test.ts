import { setMaxListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { BREAKER_FAILURES } from '../../src/posthog/breaker.js';
import { type AttemptOutcome, createUpstreamGuard, MAX_PER_KEY, type UpstreamGuard } from '../../src/posthog/guard.js';
import { BREAKER_OPEN_MS } from '../../src/posthog/limits.js';
import { createMemoryStore, type SharedStore } from '../../src/replicas/store.js';
import { DOWN_STORE } from '../helpers/down-store.js';

const OK: AttemptOutcome = { ok: true };
const status = (code: number, retryAfterMs: number | null = null): AttemptOutcome => ({
  ok: false,
  failure: { kind: 'status', status: code, retryAfterMs },
});
const DOWN: readonly (readonly [string, AttemptOutcome])[] = [
  ['500', status(500)],
  ['503', status(503)],
  ['a connection that was never made', { ok: false, failure: { kind: 'never_sent' } }],
  ['a broken one', { ok: false, failure: { kind: 'broken' } }],
  ['no answer in time', { ok: false, failure: { kind: 'final', unreached: true } }],
];
const NOT_DOWN: readonly (readonly [string, AttemptOutcome])[] = [
  ['400', status(400)],
  ['401', status(401)],
  ['404', status(404)],
  ['429', status(429)],
];
const CANCELLED: AttemptOutcome = { ok: false, failure: { kind: 'final' } };

/** A guard whose clock goes only where the test or a wait puts it. */
function clocked({ store, clock = { now: 1_000_000 } }: { store?: SharedStore; clock?: { now: number } } = {}) {
  const guard = createUpstreamGuard({
    now: () => clock.now,
    store,
    wait: async (ms) => {
      clock.now += ms;
    },
  });
  return { clock, guard, enter: (key = 'a', signal = never()) => entering(guard, clock.now, key, signal) };
}

const never = () => new AbortController().signal;
const entering = (guard: UpstreamGuard, now: number, key: string, signal: AbortSignal) =>
  guard.enter({ key, signal, endsAt: now + 45_000 });
const tick = () => new Promise((resolve) => setImmediate(resolve));

async function fail(enter: () => Promise<(outcome: AttemptOutcome) => void>, outcome: AttemptOutcome, times: number) {
  for (let count = 0; count < times; count += 1) (await enter())(outcome);
}

describe('risk 12: the breaker', () => {
  it.each(DOWN)('opens after 5 in a row of: %s', async (_, outcome) => {
    const { enter } = clocked();
    await fail(enter, outcome, BREAKER_FAILURES - 1);
    (await enter())(OK);
    await fail(enter, outcome, BREAKER_FAILURES);
    const times: number[] = [];
    for (let count = 0; count < 20; count += 1) {
      const startedAt = performance.now();
      const refused = await enter('another key').catch((error: unknown) => error);
      times.push(performance.now() - startedAt);
      expect(refused).toMatchObject({ code: 'connection_failed', fields: { retry_after_seconds: 15 } });
    }
    expect(times.toSorted((a, b) => a - b)[10]).toBeLessThan(5);
  });

  it.each(NOT_DOWN)('never opens after %s, which shows that PostHog is there', async (_, outcome) => {
    const { enter } = clocked();
    await fail(enter, status(500), BREAKER_FAILURES - 1);
    await fail(enter, outcome, 20);
    await fail(enter, status(500), BREAKER_FAILURES - 1);
    const settle = await enter();
    expect(() => settle(OK)).not.toThrow();
  });

  it('counts nothing for what callers broke off', async () => {
    const { enter } = clocked();
    await fail(enter, CANCELLED, 20);
    await fail(enter, status(500), BREAKER_FAILURES - 1);
    await fail(enter, CANCELLED, 1);
    (await enter())(status(500));
    await expect(enter()).rejects.toMatchObject({ code: 'connection_failed' });
  });

  it.each(['one key', 'keys of their own'])('lets one probe of 50 through after 15 s (%s)', async (which) => {
    const { clock, enter } = clocked();
    await fail(enter, status(503), BREAKER_FAILURES);
    clock.now += BREAKER_OPEN_MS - 1;
    await expect(enter()).rejects.toMatchObject({ code: 'connection_failed' });
    clock.now += 1;
    const all = () =>
      Promise.allSettled(Array.from({ length: 50 }, (_, at) => enter(which === 'one key' ? 'a' : `key ${at}`)));
    const first = (await all()).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(first).toHaveLength(1);
    first[0]?.(status(503));
    expect((await all()).filter((one) => one.status === 'fulfilled')).toEqual([]);
    clock.now += BREAKER_OPEN_MS;
    (await enter())(OK);
    (await enter())(OK);
  });

  it.each([
    ['go on when it found PostHog', OK, 'fulfilled'],
    ['are refused when it did not', status(503), 'rejected'],
  ])('lets further requests of the call that probes wait for the probe: they %s', async (_, outcome, then) => {
    const { clock, enter } = clocked();
    await fail(enter, status(503), BREAKER_FAILURES);
    clock.now += BREAKER_OPEN_MS;
    const call = never();
    const probe = await enter('a', call);
    const others = [enter('a', call), enter('a', call)];
    await tick();
    await expect(enter()).rejects.toMatchObject({ code: 'connection_failed' });
    probe(outcome);
    expect((await Promise.allSettled(others)).map(({ status }) => status)).toEqual([then, then]);
  });

  it('stays with one probe though an attempt of before the pause ends during it', async () => {
    const { clock, enter } = clocked();
    const late = await enter();
    await fail(enter, status(503), BREAKER_FAILURES);
    clock.now += BREAKER_OPEN_MS;
    const probe = await enter();
    late(CANCELLED);
    await expect(enter()).rejects.toMatchObject({ code: 'connection_failed' });
    probe(CANCELLED);
    (await enter())(OK);
    (await enter())(OK);
  });

  it('fails at once though all places of a key are taken', async () => {
    const { enter } = clocked();
    const held = await Promise.all(Array.from({ length: MAX_PER_KEY }, () => enter()));
    for (const settle of held.slice(0, 5)) settle(status(503));
    for (let count = 0; count < 5; count += 1)
      await expect(enter()).rejects.toMatchObject({ code: 'connection_failed' });
    for (const settle of held.slice(5)) settle(CANCELLED);
  });
});

describe('places', () => {
  it('are 8 for a key, and go to those who wait in their order', async () => {
    const { enter } = clocked();
    const held = await Promise.all(Array.from({ length: MAX_PER_KEY }, () => enter()));
    const order: number[] = [];
    const waiting = [0, 1, 2].map(async (at) => {
      const settle = await enter();
      order.push(at);
      return settle;
    });
    await tick();
    expect(order).toEqual([]);
    (await enter('another key'))(OK);
    held[0]?.(OK);
    // Comes at the very moment at which a place is free, and must not slip in.
    const late = enter();
    await tick();
    expect(order).toEqual([0]);
    held[1]?.(OK);
    held[2]?.(OK);
    await tick();
    expect(order).toEqual([0, 1, 2]);
    for (const settle of held.slice(3)) settle(OK);
    for (const settle of await Promise.all(waiting)) settle(OK);
    (await late)(OK);
  });

  it('are never more than 8 in use, whatever the order of ends and starts', async () => {
    const { enter } = clocked();
    let active = 0;
    let most = 0;
    const one = async () => {
      const settle = await enter();
      active += 1;
      most = Math.max(most, active);
      for (let turns = Math.random() * 4; turns > 0; turns -= 1) await tick();
      active -= 1;
      settle(OK);
    };
    const spread = async () => {
      for (let turns = Math.random() * 40; turns > 0; turns -= 1) await tick();
      await one();
    };
    await Promise.all(Array.from({ length: 400 }, spread));
    expect(most).toBe(MAX_PER_KEY);
  });

  it('are not lost by those who stop waiting', async () => {
    const { enter } = clocked();
    const held = await Promise.all(Array.from({ length: MAX_PER_KEY }, () => enter()));
    const stop = new AbortController();
    setMaxListeners(0, stop.signal);
    const leaving = Array.from({ length: 20 }, () => enter('a', stop.signal));
    const staying = enter();
    stop.abort(new Error('enough'));
    for (const one of leaving) await expect(one).rejects.toThrow('enough');
    await expect(enter('a', stop.signal)).rejects.toThrow('enough');
    held[0]?.(OK);
    (await staying)(OK);
    for (const settle of held.slice(1)) settle(OK);
    const again = await Promise.all(Array.from({ length: MAX_PER_KEY }, () => enter()));
    for (const settle of again) settle(OK);
  });

  it('are handed on by those whom the breaker turns away', async () => {
    const { clock, enter } = clocked();
    const held = await Promise.all(Array.from({ length: MAX_PER_KEY }, () => enter()));
    const waiting = Promise.allSettled(Array.from({ length: 10 }, () => enter()));
    for (const settle of held) settle(status(503));
    expect((await waiting).filter((one) => one.status === 'fulfilled')).toEqual([]);
    clock.now += BREAKER_OPEN_MS;
    (await enter())(OK);
    const again = await Promise.all(Array.from({ length: MAX_PER_KEY }, () => enter()));
    expect(again).toHaveLength(MAX_PER_KEY);
  });
});

describe('a wait that PostHog asks of a key', () => {
  it('is waited out by all its calls where it fits into them, and by no other key', async () => {
    const { clock, enter } = clocked();
    (await enter())(status(429, 3_000));
    const startedAt = clock.now;
    (await enter('another key'))(OK);
    expect(clock.now).toBe(startedAt);
    (await enter())(OK);
    expect(clock.now).toBe(startedAt + 3_000);
  });

  it('is told at once where it does not fit', async () => {
    const { clock, enter } = clocked();
    const held = await Promise.all(Array.from({ length: MAX_PER_KEY }, () => enter()));
    const waiting = enter();
    held[0]?.(status(429, 600_000));
    const refused = { code: 'rate_limited', fields: { retry_after_seconds: 600 } };
    await expect(waiting).rejects.toMatchObject(refused);
    await expect(enter()).rejects.toMatchObject(refused);
    (await enter('another key'))(OK);
    for (const settle of held.slice(1)) settle(OK);
    clock.now += 599_999;
    const still = entering(createUpstreamGuard(), Date.now(), 'a', never());
    (await still)(OK);
    clock.now += 1;
    (await enter())(OK);
  });

  it('ends with the call that waits', async () => {
    const guard = createUpstreamGuard();
    (await entering(guard, Date.now(), 'a', never()))(status(429, 20_000));
    const stop = new AbortController();
    const waiting = entering(guard, Date.now(), 'a', stop.signal);
    await tick();
    stop.abort();
    await expect(waiting).rejects.toThrow();
  });
});

describe('the breakers of processes that share a store', () => {
  /** Two processes that go by one clock, of which the first has just found that PostHog is down. */
  async function tripped() {
    const clock = { now: 1_000_000 };
    const store = createMemoryStore(() => clock.now);
    const [one, other] = [clocked({ store, clock }), clocked({ store, clock })];
    await fail(one.enter, status(503), BREAKER_FAILURES);
    return { clock, one, other };
  }
  const refused = { code: 'connection_failed' };

  it('open together', async () => {
    const { clock, other } = await tripped();
    await expect(other.enter()).rejects.toMatchObject({ ...refused, fields: { retry_after_seconds: 15 } });
    clock.now += BREAKER_OPEN_MS - 1;
    await expect(other.enter()).rejects.toMatchObject(refused);
  });

  it.each([
    ['opened it', true],
    ['only heard of it', false],
  ])('let one probe of all processes through, here by the one that %s', async (_, isFirst) => {
    const { clock, one, other } = await tripped();
    const [prober, waiter] = isFirst ? [one, other] : [other, one];
    clock.now += BREAKER_OPEN_MS;
    const probe = await prober.enter();
    for (const { enter } of [prober, waiter]) await expect(enter()).rejects.toMatchObject(refused);
    probe(status(503));
    await expect(waiter.enter()).rejects.toMatchObject(refused);
    clock.now += BREAKER_OPEN_MS;
    const [first, second] = await Promise.allSettled([waiter.enter(), prober.enter()]);
    expect([first.status, second.status]).toEqual(['fulfilled', 'rejected']);
    if (first.status === 'fulfilled') first.value(OK);
    for (const { enter } of [prober, waiter]) (await enter())(OK);
    await Promise.all([prober, waiter, prober].map(({ enter }) => enter()));
  });

  it('let the next one probe where the probe was broken off, or its process is gone', async () => {
    const { clock, one, other } = await tripped();
    clock.now += BREAKER_OPEN_MS;
    (await one.enter())(CANCELLED);
    await other.enter();
    await expect(one.enter()).rejects.toMatchObject(refused);
    clock.now += 60_000;
    (await one.enter())(OK);
  });

  it('let further requests of the call that probes wait for it, in a process that only heard of it', async () => {
    const { clock, other } = await tripped();
    clock.now += BREAKER_OPEN_MS;
    const call = never();
    const probe = other.enter('a', call);
    const others = Promise.all([other.enter('a', call), other.enter('a', call)]);
    (await probe)(OK);
    expect(await others).toHaveLength(2);
  });

  it('go on alone while the store is down', async () => {
    const { clock, enter } = clocked({ store: DOWN_STORE });
    await fail(enter, status(503), BREAKER_FAILURES);
    await expect(enter()).rejects.toMatchObject(refused);
    clock.now += BREAKER_OPEN_MS;
    (await enter())(OK);
    await Promise.all([enter(), enter()]);
  });
});
