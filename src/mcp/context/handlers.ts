import { type McpServer, ProtocolError, ProtocolErrorCode, type ServerContext } from '@modelcontextprotocol/server';
import type { ToolSource } from './resources.js';

/** The lists are one page each, so no cursor can be one of ours. */
export function refuseCursor(params: { cursor?: string | undefined } | undefined): void {
  if (params?.cursor) throw new ProtocolError(ProtocolErrorCode.InvalidParams, 'Unknown cursor');
}

/**
 * Prompts, resources and completion: what a person picks in a client, beside the tools that a model calls. Most
 * conversations use none of it, so texts and code are loaded by the first request for them.
 */
export function serveContext(server: McpServer['server'], sourceOf: (context: ServerContext) => ToolSource): void {
  server.setRequestHandler('prompts/list', async ({ params }) => {
    refuseCursor(params);
    return (await import('./prompts.js')).listPrompts();
  });
  server.setRequestHandler('prompts/get', async ({ params }) => (await import('./prompts.js')).getPrompt(params));
  server.setRequestHandler('resources/list', async ({ params }) => {
    refuseCursor(params);
    return (await import('./resources.js')).listResources();
  });
  server.setRequestHandler('resources/templates/list', async ({ params }) => {
    refuseCursor(params);
    return (await import('./resources.js')).listTemplates();
  });
  server.setRequestHandler('resources/read', async ({ params }, context) =>
    (await import('./resources.js')).readResource(
      { uri: params.uri, signal: context.mcpReq.signal },
      sourceOf(context),
    ),
  );
  server.setRequestHandler('completion/complete', async ({ params }, context) =>
    (await import('./completion.js')).complete(params, {
      call: sourceOf(context).call,
      signal: context.mcpReq.signal,
    }),
  );
}
