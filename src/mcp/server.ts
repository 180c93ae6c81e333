import {
  type AuthInfo,
  CLIENT_INFO_META_KEY,
  McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { type AnswerForm, presentName } from '../tool.js';
import type { CallRequest, CallResult } from './calls/call-tool.js';
import { dialogOf, inputRequiredFor } from './calls/elicitation.js';
import { createProgress, type ProgressUpdate } from './calls/progress.js';
import { refuseCursor, serveContext } from './context/handlers.js';
import { INSTRUCTIONS } from './context/instructions.js';
import { listedAs, sentAs } from './listing/answer-form.js';
import type { ServedTools } from './listing/select-tools.js';

export interface Served {
  /** The tools to serve. */
  entries: ServedTools;
  call(request: CallRequest): Promise<CallResult>;
}

/** The same for every request, or what the sender of each request is served, as its transport knows the sender. */
export type ServerOptions = { version: string; answers?: AnswerForm } & (
  | Served
  | { servedTo(auth: AuthInfo | undefined): Served }
);

/** Clients of 2025 gave their name when they connected, newer ones give it with each request. */
function clientOf({ mcpReq }: ServerContext, connected: { name: string } | undefined): string | undefined {
  const name: unknown = Object(Reflect.get(mcpReq.envelope ?? {}, CLIENT_INFO_META_KEY)).name;
  return typeof name === 'string' ? name : connected?.name;
}

/** The lists never change while a server runs; left unsaid, the SDK would promise news of changes. */
const CONSTANT = { listChanged: false };
const CAPABILITIES = { tools: CONSTANT, prompts: CONSTANT, resources: CONSTANT, completions: {} };

/**
 * An MCP server for one connection. The handlers are set below the SDK's tool registry: the list was made at build time,
 * and refused arguments are answered in our own words and shape.
 */
export function createMcpServer(options: ServerOptions): McpServer {
  const { version, answers = 'both' } = options;
  const servedIn = ({ http }: ServerContext): Served =>
    'servedTo' in options ? options.servedTo(http?.authInfo) : options;
  const server = new McpServer(
    { name: 'posthog-experiments', title: 'PostHog Experiments', version },
    { capabilities: CAPABILITIES, instructions: INSTRUCTIONS },
  );
  server.server.setRequestHandler('tools/list', ({ params }, context) => {
    refuseCursor(params);
    return { tools: servedIn(context).entries.list.map(({ definition }) => listedAs(answers, definition)) };
  });
  server.server.setRequestHandler('tools/call', async ({ params }, context) => {
    const arrived = Date.now();
    const { entries, call } = servedIn(context);
    const name = presentName(params.name);
    if (!entries.list.some((entry) => entry.name === name))
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, entries.unknown(params.name));
    const { signal, notify, _meta: { progressToken } = {} } = context.mcpReq;
    const send = (update: ProgressUpdate) => {
      // A client that has gone or has cancelled is told nothing; the call itself ends by its signal.
      if (progressToken !== undefined && !signal.aborted)
        notify({ method: 'notifications/progress', params: { progressToken, ...update } }).catch(() => undefined);
    };
    const progress = createProgress(send, () => performance.now());
    try {
      const dialog = dialogOf(context, server.server.getClientCapabilities(), arrived);
      const request = {
        name,
        arguments: params.arguments ?? {},
        signal,
        progress: progress.report,
        dialog,
        client: clientOf(context, server.server.getClientVersion()),
      };
      const { question, ...answer } = await call(request);
      return question ? inputRequiredFor(question) : sentAs(answers, answer);
    } finally {
      progress.stop();
    }
  });
  serveContext(server.server, servedIn);
  return server;
}
