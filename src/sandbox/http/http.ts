import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from './api-error.js';

/** PostHog refuses larger request bodies. */
export const MAX_BODY_BYTES = 20 * 1024 * 1024;

/** No Content, Not Modified. */
const NO_BODY = [204, 304];

/** The address that a request line asks for: its path and query, or null where it names none. */
export function parseTarget(target: string, origin: string): URL | null {
  // Clients of a proxy send the whole address (RFC 9112, 3.2.2). A path is never read as one, though `//host/` looks it.
  const address = /^https?:\/\//i.test(target) ? target : `${origin}${target.startsWith('/') ? '' : '/'}${target}`;
  return URL.canParse(address) ? new URL(address) : null;
}

/** Reads a request body. One that is too large is read to its end and dropped, so that the client sees the answer. */
export async function readBody(request: IncomingMessage): Promise<Buffer | 'too_large'> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer)) continue;
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size > MAX_BODY_BYTES ? 'too_large' : Buffer.concat(chunks);
}

/** Fields of an HTML form: every value is text, and the last of a repeated key counts. */
function parseForm(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** JavaScript's own words, but Python's where the text cannot even begin a JSON value. */
function parseReason(text: string, error: unknown): string {
  const start = text.search(/\S|$/);
  if (/^(?:["{[\d-]|true|false|null)/.test(text.slice(start))) {
    return error instanceof Error ? error.message : 'invalid';
  }
  const before = text.slice(0, start).split('\n');
  const column = (before.at(-1) ?? '').length + 1;
  return `Expecting value: line ${before.length} column ${column} (char ${start})`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const detail = `JSON parse error - ${parseReason(text, error)}`;
    throw new ApiError(400, { type: 'invalid_request', code: 'parse_error', detail, attr: null });
  }
}

/** The JSON or form of a body, undefined for an empty one. Throws 400, 413 and 415 as PostHog does. */
export function parseBody(bytes: Buffer | 'too_large', contentType: string | undefined): unknown {
  if (bytes === 'too_large') {
    throw new ApiError(413, {
      type: 'invalid_request',
      code: 'request_too_large',
      detail: 'Request body too large.',
      attr: null,
    });
  }
  if (bytes.length === 0) return undefined;
  const text = bytes.toString('utf8');
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (mediaType === 'application/json') return parseJson(text);
  if (mediaType === 'application/x-www-form-urlencoded') return parseForm(text);
  const detail = `Unsupported media type "${contentType ?? ''}" in request.`;
  throw new ApiError(415, { type: 'invalid_request', code: 'unsupported_media_type', detail, attr: null });
}

export interface WireAnswer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  /** JSON value; undefined for an empty body. */
  body?: unknown;
  /** Plain text in place of JSON. */
  text?: string;
}

export function writeAnswer(response: ServerResponse, { status, headers = {}, body, text }: WireAnswer): void {
  if (text !== undefined) {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }).end(text);
    return;
  }
  if (body === undefined) {
    // These have no length, not even zero: RFC 9110, 8.6.
    response.writeHead(status, NO_BODY.includes(status) ? headers : { ...headers, 'content-length': '0' }).end();
    return;
  }
  const bytes = Buffer.from(JSON.stringify(body));
  const contentHeaders = { 'content-type': 'application/json', 'content-length': String(bytes.length) };
  response.writeHead(status, { ...contentHeaders, ...headers }).end(bytes);
}
