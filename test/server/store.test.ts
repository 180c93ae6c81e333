import { afterAll, describe, expect, it } from 'vitest';
import { createLog } from '../../src/log.js';
import { createRedisStore } from '../../src/replicas/redis.js';
import { createMemoryStore } from '../../src/replicas/store.js';
import { confirm, openTokenWorld, preview, tokenOf, wholeStore } from '../helpers/consent.js';
import { rewinder } from '../helpers/rewind.js';
import { DRAFT, RUNNING, SHARED } from '../helpers/shop.js';
import { type Call, sent } from '../helpers/state.js';
import { openWorld, type World, type WorldOptions } from '../helpers/world.js';

const PAUSE: Call = { tool: 'experiment-pause', args: { id: RUNNING } };
const LIMITS = { maxLivePerHour: 1 };

/** Two servers on one sandbox. */
async function openPair(options: WorldOptions): Promise<[World, World]> {
  const one = await openTokenWorld(options);
  return [one, await openTokenWorld({ ...options, on: one })];
}

describe('a confirmation in one of two processes, with the state put back as it was', () => {
  const codesOfSecondUse = async (store: WorldOptions['store']) => {
    const [one, other] = await openPair({ store });
    const rewind = rewinder(one);
    const shown = await preview(one, PAUSE);
    expect((await confirm(one, PAUSE, shown)).data).toMatchObject({ status: 'applied' });
    rewind();
    return (await confirm(other, PAUSE, shown)).text;
  };

  it('risk 45: confirms nothing in the other where they share a store', async () => {
    expect(await codesOfSecondUse(createMemoryStore(Date.now))).toContain('token_used');
  });

  it('would work again where they share none, if PostHog could go back in time', async () => {
    expect(await codesOfSecondUse(undefined)).not.toContain('token_used');
  });
});

describe('--max-live-writes', () => {
  it('risk 62: counts the calls of all processes that share a store', async () => {
    const store = createMemoryStore(Date.now);
    const one = await openWorld({ store, limits: LIMITS });
    const other = await openWorld({ store, limits: LIMITS, on: one });
    expect((await one.call(PAUSE.tool, PAUSE.args)).data).toMatchObject({ status: 'applied' });
    const refused = await other.call('experiment-reset', { id: SHARED });
    expect(refused.data.error).toMatchObject({ code: 'outside_limits', retry_after_seconds: expect.any(Number) });
  });

  it('cannot be passed by calls in two processes at the same moment', async () => {
    const store = createMemoryStore(Date.now);
    const one = await openWorld({ store, limits: LIMITS });
    const other = await openWorld({ store, limits: LIMITS, on: one });
    const answers = await Promise.all([
      one.call('experiment-reset', { id: RUNNING }),
      other.call('experiment-reset', { id: SHARED }),
    ]);
    expect(answers.map(({ data }) => data.status ?? 'refused').sort()).toEqual(['applied', 'refused']);
  });
});

describe('while the store is down', () => {
  // Nothing listens there: the port is one that no service may have.
  const address = { host: '127.0.0.1', port: 1, tls: false, username: undefined, password: undefined, db: 0 };
  const log = createLog({ level: 'silent', redact: (text) => text });
  const store = createRedisStore({ address, origin: 'http://127.0.0.1', log });
  afterAll(() => store.close());

  const expectRefused = async (world: World, { tool, args }: Call) => {
    const before = wholeStore(world);
    const writes = sent(world).length;
    const answer = await world.call(tool, args);
    expect(answer.data.error, answer.text).toMatchObject({ code: 'store_unavailable' });
    expect(answer.text).toContain('redis://127.0.0.1:1/0) cannot be used (ECONNREFUSED)');
    expect(answer.text).toContain('Nothing was sent');
    expect(sent(world)).toHaveLength(writes);
    expect(wholeStore(world)).toEqual(before);
  };

  it('risk 62: reads, previews and drafts go on, and a confirmed live change is refused with the reason', async () => {
    const world = await openTokenWorld({ store, limits: LIMITS });
    expect((await world.call('experiment-get', { id: RUNNING })).isError).toBe(false);
    const draft = await world.call('experiment-update', { id: DRAFT, description: 'Words.' });
    expect(draft.data).toMatchObject({ status: 'applied' });
    const confirmation_token = tokenOf(await preview(world, PAUSE));
    await expectRefused(world, { ...PAUSE, args: { ...PAUSE.args, confirmation_token } });
  });

  it('live changes that nobody confirms are refused where they are counted, and made where they are not', async () => {
    await expectRefused(await openWorld({ store, limits: LIMITS }), PAUSE);
    const free = await openWorld({ store });
    expect((await free.call(PAUSE.tool, PAUSE.args)).data).toMatchObject({ status: 'applied' });
  });
});
