import type { IncomingMessage, ServerResponse } from 'node:http';

/** A request that is not served, as HTTP and JSON-RPC say it: no HTML, no stack, no path. */
export interface Refusal {
  status: number;
  /** JSON-RPC error code. */
  code: number;
  message: string;
  headers?: Readonly<Record<string, string>>;
}

export const PARSE_ERROR = -32_700;
export const INVALID_REQUEST = -32_600;
export const INVALID_PARAMS = -32_602;
/** Of the range that JSON-RPC leaves to servers. */
export const SERVER_ERROR = -32_000;

/** What is still read of a refused request, so that its sender gets to see the answer. Bytes and milliseconds. */
const LINGER_BYTES = 4 * 1024 * 1024;
const LINGER_MS = 2_000;

export function refusal(status: number, message: string, headers: Record<string, string> = {}): Refusal {
  return { status, code: SERVER_ERROR, message, headers };
}

/** Headers of every answer that is not the SDK's own. */
export const ALWAYS = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

export function bodyOf({ code, message }: Refusal): string {
  return JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } });
}

export function refuse(res: ServerResponse, problem: Refusal): void {
  if (res.headersSent || res.destroyed) return;
  const { status } = problem;
  const body = bodyOf(problem);
  const headers = { ...ALWAYS, ...problem.headers, 'content-length': Buffer.byteLength(body) };
  const { req } = res;
  if (req.complete) {
    res.writeHead(status, headers).end(body);
    return;
  }
  // The connection cannot be used again. Closed with bytes unread, it would be reset, and the answer lost on its way.
  res.writeHead(status, { ...headers, connection: 'close' });
  res.write(body);
  lingering(req).then(() => res.end());
}

/** Resolves when the request has been read, or enough of it. */
function lingering(req: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LINGER_MS);
    let bytes = 0;
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > LINGER_BYTES) resolve();
    });
    for (const event of ['end', 'close', 'error']) req.once(event, () => resolve());
    req.once('close', () => clearTimeout(timer));
    req.resume();
  });
}

export function answerJson(res: ServerResponse, status: number, value: object): void {
  res.writeHead(status, ALWAYS);
  res.end(JSON.stringify(value));
}
