import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from './api-error.js';

/** PostHog refuses larger request bodies. */
const MAX_BODY_BYTES = 20 * 1024 * 1024;

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

/** The JSON of a body, undefined for an empty one. Throws 400, 413 and 415 as PostHog does. */
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
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (mediaType !== 'application/json') {
    const detail = `Unsupported media type "${contentType ?? ''}" in request.`;
    throw new ApiError(415, { type: 'invalid_request', code: 'unsupported_media_type', detail, attr: null });
  }
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'invalid';
    const detail = `JSON parse error - ${reason}`;
    throw new ApiError(400, { type: 'invalid_request', code: 'parse_error', detail, attr: null });
  }
}

export interface WireAnswer {
  status: number;
  headers?: Readonly<Record<string, string>>;
  /** JSON value; undefined for an empty body. */
  body?: unknown;
}

export function writeAnswer(response: ServerResponse, { status, headers = {}, body }: WireAnswer): void {
  if (body === undefined) {
    response.writeHead(status, { ...headers, 'content-length': '0' }).end();
    return;
  }
  const bytes = Buffer.from(JSON.stringify(body));
  const contentHeaders = { 'content-type': 'application/json', 'content-length': String(bytes.length) };
  response.writeHead(status, { ...contentHeaders, ...headers }).end(bytes);
}
