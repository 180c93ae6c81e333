import type { Sandbox } from '../../src/sandbox/server.js';
import { start } from '../helpers/server-process.js';

const TOKEN = 'a-token-of-the-team';
export const HEADERS = { authorization: `Bearer ${TOKEN}` };

export interface Replica {
  /** Of `/mcp`. */
  url: URL;
  stop(): ReturnType<typeof start>['exited'];
}

/** One process that serves the sandbox over HTTP to those who have the token. */
export async function startReplica(
  sandbox: Sandbox,
  flags: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Replica> {
  const replica = start(['http', '--port', '0', '--auth', 'token', ...flags], {
    POSTHOG_HOST: sandbox.url,
    POSTHOG_PERSONAL_API_KEY: sandbox.key,
    POSTHOG_PROJECT_ID: String(sandbox.projectId),
    POSTHOG_MCP_HTTP_TOKENS: `team:live:${TOKEN}`,
    ...env,
  });
  const { url } = JSON.parse(await replica.printed('\n'));
  return {
    url: new URL(url),
    stop: () => {
      replica.child.kill('SIGTERM');
      return replica.exited;
    },
  };
}

export interface Answer {
  status?: string;
  confirmation_token?: string;
  items?: { id: number }[];
  warnings?: { code: string }[];
  error?: { code: string; message: string };
}

/** One call without a session. */
export async function post(url: URL, tool: string, args: object): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      ...HEADERS,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-11-25',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: args } }),
  });
}

/** The answer to such a call. */
export async function callTool(url: URL, tool: string, args: object): Promise<Answer> {
  const text = await (await post(url, tool, args)).text();
  const json = /^data: (.*)$/m.exec(text)?.[1] ?? text;
  return JSON.parse(json).result.structuredContent;
}
