import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { NodeStreamableHTTPServerTransport, toNodeHandler, toWebRequest } from '@modelcontextprotocol/node';
import { createMcpHandler, isLegacyRequest, type McpServer } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { refusal, refuse } from './refusal.js';
import { createSessionTable, type SessionTable } from './sessions.js';
import type { View } from './view.js';

export interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
  view: View;
  /** Parsed; undefined for requests without one. */
  body: unknown;
}

export interface Endpoint {
  handle(exchange: Exchange): Promise<void>;
  sessions: Pick<SessionTable<unknown>, 'count' | 'sweep'>;
  close(): Promise<void>;
}

interface StreamableOptions {
  createServer(view: View): McpServer;
  /** Holds a session for each client of a 2025 revision, which can then be asked for confirmations. */
  sessions: boolean;
  onerror(error: Error): void;
}

const SESSION_HEADER = 'mcp-session-id';
const extra = z.custom<View>((value) => typeof value === 'object' && value !== null && 'caller' in value);

/** Streamable HTTP for 2026-07-28 and all 2025 revisions on one address. */
export function createStreamable({ createServer, sessions, onerror }: StreamableOptions): Endpoint {
  const handler = createMcpHandler(({ authInfo }) => createServer(extra.parse(authInfo?.extra?.view)), {
    legacy: sessions ? 'reject' : 'stateless',
    onerror,
  });
  const serve = toNodeHandler(handler, { onerror });
  const held = createSessionTable<NodeStreamableHTTPServerTransport>({ close: (transport) => transport.close() });

  const serveLegacy = async ({ req, res, view, body }: Exchange): Promise<void> => {
    const id = req.headers[SESSION_HEADER];
    if (typeof id === 'string') {
      const transport = held.find(id, view.caller.id);
      if (!transport) return refuse(res, refusal(404, 'Session not found; open a new one with initialize.'));
      return transport.handleRequest(req, res, body);
    }
    if (Reflect.get(Object(body), 'method') !== 'initialize') {
      return refuse(res, refusal(400, 'Bad request: Mcp-Session-Id is missing; open a session with initialize.'));
    }
    if (!held.hasRoom()) return refuse(res, refusal(503, 'Too many sessions.', { 'retry-after': '60' }));
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (opened) => held.add(opened, view.caller.id, transport),
    });
    transport.onclose = () => {
      if (transport.sessionId) held.drop(transport.sessionId);
    };
    await createServer(view).connect(transport);
    return transport.handleRequest(req, res, body);
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
