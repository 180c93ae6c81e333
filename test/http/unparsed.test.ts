import { describe, expect, it } from 'vitest';
import { type HttpWorld, openHttp, rawSocket, until } from './setup.js';

const HEAD = 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';
const LONG = 'x'.repeat(20_000);

/** Everything that Node answers by itself, before a request is there or in place of one. */
const UNPARSED: readonly (readonly [string, number, string])[] = [
  ['no HTTP at all', 400, 'hello\r\n\r\n'],
  ['an unknown method', 400, 'BREW /mcp HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['HTTP/2', 400, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a header without a name', 400, `${HEAD}: x\r\n\r\n`],
  ['a length that is no number', 400, `${HEAD}Content-Length: many\r\n\r\n`],
  ['two lengths', 400, `${HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{`],
  ['a length beside chunks', 400, `${HEAD}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
  ['a broken chunk', 400, `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`],
  ['a long header', 431, `${HEAD}X-Long: ${LONG}\r\n\r\n`],
  ['a long path', 431, `GET /${LONG} HTTP/1.1\r\nHost: localhost\r\n\r\n`],
  ['long chunk extensions', 413, `${HEAD}Transfer-Encoding: chunked\r\n\r\n1;${LONG}\r\n{\r\n0\r\n\r\n`],
  ['an expectation', 417, `${HEAD}Expect: a-miracle\r\nContent-Length: 2\r\n\r\n{}`],
  ['a tunnel', 405, 'CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n'],
  ['an upgrade', 405, 'GET /mcp HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
  ['headers that stop', 408, 'POST /mcp HTTP/1.1\r\nHost: local'],
  ['a body that stops', 408, `${HEAD}Content-Length: 100\r\n\r\n{`],
];

/** The status and the JSON-RPC error of all that came, which is one answer and no more. */
async function answerTo({ socket }: Pick<HttpWorld, 'socket'>, text: string) {
  const sent = socket(text);
  const parts = () => sent.got.text.split('\r\n\r\n');
  const lengthOf = (head: string) => Number(/^content-length: (\d+)$/im.exec(head)?.[1]);
  await until(() => (parts()[1]?.length ?? -1) >= lengthOf(parts()[0] ?? ''));
  const [head = '', body = ''] = parts();
  sent.socket.end();
  await sent.closed;
  expect(parts()).toHaveLength(2);
  expect(head).toMatch(/^content-type: application\/json$/im);
  return { status: Number(/^HTTP\/1\.1 (\d+) [A-Z]/.exec(head)?.[1]), body: JSON.parse(body) };
}

describe('what Node would answer by itself', () => {
  it.each(UNPARSED)('risk 60: is JSON-RPC: %s', async (_, status, text) => {
    const world = await openHttp({ limits: { headersMs: 200, requestMs: 200, checkMs: 20 } });
    const answer = await answerTo(world, text);
    expect(answer).toEqual({
      status,
      body: { jsonrpc: '2.0', id: null, error: { code: expect.any(Number), message: expect.any(String) } },
    });
    expect(answer.body.error.code).toBeLessThan(0);
    expect(world.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  it('reaches a client that goes on sending, and its connection ends', async () => {
    const { socket } = await openHttp({});
    const sent = socket(`${HEAD}X-Long: ${LONG}`);
    const errors: Error[] = [];
    sent.socket.on('error', (error) => errors.push(error));
    for (let count = 0; count < 20; count += 1) sent.socket.write(LONG);
    await sent.closed;
    expect(sent.got.text).toMatch(/^HTTP\/1\.1 431 .*"error".*\}$/s);
    expect(errors).toEqual([]);
  });

  it('does not break into an answer that is under way', async () => {
    const { port } = await openHttp({});
    const stream = rawSocket(port, 'GET /sse HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await until(() => stream.got.text.includes('sessionId='));
    stream.socket.write('this is not HTTP\r\n\r\n');
    await stream.closed;
    expect(stream.got.text).not.toContain('jsonrpc');
  });

  it('ends with the process, even where its client never hangs up', async () => {
    const { socket, close } = await openHttp({});
    const held = ['CONNECT a:1 HTTP/1.1\r\n\r\n', 'nonsense\r\n\r\n'].map((text) => socket(text));
    for (const { got } of held) await until(() => got.text.includes('jsonrpc'));
    const startedAt = performance.now();
    await close();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
