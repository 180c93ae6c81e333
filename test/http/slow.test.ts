import { setTimeout as delay } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/transports/http/limits.js';
import { openHttp, rpc, until } from './setup.js';

const TIMEOUTS = { headersMs: 300, requestMs: 600, checkMs: 50 };
const HALF_HEADERS = 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nX-Slow: ';
const HALF_BODY =
  'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"jsonrpc"';

/** What is in use once garbage is collected. Bytes. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('risk 34: requests that never end', () => {
  it('are given up soon after their time', () => {
    expect(DEFAULT_LIMITS.headersMs).toBeLessThanOrEqual(10_000);
    expect(DEFAULT_LIMITS.requestMs).toBeLessThanOrEqual(30_000);
    expect(DEFAULT_LIMITS.checkMs).toBeLessThanOrEqual(1_000);
  });

  it.each([
    ['headers', HALF_HEADERS, 'a'],
    ['body', HALF_BODY, ' '],
    [
      'chunked body',
      HALF_BODY.replace('Content-Length: 1000', 'Transfer-Encoding: chunked').replace('{', 'fff\r\n{'),
      ' ',
    ],
  ])('with half of their %s are closed, though a byte drips in', async (_, start, drop) => {
    const { socket, lines } = await openHttp({ limits: TIMEOUTS });
    const startedAt = performance.now();
    const { socket: raw, closed, got } = socket(start);
    const dripping = setInterval(() => raw.write(drop), 50);
    await closed;
    clearInterval(dripping);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    expect(got.text).toMatch(/^(?:HTTP\/1\.1 408 .*)?$/s);
    expect(lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  it('do not keep 200 connections from leaving another caller in peace', async () => {
    const { socket, call } = await openHttp({ limits: { headersMs: 60_000, requestMs: 60_000 } });
    const timeOfCalls = async () => {
      const startedAt = performance.now();
      for (let count = 0; count < 20; count += 1) {
        const { status, message } = await call('experiment-get', { id: 1 });
        expect(status).toBe(200);
        expect(message.result?.isError).toBeFalsy();
      }
      return performance.now() - startedAt;
    };
    const before = await timeOfCalls();
    const slow = Array.from({ length: 200 }, (_, at) => socket(['', HALF_HEADERS, HALF_BODY][at % 3] ?? ''));
    await delay(300);
    expect(await timeOfCalls()).toBeLessThan(before * 3 + 1_000);
    expect(slow.every(({ socket: raw }) => !raw.destroyed)).toBe(true);
  });

  it('risk 55: take no place among the calls in work, of their caller or of others', async () => {
    const tokens = 'ann:secret-of-ann-1,bob:secret-of-bob-1';
    const { socket, ask } = await openHttp({ auth: 'token', tokens, limits: { maxPerCaller: 2, maxConcurrent: 4 } });
    const half = HALF_BODY.replace('Content-Length', 'Authorization: Bearer secret-of-ann-1\r\nContent-Length');
    const slow = Array.from({ length: 40 }, () => socket(half));
    const by = (secret: string) => ask({ body: rpc('tools/list'), headers: { authorization: `Bearer ${secret}` } });
    for (let round = 0; round < 10; round += 1)
      for (const secret of ['secret-of-ann-1', 'secret-of-bob-1']) expect((await by(secret)).status).toBe(200);
    expect(slow.every(({ socket: raw, got }) => !raw.destroyed && got.text === '')).toBe(true);
  });

  it('give way where they hold too many bytes, the largest and oldest first, and small ones go through', async () => {
    const tokens = 'ann:secret-of-ann-1,bob:secret-of-bob-1,eve:secret-of-eve-1';
    const limits = { incomingBytes: 800_000 };
    const { socket, ask } = await openHttp({ auth: 'token', tokens, limits });
    const halfOf = (secret: string, bytes: number) => {
      const head = HALF_BODY.replace(
        'Content-Length: 1000',
        `Authorization: Bearer ${secret}\r\nContent-Length: 900000`,
      );
      return socket(`${head}${' '.repeat(bytes)}`);
    };
    const refused = (of: readonly ReturnType<typeof halfOf>[]) => of.filter(({ got }) => got.text !== '');
    // A quarter of all is what one caller may hold: not all of Ann's three fit in.
    const anns = Array.from({ length: 3 }, () => halfOf('secret-of-ann-1', 90_000));
    await until(() => refused(anns).length > 0);
    for (const { got } of refused(anns)) expect(got.text).toMatch(/^HTTP\/1\.1 503 .*retry-after: 1.*"jsonrpc"/s);
    expect(refused(anns).length).toBeLessThan(3);
    const bobs = halfOf('secret-of-bob-1', 90_000);
    const body = `${rpc('tools/list').slice(0, -1)}${' '.repeat(20_000)}}`;
    for (const secret of ['secret-of-ann-1', 'secret-of-eve-1'])
      expect((await ask({ body, headers: { authorization: `Bearer ${secret}` } })).status).toBe(200);
    expect(refused([bobs])).toEqual([]);
  });

  it('cost no more memory where they come byte by byte', async () => {
    const { socket, ask } = await openHttp({});
    const head = HALF_BODY.slice(0, HALF_BODY.indexOf('{')).replace(
      'Content-Length: 1000',
      'Transfer-Encoding: chunked',
    );
    const before = heldBytes();
    const sent = Array.from({ length: 2 }, () => socket(`${head}${'1\r\n \r\n'.repeat(200_000)}`));
    await Promise.all(sent.map((one) => until(() => one.socket.writableLength === 0)));
    expect((await ask({ body: rpc('ping') })).status).toBe(200);
    expect(heldBytes() - before).toBeLessThan(20_000_000);
    for (const one of sent) one.socket.write('0\r\n\r\n');
    for (const one of sent) await until(() => one.got.text.startsWith('HTTP/1.1 400'));
  });
});

describe('connections', () => {
  it('are capped', async () => {
    const { socket, ask } = await openHttp({ limits: { maxConnections: 10 } });
    const held = Array.from({ length: 10 }, () => socket(HALF_HEADERS));
    await delay(200);
    const beyond = socket('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await beyond.closed;
    expect(beyond.got.text).toBe('');
    for (const { socket: raw } of held.slice(5)) raw.destroy();
    await delay(200);
    expect((await ask({ method: 'GET', path: '/healthz' })).status).toBe(200);
  });
});
