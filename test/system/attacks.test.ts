import { execFileSync } from 'node:child_process';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { startFaultServer } from '../helpers/fault-server.js';
import { start } from '../helpers/server-process.js';
import {
  type Asked,
  ask,
  INFO,
  JSON_HEADERS,
  messageOf,
  openSession,
  openStream,
  rawSocket,
  rpc,
} from '../http/setup.js';

const CALLERS = 10;
const ROUNDS = 12;
const MIB = 1024 * 1024;
/** Node with the tools and zod, all that the bounds let strangers hold, and garbage that is not collected yet. */
const MAX_RSS = 500 * MIB;

const keyOf = (name: string | number) => `phx_honest_key_of_${name}_0123456789`;
const tokenOf = (name: string | number) => `secret-of-${name}-0123456789`;
const NAMES = [...Array.from({ length: CALLERS }, (_, at) => `honest${at}`), 'mallory'];

/** The built server before a PostHog that names the key that it was asked with, and knows those of NAMES alone. */
async function serve(auth: 'token' | 'per-user') {
  const upstream = await startFaultServer((response, { headers }) => {
    const name = /^Bearer phx_honest_key_of_(.*)_0123456789$/.exec(headers.authorization ?? '')?.[1];
    response.writeHead(name === undefined ? 401 : 200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({ id: 1, name: `Experiment of ${name}`, feature_flag_key: 'a', count: 0, results: [] }),
    );
  });
  onTestFinished(() => upstream.close());
  const { child, exited, printed } = start(['http', '--port', '0', '--auth', auth, '--sessions', '--rate', 'off'], {
    POSTHOG_HOST: upstream.origin,
    POSTHOG_PROJECT_ID: '1',
    ...(auth === 'token'
      ? {
          POSTHOG_PERSONAL_API_KEY: keyOf('all'),
          POSTHOG_MCP_HTTP_TOKENS: NAMES.map((name) => `${name}:${tokenOf(name)}`).join(),
        }
      : {}),
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(await printed('\n')));
  const port = Number(new URL(url).port);
  const world = { port, ask: (asked: Asked = {}) => ask(port, asked), socket: (text: string) => rawSocket(port, text) };
  const bearer = (name: string) => ({ authorization: `Bearer ${auth === 'token' ? tokenOf(name) : keyOf(name)}` });
  return { world, child, exited, bearer };
}

type Attacked = Awaited<ReturnType<typeof serve>>['world'];

/** A request in HTTP's own words, the headers as they are and the body as much as there is of it. */
function raw(path: string, headers: Record<string, string>, body = '', method = 'POST'): string {
  const lines = Object.entries({ host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

function attacks(world: Attacked, mallory: Record<string, string>) {
  const { socket } = world;
  const sure = (asked: Asked) => world.ask(asked).catch(() => null);
  const invented = () => ({ authorization: `Bearer phx_invented_by_a_stranger_${Math.random()}` });
  const initialize = () => rpc('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: INFO });
  const batch = `[${Array.from({ length: 20 }, () => rpc('tools/list')).join()}]`;
  const one = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'experiment-get', arguments: { id: 1 } },
  });
  const length = (bytes: number) => ({ ...JSON_HEADERS, 'content-length': String(bytes) });
  return {
    'one id for many requests': async () => {
      const stream = await openStream(world, mallory).catch(() => null);
      if (!stream) return;
      await Promise.all(Array.from({ length: 64 }, () => sure({ path: stream.path, body: one, headers: mallory })));
      stream.socket.destroy();
    },
    'streams that nobody reads': async () => {
      const stream = await openStream(world, mallory).catch(() => null);
      if (!stream) return;
      stream.socket.pause();
      for (let count = 0; count < 150; count += 1)
        await sure({ path: stream.path, body: rpc('tools/list'), headers: mallory });
    },
    'answers that nobody reads': async () => {
      for (let count = 0; count < 4; count += 1)
        socket(raw('/mcp', { ...mallory, ...length(batch.length) }, batch).repeat(6)).socket.pause();
    },
    'bodies that stop': async () => {
      for (let count = 0; count < 30; count += 1) socket(raw('/mcp', { ...mallory, ...length(1_000) }, '{"'));
      for (let count = 0; count < 4; count += 1)
        socket(raw('/mcp', { ...mallory, ...length(MIB) }, ' '.repeat(900_000)));
      for (let count = 0; count < 4; count += 1)
        socket(raw('/mcp', { ...invented(), ...length(MIB) }, ' '.repeat(900_000)));
    },
    'headers that stop': async () => {
      for (let count = 0; count < 20; count += 1) socket('POST /mcp HTTP/1.1\r\nHost: localhost\r\nX-Slow: ');
    },
    'sessions and streams for invented keys': async () => {
      await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          at % 2 === 0
            ? sure({ body: initialize(), headers: invented() })
            : sure({ path: '/sse', method: 'GET', headers: invented() }),
        ),
      );
    },
    'paths that are not there': async () => {
      for (const path of ['/.well-known/oauth-protected-resource', '/register', '/../mcp'])
        await sure({ path, body: one });
    },
    'what is no HTTP': async () => {
      for (const text of [
        'hello\r\n\r\n',
        `${raw('/mcp', { 'x-long': 'x'.repeat(20_000) })}`,
        'CONNECT a:1 HTTP/1.1\r\n\r\n',
      ])
        socket(text);
      socket(raw('/mcp', { expect: 'a-miracle' }));
    },
    'hosts that only look like ours': async () => {
      for (const host of ['127.0.0.1/..', '127.1', 'evil.example'])
        await sure({ body: one, headers: { ...mallory, host } });
    },
  };
}

it.each(['token', 'per-user'] as const)(
  'risk 63: serves 10 honest callers rightly while it is attacked in every way, and then ends with 0 (auth %s)',
  async (auth) => {
    const { world, child, exited, bearer } = await serve(auth);
    const state = { isOver: false };
    const rounds: Record<string, number> = {};
    const attacking = Object.entries(attacks(world, bearer('mallory'))).map(async ([name, attack]) => {
      // Beyond so many, connections of attackers alone would be what is tested.
      for (rounds[name] = 0; !state.isOver && rounds[name] < 12; rounds[name] += 1) await attack();
    });
    const begun = () => Object.values(rounds).every((count) => count > 0);
    const honest = async (name: string, at: number) => {
      const caller = bearer(name);
      const session = await openSession(world, at % 2 === 0 ? '/mcp' : '/sse', caller);
      for (let round = 0; round < ROUNDS || !begun(); round += 1) {
        const got = await session.ask('tools/call', { name: 'experiment-get', arguments: { id: 1 } }, caller);
        const owner = auth === 'token' ? 'all' : name;
        expect(got.result?.structuredContent, JSON.stringify(got)).toMatchObject({
          id: 1,
          name: `Experiment of ${owner}`,
        });
        const narrow = { ...caller, 'x-mcp-toolsets': 'results' };
        const listed = await session.ask('tools/list', {}, narrow);
        expect(
          listed.result?.tools?.map((tool) => tool.name),
          JSON.stringify(listed).slice(0, 200),
        ).toContain('experiment-results');
      }
    };
    await Promise.all(NAMES.slice(0, CALLERS).map(honest));
    state.isOver = true;
    await Promise.all(attacking);
    const rss = 1024 * Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' }));
    expect(rss).toBeLessThan(MAX_RSS);
    const last = await world.ask({ body: rpc('tools/list'), headers: bearer('mallory') });
    expect(messageOf(last.text).error?.message).toContain('Mcp-Session-Id is missing');
    child.kill('SIGTERM');
    expect(await exited).toMatchObject({ code: 0, signal: null });
  },
  120_000,
);
