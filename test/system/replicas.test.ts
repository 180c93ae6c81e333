import type { LookupFunction } from 'node:net';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { Agent, install, request, setGlobalDispatcher } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoScenario } from '../../src/sandbox/scenario/seed/demo.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { HOST, type Nginx, startNginx } from './nginx.js';
import { type Answer, callTool, HEADERS, startReplica } from './replica.js';

const INFO = { name: 'test', version: '1' };

let sandbox: Sandbox;
/** The sandbox answers for single experiments once this is resolved. */
let held: Promise<void> | null = null;
const closing: (() => Promise<unknown>)[] = [];

async function startBehindNginx(env: Readonly<Record<string, string>>) {
  const replica = await startReplica(sandbox, ['--allow-host', HOST, '--rate', 'off'], env);
  closing.push(replica.stop);
  return { port: Number(replica.url.port), stop: replica.stop };
}

/** Two replicas behind nginx, which takes them in turn. */
async function startPair(env: Readonly<Record<string, string>>, ofOther = env) {
  const [one, other] = await Promise.all([startBehindNginx(env), startBehindNginx(ofOther)]);
  const nginx = await startNginx([one.port, other.port]);
  closing.unshift(nginx.stop);
  trust(nginx);
  return { nginx, one, other };
}

/** From here on, the name of the example is this machine, and its certificate is trusted. */
function trust({ ca }: Nginx): void {
  install();
  setGlobalDispatcher(new Agent({ connect: { ca, lookup: toThisMachine } }));
}

const toThisMachine: LookupFunction = (_name, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]);

/** For names that the certificate is not for. */
const trusting = new Agent({ connect: { rejectUnauthorized: false, lookup: toThisMachine } });

function urlOf({ port }: Nginx, path = '/mcp'): URL {
  return new URL(`https://${HOST}:${port}${path}`);
}

/** Each call is a connection's first to the replica that takes it. */
function call(nginx: Nginx, tool: string, args: object): Promise<Answer> {
  return callTool(urlOf(nginx), tool, args);
}

async function runningIds(nginx: Nginx): Promise<number[]> {
  const { items = [] } = await call(nginx, 'experiment-list', { status: 'running' });
  return items.map(({ id }) => id);
}

beforeAll(async () => {
  const respond = async ({ path }: { path: string }) => {
    if (/experiments\/\d+\/$/.test(path)) await held;
    return undefined;
  };
  sandbox = await startSandbox({ scenario: demoScenario, faults: { respond } });
});

afterAll(async () => {
  for (const close of closing) await close();
  await sandbox.close();
});

describe('two replicas that share a secret, behind the nginx of the docs', () => {
  let pair: Awaited<ReturnType<typeof startPair>>;
  beforeAll(async () => {
    pair = await startPair({ POSTHOG_MCP_SECRET: 'a secret that both replicas know' });
  });

  it('preview a call on one and confirm it on the other', async () => {
    const { nginx } = pair;
    const [id] = await runningIds(nginx);
    const seen = (await nginx.taken()).length;
    const preview = await call(nginx, 'experiment-pause', { id });
    expect(preview).toMatchObject({ status: 'confirmation_required', confirmation_token: expect.any(String) });
    const { confirmation_token } = preview;
    expect(await call(nginx, 'experiment-pause', { id, confirmation_token })).toMatchObject({ status: 'applied' });
    const [previewed, confirmed] = (await nginx.taken()).slice(seen);
    expect(new Set([previewed, confirmed])).toEqual(new Set([pair.one.port, pair.other.port]));
  });

  it('let progress through while the call is in work', async () => {
    let release: () => void = () => undefined;
    held = new Promise((resolve) => {
      release = resolve;
    });
    const client = new Client(INFO, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
    const requestInit = { headers: HEADERS };
    await client.connect(new StreamableHTTPClientTransport(urlOf(pair.nginx), { requestInit }));
    const told: number[] = [];
    // PostHog does not answer before the progress has been seen here: in a buffer it would wait for ever.
    const onprogress = ({ progress }: { progress: number }) => {
      told.push(progress);
      release();
    };
    const answer = await client.callTool({ name: 'experiment-review', arguments: {} }, { onprogress });
    held = null;
    await client.close();
    expect(answer.isError).toBeFalsy();
    expect(told.length).toBeGreaterThan(0);
  });

  it('hold the streams of old clients, whose messages find the process of their stream', async () => {
    for (let round = 0; round < 4; round += 1) {
      const client = new OldClient(INFO);
      const withToken = (url: string | URL, init: RequestInit = {}) =>
        fetch(url, { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), ...HEADERS } });
      await client.connect(new SSEClientTransport(urlOf(pair.nginx, '/sse'), { fetch: withToken }));
      expect((await client.listTools()).tools.length).toBeGreaterThan(20);
      const answer = await client.callTool({ name: 'experiment-list', arguments: { limit: 1 } });
      expect(answer.isError).toBeFalsy();
      await client.close();
    }
  });

  it('see the Host that was asked for, and refuse others and strangers in JSON', async () => {
    const post = (headers: Record<string, string>, body = '{}') =>
      request(urlOf(pair.nginx), {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
        dispatcher: trusting,
      });
    const foreign = await post({ ...HEADERS, host: 'evil.example.com' });
    expect(foreign.statusCode).toBe(403);
    expect(await foreign.body.json()).toMatchObject({ error: { message: expect.stringContaining('Host') } });
    const stranger = await post({});
    expect(stranger.statusCode).toBe(401);
    expect(stranger.headers['www-authenticate']).toBe('Bearer realm="posthog-experiments-mcp"');
    const large = await post(HEADERS, 'x'.repeat(1024 * 1024 + 1));
    expect([large.statusCode, await large.body.json()]).toMatchObject([413, { error: { code: -32_000 } }]);
  });

  it.each(['/healthz', '/readyz', '/metrics', '/'])('keep %s from the world', async (path) => {
    expect((await fetch(urlOf(pair.nginx, path), { headers: HEADERS })).status).toBe(404);
  });

  it('go on with one of them gone', async () => {
    const { one, other, nginx } = pair;
    const seen = (await nginx.taken()).length;
    expect(await one.stop()).toMatchObject({ code: 0 });
    for (let round = 0; round < 4; round += 1) expect((await runningIds(nginx)).length).toBeGreaterThan(0);
    expect((await nginx.taken()).slice(seen).at(-1)).toBe(other.port);
  });
});

describe('two replicas with secrets of their own', () => {
  it('do not take a confirmation of the other one, and say so by a new preview', async () => {
    const { nginx } = await startPair(
      { POSTHOG_MCP_SECRET: 'a secret that only the first one knows' },
      { POSTHOG_MCP_SECRET: 'a secret that only the other one knows' },
    );
    const id = (await runningIds(nginx)).at(-1);
    const { confirmation_token } = await call(nginx, 'experiment-pause', { id });
    const answer = await call(nginx, 'experiment-pause', { id, confirmation_token });
    expect(answer).toMatchObject({ status: 'confirmation_required' });
    const [previewed, confirmed] = (await nginx.taken()).slice(-2);
    expect(new Set([previewed, confirmed]).size).toBe(2);
  });
});
