import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { createPace } from '../../src/transports/http/pace.js';
import { type Answered, type Asked, messageOf, openHttp, rpc } from './setup.js';

const TOKEN = 'secret-of-ann-0123456789';
const LIST = rpc('tools/list');
const AUTH = { authorization: `Bearer ${TOKEN}` };

/** What holds for every refusal. */
function expectRefusal(answer: Answered, status: number): void {
  expect(answer.status, answer.text).toBe(status);
  expect(answer.headers['content-type']).toBe('application/json');
  expect(messageOf(answer.text).error?.message).toBeTypeOf('string');
  expectClean(answer);
}

function expectClean({ text, headers }: Answered): void {
  const all = `${JSON.stringify(headers)} ${text}`;
  expect(all).not.toMatch(/<html|<!doctype|node_modules|\bat .*:\d+:\d+|\/(?:tmp|home|usr|src)\/|secret-of-ann|phx_/i);
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
}

const FOREIGN_HOSTS = [
  'evil.example',
  'localhost.evil.example',
  'localhost.',
  '127.0.0.1.nip.io',
  'ann@localhost',
  'localhost@evil.example',
  'localhost:99999',
  'localhost/',
  'localhost?x',
  'localhost#x',
  '::1',
  '[::2]',
  '0.0.0.0',
  'null',
  // What an address parser would turn into a name of this machine.
  '127.0.0.1/..',
  '127.0.0.1/.',
  '127.0.0.1/%2e%2e',
  '127.0.0.1\\',
  '127.0.0.1/..:3333',
  'local\thost',
  '127.1',
  '2130706433',
  '0x7f.0.0.1',
  '127.0.0.1.',
  '%6cocalhost',
  'localhost:',
  'localhost:0',
  'localhost:+1',
  'localhost:080',
  'localhost:8 0',
  'localhost:1:2',
  ':@localhost',
  'localhost,evil.example',
  '[::1',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::1%25lo]',
  '[::1]evil.example',
];
const OWN_HOSTS = ['localhost', 'LOCALHOST:1', '127.0.0.1', '127.0.0.1:3333', '[::1]', '[::1]:80', 'mcp.example.com'];
const FOREIGN_ORIGINS = [
  'null',
  '',
  'evil',
  'https://evil.example',
  'http://localhost.evil.example',
  'http://localhost.',
  'http://evil.example@localhost.evil',
  'http://ann@localhost',
  'http://localhost/path',
  'file://',
  'http://localhost/',
  'http://localhost/..',
  'http://localhost\\',
  'http://127.1',
  'http://%6cocalhost',
  'http://localhost, http://evil.example',
  'http://localhost http://evil.example',
  'http:localhost',
  'ftp://localhost',
  'javascript://localhost',
  'https://app.example.com:8443',
  'http://app.example.com',
];
const OWN_ORIGINS = [
  undefined,
  'http://localhost',
  'http://localhost:5173',
  'http://[::1]:3',
  'https://app.example.com',
];

const open = () =>
  openHttp({
    auth: 'token',
    tokens: `ann:${TOKEN}`,
    allowHosts: ['mcp.example.com'],
    allowOrigins: ['https://app.example.com'],
  });

describe('names', () => {
  it.each(['token', 'none'] as const)(
    'risk 31: lets in own hosts and origins, and no other (auth %s)',
    async (auth) => {
      const world = await openHttp({
        auth,
        ...(auth === 'token' ? { tokens: TOKEN } : {}),
        allowHosts: ['mcp.example.com'],
        allowOrigins: ['https://app.example.com'],
      });
      const at = (headers: Asked['headers']) => world.ask({ body: LIST, headers: { ...AUTH, ...headers } });
      for (const host of OWN_HOSTS) expect((await at({ host })).status, host).toBe(200);
      for (const origin of OWN_ORIGINS) {
        const answer = await at({ origin });
        expect(answer.status, origin).toBe(200);
        expectClean(answer);
      }
      for (const method of ['POST', 'GET', 'OPTIONS', 'DELETE', 'PUT']) {
        const refused = (headers: Asked['headers']) =>
          world.ask({ method, headers: { ...AUTH, ...headers }, ...(method === 'POST' ? { body: LIST } : {}) });
        for (const host of FOREIGN_HOSTS) expectRefusal(await refused({ host }), 403);
        for (const origin of FOREIGN_ORIGINS) expectRefusal(await refused({ origin }), 403);
      }
    },
  );

  it('refuses a request without a Host', async () => {
    const { socket } = await open();
    for (const start of ['1.0', '1.1', '1.1\r\nHost: ']) {
      const { got, closed } = socket(`POST /mcp HTTP/${start}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      await closed;
      expect(got.text).toMatch(/^HTTP\/1\.1 403 .*"jsonrpc"/s);
    }
  });

  it('risk 61: refuses a request with several Hosts or Origins, whichever comes first, and one with an address for its path', async () => {
    const { socket } = await openHttp({});
    const send = async (target: string, ...headers: string[]) => {
      const lines = [...headers, 'Content-Type: application/json', 'Content-Length: 2', 'Connection: close'];
      const { got, closed } = socket(`POST ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n[]`);
      await closed;
      return Number(got.text.slice('HTTP/1.1 '.length, 'HTTP/1.1 400'.length));
    };
    const [own, foreign] = ['Host: localhost', 'host: evil.example'];
    expect(await send('/mcp', own)).toBe(400);
    for (const pair of [
      [own, foreign],
      [foreign, own],
      [own, own],
    ])
      expect(await send('/mcp', ...pair)).toBe(403);
    const [site, other] = ['Origin: http://localhost', 'origin: https://evil.example'];
    expect(await send('/mcp', own, site)).toBe(400);
    for (const pair of [
      [site, other],
      [other, site],
      [site, site],
    ])
      expect(await send('/mcp', own, ...pair)).toBe(403);
    for (const target of ['http://evil.example/mcp', 'http://localhost/mcp', '*'])
      expect(await send(target, own), target).toBe(404);
    expect(await send('http://localhost/mcp', foreign)).toBe(403);
  });

  it('takes the path as it was sent', async () => {
    const { ask } = await open();
    const paths = ['/', '/mcp/', '//evil/mcp', 'http://evil/mcp', '/%6dcp', '/constructor', '/healthz/', '/x?y'];
    for (const path of paths) expectRefusal(await ask({ path, body: LIST, headers: AUTH }), 404);
    expect((await ask({ path: '/mcp?x=1', body: LIST, headers: AUTH })).status).toBe(200);
  });
});

describe('the order of the guards', () => {
  const faults: readonly [string, number, Asked][] = [
    ['Host', 403, { headers: { host: 'evil.example' } }],
    ['Origin', 403, { headers: { origin: 'null' } }],
    ['path', 404, { path: '/register' }],
    ['authentication', 401, { headers: { authorization: 'Bearer wrong-secret-00' } }],
    ['method', 405, { method: 'PUT' }],
    ['content type', 415, { headers: { 'content-type': 'text/plain' } }],
    ['size', 413, { body: Buffer.alloc(1024 * 1024 + 1, ' ') }],
    ['session', 404, { headers: { 'mcp-session-id': 'stolen' } }],
  ];

  it.each(faults.map((fault, at) => [fault[0], at] as const))('%s comes before all that follow', async (_, from) => {
    const { ask } = await openHttp({ auth: 'token', tokens: TOKEN, sessions: true });
    const own: Asked = { headers: { host: 'localhost', ...AUTH }, body: LIST };
    const following = faults.slice(from).map(([, , fault]) => fault);
    const headers = Object.assign({}, own.headers, ...following.map((fault) => fault.headers));
    const merged: Asked = Object.assign({}, own, ...following.toReversed(), { headers });
    const answer = await ask(merged);
    expectRefusal(answer, faults[from]?.[1] ?? 0);
    if (from < 2) expect(answer.text).toContain(from === 0 ? 'Host' : 'Origin');
  });
});

describe('who calls and how', () => {
  it('asks strangers for a token', async () => {
    const { ask } = await open();
    for (const authorization of [undefined, '', 'Basic YTpi', 'Bearer', 'Bearer a b', 'Bearer wrong-secret', TOKEN]) {
      const answer = await ask({ body: LIST, headers: { authorization } });
      expectRefusal(answer, 401);
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm=/);
    }
    for (const path of ['/mcp', '/sse', '/metrics']) expectRefusal(await ask({ method: 'GET', path }), 401);
    expectRefusal(await ask({ path: '/messages?sessionId=x', body: LIST }), 401);
  });

  it('risk 59: tells strangers that there is nothing where a client looks for an OAuth server, so that it looks no further', async () => {
    const { ask } = await open();
    const metadata = ['oauth-protected-resource', 'oauth-protected-resource/mcp', 'oauth-authorization-server'];
    for (const name of [...metadata, 'openid-configuration'])
      expectRefusal(await ask({ method: 'GET', path: `/.well-known/${name}` }), 404);
    for (const path of ['/register', '/authorize', '/token', '/nowhere', '/'])
      for (const method of ['POST', 'GET', 'OPTIONS', 'DELETE']) {
        const answer = await ask({ method, path, ...(method === 'POST' ? { body: '{"client_name":"x"}' } : {}) });
        expectRefusal(answer, 404);
        expect(answer.headers).not.toHaveProperty('www-authenticate');
      }
  });

  it('says which methods there are', async () => {
    const { ask } = await open();
    const allowed = { '/mcp': 'POST', '/sse': 'GET', '/messages': 'POST', '/metrics': 'GET', '/healthz': 'GET' };
    for (const [path, allow] of Object.entries(allowed)) {
      for (const method of ['OPTIONS', 'PUT', 'PATCH', 'TRACE', allow === 'GET' ? 'POST' : 'GET']) {
        const answer = await ask({ path, method, headers: AUTH });
        expectRefusal(answer, 405);
        expect(answer.headers.allow).toBe(allow);
      }
    }
  });
});

describe('risk 32: bodies', () => {
  it('are JSON', async () => {
    const { ask } = await open();
    const typed = (type: string | undefined) => ask({ body: LIST, headers: { ...AUTH, 'content-type': type } });
    const foreign = [
      undefined,
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/jsonp',
    ];
    for (const type of foreign) expectRefusal(await typed(type), 415);
    for (const type of ['application/json', 'Application/JSON; charset=utf-8'])
      expect((await typed(type)).status).toBe(200);
  });

  it('are refused by size, declared or not, before they are parsed', async () => {
    const { ask, socket } = await open();
    const quarter = Buffer.alloc(256 * 1024, '[');
    expectRefusal(
      await ask({ body: Buffer.concat([quarter, quarter, quarter, quarter, quarter]), headers: AUTH }),
      413,
    );
    expectRefusal(await ask({ body: Array.from({ length: 12 }, () => quarter), headers: AUTH }), 413);
    const declared = `POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\nContent-Length: 9999999\r\n\r\n`;
    const { got, closed } = socket(declared);
    await closed;
    expect(got.text).toMatch(/^HTTP\/1\.1 413 /);
    const padded = `${LIST.slice(0, -1)}${' '.repeat(1024 * 1024 - LIST.length)}}`;
    expect((await ask({ body: padded, headers: AUTH })).status).toBe(200);
  });

  it('are read on for a while once they are refused, so that whoever still sends gets the answer and no broken line', async () => {
    const { socket } = await open();
    const chunk = `40000\r\n${' '.repeat(0x40000)}\r\n`;
    const head = `POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const sent = socket(`${head}${chunk.repeat(5)}`);
    const errors: Error[] = [];
    sent.socket.on('error', (error) => errors.push(error));
    while (!sent.got.text.includes('\r\n\r\n{')) await delay(5);
    expect(sent.got.text).toMatch(/^HTTP\/1\.1 413 /);
    sent.socket.write(`${chunk.repeat(4)}0\r\n\r\n`);
    await sent.closed;
    expect(errors).toEqual([]);
  });

  it('are one message or a short batch of sound JSON', async () => {
    const { ask, lines } = await open();
    const call = (args: string) =>
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"experiment-list","arguments":${args}}}`;
    const deep = `${'[1,'.repeat(50_000)}1${']'.repeat(50_000)}`;
    const batch = JSON.stringify(Array.from({ length: 21 }, () => JSON.parse(LIST)));
    const latin = Buffer.from(call('{"search":"caf\u00e9"}'), 'latin1');
    const broken = [
      '',
      '{',
      '{"a":1}}',
      'NaN',
      "{'a':1}",
      latin,
      call('{"__proto__":{"x":1}}'),
      deep,
      call(deep),
      batch,
    ];
    const unsound = ['null', '1', '"x"', '[]', '{}', '[1]', '{"jsonrpc":"1.0","id":1,"method":"tools/list"}'];
    for (const body of [...broken, ...unsound]) {
      const answer = await ask({ body, headers: AUTH });
      expect(answer.status, `${String(body).slice(0, 60)}: ${answer.text}`).toBe(400);
      expectClean(answer);
      expect(messageOf(answer.text).error?.code).toBeLessThan(0);
    }
    expect(lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  it('that break off leave no trace but the closed connection', async () => {
    const { ask, socket, lines } = await open();
    const start = `POST /mcp HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"`;
    const sockets = Array.from({ length: 20 }, () => socket(start));
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const one of sockets) one.socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await ask({ body: LIST, headers: AUTH })).status).toBe(200);
    expect(lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });
});

describe('pace', () => {
  it('is a bucket for each caller', async () => {
    let now = 0;
    const pace = createPace({ perSecond: 2, maxConcurrent: 100, maxPerCaller: 100, now: () => now });
    const outcome = async (caller: string) => {
      const refused = await pace.enter(caller);
      return refused ? Number(refused.headers?.['retry-after']) : 'in';
    };
    const nine = () => Promise.all(Array.from({ length: 9 }, () => outcome('ann')));
    expect(await nine()).toEqual([...Array(8).fill('in'), 1]);
    expect(await outcome('bob')).toBe('in');
    now = 499;
    expect(await outcome('ann')).toBe(1);
    now = 500;
    expect([await outcome('ann'), await outcome('ann')]).toEqual(['in', 1]);
    now = 1_000_000;
    expect((await nine()).filter((one) => one === 'in')).toHaveLength(8);
  });

  it('names the wait where a request costs more than a second', async () => {
    const pace = createPace({ perSecond: 0.1, maxConcurrent: 9, maxPerCaller: 9, now: () => 0 });
    expect(await pace.enter('ann')).toMatchObject({ status: 429, headers: { 'retry-after': '6' } });
  });

  it('risk 34: answers 429 with Retry-After to one caller and serves another', async () => {
    const { ask } = await openHttp({ auth: 'token', tokens: `ann:${TOKEN},bob:secret-of-bob-1`, perSecond: 1 });
    const by = (secret: string) => ask({ body: LIST, headers: { authorization: `Bearer ${secret}` } });
    const answers = await Promise.all(Array.from({ length: 10 }, () => by(TOKEN)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(5);
    for (const answer of refused) {
      expectRefusal(answer, 429);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    }
    expect((await by('secret-of-bob-1')).status).toBe(200);
  });

  it('risk 34: caps what is in work, of one caller and of all', async () => {
    const waiting: (() => void)[] = [];
    const { call } = await openHttp({
      auth: 'token',
      tokens: `ann:${TOKEN},bob:secret-of-bob-1,eve:secret-of-eve-1`,
      limits: { maxPerCaller: 3, maxConcurrent: 5 },
      call: () =>
        new Promise((resolve) => {
          waiting.push(() => resolve({ content: [], structuredContent: {} }));
        }),
    });
    const by = (secret: string) => call('experiment-get', { id: 1 }, { authorization: `Bearer ${secret}` });
    const until = async (count: number) => {
      while (waiting.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const anns = [by(TOKEN), by(TOKEN), by(TOKEN)];
    await until(3);
    expectRefusal(await by(TOKEN), 429);
    const bobs = [by('secret-of-bob-1'), by('secret-of-bob-1')];
    await until(5);
    expectRefusal(await by('secret-of-eve-1'), 429);
    for (const go of waiting) go();
    for (const answer of await Promise.all([...anns, ...bobs])) expect(answer.status).toBe(200);
    const later = by('secret-of-eve-1');
    await until(6);
    waiting[5]?.();
    expect((await later).status).toBe(200);
  });
});
