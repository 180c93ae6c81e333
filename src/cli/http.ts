import type { HttpConfig } from '../config-http.js';
import { ConfigError } from '../errors.js';
import { CATALOGUE } from '../generated/tools.js';
import type { Log } from '../log.js';
import type { CallRequest, CallResult } from '../mcp/call-tool.js';
import type { Role } from '../mcp/caller.js';
import { type Selection, type ServedTools, selectTools } from '../mcp/select-tools.js';
import { createMcpServer } from '../mcp/server.js';
import type { SessionOptions } from '../mcp/session.js';
import { type AttemptOutcome, createUpstreamGuard } from '../posthog/guard.js';
import { parseKey } from '../posthog/key.js';
import type { Auth } from '../transports/http/callers.js';
import { isLoopback } from '../transports/http/origins.js';
import { serveHttp } from '../transports/http/server.js';
import type { View } from '../transports/http/view.js';
import { createMetrics, type Metrics } from './http/metrics.js';
import { tokensOfFile, tokensOfText } from './http/tokens.js';
import { print } from './print.js';

/** Sockets to PostHog that all callers share. */
const CONNECTIONS = 32;

interface Serving {
  http: HttpConfig;
  selection: Selection;
  version: string;
  /** Of the PostHog that calls go to. */
  origin: string;
  log: Log;
  stop: AbortSignal;
  /** Runs `use` with a session made with these options, and closes it afterwards. */
  withSession(
    client: SessionOptions['client'],
    use: (call: (request: CallRequest) => Promise<CallResult>) => Promise<number>,
  ): Promise<number>;
}

/** Serves MCP over HTTP until it is asked to stop. Prints one JSON line once it listens. */
export async function runHttp({ http, selection, version, origin, log, stop, withSession }: Serving): Promise<number> {
  const auth = authOf(http, origin, log);
  if (auth.kind === 'none' && !isLoopback(http.bind)) {
    throw new ConfigError(
      `--bind ${http.bind} lets other machines in, so callers must be known: set --auth token or --auth per-user.`,
    );
  }
  const metrics = createMetrics();
  const upstream = createContact();
  const onOutcome = (outcome: AttemptOutcome) => {
    metrics.answered(outcome);
    upstream.heard(outcome);
  };
  const client = { guard: createUpstreamGuard(), onOutcome, limits: { connections: CONNECTIONS } };
  return withSession(client, async (call) => {
    const entriesOf = createEntries(selection);
    const server = await serveHttp({
      ...http,
      auth,
      createServer: (view) => createMcpServer({ version, entries: entriesOf(view), call: callOf(view, call, metrics) }),
      roleOf: (tool) => ROLE_BY_TOOL.get(tool),
      readiness: upstream.readiness,
      metrics: metrics.text,
      log,
    });
    await print(`${JSON.stringify({ url: server.url })}\n`);
    await new Promise<void>((resolve) => {
      stop.addEventListener('abort', () => resolve(), { once: true });
      if (stop.aborted) resolve();
    });
    await server.close();
    return 0;
  });
}

function authOf({ auth, tokens, tokensFile }: HttpConfig, origin: string, log: Log): Auth {
  if (auth === 'none') return { kind: 'none' };
  if (auth === 'per-user') return { kind: 'per-user', keyProblem: (key) => keyProblem(key, origin) };
  if (tokensFile !== undefined) return { kind: 'token', tokens: tokensOfFile(tokensFile, log) };
  if (tokens !== undefined) return { kind: 'token', tokens: tokensOfText(tokens.reveal()) };
  throw new ConfigError('--auth token needs POSTHOG_MCP_HTTP_TOKENS or POSTHOG_MCP_HTTP_TOKENS_FILE.');
}

function keyProblem(key: string, origin: string): string | null {
  try {
    parseKey(key, origin);
    return null;
  } catch (error) {
    if (error instanceof ConfigError) return 'the bearer token must be a personal API key of PostHog (phx_…)';
    throw error;
  }
}

const ROLE_BY_TOOL: ReadonlyMap<string, Role> = new Map(
  CATALOGUE.map(({ name, access, varies }) => {
    if (access === 'read') return [name, 'read'];
    return [name, access === 'write' || varies ? 'write' : 'live'];
  }),
);

/** What a view is served: never more than is configured. The lists are few, so each is made once. */
function createEntries(selection: Selection): (view: View) => ServedTools {
  const made = new Map<string, ServedTools>();
  return ({ caller, toolsets }) => {
    const readOnly = selection.readOnly || caller.role === 'read';
    const key = JSON.stringify([readOnly, toolsets?.toSorted()]);
    const entries = made.get(key) ?? narrowed(selectTools(CATALOGUE, { ...selection, readOnly }), toolsets);
    if (made.size < MAX_LISTS) made.set(key, entries);
    return entries;
  };
}

/** More combinations of toolsets than any set of clients asks for. */
const MAX_LISTS = 100;

function narrowed(entries: ServedTools, toolsets: readonly string[] | undefined): ServedTools {
  if (toolsets === undefined || toolsets.includes('all')) return entries;
  return { ...entries, list: entries.list.filter(({ toolset }) => toolsets.includes(toolset)) };
}

function callOf({ caller }: View, call: (request: CallRequest) => Promise<CallResult>, metrics: Metrics) {
  return async (request: CallRequest): Promise<CallResult> => {
    const startedAt = performance.now();
    const answer = await call({ ...request, caller });
    metrics.called(request.name, answer.isError === true, (performance.now() - startedAt) / 1000);
    return answer;
  };
}

/** Whether PostHog answered when it was last asked. Not asked yet counts as ready: nothing speaks against it. */
function createContact() {
  let last: { at: string; ok: boolean } | null = null;
  return {
    heard: (outcome: AttemptOutcome) => {
      const ok = outcome.ok || (outcome.failure.kind === 'status' && outcome.failure.status < 500);
      last = { at: new Date().toISOString(), ok };
    },
    readiness: () => ({
      ready: last?.ok ?? true,
      posthog: last === null ? 'not asked yet' : last.ok ? 'answered' : 'failed',
      last_contact: last?.at ?? null,
    }),
  };
}
