import { issue } from './words.js';

/** When the facts below were read. Clients change monthly. */
export const READ_ON = '2026-11-26';

/** `no` is what a client's documents say; `?` is what they leave open. */
type Support = 'yes' | 'no' | '?';

export interface Capabilities {
  client: string;
  transports: string;
  elicitation: Support;
  resources: Support;
  prompts: Support;
  /** MCP Apps: pages beside an answer. */
  apps: Support;
  /** What to know of it with this server. */
  note: string;
  sources: string;
}

const SURVEY =
  '[survey of clients’ documents](https://dev.to/serverdex/which-mcp-clients-support-which-features-i-read-the-docs-59kb)';
const APPS = '[MCP Apps](https://github.com/modelcontextprotocol/ext-apps)';
const TRANSPORTS = issue('lijunzh/koda', 662);

export const CAPABILITIES: readonly Capabilities[] = [
  {
    client: 'Claude Desktop, claude.ai',
    transports: 'stdio (Desktop), http',
    elicitation: '?',
    resources: 'yes',
    prompts: 'yes',
    apps: 'yes',
    note: 'Live calls are confirmed by token. The model reads the text of an answer.',
    sources: `${SURVEY}, ${APPS}, ${issue('anthropics/claude-ai-mcp', 153)}`,
  },
  {
    client: 'Claude Code',
    transports: 'stdio, http, sse',
    elicitation: 'yes',
    resources: 'yes',
    prompts: 'yes',
    apps: '?',
    note: 'Some builds declined dialogs without showing them; an answer within 300 ms counts for none, so the token is used. The model reads the data of an answer.',
    sources: `${SURVEY}, ${TRANSPORTS}, ${issue('anthropics/claude-code', 79174, 54450)}`,
  },
  {
    client: 'ChatGPT',
    transports: 'http',
    elicitation: 'yes',
    resources: '?',
    prompts: '?',
    apps: 'yes',
    note: 'Needs a server that it can reach, see [http.md](http.md). Resources are read for pages only.',
    sources: `${SURVEY}, ${APPS}`,
  },
  {
    client: 'Codex CLI',
    transports: 'stdio, http',
    elicitation: 'yes',
    resources: '?',
    prompts: 'no',
    apps: '?',
    note: '',
    sources: `${TRANSPORTS}, [openai/codex#13425](https://github.com/openai/codex/pull/13425), ${issue('openai/codex', 5059)}`,
  },
  {
    client: 'VS Code (Copilot)',
    transports: 'stdio, http, sse',
    elicitation: 'yes',
    resources: 'yes',
    prompts: 'yes',
    apps: 'yes',
    note: 'The model reads the data of an answer.',
    sources: `${SURVEY}, [VS Code, MCP](https://code.visualstudio.com/api/extension-guides/mcp), ${issue('microsoft/vscode', 290063)}`,
  },
  {
    client: 'Cursor',
    transports: 'stdio, http, sse',
    elicitation: 'yes',
    resources: 'yes',
    prompts: 'yes',
    apps: 'yes',
    note: 'Enter the server under a short name, and keep to 40 tools.',
    sources: `${SURVEY}, [Cursor, MCP](https://cursor.com/docs/mcp), ${APPS}`,
  },
  {
    client: 'Gemini CLI',
    transports: 'stdio, http, sse',
    elicitation: '?',
    resources: 'yes',
    prompts: 'yes',
    apps: '?',
    note: 'Live calls are confirmed by token.',
    sources: `${TRANSPORTS}, [Gemini CLI, MCP servers](https://github.com/google-gemini/gemini-cli/blob/main/docs/tools/mcp-server.md)`,
  },
];
