import { setTimeout as delay } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/server';
import { expect, it, onTestFinished } from 'vitest';
import { createLog } from '../../src/log.js';
import { serveHttp } from '../../src/transports/http/server.js';
import { ask, INFO, rawSocket, rpc } from './setup.js';

/** The front with a server that has news to tell; the product's own lists never change, so it ends subscriptions at once. */
async function openFront() {
  const server = await serveHttp({
    bind: '127.0.0.1',
    port: 0,
    allowHosts: [],
    allowOrigins: [],
    auth: { kind: 'none' },
    sessions: false,
    perSecond: null,
    createServer: () => new McpServer(INFO, { capabilities: { tools: { listChanged: true } } }),
    roleOf: () => undefined,
    readiness: () => ({ ready: true }),
    metrics: async () => ({ type: 'text/plain', text: '' }),
    log: createLog({ level: 'silent', redact: (text) => text }),
    limits: { maxConcurrent: 2, maxSessions: 4 },
  });
  onTestFinished(() => server.close());
  return { port: Number(new URL(server.url).port), close: server.close };
}

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': INFO,
  'io.modelcontextprotocol/clientCapabilities': {},
};

function listen(port: number) {
  const body = rpc('subscriptions/listen', { notifications: { toolsListChanged: true }, _meta: META });
  const head = [
    'POST /mcp HTTP/1.1',
    'Host: localhost',
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream',
    'MCP-Protocol-Version: 2026-07-28',
    'Mcp-Method: subscriptions/listen',
    `Content-Length: ${body.length}`,
  ];
  return rawSocket(port, `${head.join('\r\n')}\r\n\r\n${body}`);
}

it('an open subscription is no call in work, neither for the share of its caller nor at the end', async () => {
  const { port, close } = await openFront();
  const open = [listen(port), listen(port), listen(port), listen(port)];
  for (const { got } of open) while (!got.text.includes('acknowledged')) await delay(5);
  const beyond = listen(port);
  while (beyond.got.text === '') await delay(5);
  expect(beyond.got.text).not.toContain('text/event-stream');
  const answer = await ask(port, { body: rpc('ping') });
  expect(answer.status, answer.text).toBe(200);
  expect(open.every(({ got }) => !got.text.includes('"result"'))).toBe(true);
  const startedAt = performance.now();
  await close();
  expect(performance.now() - startedAt).toBeLessThan(3_000);
});
