import type { IncomingMessage } from 'node:http';
import { isJSONRPCRequest, isJsonContentType, isSpecType, type RequestId } from '@modelcontextprotocol/server';
import { hasLostArgument, LOST_ARGUMENT } from '../lost-argument.js';
import type { Holdings } from './holdings.js';
import { INVALID_PARAMS, INVALID_REQUEST, PARSE_ERROR, type Refusal, refusal } from './refusal.js';

/** Largest body, in bytes; far above any real call. */
export const MAX_BODY_BYTES = 1024 * 1024;
/** Most messages in one body; only clients of one old revision send several. */
export const MAX_BATCH = 20;
/** Deepest nesting of a body; what walks values downwards, as the SDK does, runs out of stack in far deeper ones. */
export const MAX_DEPTH = 100;

/** Longest id of a request, in characters: it is kept while the request is in work, and goes into every progress note. */
const MAX_ID = 256;

const TOO_LARGE = refusal(413, `The body is larger than ${MAX_BODY_BYTES} bytes.`);
const TOO_MANY = refusal(503, 'Too many bodies are coming in at once; send the whole body without pauses.', {
  'retry-after': '1',
});

export type Body = { value: unknown } | { refused: Refusal };

/** A JSON body within its bounds; null where the client has gone. Nothing is parsed before its size is known. */
export async function readBody(req: IncomingMessage, caller: string, incoming: Holdings): Promise<Body | null> {
  if (!isJsonContentType(req.headers['content-type'] ?? null)) {
    return { refused: refusal(415, 'Unsupported media type: send application/json.') };
  }
  const bytes = await bounded(req, caller, incoming);
  if (bytes === 'gone') return null;
  if (!(bytes instanceof Uint8Array)) return { refused: bytes };
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return { refused: { status: 400, code: PARSE_ERROR, message: 'Parse error: the body is not JSON in UTF-8.' } };
  }
  const refused = problemOf(value);
  return refused ? { refused } : { value };
}

function bounded(req: IncomingMessage, caller: string, incoming: Holdings): Promise<Uint8Array | Refusal | 'gone'> {
  // Who left while the shared store was asked is not heard leaving any more.
  if (req.destroyed) return Promise.resolve('gone');
  if (Number(req.headers['content-length'] ?? 0) > MAX_BODY_BYTES) return Promise.resolve(TOO_LARGE);
  return new Promise((resolve) => {
    let buffer = Buffer.alloc(0);
    let size = 0;
    const settle = (outcome: Uint8Array | Refusal | 'gone') => {
      holding.end();
      req.off('data', take);
      resolve(outcome);
    };
    const holding = incoming.hold({ caller, bytes: () => buffer.length, drop: () => settle(TOO_MANY) });
    const take = (chunk: Buffer) => {
      const needed = size + chunk.length;
      if (needed > MAX_BODY_BYTES) return settle(TOO_LARGE);
      const isFull = needed > buffer.length;
      // Kept as they come, chunks of one byte would take a hundred times their size.
      if (isFull) buffer = Buffer.concat([buffer.subarray(0, size)], Math.max(needed, 2 * size));
      chunk.copy(buffer, size);
      size = needed;
      if (isFull) holding.check();
    };
    req.on('data', take);
    req.once('end', () => settle(buffer.subarray(0, size)));
    for (const event of ['error', 'close']) req.once(event, () => settle('gone'));
  });
}

function problemOf(value: unknown): Refusal | null {
  const messages = messagesOf(value);
  if (messages.length > MAX_BATCH) return invalid(`a batch holds at most ${MAX_BATCH} messages.`);
  if (isTooDeep(value)) return invalid(`the body is nested more than ${MAX_DEPTH} levels deep.`);
  const ids = requestIds(value);
  if ([...ids, ...messages.map(progressTokenOf)].some((id) => typeof id === 'string' && id.length > MAX_ID))
    return invalid(`an id or a progress token is longer than ${MAX_ID} characters.`);
  if (new Set(ids).size < ids.length) return invalid('two requests of a batch have the same id.');
  if (cancelledIds(value).some((id) => ids.includes(id))) return invalid('a batch cannot cancel a request of its own.');
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

/** Ids of what the SDK takes for requests, and answers; notifications and answers have none. */
export function requestIds(value: unknown): RequestId[] {
  return messagesOf(value).flatMap((message) => (isJSONRPCRequest(message) ? [message.id] : []));
}

/** Ids of the requests that a body cancels. What the SDK takes for no cancellation is none. */
export function cancelledIds(value: unknown): RequestId[] {
  return messagesOf(value).flatMap((message) =>
    isSpecType.CancelledNotification(message) ? (message.params.requestId ?? []) : [],
  );
}

function progressTokenOf(message: unknown): unknown {
  const params: unknown = Reflect.get(Object(message), 'params');
  return Reflect.get(Object(Reflect.get(Object(params), '_meta')), 'progressToken');
}

/** Names of the tools that a body calls. */
export function calledTools(value: unknown): string[] {
  return messagesOf(value).flatMap((message) => {
    if (methodOf(message) !== 'tools/call') return [];
    const name: unknown = Reflect.get(Object(Reflect.get(Object(message), 'params')), 'name');
    return typeof name === 'string' ? [name] : [];
  });
}
