import { createServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createPostHogClient } from '../../src/posthog/client.js';
import { routeTo } from '../../src/posthog/proxy.js';
import { ANY, EXPERIMENT, errorOf, KEY, LAUNCH } from './setup.js';

/** A name that nobody resolves: only the proxy would. */
const ORIGIN = 'https://posthog.test:8443';
const PASSWORD = 'canary-of-the-proxy';

/** A loopback proxy that does `answer` with each CONNECT, and a client that goes through it. */
async function setUp(answer: (client: Socket) => unknown, { credentials = '' } = {}) {
  const heads: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => undefined);
    client.once('data', (head) => {
      heads.push(head.toString('latin1'));
      answer(client);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const origin = `http://127.0.0.1:${address.port}`;
  const { proxy } = routeTo(ORIGIN, { HTTPS_PROXY: origin.replace('://', `://${credentials}`) });
  const limits = { connectMs: 200 };
  const client = createPostHogClient({ origin: ORIGIN, key: KEY, readOnly: false, random: () => 0, proxy, limits });
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  onTestFinished(async () => {
    await client.close();
    if (server.listening) await stop();
  });
  return { heads, origin, stop, api: client.forCall({ signal: new AbortController().signal, deadlineMs: 10_000 }) };
}

const say = (status: number) => (client: Socket) => client.end(`HTTP/1.1 ${status} X\r\ncontent-length: 0\r\n\r\n`);

describe('a proxy that refuses', () => {
  it.each([
    [
      407,
      '',
      /\(HTTPS_PROXY\) wants credentials \(407\); nothing was sent/,
      /^Set HTTPS_PROXY to http:\/\/user:password@127/,
    ],
    [407, `anna:${PASSWORD}@`, /did not accept its credentials \(407\)/, /percent-encoded/],
    [403, '', /refused to connect to posthog\.test:8443 \(403\)/, /name posthog\.test in NO_PROXY/],
    [302, '', /refused to connect to posthog\.test:8443 \(302\)/, /allow posthog\.test:8443/],
  ])(
    'with %i (credentials: "%s") is asked once and named, with what to set',
    async (status, credentials, says, hint) => {
      const { api, heads, origin } = await setUp(say(status), { credentials });
      for (const call of [() => api.get(EXPERIMENT, ANY), () => api.post(LAUNCH, ANY)]) {
        const error = await errorOf(call());
        expect(error).toMatchObject({ code: 'proxy_failed', fields: {} });
        expect(error.message).toMatch(says);
        expect(error.message).toContain(origin);
        expect(error.hint).toMatch(hint);
      }
      expect(heads).toHaveLength(2);
      expect(heads.join()).not.toContain(KEY);
    },
  );

  it('is given its credentials, and nothing of the request but the host', async () => {
    const { api, heads } = await setUp(say(403), { credentials: `anna:${PASSWORD}@` });
    await errorOf(api.get(EXPERIMENT, ANY));
    const basic = Buffer.from(`anna:${PASSWORD}`).toString('base64');
    expect(heads[0]?.toLowerCase().split('\r\n').toSorted()).toEqual(
      [
        ...['', '', 'connect posthog.test:8443 http/1.1', 'connection: keep-alive', 'host: posthog.test:8443'],
        `proxy-authorization: basic ${basic.toLowerCase()}`,
      ].toSorted(),
    );
  });
});

describe('a proxy that does not get through', () => {
  it.each<[string, (client: Socket) => unknown, RegExp]>([
    ['answers 502', say(502), /could not connect to posthog\.test:8443 \(502\)/],
    ['hangs up', (client) => client.destroy(), /could not be reached \(ECONNRESET\)/],
    ['talks gibberish', (client) => client.end('hello\r\n\r\n'), /could not be reached \(HPE_INVALID_CONSTANT\)/],
    ['says nothing', () => undefined, /did not answer in time/],
    ['hangs up once the tunnel is there', (client) => client.end('HTTP/1.1 200 OK\r\n\r\n'), /could not be reached/],
  ])('since it %s is tried again, by a write too, which cannot have been sent', async (_, answer, says) => {
    const { api, heads } = await setUp(answer);
    for (const call of [() => api.get(EXPERIMENT, ANY), () => api.post(LAUNCH, ANY)]) {
      const error = await errorOf(call());
      expect(error.code).toMatch(/^(?:proxy|connection)_failed$/);
      expect(error.message).toMatch(says);
    }
    expect(heads).toHaveLength(6);
    expect(heads.join()).not.toContain(KEY);
  });

  it('since it is gone is named without its credentials', async () => {
    const { api, origin, stop } = await setUp(() => undefined, { credentials: `anna:${PASSWORD}@` });
    await stop();
    const error = await errorOf(api.get(EXPERIMENT, ANY));
    expect(error).toMatchObject({
      code: 'proxy_failed',
      message: `The proxy ${origin} (HTTPS_PROXY) could not be reached (ECONNREFUSED); nothing was sent to PostHog.`,
      hint: expect.stringContaining('Check HTTPS_PROXY'),
    });
  });
});
