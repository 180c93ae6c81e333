import { ToolError } from '../../errors.js';
import type { Redact } from '../../log.js';
import { thrownAnswer } from './answer.js';
import type { CallRequest, CallResult } from './call-tool.js';

/** Where each client keeps what it starts servers with, by the name that it gives itself. */
const CONFIGURATIONS: readonly (readonly [client: RegExp, place: string])[] = [
  [/claude-code/i, '.mcp.json, or what "claude mcp add -e NAME=value" wrote'],
  [/claude/i, 'claude_desktop_config.json (Settings, Developer), under "env"'],
  [/cursor/i, '.cursor/mcp.json, under "env"'],
  [/visual studio code|vscode/i, '.vscode/mcp.json, under "env"'],
  [/windsurf|codeium/i, '~/.codeium/windsurf/mcp_config.json, under "env"'],
  [/codex/i, '~/.codex/config.toml, under [mcp_servers.posthog.env]'],
  [/gemini/i, '~/.gemini/settings.json, under "env"'],
  [/qwen/i, '~/.qwen/settings.json, under "env"'],
  [/opencode/i, 'opencode.json, under "environment"'],
  [/copilot/i, '~/.copilot/mcp-config.json, under "env"'],
  [/\bzed\b/i, 'Zed’s settings.json, under "context_servers"'],
  [/cline/i, 'cline_mcp_settings.json, under "env"'],
];

/**
 * Answers every call with what is wrong with the configuration. Clients hide what a server says on stderr, so one that ended
 * would leave people with "connection closed".
 * @param problem one line that names what to set
 */
export function notConfigured(problem: string, redact: Redact): (request: CallRequest) => Promise<CallResult> {
  return async ({ client }) => {
    const place = CONFIGURATIONS.find(([name]) => name.test(client ?? ''))?.[1];
    const where = place ?? 'the entry of this server in the configuration of the MCP client, as environment variables';
    const hint = `Tell the user to correct it in ${where}, and to restart the server there. Do not ask for the key in the chat.`;
    return thrownAnswer(new ToolError('not_configured', problem, hint), { redact, reportBug: () => undefined });
  };
}
