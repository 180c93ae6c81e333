import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { DEFAULT_LIMITS } from '../../src/transports/http/limits.js';
import { type Behaviour, type FaultServer, startFaultServer } from '../helpers/fault-server.js';
import { start } from '../helpers/server-process.js';
import { ask, messageOf, openHttp, rawSocket, rpc } from './setup.js';

const KEY = 'phx_canary0123456789abcdefghij';
const EXPERIMENT = { id: 1, name: 'Slow one', feature_flag_key: 'slow' };

/** The built server, once it listens. */
async function serve(args: readonly string[], env: Record<string, string> = {}) {
  const server = start(['http', '--port', '0', ...args], env);
  onTestFinished(() => {
    server.child.kill('SIGKILL');
  });
  const line = await server.printed('\n');
  const { url } = z.object({ url: z.string() }).parse(JSON.parse(line));
  return { ...server, url, port: Number(new URL(url).port) };
}

/** A PostHog that answers reads after a while. */
async function slowPostHog(ms: number): Promise<FaultServer> {
  const behaviour: Behaviour = (response) => {
    setTimeout(() => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(EXPERIMENT));
    }, ms);
  };
  const server = await startFaultServer(behaviour);
  onTestFinished(() => server.close());
  return server;
}

const settings = (origin: string) => ({
  POSTHOG_HOST: origin,
  POSTHOG_PERSONAL_API_KEY: KEY,
  POSTHOG_PROJECT_ID: '1',
});
const GET = rpc('tools/call', { name: 'experiment-get', arguments: { id: 1 } });

describe('SIGTERM', () => {
  it.each([
    ['of 2025', {}],
    [
      'of 2026',
      {
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'experiment-get',
      },
    ],
  ])('lets a call in flight finish, of a client %s', async (era, headers) => {
    const posthog = await slowPostHog(1_500);
    const server = await serve([], settings(posthog.origin));
    const params = { name: 'experiment-get', arguments: { id: 1 } };
    const meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const body = era === 'of 2026' ? rpc('tools/call', { ...params, _meta: meta }) : GET;
    const call = ask(server.port, { body, headers });
    await posthog.until(() => posthog.hits.length > 0);
    const kept = rawSocket(server.port, 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    while (kept.got.text === '') await delay(5);
    server.child.kill('SIGTERM');
    await delay(200);
    await expect(ask(server.port, { method: 'GET', path: '/healthz' })).rejects.toThrow('ECONNREFUSED');
    const answer = await call;
    expect(answer.status).toBe(200);
    expect(messageOf(answer.text).result?.structuredContent).toMatchObject({ id: 1, name: 'Slow one' });
    expect(await server.exited).toMatchObject({ code: 0, signal: null, stderr: '' });
  });

  it('lets a call in flight on an old stream finish', async () => {
    const posthog = await slowPostHog(1_500);
    const server = await serve([], settings(posthog.origin));
    const stream = rawSocket(server.port, 'GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n');
    while (!stream.got.text.includes('sessionId=')) await delay(5);
    const path = /\/messages\?sessionId=[0-9a-f-]+/.exec(stream.got.text)?.[0] ?? '';
    const initialize = { protocolVersion: '2024-11-05', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    await ask(server.port, { path, body: rpc('initialize', initialize) });
    await ask(server.port, { path, body: GET });
    await posthog.until(() => posthog.hits.length > 0);
    server.child.kill('SIGTERM');
    expect(await server.exited).toMatchObject({ code: 0, signal: null, stderr: '' });
    await stream.closed;
    expect(stream.got.text).toContain('Slow one');
  });

  it('is not held up by streams and half-sent requests', async () => {
    const server = await serve(['--sandbox', '--sessions']);
    const initialize = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
    const opened = await ask(server.port, { body: rpc('initialize', initialize) });
    const session = opened.headers['mcp-session-id'];
    const heads = [
      'GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n',
      `GET /mcp HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nMcp-Session-Id: ${session}\r\n\r\n`,
    ];
    for (const head of heads) {
      const { got } = rawSocket(server.port, head);
      while (!got.text.includes('200 OK')) await delay(5);
    }
    rawSocket(server.port, 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nX-');
    await delay(100);
    const startedAt = performance.now();
    server.child.kill('SIGTERM');
    expect(await server.exited).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(performance.now() - startedAt).toBeLessThan(3_000);
  });

  it('waits no longer than 10 s, and takes nothing new meanwhile', async () => {
    expect(DEFAULT_LIMITS.drainMs).toBe(10_000);
    const calls: AbortSignal[] = [];
    const world = await openHttp({
      limits: { drainMs: 2_000 },
      call: ({ signal }) => {
        calls.push(signal);
        return new Promise(() => undefined);
      },
    });
    const call = world.ask({ body: GET }).catch(() => 'broken off');
    while (calls.length === 0) await delay(5);
    const half = world.socket('GET /metrics HTTP/1.1\r\n');
    const probe = world.socket('GET /readyz HTTP/1.1\r\n');
    await delay(50);
    const startedAt = performance.now();
    const closing = world.close();
    for (const { socket } of [half, probe]) socket.write('Host: localhost\r\n\r\n');
    for (const { got } of [half, probe]) while (got.text === '') await delay(5);
    expect(half.got.text).toMatch(/^HTTP\/1\.1 503 .*shutting down/s);
    expect(probe.got.text).toMatch(/^HTTP\/1\.1 503 .*"ready":false/s);
    await expect(world.ask({ method: 'GET', path: '/healthz' })).rejects.toThrow('ECONNREFUSED');
    await closing;
    expect(performance.now() - startedAt).toBeGreaterThan(1_900);
    expect(performance.now() - startedAt).toBeLessThan(6_000);
    await call;
  });
});
