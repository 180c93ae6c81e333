import type { ServerResponse } from 'node:http';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { isJSONRPCRequest, type JSONRPCMessage, parseJSONRPCMessage } from '@modelcontextprotocol/server';
import { INVALID_REQUEST, refusal, refuse } from './refusal.js';
import { MESSAGES_PATH } from './routes.js';
import { createSessionTable } from './sessions.js';
import { type Endpoint, type EndpointOptions, type Exchange, NO_PLACE } from './streamable.js';

/** A client that lets so much pile up on its stream is not reading it. Bytes. */
const MAX_UNREAD_BYTES = 8 * 1024 * 1024;

/** One client: its stream, and what ends the wait for each of its requests. */
interface Stream {
  transport: SSEServerTransport;
  res: ServerResponse;
  pending: Map<string | number, () => void>;
}

interface SseOptions extends EndpointOptions {
  /** How often a stream is written to, be there news or not. Milliseconds. */
  beatMs: number;
}

/** HTTP+SSE of 2024-11-05, for clients that know nothing newer: a stream at /sse, messages posted to /messages. */
export function createSse({ createServer, limits, beatMs, onerror }: SseOptions): Endpoint {
  const held = createSessionTable<Stream>(({ transport }) => transport.close(), limits);

  const open = async ({ res, view }: Exchange): Promise<void> => {
    const place = held.take(view.caller.id);
    if (typeof place === 'string') return refuse(res, NO_PLACE[place]);
    const stream: Stream = { transport: new SSEServerTransport(MESSAGES_PATH, res), res, pending: new Map() };
    place.keep(stream.transport.sessionId, stream);
    settleAsAnswered(stream);
    const server = createServer(view);
    const beat = setInterval(() => res.write(': keep-alive\n\n'), beatMs).unref();
    res.once('close', () => {
      clearInterval(beat);
      held.drop(stream.transport.sessionId);
      for (const release of stream.pending.values()) release();
      server.close().catch(onerror);
    });
    await server.connect(stream.transport);
  };

  const take = async ({ req, res, view, body, hold }: Exchange): Promise<void> => {
    const id = new URLSearchParams(req.url?.split('?')[1]).get('sessionId');
    if (!id) return refuse(res, refusal(400, 'Bad request: sessionId is missing.'));
    const stream = held.find(id, view.caller.id);
    if (!stream) return refuse(res, refusal(404, 'Session not found; open the stream at /sse again.'));
    const message = messageOf(body);
    if (!message) {
      return refuse(res, { status: 400, code: INVALID_REQUEST, message: 'Invalid request: not one JSON-RPC message.' });
    }
    if (stream.res.writableLength > MAX_UNREAD_BYTES) stream.res.destroy();
    if (isJSONRPCRequest(message)) stream.pending.set(message.id, hold());
    await stream.transport.handleMessage(message);
    res.writeHead(202).end('Accepted');
  };

  return {
    handle: (exchange) => (exchange.req.method === 'POST' ? take(exchange) : open(exchange)),
    sessions: held,
    close: () => held.closeAll(),
  };
}

/** The answer to a posted request goes out on the stream; until then the request is in work. */
function settleAsAnswered({ transport, pending }: Stream): void {
  const send = transport.send.bind(transport);
  transport.send = async (message) => {
    await send(message);
    const id = 'id' in message && !('method' in message) ? message.id : undefined;
    if (id === undefined) return;
    pending.get(id)?.();
    pending.delete(id);
  };
}

function messageOf(body: unknown): JSONRPCMessage | null {
  try {
    return parseJSONRPCMessage(body);
  } catch {
    return null;
  }
}
