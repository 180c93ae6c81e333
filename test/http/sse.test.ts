import { setTimeout as delay } from 'node:timers/promises';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it } from 'vitest';
import { FASTEST_READER_MS } from '../../src/mcp/consent/consent.js';
import { DEFAULT_LIMITS } from '../../src/transports/http/limits.js';
import { type HttpWorld, messageOf, oldClient, openHttp, rpc } from './setup.js';

const ANN = 'secret-of-ann-0123';
const BOB = 'secret-of-bob-0123';
const TOKENS = `ann:${ANN},bob:read:${BOB}`;
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

async function connect(world: HttpWorld, { token, capabilities = {} }: { token?: string; capabilities?: object } = {}) {
  const client = oldClient(capabilities);
  const headers = token === undefined ? {} : bearer(token);
  const fetchWith = (url: string | URL, init?: RequestInit) =>
    fetch(url, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...headers } });
  const transport = new SSEClientTransport(new URL(`${world.base}/sse`), {
    eventSourceInit: { fetch: fetchWith },
    requestInit: { headers },
  });
  return { client, transport };
}

/** A raw stream, and the address that it names for messages. */
async function stream({ socket }: HttpWorld, token?: string) {
  const auth = token === undefined ? '' : `Authorization: Bearer ${token}\r\n`;
  const raw = socket(`GET /sse HTTP/1.1\r\nHost: localhost\r\n${auth}\r\n`);
  while (!raw.got.text.includes('sessionId=')) await delay(5);
  return { ...raw, path: /\/messages\?sessionId=[0-9a-f-]+/.exec(raw.got.text)?.[0] ?? '' };
}

async function count({ ask }: HttpWorld, headers = {}): Promise<number> {
  const { text } = await ask({ method: 'GET', path: '/metrics', headers });
  return Number(/mcp_sessions (\d+)/.exec(text)?.[1]);
}

describe('HTTP+SSE', () => {
  it('serves the v1 client, with questions to its person', async () => {
    const world = await openHttp({ confirm: 'auto' });
    const { client, transport } = await connect(world, { capabilities: { elicitation: {} } });
    client.setRequestHandler(ElicitRequestSchema, async () => {
      await delay(FASTEST_READER_MS + 50);
      return { action: 'accept' as const, content: {} };
    });
    await client.connect(transport);
    expect((await client.listTools()).tools.length).toBeGreaterThan(20);
    const draft = { name: 'A', feature_flag_key: 'a-draft' };
    const created = await client.callTool({ name: 'experiment-create', arguments: draft });
    const { id } = Object(Object(created.structuredContent).experiment);
    const launched = await client.callTool({ name: 'experiment-launch', arguments: { id } });
    expect(launched.structuredContent).toMatchObject({ status: 'applied' });
    await expect(client.callTool({ name: 'nope', arguments: {} })).rejects.toMatchObject({ code: -32602 });
    await client.close();
    while ((await count(world)) > 0) await delay(5);
  });

  it('stands behind the same guards', async () => {
    const world = await openHttp({ auth: 'token', tokens: TOKENS });
    const { path } = await stream(world, ANN);
    const post = (headers: Record<string, string>, to = path, body: string = rpc('tools/list')) =>
      world.ask({ path: to, body, headers });
    expect((await post(bearer(ANN))).status).toBe(202);
    expect((await post({ ...bearer(ANN), host: 'evil.example' })).status).toBe(403);
    expect((await post({ ...bearer(ANN), origin: 'null' })).status).toBe(403);
    expect((await post({})).status).toBe(401);
    expect((await post({ ...bearer(ANN), 'content-type': 'text/plain' })).status).toBe(415);
    for (const body of ['{', '[]', '1', '{"jsonrpc":"2.0"}', `[${rpc('ping')}]`]) {
      const answer = await post(bearer(ANN), path, body);
      expect(answer.status, body).toBe(400);
      expect(messageOf(answer.text).error?.code).toBeLessThan(0);
    }
    const stolen = await post(bearer(BOB));
    expect(stolen.status).toBe(404);
    expect((await post(bearer(ANN), '/messages?sessionId=unknown')).status).toBe(404);
    expect((await post(bearer(ANN), '/messages')).status).toBe(400);
    for (const headers of [{ host: 'evil.example' }, { origin: 'https://evil.example' }])
      expect((await world.ask({ method: 'GET', path: '/sse', headers: { ...bearer(ANN), ...headers } })).status).toBe(
        403,
      );
    const reader = await stream(world, BOB);
    const call = rpc('tools/call', { name: 'experiment-launch', arguments: { id: 1 } });
    expect((await post(bearer(BOB), reader.path, call)).status).toBe(403);
  });

  it('holds as many streams as there are sessions, and forgets those that are closed', async () => {
    const world = await openHttp({ limits: { maxSessions: 3 } });
    const streams = await Promise.all([stream(world), stream(world), stream(world)]);
    const refused = await world.ask({ method: 'GET', path: '/sse' });
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toBe('60');
    streams[0]?.socket.destroy();
    while ((await count(world)) > 2) await delay(5);
    expect((await world.ask({ path: streams[0]?.path ?? '', body: rpc('ping') })).status).toBe(404);
    await stream(world);
  });

  it('leaves room for others where one caller holds its share of the streams', async () => {
    const world = await openHttp({ auth: 'token', tokens: TOKENS, limits: { maxSessions: 8 } });
    await Promise.all([stream(world, ANN), stream(world, ANN)]);
    expect((await world.ask({ method: 'GET', path: '/sse', headers: bearer(ANN) })).status).toBe(429);
    await stream(world, BOB);
  });

  it('closes streams that nobody uses', async () => {
    let now = 0;
    const world = await openHttp({ limits: { now: () => now, sweepMs: 10, sessionIdleMs: 1_000 } });
    const { got } = await stream(world);
    now = 1_001;
    while (!got.text.endsWith('\r\n0\r\n\r\n')) await delay(5);
    expect(await count(world)).toBe(0);
  });

  it('writes to a silent stream now and then', async () => {
    const world = await openHttp({ limits: { beatMs: 20 } });
    const { got } = await stream(world);
    while (!got.text.includes(': keep-alive')) await delay(5);
    expect(DEFAULT_LIMITS.beatMs).toBeLessThan(60_000);
  });

  it('closes a stream that its client does not read', async () => {
    const answer = { content: [{ type: 'text' as const, text: 'x'.repeat(1024 * 1024) }], structuredContent: {} };
    const world = await openHttp({ call: async () => answer });
    const { path, socket } = await stream(world);
    socket.pause();
    const call = rpc('tools/call', { name: 'experiment-get', arguments: { id: 1 } });
    let status = 202;
    for (let posted = 0; posted < 60 && status === 202; posted += 1)
      status = (await world.ask({ path, body: call })).status;
    expect(status).toBe(404);
    expect(await count(world)).toBe(0);
  });

  it('counts calls until they are answered on the stream, and ends them with it', async () => {
    const calls: AbortSignal[] = [];
    const world = await openHttp({
      auth: 'token',
      tokens: TOKENS,
      limits: { maxPerCaller: 2 },
      call: ({ signal }) => {
        calls.push(signal);
        return new Promise(() => undefined);
      },
    });
    const { path, socket } = await stream(world, ANN);
    const call = () =>
      world.ask({
        path,
        headers: bearer(ANN),
        body: rpc('tools/call', { name: 'experiment-get', arguments: { id: 1 } }),
      });
    expect([(await call()).status, (await call()).status, (await call()).status]).toEqual([202, 202, 429]);
    expect((await world.ask({ body: rpc('ping'), headers: bearer(BOB) })).status).toBe(200);
    socket.destroy();
    const startedAt = performance.now();
    while (!calls.every(({ aborted }) => aborted) && performance.now() - startedAt < 5_000) await delay(5);
    expect(calls.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect((await world.ask({ body: rpc('ping'), headers: bearer(ANN) })).status).toBe(200);
  });
});
