import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { bench } from './support.js';

/** One raw request; its status and the JSON of its answer. */
async function ask(port: number, line: string, headers = '') {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  let text = '';
  socket.on('data', (chunk: string) => {
    text += chunk;
  });
  socket.write(`${line} HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\n${headers}\r\n`);
  await once(socket, 'close');
  const [head = '', body = ''] = text.split('\r\n\r\n');
  const answer: unknown = JSON.parse(body);
  return { status: Number(head.split(' ')[1]), answer };
}

async function port() {
  const { sandbox } = await bench();
  return { sandbox, port: Number(new URL(sandbox.url).port) };
}

test.each([
  'GET //',
  'GET ///',
  'GET //api/projects/1/experiments/',
  'GET //[',
  'GET //host:port/',
  'GET //api:8787',
  'OPTIONS *',
  'GET /api/%zz/%',
  'GET /%00%ff',
  'GET http://elsewhere.example/',
])('"%s" is not found', async (line) => {
  const { port: at, sandbox } = await port();
  const { status, answer } = await ask(at, line);
  expect([status, answer]).toEqual([404, expect.objectContaining({ type: 'invalid_request', code: 'not_found' })]);
  expect(sandbox.requests).toHaveLength(1);
});

test.each(['GET http://[/api/', 'GET https://host:port/'])('"%s" is no address', async (line) => {
  const { status, answer } = await ask((await port()).port, line);
  expect([status, answer]).toEqual([
    400,
    { type: 'invalid_request', code: 'invalid', detail: 'Invalid request target.', attr: null },
  ]);
});

test('the whole address, as a proxy is sent it, asks for its path', async () => {
  const { port: at, sandbox } = await port();
  const line = `GET ${sandbox.url}/api/projects/1/experiments/?limit=1`;
  const { status, answer } = await ask(at, line, `authorization: Bearer ${sandbox.key}\r\n`);
  expect([status, answer]).toEqual([200, expect.objectContaining({ count: 0 })]);
});
