/** Reads the snippets of docs/install.md as the clients do that they are written for. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { claudeMcpAdd, parseToml } from './formats.js';

const stdio = z.strictObject({
  command: z.literal('node'),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
});
const headers = z.strictObject({ Authorization: z.string() });
const http = z.strictObject({ url: z.url(), headers });
const promptString = z.strictObject({
  type: z.literal('promptString'),
  id: z.string(),
  description: z.string(),
  password: z.literal(true),
});

export type Stdio = z.infer<typeof stdio>;
export type Http = z.infer<typeof http>;

/** A token that stands in the snippets, and what VS Code and Codex put in the place of theirs. */
export const TOKEN = 'your_token_for_this_server';
const KEY = 'phx_your_key';

/** What a client's file holds for the server; anything else in the file is a mistake. */
function serverIn<T>(key: string, server: z.ZodType<T>, file: unknown): T {
  const { [key]: servers } = z.strictObject({ [key]: z.unknown() }).parse(file);
  return z.strictObject({ posthog: server }).parse(servers).posthog;
}

/** VS Code asks for `inputs` and puts the answer where it is named. */
function serverOfVsCode<T>(server: z.ZodType<T>, snippet: string, answer: string): T {
  const { inputs, ...file } = z.looseObject({ inputs: z.tuple([promptString]) }).parse(JSON.parse(snippet));
  const filled = JSON.stringify(file).replace(`\${input:${inputs[0].id}}`, answer);
  return serverIn('servers', server, JSON.parse(filled));
}

type Reader<T> = (snippet: string) => T;
const json =
  <T>(key: string, server: z.ZodType<T>): Reader<T> =>
  (snippet) =>
    serverIn(key, server, JSON.parse(snippet));

/** By heading of the page. */
export const STDIO: Readonly<Record<string, Reader<Stdio>>> = {
  'Claude Desktop': json('mcpServers', stdio),
  'Claude Code': (snippet) => stdio.parse(claudeMcpAdd(snippet)),
  Cursor: json('mcpServers', stdio),
  'VS Code': (snippet) => {
    const { type: _, ...server } = serverOfVsCode(stdio.extend({ type: z.literal('stdio') }), snippet, KEY);
    return server;
  },
  Windsurf: json('mcpServers', stdio),
  Zed: json('context_servers', stdio),
  Codex: (snippet) => serverIn('mcp_servers', stdio, parseToml(snippet)),
  'Gemini CLI': json('mcpServers', stdio),
};

/** In the order of the section on HTTP. */
export const HTTP: readonly [client: string, read: Reader<Http>][] = [
  ['Claude Code', (snippet) => http.parse(claudeMcpAdd(snippet))],
  ['Cursor', json('mcpServers', http)],
  [
    'VS Code',
    (snippet) => {
      const { type: _, ...server } = serverOfVsCode(http.extend({ type: z.literal('http') }), snippet, TOKEN);
      return server;
    },
  ],
  [
    'Windsurf',
    (snippet) => {
      const server = serverIn('mcpServers', z.strictObject({ serverUrl: z.url(), headers }), JSON.parse(snippet));
      return { url: server.serverUrl, headers: server.headers };
    },
  ],
  ['Zed', json('context_servers', http)],
  [
    'Codex',
    (snippet) => {
      const server = z.strictObject({ url: z.url(), bearer_token_env_var: z.string() });
      const { url } = serverIn('mcp_servers', server, parseToml(snippet));
      return { url, headers: { Authorization: `Bearer ${TOKEN}` } };
    },
  ],
  [
    'Gemini CLI',
    (snippet) => {
      const server = serverIn('mcpServers', z.strictObject({ httpUrl: z.url(), headers }), JSON.parse(snippet));
      return { url: server.httpUrl, headers: server.headers };
    },
  ],
];

/** The fenced snippets under each heading of the page. */
export function sections(): Map<string, string[]> {
  const page = readFileSync('docs/install.md', 'utf8');
  return new Map(
    page.split(/^## /m).map((section) => {
      const snippets = [...section.matchAll(/^```\w+\n([\s\S]*?)^```$/gm)].map(([, snippet = '']) => snippet);
      return [section.split('\n')[0] ?? '', snippets];
    }),
  );
}
