import type { IncomingMessage, ServerResponse } from 'node:http';
import type { McpServer } from '@modelcontextprotocol/server';
import type { Log } from '../../log.js';
import type { Caller, Role } from '../../mcp/calls/caller.js';
import type { SharedStore } from '../../replicas/store.js';
import { type Admitted, beyondView, createAdmission } from './admission.js';
import { createAnswers } from './answers.js';
import { readBody, requestIds } from './body.js';
import { type Auth, createVouching, type Standing } from './callers.js';
import { createHoldings } from './holdings.js';
import { DEFAULT_LIMITS, type HttpLimits } from './limits.js';
import { listening, serverWithin, urlOf } from './listening.js';
import { createPace } from './pace.js';
import { answerJson, refusal, refuse } from './refusal.js';
import { HEALTH_PATH, MCP_PATH, METRICS_PATH, pathOf, READY_PATH, routesOf } from './routes.js';
import { CALLER_SHARE } from './sessions.js';
import { createSse } from './sse.js';
import { createStreamable, type Exchange, isStream } from './streamable.js';
import { createWork } from './work.js';

export interface HttpOptions {
  bind: string;
  /** 0 takes a free one. */
  port: number;
  allowHosts: readonly string[];
  allowOrigins: readonly string[];
  auth: Auth;
  sessions: boolean;
  /** Requests a second of one caller; null: any number. */
  perSecond: number | null;
  /** What other replicas share with this one. */
  store?: SharedStore | undefined;
  /** A server whose handlers read in `viewIn(authInfo)` what a request is served. */
  createServer(): McpServer;
  /** Whether PostHog knows a caller who comes with a key of their own; absent where callers are proven already. */
  standing?: (caller: Caller, signal: AbortSignal) => Promise<Standing>;
  /** The role that a call of this tool needs at least; undefined for names that are no tool. */
  roleOf(tool: string): Role | undefined;
  /** What `/readyz` answers. */
  readiness(): { ready: boolean } & Record<string, unknown>;
  /** Prometheus text, and its media type. */
  metrics(gauges: { sessions: number; sockets: number }): Promise<{ type: string; text: string }>;
  log: Log;
  limits?: Partial<HttpLimits>;
}

export interface HttpServer {
  /** `http://127.0.0.1:3333/mcp` */
  url: string;
  /** Stops accepting, waits up to 10 s for what is in work, then closes. */
  close(): Promise<void>;
}

/** Serves MCP over HTTP. The guards stand in front of the SDK, which checks neither Host nor Origin nor callers. */
export async function serveHttp(options: HttpOptions): Promise<HttpServer> {
  const { log, auth, sessions, createServer: create } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { maxConcurrent, maxSessions, now } = limits;
  /** What one caller may have of something, where callers are known. */
  const shareOf = (all: number, share = Math.ceil(all * CALLER_SHARE)) => (auth.kind === 'none' ? all : share);
  const maxPerCaller = shareOf(maxConcurrent, limits.maxPerCaller);
  const pace = createPace({ ...options, maxConcurrent, maxPerCaller, now });
  const boundedBy = (max: number, maxEach: number) => createHoldings({ max, maxPerCaller: shareOf(max), maxEach, now });
  const incoming = boundedBy(limits.incomingBytes, limits.incomingBytes);
  const unread = boundedBy(limits.unreadBytes, limits.unreadBytesEach);
  const answers = createAnswers(unread);
  const routes = routesOf(sessions);
  const onerror = (error: Error) => log.debug('protocol error', { error });
  const table = { max: maxSessions, maxPerCaller: shareOf(maxSessions), idleMs: limits.sessionIdleMs, now };
  const endpoints = { createServer: create, limits: table, vouch: createVouching(options.standing), onerror };
  const streamable = createStreamable({ ...endpoints, sessions });
  const sse = createSse({ ...endpoints, beatMs: limits.beatMs });
  const work = createWork();
  let closing = false;

  const admit = createAdmission({ ...options, pace, answers, routes });

  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const path = pathOf(req);
    if (req.method === 'GET' && path === HEALTH_PATH) return answerJson(res, 200, { status: 'ok' });
    if (req.method === 'GET' && path === READY_PATH) {
      const state = options.readiness();
      const ready = state.ready && !closing;
      return answerJson(res, ready ? 200 : 503, { ...state, ready });
    }
    const admitted = await admit(req, res, path);
    if ('status' in admitted) return refuse(res, admitted);
    const body = req.method === 'POST' ? await readBody(req, admitted.view.caller.id, incoming) : { value: undefined };
    if (body === null) return;
    const refused = 'refused' in body ? body.refused : beyondView(body.value, admitted.view, options.roleOf);
    return refused ? refuse(res, refused) : serve(admitted, 'value' in body ? body.value : undefined);
  };

  /** The request is in work from here on: it is there as a whole, so that a client that sends half of one holds no place. */
  const serve = async ({ req, res, path, view }: Admitted, body: unknown): Promise<void> => {
    if (closing) return refuse(res, refusal(503, 'The server is shutting down.', { 'retry-after': '5' }));
    const started = isWaiting({ req, body }) ? pace.start(view.caller.id) : { done: () => undefined };
    if ('refused' in started) return refuse(res, started.refused);
    const hold = work.begin(started.done);
    const release = hold();
    res.once('close', release);
    if (isStream({ req, body })) release();
    try {
      if (path === METRICS_PATH) return await answerMetrics(res);
      res.setHeader('x-content-type-options', 'nosniff');
      res.setHeader('cache-control', 'no-store');
      const endpoint = path === MCP_PATH ? streamable : sse;
      await endpoint.handle({ req, res, view, body, hold });
    } finally {
      release();
    }
  };

  const answerMetrics = async (res: ServerResponse): Promise<void> => {
    // Any text that looks like a key gets this far; whether it is one shows only when PostHog is asked.
    if (auth.kind === 'per-user') return refuse(res, NO_METRICS);
    const sockets = await new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
    const open = streamable.sessions.count() + sse.sessions.count();
    const { type, text } = await options.metrics({ sessions: open, sockets });
    res.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
  };

  const server = serverWithin(limits, (req, res) => {
    handle(req, res).catch((error: unknown) => {
      log.error('an HTTP request failed on our side', { error });
      refuse(res, refusal(500, 'Internal error.'));
    });
  });
  const sweeping = setInterval(() => {
    void Promise.all([streamable.sessions.sweep(), sse.sessions.sweep()]);
  }, limits.sweepMs).unref();
  const reading = setInterval(() => unread.dropOlder(limits.unreadMs), limits.checkMs).unref();
  await listening(server, options);

  return {
    url: `${urlOf(server, options.bind)}${MCP_PATH}`,
    close: async () => {
      closing = true;
      clearInterval(sweeping);
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await within(limits.drainMs, async () => {
        await work.none();
        await Promise.all([sse.close(), streamable.close()]);
        await answers.sent();
      });
      await Promise.all([sse.close(), streamable.close()]);
      clearInterval(reading);
      server.closeAllConnections();
      await ended;
    },
  };
}

const NO_METRICS = refusal(403, 'Forbidden: with --auth per-user no key is proven here, so nobody reads the metrics.');

/** Cancellations and a person's answers wait for nothing, and end waits: they come in where nothing else does. */
function isWaiting({ req, body }: Pick<Exchange, 'req' | 'body'>): boolean {
  return req.method !== 'POST' || requestIds(body).length > 0;
}

/** Waits for `task` no longer than this. The timer keeps the process alive: it must not end by running out of things to do. */
async function within(ms: number, task: () => Promise<void>): Promise<void> {
  const timer = new AbortController();
  const late = new Promise<void>((resolve) => {
    const timeout = setTimeout(resolve, ms);
    timer.signal.addEventListener('abort', () => clearTimeout(timeout));
  });
  await Promise.race([task(), late]);
  timer.abort();
}
