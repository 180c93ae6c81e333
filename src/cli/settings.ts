/** Every flag and variable, for `--help` and for the table in README.md. A test holds it against what is really read. */
export interface SettingText {
  /** As typed, with what it takes: `--toolsets A,B`. */
  flag?: string;
  /** The variable, with the value that switches a flag on. */
  variable?: string;
  /** A line of `--help`. */
  brief: string;
  /** What the table says besides. */
  more?: string;
}

export const SETTINGS: readonly SettingText[] = [
  {
    flag: '--sandbox',
    variable: 'POSTHOG_SANDBOX=1',
    brief: 'use the built-in sandbox: no key, no network',
  },
  {
    flag: '--scenario NAME|FILE',
    variable: 'POSTHOG_SANDBOX_SCENARIO',
    brief: 'data of the sandbox: demo (default), empty or a file',
    more: 'See [docs/sandbox.md](docs/sandbox.md).',
  },
  {
    flag: '--read-only',
    variable: 'POSTHOG_MCP_READ_ONLY=1',
    brief: 'serve only tools that change nothing',
    more: 'The HTTP client then refuses writes too.',
  },
  {
    flag: '--toolsets A,B',
    variable: 'POSTHOG_MCP_TOOLSETS',
    brief: 'of experiments, lifecycle, results, context, exposure, holdouts, saved-metrics, admin, beta; or all',
    more: 'The first four are the default.',
  },
  {
    flag: '--tools A,B',
    variable: 'POSTHOG_MCP_TOOLS',
    brief: 'single tools, on top of --toolsets',
    more: 'Alone: only these and the tools that their undo needs.',
  },
  {
    flag: '--confirm MODE',
    variable: 'POSTHOG_MCP_CONFIRM',
    brief: 'auto (default), token or off: how live calls are confirmed',
    more: 'See [docs/safety.md](docs/safety.md#before-something-changes).',
  },
  {
    flag: '--max-live-writes N/hour',
    variable: 'POSTHOG_MCP_MAX_LIVE_WRITES',
    brief: 'at most N live or destructive calls within any hour',
  },
  {
    flag: '--only-experiments IDS|tag:NAME',
    variable: 'POSTHOG_MCP_ONLY_EXPERIMENTS',
    brief: 'live and destructive calls on these only',
    more: 'Such as `12,15` or `tag:agent`. What reaches others over a shared flag is refused too. The tag cannot be given through this server.',
  },
  {
    flag: '--answers FORM',
    variable: 'POSTHOG_MCP_ANSWERS',
    brief: 'both (default), text or data: what of each answer is sent',
    more: 'For a client that hands both on to the model, which then pays twice: see [docs/clients.md](docs/clients.md).',
  },
  {
    flag: '--journal FILE',
    variable: 'POSTHOG_MCP_JOURNAL',
    brief: 'record every write in FILE: one JSON line before it is sent, one after',
    more: 'See [docs/safety.md](docs/safety.md#the-journal).',
  },
  {
    flag: '--store URL',
    variable: 'POSTHOG_MCP_STORE',
    brief: 'redis://HOST:PORT or rediss://…: what several replicas share',
    more: 'Put a URL with a password in the variable. See [docs/http.md](docs/http.md#several-replicas).',
  },
  {
    flag: '--log-level LEVEL',
    variable: 'POSTHOG_MCP_LOG_LEVEL',
    brief: 'debug, info (default), warn, error or silent',
    more: 'JSON lines on stderr.',
  },
];

/** What only the environment sets: secrets have no place in a list of processes. */
export const VARIABLES: readonly SettingText[] = [
  {
    variable: 'POSTHOG_PERSONAL_API_KEY',
    brief: 'personal API key, phx_…; needed unless --sandbox',
    more: 'A project key (`phc_…`) does not work here.',
  },
  {
    variable: 'POSTHOG_HOST',
    brief: 'https://us.posthog.com (default), https://eu.posthog.com or your own origin',
    more: 'Plain http only for this machine.',
  },
  {
    variable: 'POSTHOG_PROJECT_ID',
    brief: 'a project id, or @current (default)',
    more: '`@current` is the project last opened in PostHog, looked up once per process. A number is safer.',
  },
  {
    variable: 'POSTHOG_MCP_SECRET',
    brief: 'signs confirmations in place of the PostHog key; 32 characters or more',
    more: 'All processes that should accept the same confirmations need the same one. Make it with `openssl rand -hex 32`.',
  },
  {
    variable: 'HTTPS_PROXY',
    brief: 'a proxy for requests to PostHog',
    more: 'An http or https URL; lower case counts first, `HTTP_PROXY` fills in. The proxy tunnels: it sees the name of the host, not the key. This machine is never asked through one.',
  },
  { variable: 'NO_PROXY', brief: 'hosts that are asked without the proxy' },
  {
    variable: 'NODE_EXTRA_CA_CERTS',
    brief: 'a PEM file of certificate authorities that Node is to trust as well',
    more: "Such as your company's. Node reads it when it starts.",
  },
];

export const HTTP_SETTINGS: readonly SettingText[] = [
  { flag: '--port N', variable: 'POSTHOG_MCP_HTTP_PORT', brief: '3333 (default); 0 takes a free one' },
  { flag: '--bind ADDRESS', variable: 'POSTHOG_MCP_HTTP_BIND', brief: '127.0.0.1 (default)' },
  {
    flag: '--auth none|token|per-user',
    variable: 'POSTHOG_MCP_HTTP_AUTH',
    brief: 'who may call; none (default) only on this machine',
  },
  {
    flag: '--sessions',
    variable: 'POSTHOG_MCP_HTTP_SESSIONS=1',
    brief: 'for clients of 2025 that can ask a person',
  },
  { flag: '--allow-host A,B', variable: 'POSTHOG_MCP_ALLOW_HOST', brief: 'names that requests may carry as Host' },
  { flag: '--allow-origin A,B', variable: 'POSTHOG_MCP_ALLOW_ORIGIN', brief: 'and as Origin' },
  { flag: '--rate N|off', variable: 'POSTHOG_MCP_HTTP_RATE', brief: 'requests a second of one caller' },
  {
    variable: 'POSTHOG_MCP_HTTP_TOKENS',
    brief: 'secret, name:secret or name:role:secret, comma-separated; roles: read, write, live',
  },
  { variable: 'POSTHOG_MCP_HTTP_TOKENS_FILE', brief: 'the same, one a line, read again when it changes' },
];

/** Flags of one command each, which the usage lines explain. */
export const COMMAND_FLAGS: readonly string[] = [
  '--fast',
  '--json',
  '--contract',
  '--try-regions',
  '--out',
  '--all',
  '--help',
  '--version',
];
