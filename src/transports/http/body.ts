import type { IncomingMessage } from 'node:http';
import { isJsonContentType } from '@modelcontextprotocol/server';
import { hasLostArgument, LOST_ARGUMENT } from '../lost-argument.js';
import { INVALID_PARAMS, INVALID_REQUEST, PARSE_ERROR, type Refusal, refusal } from './refusal.js';

/** Largest body, in bytes; far above any real call. */
export const MAX_BODY_BYTES = 1024 * 1024;
/** Most messages in one body; only clients of one old revision send several. */
export const MAX_BATCH = 20;

export type Body = { value: unknown } | { refused: Refusal };

/** A JSON body within its bounds. Nothing is parsed before its size is known. */
export async function readBody(req: IncomingMessage): Promise<Body> {
  if (!isJsonContentType(req.headers['content-type'] ?? null)) {
    return { refused: refusal(415, 'Unsupported media type: send application/json.') };
  }
  const bytes = await bounded(req);
  if (bytes === null) return { refused: refusal(413, `The body is larger than ${MAX_BODY_BYTES} bytes.`) };
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return { refused: { status: 400, code: PARSE_ERROR, message: 'Parse error: the body is not JSON.' } };
  }
  return check(value);
}

async function bounded(req: IncomingMessage): Promise<Buffer | null> {
  if (Number(req.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function check(value: unknown): Body {
  const messages = Array.isArray(value) ? value : [value];
  if (messages.length > MAX_BATCH) {
    const message = `Invalid request: a batch holds at most ${MAX_BATCH} messages.`;
    return { refused: { status: 400, code: INVALID_REQUEST, message } };
  }
  const isLost = messages.some((message) => hasLostArgument(Reflect.get(Object(message), 'params')));
  return isLost ? { refused: { status: 400, code: INVALID_PARAMS, message: LOST_ARGUMENT } } : { value };
}

/** Names of the tools that a body calls. */
export function calledTools(value: unknown): string[] {
  const messages: unknown[] = Array.isArray(value) ? value : [value];
  return messages.flatMap((message) => {
    if (Reflect.get(Object(message), 'method') !== 'tools/call') return [];
    const name: unknown = Reflect.get(Object(Reflect.get(Object(message), 'params')), 'name');
    return typeof name === 'string' ? [name] : [];
  });
}
