import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/transports/http/limits.js';
import { openHttp, rpc } from './setup.js';

const TIMEOUTS = { headersMs: 300, requestMs: 600, checkMs: 50 };
const HALF_HEADERS = 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nX-Slow: ';
const HALF_BODY =
  'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"jsonrpc"';

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

  it('do not use up the calls of a caller beyond its own share', async () => {
    const tokens = 'ann:secret-of-ann-1,bob:secret-of-bob-1';
    const { socket, ask } = await openHttp({ auth: 'token', tokens, limits: { maxPerCaller: 10, maxConcurrent: 20 } });
    for (let count = 0; count < 40; count += 1)
      socket(HALF_BODY.replace('Content-Length', 'Authorization: Bearer secret-of-ann-1\r\nContent-Length'));
    await delay(300);
    const by = (secret: string) => ask({ body: rpc('tools/list'), headers: { authorization: `Bearer ${secret}` } });
    expect((await by('secret-of-bob-1')).status).toBe(200);
    expect((await by('secret-of-ann-1')).status).toBe(429);
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
