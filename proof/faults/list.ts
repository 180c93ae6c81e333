import { gzipSync } from 'node:zlib';
import { DEFAULT_LIMITS } from './limits.js';
import type { Exchange, Fault } from './proxy.js';

const DRIP_MS = 50;
const BOMB = gzipSync(Buffer.alloc(64 * 1024 * 1024));
const CHUNK = Buffer.alloc(64 * 1024, ' ');

/** Waits of more than a second are looked at twice a second by undici, which may end them that much sooner. */
const dueAfter = (ms: number) => (ms > 1_000 ? ms - 500 : ms);

type Headers = Record<string, string | number>;

/** The key in the forms in which a careless server behind might give it back. */
function echoOf({ authorization }: Exchange): string {
  const key = authorization.replace('Bearer ', '');
  return [authorization, key, Buffer.from(authorization).toString('base64'), encodeURIComponent(authorization)].join(
    ' ',
  );
}

/** The status with a body that gives the key back; nothing is carried out. */
const refuse =
  (status: number, headers: (exchange: Exchange) => Headers = () => ({})) =>
  (exchange: Exchange): void => {
    const { response } = exchange;
    response.writeHead(status, { 'content-type': 'application/json', ...headers(exchange) });
    response.end(JSON.stringify({ type: 'server_error', code: 'error', detail: `Failed for ${echoOf(exchange)}` }));
  };

/** Carries the request out and answers it with bytes of its own. */
const applied =
  (play: (exchange: Exchange, body: Buffer, status: number) => void) =>
  async (exchange: Exchange): Promise<void> => {
    const { status, body } = await exchange.truth();
    if (!exchange.socket.destroyed) play(exchange, body, status);
  };

/** Written past Node's server, which would not let a wrong length out. */
const head = (status: number, length: number) =>
  `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

/** An answer without a body has nothing that could break, so these say what PostHog never would. */
const bodied = (body: Buffer) => (body.length > 1 ? body : Buffer.from('{"detail":"There is a body."}'));

const MANY_BLANKS = 1_000_000;

function drip({ socket }: Exchange, body: Buffer, status: number): void {
  const bytes = bodied(body);
  // Blanks follow a short body, so that none is whole, and no pause too long, before the deadline.
  socket.write(head(status === 204 ? 200 : status, bytes.length + MANY_BLANKS));
  let at = 0;
  const timer = setInterval(() => {
    socket.write(at < bytes.length ? bytes.subarray(at, at + 1) : ' ');
    at += 1;
  }, DRIP_MS);
  socket.on('close', () => clearInterval(timer));
}

function pourForever({ response }: Exchange, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  const pour = () => {
    while (!response.destroyed && response.write(CHUNK));
  };
  response.on('drain', pour);
  pour();
}

const retryAfter = (value: () => string | undefined) =>
  refuse(429, (): Headers => {
    const text = value();
    return text === undefined ? {} : { 'retry-after': text };
  });

const LIMITED: readonly [string, () => string | undefined][] = [
  ['seconds', () => '1'],
  ['date', () => new Date(Date.now() + 2_000).toUTCString()],
  ['zero', () => '0'],
  ['junk', () => 'soon'],
  ['negative', () => '-5'],
  ['empty', () => ''],
  ['absent', () => undefined],
  // Longer than a call may take.
  ['long', () => String(DEFAULT_LIMITS.deadlineMs / 1000 + 1)],
];

/** PostHog wants to be left alone for longer than any run of this takes. */
export const DAY_LONG = '429_day_long';

const elsewhere = ({ elsewhere: origin, authorization }: Exchange): Headers => ({
  location: `${origin}/?key=${encodeURIComponent(authorization)}`,
});

export const FAULTS: readonly Fault[] = [
  { name: 'refused', connections: 'refused', play: ({ socket }) => void socket.resetAndDestroy(), places: ['every'] },
  { name: 'reset_at_once', connections: 'reset', play: ({ socket }) => void socket.resetAndDestroy() },
  { name: 'reset_after_request', play: applied(({ socket }) => void socket.resetAndDestroy()) },
  {
    name: 'stall_before_headers',
    code: 'timeout',
    holds: true,
    atLeastMs: dueAfter(DEFAULT_LIMITS.headersMs),
    play: applied(() => undefined),
  },
  {
    name: 'stall_inside_headers',
    code: 'timeout',
    holds: true,
    atLeastMs: dueAfter(DEFAULT_LIMITS.headersMs),
    play: applied(({ socket }) => void socket.write('HTTP/1.1 200 OK\r\nconte')),
  },
  {
    name: 'stall_after_headers',
    code: 'timeout',
    holds: true,
    atLeastMs: dueAfter(DEFAULT_LIMITS.bodyIdleMs),
    play: applied(({ socket }, body) => void socket.write(head(200, bodied(body).length))),
  },
  // No pause between two bytes is too long, so nothing but the deadline of the call ends it.
  { name: 'slow_drip', code: 'timeout', holds: true, atLeastMs: DEFAULT_LIMITS.deadlineMs, play: applied(drip) },
  {
    name: 'truncated_body',
    play: applied(({ socket }, body) => {
      const bytes = bodied(body);
      socket.end(Buffer.concat([Buffer.from(head(200, bytes.length)), bytes.subarray(0, bytes.length / 2)]));
    }),
  },
  {
    name: 'garbage_body',
    play: applied((exchange) => {
      exchange.response.writeHead(200, { 'content-type': 'application/json' });
      exchange.response.end(`{"id": 1, "name ${echoOf(exchange)}`);
    }),
  },
  { name: 'endless_body', code: 'response_too_large', holds: true, play: applied((exchange) => pourForever(exchange)) },
  {
    name: 'wrong_content_type',
    play: applied((exchange) => {
      exchange.response.writeHead(200, { 'content-type': 'text/html' });
      exchange.response.end(`<html><body><h1>Sign in</h1>${echoOf(exchange)}</body></html>`);
    }),
  },
  {
    name: 'length_too_long',
    holds: true,
    atLeastMs: dueAfter(DEFAULT_LIMITS.bodyIdleMs),
    play: applied(({ socket }, body) => {
      const bytes = bodied(body);
      socket.write(Buffer.concat([Buffer.from(head(200, bytes.length + 100)), bytes]));
    }),
  },
  {
    name: 'length_too_short',
    play: applied(({ socket }, body) => {
      const bytes = bodied(body);
      socket.write(Buffer.concat([Buffer.from(head(200, Math.floor(bytes.length / 2))), bytes]));
    }),
  },
  ...LIMITED.map(([form, value]): Fault => ({ name: `429_${form}`, code: 'rate_limited', play: retryAfter(value) })),
  { name: DAY_LONG, code: 'rate_limited', play: retryAfter(() => '86400') },
  // Refused before it runs, so even a write may be sent again.
  { name: '429_once', times: 1, overcome: 'always', atLeastMs: 1_000, play: retryAfter(() => '1') },
  { name: '500_once', times: 1, play: refuse(500) },
  { name: '503_once', times: 1, overcome: 'by_reads', play: refuse(503) },
  ...[500, 502, 503, 504].map((status): Fault => ({ name: `${status}_forever`, play: refuse(status) })),
  ...[301, 302, 307, 308].map((status): Fault => ({ name: `redirect_${status}`, play: refuse(status, elsewhere) })),
  // Some parts of an answer that is made of several requests can be had.
  { name: '500_after_first', after: 1, places: ['every'], play: refuse(500) },
  // Told by its status: who reads the body to its end has no time left to say so.
  { name: 'endless_500', code: 'upstream_error', holds: true, play: (exchange) => pourForever(exchange, 500) },
  {
    name: 'closed_idle_socket',
    connections: 'closed',
    overcome: 'always',
    places: ['every'],
    play: ({ pass }) => pass(),
  },
  // The request and the end of the idle socket cross on the way.
  {
    ...{ name: 'closed_on_reuse', onReuse: true, times: 1, overcome: 'by_reads', places: ['every'] },
    play: ({ socket }) => void socket.destroy(),
  },
  {
    name: 'gzip_bomb',
    play: applied(({ response }) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(BOMB);
    }),
  },
  { name: 'empty_204', play: applied(({ response }) => void response.writeHead(204).end()) },
];
