import { HTTP_SETTINGS, SETTINGS, type SettingText, VARIABLES } from './settings.js';

/** Under each setting: its meaning, then its variable. */
function listed(settings: readonly SettingText[]): string {
  return settings
    .map(({ flag, variable, brief }) =>
      flag === undefined
        ? `  ${variable}\n      ${brief}`
        : `  ${flag}${variable === undefined ? '' : `   ${variable}`}\n      ${brief}`,
    )
    .join('\n');
}

/** What `--help` prints. */
export const HELP = `posthog-experiments-mcp: an MCP server that runs PostHog experiments

Usage
  posthog-experiments-mcp [flags]                 MCP server over stdio
  posthog-experiments-mcp http [--port 3333]      MCP server over HTTP (Streamable HTTP and SSE)
  posthog-experiments-mcp sandbox [--port N]      an emulated PostHog API on this machine
  posthog-experiments-mcp demo [--fast]           a whole experiment's life, played on the sandbox
  posthog-experiments-mcp doctor [--json] [--try-regions]   checks key, network, project and scopes
  posthog-experiments-mcp doctor --contract [--json]        checks that PostHog answers as expected, by reads
  posthog-experiments-mcp tools [--json]          the tools that this configuration serves
  posthog-experiments-mcp call TOOL [JSON]        one tool call; prints the answer as JSON
  posthog-experiments-mcp report ID|--all [--out FILE.html]   an experiment, or all, as a page to send on
  posthog-experiments-mcp --help, --version

Flags, and the variable that does the same (a flag wins)
${listed(SETTINGS)}

Environment only
${listed(VARIABLES)}

Of http
${listed(HTTP_SETTINGS)}

Exit codes
  0 ok    1 failed, the tool's answer is an error, or doctor found a problem    2 wrong usage or configuration

Examples
  posthog-experiments-mcp --sandbox
  posthog-experiments-mcp call experiment-list '{"status":"running"}' --sandbox
  POSTHOG_PERSONAL_API_KEY=phx_… posthog-experiments-mcp --read-only
`;
