import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { NodeStreamableHTTPServerTransport, toNodeHandler, toWebRequest } from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest, type McpServer } from '@modelcontextprotocol/server';
import type { Caller } from '../../mcp/calls/caller.js';
import { type Awaited, createAwaited } from './awaited.js';
import { methodOf } from './body.js';
import { type Refusal, refusal, refuse, SERVER_ERROR } from './refusal.js';
import { createSessionTable, MAX_SESSIONS, type SessionTable, type TableLimits } from './sessions.js';
import { authOf, narrowed, type View, withoutKey } from './view.js';
import type { Hold } from './work.js';

export interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
  view: View;
  /** Parsed; undefined for requests without one. */
  body: unknown;
  /** For answers that come another way than as this response. */
  hold: Hold;
}

export interface Endpoint {
  handle(exchange: Exchange): Promise<void>;
  sessions: Pick<SessionTable<unknown>, 'count' | 'sweep'>;
  close(): Promise<void>;
}

export interface EndpointOptions {
  createServer(): McpServer;
  limits: TableLimits;
  /** Whether this caller may be held something open, or why not. */
  vouch(caller: Caller, res: ServerResponse): Promise<Refusal | null>;
  onerror(error: Error): void;
}

interface StreamableOptions extends EndpointOptions {
  /** Holds a session for each client of a 2025 revision, which can then be asked for confirmations. */
  sessions: boolean;
}

const LATER = { 'retry-after': '60' };
export const NO_PLACE = {
  full: refusal(503, 'Too many sessions; try again later.', LATER),
  'share used up': refusal(429, 'Too many sessions of this caller; close one, or try again later.', LATER),
};

const CANCELLED = { code: SERVER_ERROR, message: 'The client cancelled this request.' };
const SESSION_HEADER = 'mcp-session-id';
interface Session {
  transport: NodeStreamableHTTPServerTransport;
  opened: View;
  awaited: Awaited;
}

/** Streamable HTTP for 2026-07-28 and all 2025 revisions on one address. */
export function createStreamable({ createServer, sessions, limits, vouch, onerror }: StreamableOptions): Endpoint {
  const handler = createMcpHandler(createServer, {
    legacy: sessions ? 'reject' : 'stateless',
    maxSubscriptions: limits.max ?? MAX_SESSIONS,
    onerror,
  });
  const serve = toNodeHandler(handler, { onerror });
  const held = createSessionTable<Session>(({ transport }) => transport.close(), limits);

  const open = async (exchange: Exchange): Promise<void> => {
    const { res, view } = exchange;
    const stranger = await vouch(view.caller, res);
    if (stranger) return refuse(res, stranger);
    const place = held.take(view.caller.id);
    if (typeof place === 'string') return refuse(res, NO_PLACE[place]);
    if (res.destroyed) return place.leave();
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (opened) => place.keep(opened, session),
    });
    const session: Session = { transport, opened: withoutKey(view), awaited: createAwaited(transport) };
    transport.onclose = () => {
      if (transport.sessionId) held.drop(transport.sessionId);
      session.awaited.end();
    };
    try {
      await createServer().connect(transport);
      await handOver(session, exchange);
    } finally {
      place.leave();
    }
  };

  const serveLegacy = async (exchange: Exchange): Promise<void> => {
    const { req, res, view, body } = exchange;
    const id = req.headers[SESSION_HEADER];
    if (typeof id === 'string') {
      const session = held.find(id, view.caller.id);
      if (!session) return refuse(res, refusal(404, 'Session not found; open a new one with initialize.'));
      return handOver(session, exchange);
    }
    if (methodOf(body) === 'initialize') return open(exchange);
    refuse(res, refusal(400, 'Bad request: Mcp-Session-Id is missing; open a session with initialize.'));
  };

  return {
    handle: async (exchange) => {
      const { req, res, view, body } = exchange;
      if (sessions && (await isLegacy(exchange))) return serveLegacy(exchange);
      await serve(Object.assign(req, { auth: authOf(view) }), res, body);
    },
    sessions: held,
    close: async () => {
      await Promise.allSettled([held.closeAll(), handler.close()]);
    },
  };
}

/** A request that stays open for as long as its client likes, and makes no calls. */
export function isStream({ req, body }: Pick<Exchange, 'req' | 'body'>): boolean {
  return req.method === 'GET' || methodOf(body) === 'subscriptions/listen';
}

async function handOver({ transport, opened, awaited }: Session, exchange: Exchange): Promise<void> {
  const { req, res, view, body, hold } = exchange;
  const repeated = awaited.begin(body, hold);
  if (repeated) return refuse(res, repeated);
  await transport.handleRequest(Object.assign(req, { auth: authOf(narrowed(opened, view)) }), res, body);
  if (res.statusCode !== 200) awaited.forget(body);
  // Without an answer, the request would be in work and its response open for as long as the session is.
  for (const id of awaited.cancelledBy(body)) await transport.send({ jsonrpc: '2.0', id, error: CANCELLED });
}

/** GET and DELETE belong to sessions, which newer revisions do not have. */
async function isLegacy({ req, body }: Exchange): Promise<boolean> {
  return req.method !== 'POST' || isLegacyRequest(await toWebRequest(req, body), body);
}
