import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { INFO, JSON_HEADERS, messageOf, openHttp, openSession, rpc, until } from './setup.js';

const ANN = { authorization: 'Bearer secret-of-ann-0123' };
const BOB = { authorization: 'Bearer secret-of-bob-0123' };
const TOKENS = 'ann:secret-of-ann-0123,bob:secret-of-bob-0123';
const GET = { name: 'experiment-get', arguments: { id: 1 } };
const WAYS = ['/mcp', '/sse'] as const;

/** A server whose calls end when the test says so, or when they are cancelled; two of one caller fit into it. */
async function open(path: (typeof WAYS)[number]) {
  const calls: { signal: AbortSignal; end: () => void }[] = [];
  const world = await openHttp({
    sessions: true,
    auth: 'token',
    tokens: TOKENS,
    limits: { maxPerCaller: 2, maxConcurrent: 4 },
    call: ({ signal }) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        calls.push({ signal, end: () => resolve({ content: [], structuredContent: {} }) });
      }),
  });
  const session = await openSession(world, path, ANN);
  const call = (id: string | number) => JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: GET });
  const cancel = (requestId: unknown, more = {}) =>
    JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId, ...more } });
  return { ...session, world, calls, call, cancel, post: (body: string, headers = ANN) => session.post(body, headers) };
}

describe.each(WAYS)('requests in work of a session at %s', (path) => {
  it('risk 53: have ids of their own, and leave their place whatever ids a client makes up', async () => {
    const { post, call, calls } = await open(path);
    const first = post(call(7));
    await until(() => calls.length === 1);
    for (let count = 0; count < 40; count += 1) {
      const again = await post(call(7));
      expect(again.status).toBe(400);
      expect(messageOf(again.text).error?.message).toContain('id');
    }
    const text = post(call('7'));
    await until(() => calls.length === 2);
    expect((await post(call(8))).status).toBe(429);
    for (const { end } of calls.splice(0)) end();
    for (const answer of await Promise.all([first, text])) expect(answer.status).toBe(path === '/mcp' ? 200 : 202);
    const later = [post(call(7)), post(call('7'))];
    await until(() => calls.length === 2);
    for (const { end } of calls) end();
    await Promise.all(later);
  });

  it('leave their place when the client cancels them, which ends their answer', async () => {
    const { post, call, cancel, calls } = await open(path);
    for (let round = 1; round <= 5; round += 1) {
      const answers = [post(call(round)), post(call(String(round)))];
      await until(() => calls.length === 2 * round);
      // What is no sound cancellation ends nothing, so it gives no place away.
      for (const unsound of [cancel(round, { reason: 7 }), cancel(null), cancel(-1)]) await post(unsound);
      expect((await post(call(99))).status).toBe(429);
      for (const id of [round, String(round)]) expect((await post(cancel(id))).status).toBe(202);
      await Promise.all(answers);
      expect(calls.every(({ signal }) => signal.aborted)).toBe(true);
    }
  });

  it('take no place where they are refused', async () => {
    const { post, call, calls } = await open(path);
    const refused = path === '/mcp' ? { accept: 'text/html' } : { 'content-type': 'text/plain' };
    for (let count = 0; count < 10; count += 1)
      expect((await post(call(1), { ...ANN, ...refused })).status).toBeGreaterThanOrEqual(400);
    const answer = post(call(1));
    await until(() => calls.length === 1);
    calls[0]?.end();
    expect((await answer).status).toBeLessThan(300);
  });

  it('and notifications and answers take none', async () => {
    const { post, ask } = await open(path);
    const idle = [
      { jsonrpc: '2.0', method: 'notifications/initialized' },
      { jsonrpc: '2.0', method: 'notifications/made-up', params: {} },
      { jsonrpc: '2.0', id: 1, result: {} },
      { jsonrpc: '2.0', id: 'x', error: { code: 1, message: 'x' } },
    ];
    for (let count = 0; count < 5; count += 1)
      for (const message of idle) expect((await post(JSON.stringify(message))).status).toBe(202);
    // Odd ids and methods are answered or refused, and either way over.
    for (const id of [null, 1.5, [], {}, true]) await post(JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' }));
    expect((await ask('tools/list', {}, ANN)).result).toBeDefined();
    for (const method of ['made/up', 'server/discover', 'subscriptions/listen']) await ask(method, {}, ANN);
    expect((await ask('tools/list', {}, ANN)).result).toBeDefined();
  });
});

describe('requests in work', () => {
  it('keep their place while the call goes on, though the client of the session has hung up', async () => {
    const { world, call, calls, ask } = await open('/mcp');
    const { headers } = await world.ask({
      body: rpc('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: INFO }),
      headers: ANN,
    });
    for (const id of [1, 2]) {
      const session = { ...JSON_HEADERS, ...ANN, 'mcp-session-id': headers['mcp-session-id'] };
      const sent = request({ port: world.port, method: 'POST', path: '/mcp', headers: session, agent: false });
      sent.on('error', () => undefined).end(call(id));
      await until(() => calls.length === id);
      sent.destroy();
    }
    expect((await world.ask({ body: rpc('ping'), headers: BOB })).status).toBe(400);
    await expect(ask('tools/list', {}, ANN)).resolves.toMatchObject({ error: { message: /Too many/ } });
    for (const { end } of calls) end();
    await until(async () => (await ask('tools/list', {}, ANN)).result !== undefined);
  });

  it('of a batch have ids of their own, and cannot be cancelled by it', async () => {
    const { post, call, cancel } = await open('/mcp');
    for (const batch of [
      [call(1), call(1)],
      [call(1), cancel(1)],
      [cancel('a'), call('a')],
      [call('x'.repeat(300))],
      [call(1).replace('"name"', `"_meta":{"progressToken":"${'x'.repeat(300)}"},"name"`)],
    ])
      expect((await post(`[${batch.join()}]`)).status, batch.join().slice(0, 90)).toBe(400);
    const pings = [1, '1', 2].map((id) => ({ jsonrpc: '2.0', id, method: 'ping' }));
    expect((await post(JSON.stringify(pings))).status).toBe(200);
  });
});
