import type { IncomingMessage } from 'node:http';
import { isJsonContentType } from '@modelcontextprotocol/server';
import { hasLostArgument, LOST_ARGUMENT } from '../lost-argument.js';
import { INVALID_PARAMS, INVALID_REQUEST, PARSE_ERROR, type Refusal, refusal } from './refusal.js';

/** Largest body, in bytes; far above any real call. */
export const MAX_BODY_BYTES = 1024 * 1024;
/** Most messages in one body; only clients of one old revision send several. */
export const MAX_BATCH = 20;
/** Deepest nesting of a body; what walks values downwards, as the SDK does, runs out of stack in far deeper ones. */
export const MAX_DEPTH = 100;

export type Body = { value: unknown } | { refused: Refusal };

/** A JSON body within its bounds; null where the client has gone. Nothing is parsed before its size is known. */
export async function readBody(req: IncomingMessage): Promise<Body | null> {
  if (!isJsonContentType(req.headers['content-type'] ?? null)) {
    return { refused: refusal(415, 'Unsupported media type: send application/json.') };
  }
  const bytes = await bounded(req);
  if (bytes === 'gone') return null;
  if (bytes === 'too large') return { refused: refusal(413, `The body is larger than ${MAX_BODY_BYTES} bytes.`) };
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { refused: { status: 400, code: PARSE_ERROR, message: 'Parse error: the body is not JSON in UTF-8.' } };
  }
  const refused = problemOf(value);
  return refused ? { refused } : { value };
}

async function bounded(req: IncomingMessage): Promise<Buffer | 'too large' | 'gone'> {
  if (Number(req.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return 'too large';
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    // A plain loop that is left early destroys the request, whose rest could then not be read any more.
    for await (const chunk of req.iterator({ destroyOnReturn: false })) {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) return 'too large';
      chunks.push(chunk);
    }
  } catch {
    return 'gone';
  }
  return Buffer.concat(chunks);
}

function problemOf(value: unknown): Refusal | null {
  const messages = messagesOf(value);
  if (messages.length > MAX_BATCH) return invalid(`a batch holds at most ${MAX_BATCH} messages.`);
  if (isTooDeep(value)) return invalid(`the body is nested more than ${MAX_DEPTH} levels deep.`);
  const isLost = messages.some((message) => hasLostArgument(Reflect.get(Object(message), 'params')));
  return isLost ? { status: 400, code: INVALID_PARAMS, message: LOST_ARGUMENT } : null;
}

function invalid(why: string): Refusal {
  return { status: 400, code: INVALID_REQUEST, message: `Invalid request: ${why}` };
}

function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((one) => (one !== null && typeof one === 'object' ? Object.values(one) : []));
  }
  return false;
}

function messagesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

export function methodOf(message: unknown): unknown {
  return Reflect.get(Object(message), 'method');
}

/** Names of the tools that a body calls. */
export function calledTools(value: unknown): string[] {
  return messagesOf(value).flatMap((message) => {
    if (methodOf(message) !== 'tools/call') return [];
    const name: unknown = Reflect.get(Object(Reflect.get(Object(message), 'params')), 'name');
    return typeof name === 'string' ? [name] : [];
  });
}
