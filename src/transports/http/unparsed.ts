import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { ALWAYS, bodyOf, INVALID_REQUEST, type Refusal, refusal, refuse } from './refusal.js';

/** How long a client may take to read its answer and hang up. Milliseconds. */
const LINGER_MS = 2_000;

const PROBLEMS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: refusal(431, 'The headers are too large.'),
  HPE_CHUNK_EXTENSIONS_OVERFLOW: refusal(413, 'The chunk extensions of the body are too large.'),
  ERR_HTTP_REQUEST_TIMEOUT: refusal(408, 'The request took too long to arrive; send it again.'),
};
const NOT_HTTP: Refusal = { status: 400, code: INVALID_REQUEST, message: 'Invalid request: this is not HTTP/1.1.' };
const NO_TUNNEL = refusal(405, 'Method not allowed: this server is no proxy.');
const NO_EXPECTATION = refusal(417, 'Expectation failed: the only one that is met is 100-continue.');

/** Answers as JSON-RPC what Node would otherwise answer by itself, without a word, because it is not a request to serve. */
export function answerUnparsed(server: Server): void {
  const last = new WeakMap<Duplex, ServerResponse>();
  server.on('request', ({ socket }, res) => last.set(socket, res));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // An answer in the middle of another would garble both.
    const isAnswering = last.get(socket)?.headersSent === true && last.get(socket)?.writableFinished === false;
    if (isAnswering || error.code === 'ECONNRESET') socket.destroy();
    else hangUp(socket, PROBLEMS[error.code ?? ''] ?? NOT_HTTP);
  });
  server.on('connect', (_, socket) => hangUp(socket, NO_TUNNEL));
  server.on('checkExpectation', (_, res) => refuse(res, NO_EXPECTATION));
}

function hangUp(socket: Duplex, problem: Refusal): void {
  // The parser complains once more about each piece that still comes in.
  if (!socket.writable) return;
  const body = bodyOf(problem);
  const headers = { ...ALWAYS, ...problem.headers, 'content-length': Buffer.byteLength(body), connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines.join('')}\r\n${body}`);
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}
