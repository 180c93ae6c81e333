import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import type { McpServer } from '@modelcontextprotocol/server';
import { refusal, refuse } from './refusal.js';
import { createSessionTable } from './sessions.js';
import type { Endpoint } from './streamable.js';
import type { View } from './view.js';

export const MESSAGES_PATH = '/messages';

/** HTTP+SSE of 2024-11-05, for clients that know nothing newer: a stream at /sse, messages posted to /messages. */
export function createSse(createServer: (view: View) => McpServer): Endpoint {
  const held = createSessionTable<SSEServerTransport>({ close: (transport) => transport.close() });
  return {
    handle: async ({ req, res, view, body }) => {
      if (req.method === 'POST') {
        const id = new URL(req.url ?? '/', 'http://server').searchParams.get('sessionId');
        if (!id) return refuse(res, refusal(400, 'Bad request: sessionId is missing.'));
        const transport = held.find(id, view.caller.id);
        if (!transport) return refuse(res, refusal(404, 'Session not found; open the stream at /sse again.'));
        return transport.handlePostMessage(req, res, body);
      }
      if (!held.hasRoom()) return refuse(res, refusal(503, 'Too many sessions.', { 'retry-after': '60' }));
      const transport = new SSEServerTransport(MESSAGES_PATH, res);
      held.add(transport.sessionId, view.caller.id, transport);
      const server = createServer(view);
      res.on('close', () => {
        held.drop(transport.sessionId);
        server.close().catch(() => undefined);
      });
      await server.connect(transport);
    },
    sessions: held,
    close: () => held.closeAll(),
  };
}
