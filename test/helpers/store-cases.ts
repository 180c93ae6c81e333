import { expect, it } from 'vitest';
import type { SharedStore } from '../../src/replicas/store.js';

/** What every store has to do, alone and before several processes. */
export interface StoreUnderTest {
  /** Two views of one store, as two processes have them. */
  one: SharedStore;
  other: SharedStore;
  /** Resolves once so much time has passed for the store. */
  pass(ms: number): Promise<void>;
}

/** Long enough for a slow machine to do a few operations within. Milliseconds. */
const WHILE = 2_000;

let names = 0;
const fresh = () => `key ${names++}`;

/** The same cases for each kind of store. */
export function itBehavesAsAStore(open: () => StoreUnderTest): void {
  it('gives a key to the first who claims it, until its time is over', async () => {
    const { one, other, pass } = open();
    const key = fresh();
    const claims = await Promise.all([one, other, one, other].map((store) => store.claim(key, WHILE)));
    expect(claims.filter((isMine) => isMine)).toHaveLength(1);
    expect(await other.claim(fresh(), WHILE)).toBe(true);
    await pass(WHILE);
    expect(await other.claim(key, WHILE)).toBe(true);
  });

  it('keeps what was put last, until its time is over or it is removed', async () => {
    const { one, other, pass } = open();
    const [key, further] = [fresh(), fresh()];
    expect(await one.get(key)).toBeNull();
    await one.put(key, 'first', WHILE);
    await other.put(key, 'second', WHILE);
    expect([await one.get(key), await other.get(key)]).toEqual(['second', 'second']);
    await pass(WHILE);
    expect(await one.get(key)).toBeNull();
    await one.put(key, '', WHILE);
    await one.put(further, '', WHILE);
    expect(await other.get(key)).toBe('');
    await other.remove([key, further, fresh()]);
    expect([await one.get(key), await one.get(further)]).toEqual([null, null]);
  });

  it('gives no more places than there are, at the same moment or later', async () => {
    const { one, other, pass } = open();
    const [key, window] = [fresh(), { limit: 3, windowMs: WHILE }];
    const takes = [one, other, one, other, one, other].map((store) => store.take(key, window));
    const refused = (await Promise.all(takes)).flatMap((taken) => ('waitMs' in taken ? [taken.waitMs] : []));
    expect(refused).toHaveLength(3);
    for (const waitMs of [...refused, await other.waitFor(key, window)]) {
      expect(waitMs).toBeGreaterThan(0);
      expect(waitMs).toBeLessThanOrEqual(WHILE);
    }
    expect(await other.waitFor(fresh(), window)).toBe(0);
    await pass(WHILE);
    expect(await other.waitFor(key, window)).toBe(0);
    expect(await other.take(key, window)).toHaveProperty('giveBack');
  });

  it('frees places one by one, as each of them was taken', async () => {
    const { one, other, pass } = open();
    const [key, window] = [fresh(), { limit: 2, windowMs: WHILE }];
    await one.take(key, window);
    await pass(WHILE / 2);
    await other.take(key, window);
    await pass(WHILE / 2);
    expect(await one.take(key, window)).toHaveProperty('giveBack');
    expect(await other.take(key, window)).toHaveProperty('waitMs');
    // Where the limit was lowered, more than one has to leave.
    const lowered = await other.waitFor(key, { ...window, limit: 1 });
    expect(lowered).toBeGreaterThan(await other.waitFor(key, window));
  });

  it('frees the place that is given back, and no other one', async () => {
    const { one, other } = open();
    const [key, window] = [fresh(), { limit: 2, windowMs: WHILE }];
    const first = await one.take(key, window);
    await other.take(key, window);
    if (!('giveBack' in first)) throw new Error('no place');
    await first.giveBack();
    await first.giveBack();
    expect(await other.take(key, window)).toHaveProperty('giveBack');
    expect(await one.take(key, window)).toHaveProperty('waitMs');
  });
}
