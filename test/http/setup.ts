import { request } from 'node:http';
import { connect as connectSocket, type Socket } from 'node:net';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OldClient } from '@modelcontextprotocol/sdk/client/index.js';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { createFront } from '../../src/cli/http/front.js';
import type { HttpConfig } from '../../src/config/http.js';
import { CATALOGUE } from '../../src/generated/tools.js';
import { openJournal } from '../../src/journal/journal.js';
import { createLog, createRedactor } from '../../src/log.js';
import type { CallRequest, CallResult } from '../../src/mcp/calls/call-tool.js';
import { createSession } from '../../src/mcp/calls/session.js';
import type { ConsentOptions } from '../../src/mcp/consent/consent.js';
import { type Selection, selectTools } from '../../src/mcp/listing/select-tools.js';
import type { SharedStore } from '../../src/replicas/store.js';
import { type SandboxOptions, startSandbox } from '../../src/sandbox/server.js';
import type { HttpLimits } from '../../src/transports/http/limits.js';
import { reach } from '../helpers/distance.js';
import { shop } from '../helpers/shop.js';
// What the first call loads, so that no test's time goes into it.
import '../../src/mcp/calls/call-tool.js';
import '../../src/posthog/client.js';
import '../../tools/index.js';

export const INFO = { name: 'test', version: '1' };

export interface HttpWorldOptions extends Partial<Omit<HttpConfig, 'tokens'>> {
  /** As POSTHOG_MCP_HTTP_TOKENS. */
  tokens?: string;
  selection?: Selection;
  limits?: Partial<HttpLimits>;
  project?: number | '@current';
  confirm?: ConsentOptions['mode'];
  faults?: SandboxOptions['faults'];
  journal?: string;
  /** What several worlds share. */
  store?: SharedStore;
  /** In place of the session's own. */
  call?: (request: CallRequest) => Promise<CallResult>;
}

/** The product's HTTP front over the sandbox, as the command `http` puts them together; closed after the test. */
export async function openHttp(options: HttpWorldOptions = {}) {
  const { tokens, selection = { toolsets: ['all'], readOnly: false }, limits, project, confirm = 'off' } = options;
  const sandbox = await startSandbox({ scenario: shop, ...(options.faults ? { faults: options.faults } : {}) });
  const far = await reach(sandbox.url);
  const lines: string[] = [];
  const redact = createRedactor([sandbox.key]);
  const log = createLog({ level: 'debug', redact, write: (line) => lines.push(line) });
  const http: HttpConfig = {
    port: 0,
    bind: '127.0.0.1',
    auth: 'none',
    tokensFile: undefined,
    sessions: false,
    allowHosts: [],
    allowOrigins: [],
    perSecond: null,
    ...options,
    tokens: tokens === undefined ? undefined : { reveal: () => tokens },
  };
  const served = selectTools(CATALOGUE, selection);
  const store = options.store && { ...options.store, isUp: () => true, close: () => undefined };
  const front = createFront({
    http,
    served,
    version: '0.0.0-test',
    origin: far.origin,
    store,
    log,
    limits: limits ?? {},
  });
  const session = createSession({
    version: '0.0.0-test',
    openUpstream: async () => ({
      origin: far.origin,
      key: http.auth === 'per-user' ? '' : sandbox.key,
      project: project ?? sandbox.projectId,
      close: async () => undefined,
    }),
    readOnly: selection.readOnly,
    log,
    redact,
    confirm: { mode: confirm, secret: undefined },
    ...(options.journal ? { journal: await openJournal(options.journal, { redact, now: () => new Date() }) } : {}),
    store,
    ...(front.client ? { client: front.client } : {}),
  });
  const server = await front.listen(options.call ?? session.call);
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= server.close();
    return closing;
  };
  onTestFinished(async () => {
    await close();
    await session.close();
    await far.close();
    await sandbox.close();
  });
  const port = Number(new URL(server.url).port);
  return {
    sandbox,
    lines,
    port,
    url: server.url,
    base: server.url.replace(/\/mcp$/, ''),
    close,
    ask: (asked: Asked = {}) => ask(port, asked),
    /** A raw connection that sends `text`. */
    socket: (text: string) => rawSocket(port, text),
    /** A tool call of one POST, without a handshake, as a client of 2025 may make it. */
    call: async (name: string, args: object, headers: Record<string, string> = {}) => {
      const answer = await ask(port, { body: rpc('tools/call', { name, arguments: args }), headers });
      return { ...answer, message: messageOf(answer.text) };
    },
  };
}

export type HttpWorld = Awaited<ReturnType<typeof openHttp>>;

let lastId = 0;

export function rpc(method: string, params: object = {}): string {
  lastId += 1;
  return JSON.stringify({ jsonrpc: '2.0', id: lastId, method, params });
}

const message = z.looseObject({
  result: z
    .looseObject({
      isError: z.boolean().optional(),
      structuredContent: z.record(z.string(), z.unknown()).optional(),
      tools: z.array(z.looseObject({ name: z.string() })).optional(),
    })
    .optional(),
  error: z.looseObject({ code: z.number(), message: z.string() }).optional(),
});
export type Message = z.output<typeof message>;

/** The JSON-RPC message of a body, be it JSON or the last event of a stream. */
export function messageOf(text: string): Message {
  const data = text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => line.slice('data: '.length));
  return message.parse(JSON.parse(data.at(-1) ?? text));
}

export interface Asked {
  method?: string;
  path?: string;
  headers?: Record<string, string | undefined>;
  /** A list is sent in chunks. */
  body?: string | Buffer | readonly Buffer[];
}

export interface Answered {
  status: number;
  headers: Record<string, string>;
  text: string;
}

export const JSON_HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
};

/** One request on a connection of its own, with any headers; those that are undefined are left out. */
export function ask(port: number, { method = 'POST', path = '/mcp', headers = {}, body }: Asked): Promise<Answered> {
  const defaults = method === 'POST' ? JSON_HEADERS : {};
  const entries = Object.entries({ ...defaults, ...headers }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', method, path, headers: Object.fromEntries(entries), agent: false });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const named = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(named), text });
      });
    });
    if (Array.isArray(body)) {
      for (const chunk of body) sent.write(chunk);
      sent.end();
    } else sent.end(body);
  });
}

/** A connection with what has come over it so far, and its end. */
export function rawSocket(port: number, text: string) {
  const socket: Socket = connectSocket(port, '127.0.0.1');
  const got = { text: '' };
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    got.text += chunk;
  });
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write(text);
  onTestFinished(() => {
    socket.destroy();
  });
  return { socket, got, closed };
}

/** The stream of an old client, and the address that it names for messages. */
export async function openStream({ socket }: Pick<HttpWorld, 'socket'>, headers: Record<string, string> = {}) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const raw = socket(`GET /sse HTTP/1.1\r\nHost: localhost\r\n${lines.join('')}\r\n`);
  await until(
    () => raw.got.text.includes('sessionId=') || /^HTTP\/1\.1 [45]/.test(raw.got.text) || raw.socket.destroyed,
  );
  if (!raw.got.text.includes('sessionId=')) throw new Error(`no stream: ${raw.got.text}`);
  return { ...raw, path: /\/messages\?sessionId=[0-9a-f-]+/.exec(raw.got.text)?.[0] ?? '' };
}

/** A session of a client of 2025, or the stream of an older one: how to ask in it, whichever way the answer comes. */
export async function openSession(
  world: Pick<HttpWorld, 'ask' | 'socket'>,
  path: '/mcp' | '/sse',
  opening: Record<string, string> = {},
) {
  const stream = path === '/sse' ? await openStream(world, opening) : null;
  let session: Record<string, string> = {};
  const post = (body: string, headers: Record<string, string> = {}) =>
    world.ask({ path: stream?.path ?? path, body, headers: { ...headers, ...session } });
  const ask = async (method: string, params: object, headers: Record<string, string> = {}) => {
    const body = rpc(method, params);
    const isAnswer = (line: string) => line.startsWith('data: {') && line.includes(`"id":${JSON.parse(body).id}`);
    const answer = await post(body, headers);
    if (!stream || answer.status !== 202) {
      const id = answer.headers['mcp-session-id'];
      if (id !== undefined) session = { 'mcp-session-id': id };
      return messageOf(answer.text);
    }
    const answered = () => stream.got.text.split('\n').slice(0, -1).find(isAnswer);
    await until(() => answered() !== undefined || stream.socket.destroyed);
    return messageOf(answered() ?? '');
  };
  await ask('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: INFO }, opening);
  return {
    post,
    ask,
    tools: async (headers: Record<string, string>) =>
      (await ask('tools/list', {}, headers)).result?.tools?.map(({ name }) => name) ?? [],
  };
}

export async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A v2 client; `mode` as for version negotiation. */
export async function connectClient(
  url: string,
  mode: 'legacy' | 'auto' | { pin: string },
  { token, headers = {}, client }: { token?: string; headers?: Record<string, string>; client?: Client } = {},
): Promise<Client> {
  const made = client ?? new Client(INFO, { versionNegotiation: { mode } });
  await made.connect(transportTo(url, token, headers));
  onTestFinished(() => made.close());
  return made;
}

export function transportTo(url: string, token?: string, headers: Record<string, string> = {}) {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { ...headers, ...authorization } },
  });
}

export function oldClient(capabilities: object = {}): OldClient {
  const client = new OldClient(INFO, { capabilities });
  onTestFinished(() => client.close());
  return client;
}
