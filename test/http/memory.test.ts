import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { json, startFaultServer } from '../helpers/fault-server.js';
import { start } from '../helpers/server-process.js';
import { ask, INFO, JSON_HEADERS, rawSocket, rpc, until } from './setup.js';

const KEY = 'phx_canary0123456789abcdefghij';
const AUTH = { authorization: `Bearer ${KEY}` };
const CALL = { name: 'experiment-list', arguments: {} };

/** The built server with sessions for callers with keys of their own, before a PostHog that knows every key. */
async function serve(folder: string) {
  const upstream = await startFaultServer(json(200, { count: 0, next: null, results: [] }));
  onTestFinished(() => upstream.close());
  const { child, printed } = start(
    ['http', '--port', '0', '--auth', 'per-user', '--sessions'],
    {
      NODE_OPTIONS: '--heapsnapshot-signal=SIGUSR2',
      POSTHOG_HOST: upstream.origin,
      POSTHOG_PROJECT_ID: '1',
    },
    folder,
  );
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(await printed('\n')));
  return { upstream, child, port: Number(new URL(url).port) };
}

it('risk 57: keeps nothing of the keys of callers but digests, while their sessions and streams are open', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heap-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { upstream, child, port } = await serve(folder);
  const get = (path: string, headers: Record<string, string>) => {
    const lines = Object.entries({ host: 'localhost', ...AUTH, ...headers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    return rawSocket(port, `GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  };
  const initialize = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: INFO };
  const opened = await ask(port, { body: rpc('initialize', initialize), headers: AUTH });
  const session = { 'mcp-session-id': opened.headers['mcp-session-id'] ?? '' };
  const listening = get('/mcp', { ...session, accept: 'text/event-stream' });
  const old = get('/sse', {});
  await until(() => listening.got.text.includes('200 OK') && old.got.text.includes('sessionId='));
  const messages = /\/messages\?sessionId=[0-9a-f-]+/.exec(old.got.text)?.[0] ?? '';
  for (let count = 0; count < 3; count += 1) {
    const answer = await ask(port, { body: rpc('tools/call', CALL), headers: { ...AUTH, ...session } });
    expect(answer.text).toContain('"items":[]');
    await ask(port, {
      path: messages,
      body: rpc(count === 0 ? 'initialize' : 'tools/call', count === 0 ? initialize : CALL),
      headers: AUTH,
    });
  }
  await until(() => old.got.text.split('"items":[]').length > 2);
  expect(upstream.hits.every(({ headers }) => headers.authorization === AUTH.authorization)).toBe(true);
  // One request on each connection that stays open, so that the last of each is another caller's.
  expect((await ask(port, { body: rpc('ping'), headers: JSON_HEADERS })).status).toBe(401);

  child.kill('SIGUSR2');
  const snapshot = () => readdirSync(folder).find((name) => name.endsWith('.heapsnapshot'));
  await until(() => snapshot() !== undefined);
  // Node writes the snapshot in one go, and answers nothing meanwhile.
  expect((await ask(port, { method: 'GET', path: '/healthz' })).status).toBe(200);
  const heap = readFileSync(join(folder, snapshot() ?? ''), 'latin1');
  expect(JSON.parse(heap)).toHaveProperty('strings');
  expect(heap).toContain(createHash('sha256').update(KEY).digest('hex').slice(0, 16));
  expect(heap).toContain(messages.split('=')[1]);
  expect(heap.includes(KEY.slice(4, 20))).toBe(false);
});
