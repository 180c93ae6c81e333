import { createHash, randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { ToolError } from '../errors.js';
import type { Log } from '../log.js';
import type { SharedStore, Window } from './store.js';

/** How long an operation may take; a server next door answers within a few. Milliseconds. */
const OPERATION_MS = 500;
/** A first connection may have to look up a name and agree on TLS. Milliseconds. */
const CONNECT_MS = 2_000;
/** Pause between attempts to connect again. Milliseconds. */
const RECONNECT_MS = 500;

export interface StoreAddress {
  host: string;
  port: number;
  tls: boolean;
  username: string | undefined;
  password: { reveal(): string } | undefined;
  /** Number of the logical database. */
  db: number;
}

export interface RedisStore extends SharedStore {
  isUp(): boolean;
  close(): void;
}

export interface RedisStoreOptions {
  address: StoreAddress;
  /** Of the PostHog that the calls go to: what is shared for one PostHog says nothing about another. */
  origin: string;
  log: Log;
}

/**
 * Places within a sliding window are members of a sorted set, by the time of the server, so that the clocks of the
 * processes do not matter. Without a member it only looks. Returns the milliseconds to wait, 0 where there is a place.
 */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local limit, window, member = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
local over = redis.call('ZCARD', KEYS[1]) - limit
if over >= 0 then
  return redis.call('ZRANGE', KEYS[1], over, over, 'WITHSCORES')[2] + window - now
end
if member ~= '' then
  redis.call('ZADD', KEYS[1], now, member)
  redis.call('PEXPIRE', KEYS[1], window)
end
return 0
`;

/** A store in Redis or Valkey, shared by all processes that name it. Connects at once, and again whenever it has to. */
export function createRedisStore({ address, origin, log }: RedisStoreOptions): RedisStore {
  const { host, port, tls, username, password, db } = address;
  const shown = `${tls ? 'rediss' : 'redis'}://${host.includes(':') ? `[${host}]` : host}:${port}/${db}`;
  const prefix = `posthog-experiments-mcp:${createHash('sha256').update(origin).digest('hex').slice(0, 12)}:`;
  const client = new Redis({
    ...{ host, port, db, ...(tls ? { tls: {} } : {}) },
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password: password.reveal() }),
    // What comes late is refused by then, so nothing waits for a connection and nothing is sent twice.
    ...{ enableOfflineQueue: false, autoResendUnfulfilledCommands: false, maxRetriesPerRequest: 0 },
    ...{ connectTimeout: CONNECT_MS, commandTimeout: OPERATION_MS, socketTimeout: OPERATION_MS },
    ...{ retryStrategy: () => RECONNECT_MS, reconnectOnError: isOfReplica, protocol: 2, disableClientInfo: true },
  });
  /** Null while it answers. */
  let problem: string | null = null;
  let isClosing = false;
  const lost = (cause: string) => {
    if (problem === null && !isClosing)
      log.warn('The shared store cannot be used; changes that need it are refused.', { store: shown, cause });
    problem = cause;
  };
  client.on('error', (error) => {
    lost(causeOf(error));
    // Without its database the client would go on in the first one, which may be another deployment's.
    if (commandOf(error) === 'select') client.disconnect(true);
  });
  client.on('close', () => lost(problem ?? 'connection closed'));
  client.on('ready', () => {
    if (problem !== null) log.info('The shared store can be used again.', { store: shown });
    problem = null;
  });
  // The first operations wait for the first connection; later ones do not, or each read would wait while it is down.
  const tried = new Promise<void>((resolve) => {
    for (const event of ['ready', 'close'] as const) client.once(event, resolve);
  });

  const ask = async <T>(operation: () => Promise<T>): Promise<T> => {
    await tried;
    try {
      return await operation();
    } catch (error) {
      throw unavailable(shown, client.status === 'ready' ? causeOf(error) : (problem ?? causeOf(error)));
    }
  };
  const inWindow = async (key: string, { limit, windowMs }: Window, member: string) =>
    Number(await ask(() => client.eval(TAKE, 1, prefix + key, limit, windowMs, member)));
  return {
    claim: async (key, forMs) => (await ask(() => client.set(prefix + key, '1', 'PX', forMs, 'NX'))) === 'OK',
    put: async (key, value, forMs) => void (await ask(() => client.set(prefix + key, value, 'PX', forMs))),
    get: (key) => ask(() => client.get(prefix + key)),
    remove: async (keys) => void (await ask(() => client.del(keys.map((key) => prefix + key)))),
    take: async (key, window) => {
      const member = randomUUID();
      const waitMs = await inWindow(key, window, member);
      if (waitMs > 0) return { waitMs };
      return { giveBack: async () => void (await ask(() => client.zrem(prefix + key, member))) };
    },
    waitFor: (key, window) => inWindow(key, window, ''),
    isUp: () => client.status === 'ready',
    close: () => {
      isClosing = true;
      client.disconnect();
    },
  };
}

/** After a failover the server that was asked may only be read; the name leads to the new one. */
function isOfReplica({ message }: Error): boolean {
  return message.startsWith('READONLY');
}

/** A code of the system (ECONNREFUSED) or of Redis (WRONGPASS); other texts may repeat what was sent. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if ('code' in error && typeof error.code === 'string') return error.code;
  const [word = ''] = error.message.split(' ');
  return /^[A-Z]{3,20}$/.test(word) ? word : 'no answer';
}

/** The command that Redis refused; null where it was none. */
function commandOf(error: unknown): unknown {
  return Object(Object(error).command).name ?? null;
}

function unavailable(shown: string, cause: string): ToolError {
  return new ToolError(
    'store_unavailable',
    `The store that the replicas of this server share (${shown}) cannot be used (${cause}).`,
    'Nothing was sent: without the store, this server can neither count live changes nor accept each confirmation only once. Reads, previews and drafts still work. Ask whoever runs this server to bring the store back (POSTHOG_MCP_STORE); then repeat the call.',
  );
}
