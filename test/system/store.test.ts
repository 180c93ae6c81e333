import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secret } from '../../src/config/setting.js';
import { createLog, type Log } from '../../src/log.js';
import { createRedisStore, type RedisStore } from '../../src/replicas/redis.js';
import { itBehavesAsAStore } from '../helpers/store-cases.js';
import { type RedisServer, startRedis } from './redis.js';

const PASSWORD = 'correct horse battery';
const PREFIX = /^posthog-experiments-mcp:[0-9a-f]{12}:/;

let server: RedisServer;
/** The tests' own look at what is stored. */
let admin: Redis;
const stores: RedisStore[] = [];

interface Opening {
  origin?: string;
  password?: string;
  db?: number;
  log?: Log;
}

function open({
  origin = 'https://us.posthog.com',
  password = PASSWORD,
  db = 0,
  log = silent,
}: Opening = {}): RedisStore {
  const address = {
    host: '127.0.0.1',
    port: server.port,
    tls: false,
    username: undefined,
    password: secret(password),
    db,
  };
  const store = createRedisStore({ address, origin, log });
  stores.push(store);
  return store;
}

const silent = createLog({ level: 'silent', redact: (text) => text });

/** A log, and its lines so far. */
function written(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const log = createLog({ level: 'debug', redact: (text) => text, write: (line) => lines.push(line) });
  return { log, lines };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(20);
}

/** Milliseconds of the server's clock. */
async function serverTime(): Promise<number> {
  const [seconds, micros] = await admin.time();
  return Number(seconds) * 1000 + Number(micros) / 1000;
}

beforeAll(async () => {
  server = await startRedis({ password: PASSWORD });
  admin = new Redis({ port: server.port, password: PASSWORD });
  admin.on('error', () => undefined);
});

afterAll(async () => {
  for (const store of stores) store.close();
  admin.disconnect();
  await server.kill();
});

describe('a store in Redis', () => {
  itBehavesAsAStore(() => ({
    one: open(),
    other: open(),
    pass: async (ms) => {
      const end = (await serverTime()) + ms + 1;
      await until(async () => (await serverTime()) >= end);
    },
  }));

  it('keeps what is about one PostHog from the other, and lets nothing stay for ever', async () => {
    const [us, eu] = [open(), open({ origin: 'https://eu.posthog.com' })];
    expect(await Promise.all([us.claim('here', 60_000), eu.claim('here', 60_000)])).toEqual([true, true]);
    await us.put('there', 'x', 60_000);
    await us.take('window', { limit: 1, windowMs: 60_000 });
    const keys = await admin.keys('*');
    expect(keys.filter((key) => !PREFIX.test(key))).toEqual([]);
    expect(new Set(keys.map((key) => key.split(':')[1])).size).toBe(2);
    for (const key of keys) expect(await admin.pttl(key), key).toBeGreaterThan(0);
  });

  it('says which store cannot be used and why, without the password', async () => {
    const { log, lines } = written();
    const failure = await open({ password: 'not the right one', log })
      .get('x')
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'store_unavailable',
      message: expect.stringContaining(`redis://127.0.0.1:${server.port}/0) cannot be used (WRONGPASS)`),
    });
    expect(JSON.stringify([failure, lines])).not.toMatch(/right one|correct horse/);
  });
});

describe('a store in a database that Redis does not have', () => {
  it('cannot be used, rather than taking the first database', async () => {
    const { log, lines } = written();
    const store = open({ db: 9_999, log });
    for (let times = 0; times < 3; times += 1)
      await expect(store.put('misplaced', '', 60_000)).rejects.toMatchObject({ code: 'store_unavailable' });
    await until(() => lines.length > 0);
    expect(store.isUp()).toBe(false);
    expect(await admin.keys('*:misplaced')).toEqual([]);
  });
});

describe('a store in Redis that is lost', () => {
  const operations = (store: RedisStore): Promise<unknown>[] => [
    store.claim('lost', 1_000),
    store.put('lost', '', 1_000),
    store.get('lost'),
    store.remove(['lost']),
    store.take('lost', { limit: 1, windowMs: 1_000 }),
    store.waitFor('lost', { limit: 1, windowMs: 1_000 }),
  ];
  const expectDown = async (store: RedisStore) => {
    for (const result of await Promise.allSettled(operations(store)))
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'store_unavailable' } });
  };

  it.each([
    [
      'was killed',
      async () => {
        await server.kill();
        return async () => {
          server = await startRedis({ port: server.port, password: PASSWORD });
        };
      },
    ],
    [
      'hangs',
      async () => {
        server.signal('SIGSTOP');
        return async () => server.signal('SIGCONT');
      },
    ],
  ])('fails in every operation while it %s, with one warning, and goes on when it is back', async (_, lose) => {
    const { log, lines } = written();
    const store = open({ log });
    expect(await store.get('lost')).toBeNull();
    expect(store.isUp()).toBe(true);
    const bringBack = await lose();
    await expectDown(store);
    await until(() => !store.isUp());
    await expectDown(store);
    await bringBack();
    await until(() => store.isUp());
    expect(await store.claim('back', 60_000)).toBe(true);
    await admin.del(await admin.keys('*'));
    expect(lines.map((line) => JSON.parse(line).message)).toEqual([
      'The shared store cannot be used; changes that need it are refused.',
      'The shared store can be used again.',
    ]);
  });
});
