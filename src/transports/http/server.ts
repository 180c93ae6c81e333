import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { McpServer } from '@modelcontextprotocol/server';
import type { Log } from '../../log.js';
import { type Role, reaches } from '../../mcp/calls/caller.js';
import { calledTools, methodOf, readBody } from './body.js';
import { type Auth, authenticate, outOfScope } from './callers.js';
import { DEFAULT_LIMITS, type HttpLimits } from './limits.js';
import { listening, urlOf } from './listening.js';
import { allowedNames, foreignRefusal } from './origins.js';
import { createPace } from './pace.js';
import { answerJson, type Refusal, refusal, refuse } from './refusal.js';
import { HEALTH_PATH, MCP_PATH, METRICS_PATH, methodRefusal, pathOf, READY_PATH, routesOf } from './routes.js';
import { CALLER_SHARE } from './sessions.js';
import { createSse } from './sse.js';
import { createStreamable } from './streamable.js';
import { type View, viewOf } from './view.js';
import { createWork, type Hold } from './work.js';

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
  createServer(view: View): McpServer;
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

interface Admitted {
  req: IncomingMessage;
  res: ServerResponse;
  path: string;
  view: View;
  hold: Hold;
  /** Ends the hold of the request itself, where its answer is a stream that stays open. */
  release(): void;
}

/** Serves MCP over HTTP. The guards stand in front of the SDK, which checks neither Host nor Origin nor callers. */
export async function serveHttp(options: HttpOptions): Promise<HttpServer> {
  const { log, auth, sessions, createServer: create } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { maxConcurrent, now } = limits;
  const allowed = allowedNames(options.bind, options.allowHosts, options.allowOrigins);
  const maxPerCaller = auth.kind === 'none' ? maxConcurrent : limits.maxPerCaller;
  const pace = createPace({ perSecond: options.perSecond, maxConcurrent, maxPerCaller, now });
  const routes = routesOf(sessions);
  const onerror = (error: Error) => log.debug('protocol error', { error });
  const ofOne = Math.ceil(limits.maxSessions * (auth.kind === 'none' ? 1 : CALLER_SHARE));
  const table = { max: limits.maxSessions, maxPerCaller: ofOne, idleMs: limits.sessionIdleMs, now };
  const streamable = createStreamable({ createServer: create, sessions, limits: table, onerror });
  const sse = createSse({ createServer: create, limits: table, beatMs: limits.beatMs, onerror });
  const work = createWork();
  let closing = false;

  /** Who may come in, in the order in which the first refusal is the answer. */
  const admit = (req: IncomingMessage, res: ServerResponse, path: string): Admitted | Refusal => {
    const foreign = foreignRefusal(req.headers, allowed);
    if (foreign) return foreign;
    const authenticated = authenticate(req.headers.authorization, auth);
    if ('refused' in authenticated) return authenticated.refused;
    const wrongMethod = methodRefusal(path, req.method, routes);
    if (wrongMethod) return wrongMethod;
    if (closing) return refusal(503, 'The server is shutting down.', { 'retry-after': '5' });
    const entered = pace.enter(authenticated.caller.id);
    if ('refused' in entered) return entered.refused;
    const hold = work.begin(entered.done);
    const release = hold();
    res.once('close', release);
    const seen = viewOf(authenticated.caller, req.headers);
    return 'refused' in seen ? seen.refused : { req, res, path, view: seen.view, hold, release };
  };

  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const path = pathOf(req);
    if (req.method === 'GET' && path === HEALTH_PATH) return answerJson(res, 200, { status: 'ok' });
    if (req.method === 'GET' && path === READY_PATH) {
      const state = options.readiness();
      const ready = state.ready && !closing;
      return answerJson(res, ready ? 200 : 503, { ...state, ready });
    }
    const admitted = admit(req, res, path);
    if ('status' in admitted) return refuse(res, admitted);
    if (admitted.path !== METRICS_PATH) return dispatch(admitted);
    // Any text that looks like a key gets this far; whether it is one shows only when PostHog is asked.
    return auth.kind === 'per-user' ? refuse(res, NO_METRICS) : answerMetrics(res);
  };

  const dispatch = async ({ req, res, view, path, hold, release }: Admitted): Promise<void> => {
    const body = req.method === 'POST' ? await readBody(req) : { value: undefined };
    if (body === null) return;
    if ('refused' in body) return refuse(res, body.refused);
    const beyond = beyondView(body.value, view, options);
    if (beyond) return refuse(res, beyond);
    if (req.method === 'GET' || methodOf(body.value) === 'subscriptions/listen') release();
    res.setHeader('x-content-type-options', 'nosniff');
    res.setHeader('cache-control', 'no-store');
    const endpoint = path === MCP_PATH ? streamable : sse;
    await endpoint.handle({ req, res, view, body: body.value, hold });
  };

  const answerMetrics = async (res: ServerResponse): Promise<void> => {
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
  await listening(server, options);

  return {
    url: `${urlOf(server, options.bind)}${MCP_PATH}`,
    close: async () => {
      closing = true;
      clearInterval(sweeping);
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await Promise.race([work.none(), after(limits.drainMs)]);
      await Promise.all([sse.close(), streamable.close()]);
      server.closeAllConnections();
      await ended;
    },
  };
}

const NO_METRICS = refusal(403, 'Forbidden: with --auth per-user no key is proven here, so nobody reads the metrics.');

function serverWithin(limits: HttpLimits, onRequest: (req: IncomingMessage, res: ServerResponse) => void): Server {
  const { headersMs, requestMs, checkMs, keepAliveMs, maxConnections } = limits;
  const timeouts = { headersTimeout: headersMs, requestTimeout: requestMs, keepAliveTimeout: keepAliveMs };
  // A missing Host is for our guard to answer, as any other wrong one.
  const server = createServer(
    { ...timeouts, connectionsCheckingInterval: checkMs, requireHostHeader: false },
    onRequest,
  );
  server.maxConnections = maxConnections;
  return server;
}

/** A call that goes beyond the caller's role, or beyond what the request itself asks for, is refused as HTTP knows it. */
function beyondView(body: unknown, { caller, readOnly }: View, { roleOf }: HttpOptions): Refusal | null {
  const needed = calledTools(body).flatMap((tool) => roleOf(tool) ?? []);
  const beyond = needed.find((role) => !reaches(caller.role, role));
  if (beyond) return outOfScope(caller, beyond);
  if (!readOnly || needed.every((role) => role === 'read')) return null;
  return refusal(403, 'Forbidden: the request carries X-MCP-Read-Only, and the call would make changes.');
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
