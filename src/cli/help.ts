/** What `--help` prints. */
export const HELP = `posthog-experiments-mcp: an MCP server that runs PostHog experiments

Usage
  posthog-experiments-mcp [flags]                 MCP server over stdio
  posthog-experiments-mcp http [--port 3333]      MCP server over HTTP (Streamable HTTP and SSE)
  posthog-experiments-mcp sandbox [--port N]      an emulated PostHog API on this machine
  posthog-experiments-mcp demo [--fast]           a whole experiment's life, played on the sandbox
  posthog-experiments-mcp doctor [--json]         checks key, host, network, project, scopes; which tools work
  posthog-experiments-mcp tools [--json]          the tools that this configuration serves
  posthog-experiments-mcp call TOOL [JSON]        one tool call; prints the answer as JSON
  posthog-experiments-mcp report ID|--all [--out FILE.html]   an experiment, or all, as a page to send on

Flags (each also an environment variable; a flag wins)
  --sandbox               use the built-in sandbox, no key needed      POSTHOG_SANDBOX=1
  --scenario NAME|FILE    of the sandbox: demo, empty or a file        POSTHOG_SANDBOX_SCENARIO
  --read-only             serve only tools that change nothing         POSTHOG_MCP_READ_ONLY=1
  --toolsets A,B          experiments, lifecycle, results, context,    POSTHOG_MCP_TOOLSETS
                          exposure, holdouts, saved-metrics, admin, all
  --tools A,B             single tools, on top of the toolsets         POSTHOG_MCP_TOOLS
  --confirm MODE          auto, token or off                           POSTHOG_MCP_CONFIRM
  --journal FILE          record every write in FILE, one JSON line    POSTHOG_MCP_JOURNAL
                          before it is sent and one after
  --max-live-writes N/hour   at most N live or destructive calls       POSTHOG_MCP_MAX_LIVE_WRITES
  --only-experiments IDS|tag:NAME   live calls on these only            POSTHOG_MCP_ONLY_EXPERIMENTS
  --log-level LEVEL       debug, info, warn, error or silent           POSTHOG_MCP_LOG_LEVEL
  --help, --version

Flags of http
  --port N  --bind ADDRESS   3333 and 127.0.0.1
  --auth none|token|per-user  who may call; none only on this machine  POSTHOG_MCP_HTTP_AUTH
  --sessions                 for 2025 clients that can ask a person    POSTHOG_MCP_HTTP_SESSIONS=1
  --allow-host A,B  --allow-origin A,B   names that requests may carry
  --rate N|off               requests a second of one caller           POSTHOG_MCP_HTTP_RATE

Flags of doctor
  --try-regions              if PostHog Cloud does not take the key, asks its other region whether it is of there

Environment
  POSTHOG_PERSONAL_API_KEY   personal API key, phx_…; needed unless --sandbox
  POSTHOG_HOST               https://us.posthog.com (default), https://eu.posthog.com or your own
  POSTHOG_PROJECT_ID         a project id, or @current (default)
  POSTHOG_MCP_SECRET         signs confirmations, for processes that share them
  POSTHOG_MCP_HTTP_TOKENS    secret, name:secret or name:role:secret, comma-separated; roles: read, write, live
  POSTHOG_MCP_HTTP_TOKENS_FILE   the same, one a line, read again when it changes
  HTTPS_PROXY, NO_PROXY      a proxy for requests to PostHog, and hosts that are asked without it
  NODE_EXTRA_CA_CERTS        a PEM file of certificate authorities that Node is to trust as well

Exit codes
  0 ok    1 failed, the tool's answer is an error, or doctor found something    2 wrong usage or configuration

Examples
  posthog-experiments-mcp --sandbox
  posthog-experiments-mcp call experiment-list '{"status":"running"}' --sandbox
  POSTHOG_PERSONAL_API_KEY=phx_… posthog-experiments-mcp --read-only
`;
