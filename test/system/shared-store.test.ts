import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoScenario } from '../../src/sandbox/scenario/seed/demo.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { rewinder } from '../helpers/rewind.js';
import { type RedisServer, startRedis } from './redis.js';
import { callTool, HEADERS, post, type Replica, startReplica } from './replica.js';
import { makeAuthority, NAME, startTerminator } from './tls.js';

const PASSWORD = 'a password of Redis';

let redis: RedisServer;
let sandbox: Sandbox;
let isPostHogDown = false;
/** Each pair has a database of its own. */
let databases = 0;
const replicas: Replica[] = [];

/** Two processes that share Redis. */
async function startPair(...flags: string[]): Promise<[Replica, Replica]> {
  const POSTHOG_MCP_STORE = `redis://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${redis.port}/${databases}`;
  databases += 1;
  const pair = await Promise.all([
    startReplica(sandbox, flags, { POSTHOG_MCP_STORE }),
    startReplica(sandbox, flags, { POSTHOG_MCP_STORE }),
  ]);
  replicas.push(...pair);
  return pair;
}

async function idsOf(replica: Replica, status: string): Promise<number[]> {
  const { items = [] } = await callTool(replica.url, 'experiment-list', { status });
  return items.map(({ id }) => id);
}

const pause = ({ url }: Replica, args: object) => callTool(url, 'experiment-pause', args);

async function metricsOf({ url }: Replica): Promise<string> {
  return (await fetch(new URL('/metrics', url), { headers: HEADERS })).text();
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(50);
}

beforeAll(async () => {
  const respond = () => (isPostHogDown ? { status: 503 } : undefined);
  [redis, sandbox] = await Promise.all([
    startRedis({ password: PASSWORD }),
    startSandbox({ scenario: demoScenario, faults: { respond } }),
  ]);
});

afterAll(async () => {
  const ends = await Promise.all(replicas.map(({ stop }) => stop()));
  await Promise.all([redis.kill(), sandbox.close()]);
  // Whatever happened to Redis, its password is nobody's business.
  expect(ends.map(({ code }) => code)).toEqual(ends.map(() => 0));
  expect(JSON.stringify(ends)).not.toContain(PASSWORD);
});

describe('two replicas that share Redis', () => {
  it('take a confirmation once, though the state is put back as it was', async () => {
    const [one, other] = await startPair();
    const [id] = await idsOf(one, 'running');
    const rewind = rewinder({ sandbox });
    const { confirmation_token } = await pause(one, { id });
    expect(await pause(other, { id, confirmation_token })).toMatchObject({ status: 'applied' });
    rewind();
    const second = await pause(one, { id, confirmation_token });
    expect(second).toMatchObject({ status: 'confirmation_required' });
    expect(second.warnings?.map(({ code }) => code)).toContain('token_used');
  });

  it('count live changes together', async () => {
    const [one, other] = await startPair('--confirm', 'off', '--max-live-writes', '2/hour');
    const [id] = await idsOf(one, 'running');
    expect(await pause(one, { id })).toMatchObject({ status: 'applied' });
    expect(await callTool(other.url, 'experiment-resume', { id })).toMatchObject({ status: 'applied' });
    for (const replica of [one, other])
      expect(await pause(replica, { id })).toMatchObject({ error: { code: 'outside_limits' } });
  });

  it('count the requests of a caller together', async () => {
    const [one, other] = await startPair('--rate', '1');
    const startedAt = performance.now();
    const answers: number[] = [];
    for (const { url } of [one, other, one, other, one, other, one, other])
      answers.push((await post(url, 'experiment-list', { limit: 1 })).status);
    const seconds = (performance.now() - startedAt) / 1000;
    // Four within any four seconds; alone, each of the two lets as many pass.
    expect(answers.slice(0, 4)).toEqual([200, 200, 200, 200]);
    expect(answers.filter((status) => status === 200).length).toBeLessThanOrEqual(4 * (Math.floor(seconds / 4) + 1));
  });

  it('heed that one of them found PostHog down', async () => {
    const [one, other] = await startPair();
    expect((await idsOf(other, 'running')).length).toBeGreaterThan(0);
    isPostHogDown = true;
    const list = ({ url }: Replica) => callTool(url, 'experiment-list', {});
    await until(async () => (await list(one)).error?.code === 'connection_failed');
    const asked = sandbox.requests.length;
    expect(await list(other)).toMatchObject({ error: { code: 'connection_failed' } });
    expect(sandbox.requests).toHaveLength(asked);
    isPostHogDown = false;
  });
});

describe('two replicas whose Redis is killed', () => {
  it('risk 62: go on with reads, previews and drafts, refuse live changes with the reason, and recover', async () => {
    const pair = await startPair();
    const [one, other] = pair;
    const [[id], [draft]] = [await idsOf(one, 'running'), await idsOf(one, 'draft')];
    for (const replica of pair) expect(await metricsOf(replica)).toContain('mcp_store_up 1');
    await redis.kill();

    for (const replica of pair) {
      expect((await idsOf(replica, 'running')).length).toBeGreaterThan(0);
      const words = { id: draft, description: `Written by way of ${replica.url.port}` };
      expect(await callTool(replica.url, 'experiment-update', words)).toMatchObject({ status: 'applied' });
      expect((await fetch(new URL('/readyz', replica.url))).status).toBe(200);
      expect(await metricsOf(replica)).toContain('mcp_store_up 0');
    }
    const { confirmation_token } = await pause(one, { id });
    const writes = sandbox.requests.filter(({ method }) => method !== 'GET').length;
    expect(await pause(other, { id, confirmation_token })).toMatchObject({
      error: { code: 'store_unavailable', message: expect.stringContaining(`redis://127.0.0.1:${redis.port}/`) },
    });
    expect(sandbox.requests.filter(({ method }) => method !== 'GET')).toHaveLength(writes);

    redis = await startRedis({ port: redis.port, password: PASSWORD });
    for (const replica of pair) await until(async () => (await metricsOf(replica)).includes('mcp_store_up 1'));
    expect(await pause(other, { id, confirmation_token })).toMatchObject({ status: 'applied' });
    expect(await pause(one, { id, confirmation_token })).toMatchObject({ status: 'already_done' });
  });
});

describe('a replica whose Redis is behind TLS', () => {
  it.each([
    ['uses it where its certificate is trusted', true],
    ['refuses live changes where its certificate is not trusted', false],
  ])('%s', async (_, isTrusted) => {
    const authority = await makeAuthority();
    const terminator = await startTerminator({ port: redis.port, swap: { sent: '', known: '' } }, authority);
    const replica = await startReplica(sandbox, ['--confirm', 'off', '--max-live-writes', '9/hour'], {
      POSTHOG_MCP_STORE: `rediss://:${encodeURIComponent(PASSWORD)}@${NAME}:${terminator.port}/0`,
      NODE_OPTIONS: `--import=${authority.resolver}`,
      ...(isTrusted ? { NODE_EXTRA_CA_CERTS: authority.caFile } : {}),
    });
    replicas.push(replica);
    const [id] = await idsOf(replica, 'running');
    const answer = await pause(replica, { id });
    if (isTrusted) {
      expect(answer).toMatchObject({ status: 'applied' });
      expect(await callTool(replica.url, 'experiment-resume', { id })).toMatchObject({ status: 'applied' });
    } else {
      const message = expect.stringContaining(
        `rediss://${NAME}:${terminator.port}/0) cannot be used (UNABLE_TO_VERIFY`,
      );
      expect(answer).toMatchObject({ error: { code: 'store_unavailable', message } });
    }
    await replica.stop();
    await Promise.all([terminator.close(), authority.remove()]);
  });
});
