import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { type JSONRPCMessage, parseJSONRPCMessage } from '@modelcontextprotocol/server';
import { type Awaited, createAwaited } from './awaited.js';
import { INVALID_REQUEST, refusal, refuse } from './refusal.js';
import { MESSAGES_PATH } from './routes.js';
import { createSessionTable } from './sessions.js';
import { type Endpoint, type EndpointOptions, type Exchange, NO_PLACE } from './streamable.js';
import { authOf, narrowed, type View, withoutKey } from './view.js';

/** One client: its stream, what it opened it for, and the requests that are to be answered on it. */
interface Stream {
  transport: SSEServerTransport;
  opened: View;
  awaited: Awaited;
}

interface SseOptions extends EndpointOptions {
  /** How often a stream is written to, be there news or not. Milliseconds. */
  beatMs: number;
}

/** HTTP+SSE of 2024-11-05, for clients that know nothing newer: a stream at /sse, messages posted to /messages. */
export function createSse({ createServer, limits, beatMs, vouch, onerror }: SseOptions): Endpoint {
  const held = createSessionTable<Stream>(({ transport }) => transport.close(), limits);

  const open = async ({ res, view }: Exchange): Promise<void> => {
    const stranger = await vouch(view.caller, res);
    if (stranger) return refuse(res, stranger);
    const place = held.take(view.caller.id);
    if (typeof place === 'string') return refuse(res, NO_PLACE[place]);
    if (res.destroyed) return place.leave();
    const transport = new SSEServerTransport(MESSAGES_PATH, res);
    const stream: Stream = { transport, opened: withoutKey(view), awaited: createAwaited(transport) };
    place.keep(transport.sessionId, stream);
    const server = createServer();
    const beat = setInterval(() => res.write(': keep-alive\n\n'), beatMs).unref();
    res.once('close', () => {
      clearInterval(beat);
      held.drop(transport.sessionId);
      stream.awaited.end();
      server.close().catch(onerror);
    });
    await server.connect(transport);
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
    const { transport, opened, awaited } = stream;
    const repeated = awaited.begin(message, hold);
    if (repeated) return refuse(res, repeated);
    try {
      await transport.handleMessage(message, { authInfo: authOf(narrowed(opened, view)) });
    } catch (error) {
      awaited.forget(message);
      throw error;
    }
    for (const cancelled of awaited.cancelledBy(message)) awaited.settle(cancelled);
    res.writeHead(202).end('Accepted');
  };

  return {
    handle: (exchange) => (exchange.req.method === 'POST' ? take(exchange) : open(exchange)),
    sessions: held,
    close: () => held.closeAll(),
  };
}

function messageOf(body: unknown): JSONRPCMessage | null {
  try {
    return parseJSONRPCMessage(body);
  } catch {
    return null;
  }
}
