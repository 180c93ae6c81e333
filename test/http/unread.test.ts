import { McpServer } from '@modelcontextprotocol/server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLog } from '../../src/log.js';
import { createHoldings } from '../../src/transports/http/holdings.js';
import { DEFAULT_LIMITS, type HttpLimits } from '../../src/transports/http/limits.js';
import { serveHttp } from '../../src/transports/http/server.js';
import { ask, INFO, JSON_HEADERS, openHttp, openStream, rawSocket, rpc, until } from './setup.js';

const MIB = 1024 * 1024;
const LARGE = 'x'.repeat(MIB);
const ANN = { authorization: 'Bearer secret-of-ann-0123' };
const BOB = { authorization: 'Bearer secret-of-bob-0123' };
const TOKENS = 'ann:secret-of-ann-0123,bob:secret-of-bob-0123';
/** What one connection takes in without being read: the buffers of the two ends on this machine. */
const BUFFERED_MIB = 16;

const call = () => rpc('tools/call', { name: 'experiment-get', arguments: { id: 1 } });

/** A POST that is sent and never read; its answer is far more than the connection takes in. */
function post(headers: Record<string, string>, count = 20): string {
  const body = `[${Array.from({ length: count }, call).join()}]`;
  const all = { host: 'localhost', ...JSON_HEADERS, ...headers, 'content-length': String(body.length) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /mcp HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** Each call is answered with 1 MiB. */
const openLarge = (limits: Partial<HttpLimits>, sessions = false) =>
  openHttp({
    auth: 'token',
    tokens: TOKENS,
    sessions,
    limits,
    call: async () => ({ content: [{ type: 'text', text: LARGE }], structuredContent: {} }),
  });

function unread(port: number, text: string) {
  const raw = rawSocket(port, text);
  raw.socket.pause();
  return raw;
}

/** What came before the connection was closed from the other end. */
async function cutOff({ socket, closed, got }: ReturnType<typeof unread>): Promise<string> {
  // Only who reads hears of the end; what was in the buffers of the two machines comes first.
  socket.resume();
  await closed;
  return got.text;
}

/** As an answer or a stream ends that came to its end. */
const WHOLE = /\r\n0\r\n\r\n$/;

describe('an answer that nobody reads', () => {
  it('risk 54: is closed beyond its bound where it is the stream at /sse', async () => {
    const world = await openLarge({ unreadBytesEach: 4 * MIB });
    const stream = await openStream(world, ANN);
    stream.socket.pause();
    let status = 202;
    for (let posted = 0; posted < BUFFERED_MIB * 3 && status === 202; posted += 1)
      status = (await world.ask({ path: stream.path, body: call(), headers: ANN })).status;
    expect(status).toBe(404);
    expect(await cutOff(stream)).not.toMatch(WHOLE);
  });

  it.each([false, true])('is closed where it is the answer to a POST (sessions: %s)', async (sessions) => {
    const world = await openLarge({ unreadBytesEach: 2 * MIB }, sessions);
    const initialize = { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: INFO };
    const opened = sessions ? await world.ask({ body: rpc('initialize', initialize), headers: ANN }) : null;
    const id = opened?.headers['mcp-session-id'];
    const greedy = unread(world.port, post({ ...ANN, ...(id === undefined ? {} : { 'mcp-session-id': id }) }));
    expect(await cutOff(greedy)).not.toMatch(WHOLE);
  });

  it('is closed where it is the stream of a session, which its server writes to by itself', async () => {
    const servers: McpServer[] = [];
    const front = await serveHttp({
      ...{ bind: '127.0.0.1', port: 0, allowHosts: [], allowOrigins: [], auth: { kind: 'none' }, sessions: true },
      perSecond: null,
      createServer: () => {
        const server = new McpServer(INFO, { capabilities: { tools: { listChanged: true } } });
        servers.push(server);
        return server;
      },
      roleOf: () => undefined,
      readiness: () => ({ ready: true }),
      metrics: async () => ({ type: 'text/plain', text: '' }),
      log: createLog({ level: 'silent', redact: (text) => text }),
      limits: { unreadBytesEach: 2 * MIB },
    });
    onTestFinished(() => front.close());
    const port = Number(new URL(front.url).port);
    const initialize = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: INFO };
    const { headers } = await ask(port, { body: rpc('initialize', initialize) });
    const id = headers['mcp-session-id'];
    const head = `GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nMcp-Session-Id: ${id}\r\n\r\n`;
    const stream = rawSocket(port, head);
    await until(() => stream.got.text.includes('200 OK'));
    stream.socket.pause();
    for (let count = 0; count < BUFFERED_MIB * 2; count += 1)
      await servers[0]?.server.notification({
        method: 'notifications/tools/list_changed',
        params: { _meta: { news: LARGE } },
      });
    expect(await cutOff(stream)).not.toMatch(WHOLE);
  });

  it('is closed when its time is up, and an honest one beside it is not', async () => {
    const world = await openLarge({ unreadMs: 300, checkMs: 20, beatMs: 20, unreadBytesEach: 999 * MIB });
    const [honest, greedy] = [await openStream(world, BOB), unread(world.port, post(ANN))];
    await until(() => honest.got.text.split('keep-alive').length > 40);
    expect(await cutOff(greedy)).not.toMatch(WHOLE);
    expect(honest.socket.destroyed).toBe(false);
  });

  it('takes no place among the requests in work', async () => {
    const world = await openLarge({ maxPerCaller: 2, maxConcurrent: 4 });
    for (let count = 0; count < 6; count += 1) {
      unread(world.port, post(ANN, 8));
      await until(async () => (await world.ask({ body: rpc('ping'), headers: ANN })).status === 200);
    }
    expect((await world.ask({ body: rpc('ping'), headers: ANN })).status).toBe(200);
  });

  it('gives way where all hold too much, and never to one that is read', async () => {
    const limits = { unreadBytes: 8 * MIB, unreadBytesEach: 999 * MIB };
    const world = await openLarge(limits);
    const greedy = Array.from({ length: 10 }, () => unread(world.port, post(ANN)));
    let closed = 0;
    for (const one of greedy)
      one.socket.once('close', () => {
        closed += 1;
      });
    for (let count = 0; count < 20; count += 1) {
      const answer = await world.ask({ body: call(), headers: BOB });
      expect([answer.status, answer.text.length > MIB]).toEqual([200, true]);
    }
    for (const one of greedy) one.socket.resume();
    await until(() => closed > 0);
    // Whoever was not closed has the whole answer.
    const ended = () => greedy.filter(({ got }) => got.text.endsWith('\r\n0\r\n\r\n')).length;
    await until(() => ended() + closed === greedy.length);
    expect(ended()).toBeLessThan(greedy.length);
  });
});

describe('what clients make the process hold', () => {
  function open(bounds: { max?: number; maxPerCaller?: number; maxEach?: number }) {
    let now = 0;
    const dropped: string[] = [];
    const limits = { max: 100, maxPerCaller: 60, maxEach: 50, ...bounds, now: () => now };
    const holdings = createHoldings(limits);
    const add = (name: string, bytes = 0, caller = name) => {
      const one = { bytes };
      const holding = holdings.hold({ caller, bytes: () => one.bytes, drop: () => dropped.push(name) });
      const grow = (to: number) => {
        holding.check();
        one.bytes = to;
        holding.check();
      };
      return { grow, end: holding.end };
    };
    return {
      dropped,
      add,
      pass: (ms: number) => {
        now += ms;
      },
      dropOlder: holdings.dropOlder,
    };
  }

  it('is bounded each, of one caller, and in all', () => {
    const { dropped, add } = open({});
    add('large').grow(51);
    expect(dropped).toEqual(['large']);
    for (const name of ['a1', 'a2']) add(name, 0, 'a').grow(name === 'a1' ? 35 : 30);
    expect(dropped).toEqual(['large', 'a1']);
    add('b').grow(50);
    add('c').grow(20);
    expect(dropped).toEqual(['large', 'a1']);
    add('d').grow(1);
    expect(dropped).toEqual(['large', 'a1', 'b']);
  });

  it('is let go by what has held most for longest', () => {
    const { dropped, add, pass } = open({ maxPerCaller: 100, maxEach: 100 });
    const reader = add('reader');
    add('old').grow(40);
    pass(1_000);
    // Read to the end time and again, it is new each time.
    reader.grow(0);
    reader.grow(50);
    add('new').grow(50);
    expect(dropped).toEqual(['old']);
    add('last').grow(30);
    expect(dropped).toHaveLength(2);
  });

  it('is let go when its time is up, unless it was nothing meanwhile', () => {
    const { dropped, add, pass, dropOlder } = open({});
    add('stuck').grow(5);
    const reader = add('reader');
    reader.grow(5);
    pass(600);
    reader.grow(0);
    dropOlder(1_000);
    reader.grow(5);
    pass(600);
    dropOlder(1_000);
    expect(dropped).toEqual(['stuck']);
    reader.end();
    pass(9_000);
    dropOlder(1_000);
    expect(dropped).toEqual(['stuck']);
  });

  it('is a small part of the memory of a small machine', () => {
    const { incomingBytes, unreadBytes, unreadBytesEach, unreadMs } = DEFAULT_LIMITS;
    expect(incomingBytes + unreadBytes).toBeLessThanOrEqual(96 * MIB);
    expect(unreadBytesEach).toBeLessThanOrEqual(8 * MIB);
    expect(unreadMs).toBeLessThanOrEqual(60_000);
  });
});
