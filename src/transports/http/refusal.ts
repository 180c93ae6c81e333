import type { ServerResponse } from 'node:http';

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
const SERVER_ERROR = -32_000;

export function refusal(status: number, message: string, headers: Record<string, string> = {}): Refusal {
  return { status, code: SERVER_ERROR, message, headers };
}

/** Headers of every answer that is not the SDK's own. */
const ALWAYS = { 'content-type': 'application/json', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

export function refuse(res: ServerResponse, { status, code, message, headers }: Refusal): void {
  if (res.headersSent || res.destroyed) return;
  const body = JSON.stringify({ jsonrpc: '2.0', id: null, error: { code, message } });
  // What is left of the request is not read, so the connection cannot be used again.
  res.writeHead(status, { ...ALWAYS, ...headers, ...(status >= 400 ? { connection: 'close' } : {}) });
  res.end(body);
}

export function answerJson(res: ServerResponse, status: number, value: object): void {
  res.writeHead(status, ALWAYS);
  res.end(JSON.stringify(value));
}
