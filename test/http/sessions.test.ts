import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/client';
import { StreamableHTTPClientTransport as OldTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { FASTEST_READER_MS } from '../../src/mcp/consent/consent.js';
import { createSessionTable, type Place } from '../../src/transports/http/sessions.js';
import { connectClient, type HttpWorld, INFO, messageOf, oldClient, openHttp, rpc, transportTo } from './setup.js';

const ANN = 'secret-of-ann-0123';
const BOB = 'secret-of-bob-0123';
const TOKENS = `ann:${ANN},bob:${BOB}`;
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const CAN_ASK = { elicitation: {} };
/** Slower than any program, as far as the server can tell. */
const READING_MS = FASTEST_READER_MS + 50;

type Answer = { action: 'accept' | 'decline'; content?: Record<string, string> };

/** A v2 client whose person answers after a while. */
async function asking(world: HttpWorld, mode: 'legacy' | { pin: string }, answer: Answer, token?: string) {
  const client = new Client(INFO, { capabilities: CAN_ASK, versionNegotiation: { mode } });
  const questions: string[] = [];
  client.setRequestHandler('elicitation/create', async ({ params }) => {
    questions.push(params.message);
    await delay(READING_MS);
    return answer;
  });
  return {
    client: await connectClient(world.url, mode, { client, ...(token === undefined ? {} : { token }) }),
    questions,
  };
}

async function askingOld(world: HttpWorld, answer: Answer) {
  const client = oldClient(CAN_ASK);
  const questions: string[] = [];
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
    questions.push(params.message);
    await delay(READING_MS);
    return answer;
  });
  await client.connect(new OldTransport(new URL(world.url)));
  return { client, questions };
}

const DRAFT = { name: 'A', feature_flag_key: 'a-draft' };

async function launch(client: Pick<Client, 'callTool'> | Awaited<ReturnType<typeof askingOld>>['client']) {
  const created = await client.callTool({ name: 'experiment-create', arguments: DRAFT });
  const { id } = Object(Object(created.structuredContent).experiment);
  const launched = await client.callTool({ name: 'experiment-launch', arguments: { id } });
  return Object(launched.structuredContent);
}

const initialize = () => rpc('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: INFO });

async function openSession({ ask }: HttpWorld, headers: Record<string, string> = {}): Promise<string> {
  const answer = await ask({ body: initialize(), headers });
  expect(answer.status, answer.text).toBe(200);
  const id = answer.headers['mcp-session-id'] ?? '';
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  return id;
}

function placeOf<T>(taken: Place<T> | string): Place<T> {
  if (typeof taken === 'string') throw new Error(taken);
  return taken;
}

async function sessionCount({ ask }: HttpWorld, headers: Record<string, string> = {}): Promise<number> {
  const { text } = await ask({ method: 'GET', path: '/metrics', headers });
  return Number(/mcp_sessions (\d+)/.exec(text)?.[1]);
}

describe('without sessions', () => {
  it('every kind of client lists and calls', async () => {
    const world = await openHttp({ confirm: 'auto' });
    for (const mode of ['legacy', 'auto', { pin: '2026-07-28' }] as const) {
      const client = await connectClient(world.url, mode);
      expect((await client.listTools()).tools.length).toBeGreaterThan(20);
      const got = await client.callTool({ name: 'experiment-get', arguments: { id: 1 } });
      expect(got.isError).toBeFalsy();
      await expect(client.callTool({ name: 'nope', arguments: {} })).rejects.toMatchObject({ code: -32602 });
    }
    const old = oldClient();
    await old.connect(new OldTransport(new URL(world.url)));
    expect((await old.listTools()).tools.length).toBeGreaterThan(20);
    const answer = await world.ask({ body: initialize() });
    expect(answer.headers['mcp-session-id']).toBeUndefined();
    expect((await world.ask({ method: 'GET' })).status).toBe(405);
  });

  it('a client of 2025 that could ask is given a token, and confirms by it', async () => {
    const world = await openHttp({ confirm: 'auto' });
    const { client, questions } = await asking(world, 'legacy', { action: 'accept' });
    expect(await launch(client)).toMatchObject({ status: 'confirmation_required' });
    expect(questions).toEqual([]);
  });

  it('a client of 2026 is asked by input_required, and its answer counts', async () => {
    const world = await openHttp({ confirm: 'auto' });
    const yes = await asking(world, { pin: '2026-07-28' }, { action: 'accept', content: {} });
    expect(await launch(yes.client)).toMatchObject({ status: 'applied' });
    expect(yes.questions).toHaveLength(1);
    const other = await openHttp({ confirm: 'auto' });
    const no = await asking(other, { pin: '2026-07-28' }, { action: 'decline' });
    expect(await launch(no.client)).toMatchObject({ error: { code: 'declined' } });
  });
});

describe('with sessions', () => {
  it.each(['v2', 'v1'] as const)('a client of 2025 is asked, and its answer counts (%s)', async (which) => {
    const open = async (answer: Answer) => {
      const world = await openHttp({ confirm: 'auto', sessions: true });
      return which === 'v2' ? asking(world, 'legacy', answer) : askingOld(world, answer);
    };
    const yes = await open({ action: 'accept', content: {} });
    expect(await launch(yes.client)).toMatchObject({ status: 'applied' });
    expect(yes.questions).toHaveLength(1);
    const no = await open({ action: 'decline' });
    expect(await launch(no.client)).toMatchObject({ error: { code: 'declined' } });
  });

  it('a client of 2026 needs none', async () => {
    const world = await openHttp({ confirm: 'auto', sessions: true });
    const { client } = await asking(world, { pin: '2026-07-28' }, { action: 'accept', content: {} });
    expect(await launch(client)).toMatchObject({ status: 'applied' });
    expect(await sessionCount(world)).toBe(0);
  });

  it('risk 33: an id opens nothing to another caller', async () => {
    const world = await openHttp({ auth: 'token', tokens: TOKENS, sessions: true });
    const id = await openSession(world, bearer(ANN));
    const asked = (session: string | undefined, secret: string, method = 'POST') =>
      world.ask({
        method,
        headers: { ...bearer(secret), 'mcp-session-id': session, accept: 'application/json, text/event-stream' },
        ...(method === 'POST' ? { body: rpc('tools/list') } : {}),
      });
    expect((await asked(id, ANN)).status).toBe(200);
    for (const method of ['POST', 'GET', 'DELETE']) {
      const stolen = await asked(id, BOB, method);
      expect(stolen.status).toBe(404);
      expect(messageOf(stolen.text).error?.message).toContain('initialize');
      expect((await asked('unknown', ANN, method)).status).toBe(404);
      expect((await asked(undefined, ANN, method)).status).toBe(400);
    }
    expect((await asked(id, ANN)).status).toBe(200);
    expect((await asked(id, ANN, 'DELETE')).status).toBe(200);
    expect((await asked(id, ANN)).status).toBe(404);
    expect(await sessionCount(world, bearer(ANN))).toBe(0);
  });

  it('an id opens nothing to the same token with another role', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'http-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const tokensFile = join(folder, 'tokens');
    writeFileSync(tokensFile, `ann:live:${ANN}`);
    const world = await openHttp({ auth: 'token', tokensFile, sessions: true });
    const headers = { ...bearer(ANN), 'mcp-session-id': await openSession(world, bearer(ANN)) };
    expect((await world.ask({ body: rpc('ping'), headers })).status).toBe(200);
    writeFileSync(tokensFile, `ann:write:${ANN}`);
    expect((await world.ask({ body: rpc('ping'), headers })).status).toBe(404);
  });

  it('risk 33: there are 100, even if many open at once', async () => {
    const world = await openHttp({ sessions: true });
    const opened = await Promise.all(Array.from({ length: 130 }, () => world.ask({ body: initialize() })));
    const counts = [200, 503].map((status) => opened.filter((one) => one.status === status).length);
    expect(counts).toEqual([100, 30]);
    expect(opened.find(({ status }) => status === 503)?.headers['retry-after']).toBe('60');
    expect(await sessionCount(world)).toBe(100);
    const headers = { 'mcp-session-id': opened.find(({ status }) => status === 200)?.headers['mcp-session-id'] };
    expect((await world.ask({ method: 'DELETE', headers })).status).toBe(200);
    await openSession(world);
    expect((await world.ask({ body: initialize() })).status).toBe(503);
  });

  it('a place is taken before the session is there', async () => {
    const table = createSessionTable<string>(async () => undefined, { max: 2 });
    const [first, second] = [placeOf(table.take('ann')), placeOf(table.take('bob'))];
    expect(table.take('eve')).toBe('full');
    first.keep('1', 'x');
    first.leave();
    expect(table.take('eve')).toBe('full');
    second.leave();
    second.leave();
    placeOf(table.take('eve'));
    expect(table.take('eve')).toBe('full');
    expect([table.find('1', 'ann'), table.find('1', 'bob')]).toEqual(['x', undefined]);
  });

  it('a place that was given back is no longer of the share of its caller', () => {
    const table = createSessionTable<string>(async () => undefined, { max: 9, maxPerCaller: 2 });
    const [first, second] = [placeOf(table.take('ann')), placeOf(table.take('ann'))];
    expect(table.take('ann')).toBe('share used up');
    placeOf(table.take('bob'));
    first.leave();
    placeOf(table.take('ann')).keep('1', 'x');
    second.keep('2', 'y');
    expect(table.take('ann')).toBe('share used up');
    table.drop('2');
    placeOf(table.take('ann'));
  });

  it('one caller gets a quarter of them, however many it opens at once, and the others get theirs', async () => {
    const world = await openHttp({ auth: 'token', tokens: TOKENS, sessions: true });
    const open = (secret: string) => world.ask({ body: initialize(), headers: bearer(secret) });
    const opened = await Promise.all(Array.from({ length: 40 }, () => open(ANN)));
    expect([200, 429].map((status) => opened.filter((one) => one.status === status).length)).toEqual([25, 15]);
    expect(opened.find(({ status }) => status === 429)?.headers['retry-after']).toBe('60');
    expect((await open(BOB)).status).toBe(200);
    const headers = { 'mcp-session-id': opened.find(({ status }) => status === 200)?.headers['mcp-session-id'] };
    expect((await world.ask({ method: 'DELETE', headers: { ...bearer(ANN), ...headers } })).status).toBe(200);
    expect((await open(ANN)).status).toBe(200);
  });

  it('an opening that fails takes no place', async () => {
    const world = await openHttp({ sessions: true, limits: { maxSessions: 2 } });
    for (let count = 0; count < 5; count += 1) {
      const answer = await world.ask({
        body: rpc('initialize', { protocolVersion: 7 }),
        headers: { accept: 'text/html' },
      });
      expect(answer.status).toBeGreaterThanOrEqual(400);
    }
    await openSession(world);
    await openSession(world);
  });

  it('risk 33: those that nobody uses are closed', async () => {
    let now = 0;
    const limits = { now: () => now, sweepMs: 10, sessionIdleMs: 1_000 };
    const world = await openHttp({ sessions: true, limits });
    const idle = await openSession(world);
    const used = await openSession(world);
    const use = (id: string) => world.ask({ body: rpc('ping'), headers: { 'mcp-session-id': id } });
    now = 900;
    expect((await use(used)).status).toBe(200);
    now = 1_001;
    while ((await sessionCount(world)) > 1) await delay(5);
    expect((await use(idle)).status).toBe(404);
    expect((await use(used)).status).toBe(200);
  });

  it('their open streams do not use up the calls of a caller', async () => {
    const limits = { maxPerCaller: 3 };
    const world = await openHttp({ auth: 'token', tokens: TOKENS, sessions: true, limits });
    for (let count = 0; count < 5; count += 1) {
      const id = await openSession(world, bearer(ANN));
      const head = `GET /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${ANN}\r\nAccept: text/event-stream\r\nMcp-Session-Id: ${id}\r\n\r\n`;
      const { got } = world.socket(head);
      while (!got.text.includes('200 OK')) await delay(5);
    }
    expect((await world.call('experiment-get', { id: 1 }, bearer(BOB))).status).toBe(400);
    const id = await openSession(world, bearer(ANN));
    const answer = await world.call('experiment-get', { id: 1 }, { ...bearer(ANN), 'mcp-session-id': id });
    expect(answer.status).toBe(200);
  });
});

describe('a client that goes away', () => {
  it.each([
    ['of 2025', 'legacy'],
    ['of 2026', { pin: '2026-07-28' }],
  ] as const)('%s ends its call in flight', async (_, mode) => {
    const calls: AbortSignal[] = [];
    const world = await openHttp({
      call: ({ signal }) => {
        calls.push(signal);
        return new Promise(() => undefined);
      },
    });
    const transport = transportTo(world.url);
    const client = new Client(INFO, { versionNegotiation: { mode } });
    await client.connect(transport);
    onTestFinished(() => client.close());
    const call = client.callTool({ name: 'experiment-get', arguments: { id: 1 } }).catch(() => 'gone');
    while (calls.length === 0) await delay(5);
    await client.close();
    await call;
    const startedAt = performance.now();
    while (!calls[0]?.aborted && performance.now() - startedAt < 5_000) await delay(5);
    expect(calls[0]?.aborted).toBe(true);
  });
});
