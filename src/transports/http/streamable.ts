import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { NodeStreamableHTTPServerTransport, toNodeHandler, toWebRequest } from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest, type McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { methodOf } from './body.js';
import { refusal, refuse } from './refusal.js';
import { createSessionTable, MAX_SESSIONS, type SessionTable, type TableLimits } from './sessions.js';
import type { View } from './view.js';
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
  createServer(view: View): McpServer;
  limits: TableLimits;
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

const SESSION_HEADER = 'mcp-session-id';
const isView = z.custom<View>((value) => typeof value === 'object' && value !== null && 'caller' in value);

/** Streamable HTTP for 2026-07-28 and all 2025 revisions on one address. */
export function createStreamable({ createServer, sessions, limits, onerror }: StreamableOptions): Endpoint {
  const handler = createMcpHandler(({ authInfo }) => createServer(isView.parse(authInfo?.extra?.view)), {
    legacy: sessions ? 'reject' : 'stateless',
    maxSubscriptions: limits.max ?? MAX_SESSIONS,
    onerror,
  });
  const serve = toNodeHandler(handler, { onerror });
  const held = createSessionTable<NodeStreamableHTTPServerTransport>((transport) => transport.close(), limits);

  const open = async ({ req, res, view, body }: Exchange): Promise<void> => {
    const place = held.take(view.caller.id);
    if (typeof place === 'string') return refuse(res, NO_PLACE[place]);
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (opened) => place.keep(opened, transport),
    });
    transport.onclose = () => {
      if (transport.sessionId) held.drop(transport.sessionId);
    };
    try {
      await createServer(view).connect(transport);
      await transport.handleRequest(req, res, body);
    } finally {
      place.leave();
    }
  };

  const serveLegacy = async (exchange: Exchange): Promise<void> => {
    const { req, res, view, body } = exchange;
    const id = req.headers[SESSION_HEADER];
    if (typeof id === 'string') {
      const transport = held.find(id, view.caller.id);
      if (!transport) return refuse(res, refusal(404, 'Session not found; open a new one with initialize.'));
      return transport.handleRequest(req, res, body);
    }
    if (methodOf(body) === 'initialize') return open(exchange);
    refuse(res, refusal(400, 'Bad request: Mcp-Session-Id is missing; open a session with initialize.'));
  };

  return {
    handle: async (exchange) => {
      const { req, res, view, body } = exchange;
      if (sessions && (await isLegacy(exchange))) return serveLegacy(exchange);
      // The SDK hands this to the factory of the server; it looks at nothing in it.
      const auth = { token: '', clientId: view.caller.id, scopes: [], extra: { view } };
      await serve(Object.assign(req, { auth }), res, body);
    },
    sessions: held,
    close: async () => {
      await Promise.allSettled([held.closeAll(), handler.close()]);
    },
  };
}

/** GET and DELETE belong to sessions, which newer revisions do not have. */
async function isLegacy({ req, body }: Exchange): Promise<boolean> {
  return req.method !== 'POST' || isLegacyRequest(await toWebRequest(req, body), body);
}
