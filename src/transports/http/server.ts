import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { McpServer } from '@modelcontextprotocol/server';
import type { Log } from '../../log.js';
import type { Role } from '../../mcp/caller.js';
import { calledTools, readBody } from './body.js';
import { type Auth, authenticate, outOfScope } from './callers.js';
import { allowedNames, foreignRefusal } from './origins.js';
import { createPace } from './pace.js';
import { answerJson, type Refusal, refusal, refuse } from './refusal.js';
import { createSse, MESSAGES_PATH } from './sse.js';
import { createStreamable, type Endpoint } from './streamable.js';
import { type View, viewOf } from './view.js';

/** Bounds of what strangers can make the process hold. Milliseconds and counts. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
const MAX_CONNECTIONS = 1_000;
const MAX_CONCURRENT = 200;
const MAX_PER_CALLER = 64;
/** How long requests in flight may go on once the process is asked to end. */
export const DRAIN_MS = 10_000;
const SWEEP_MS = 60_000;

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
}

export interface HttpServer {
  /** `http://127.0.0.1:3333/mcp` */
  url: string;
  /** Stops accepting, waits up to 10 s for what is in flight, then closes. */
  close(): Promise<void>;
}

interface Served {
  streamable: Endpoint;
  sse: Endpoint;
  methods: Readonly<Record<string, readonly string[]>>;
}

const MCP_PATH = '/mcp';

/** Serves MCP over HTTP. The guards stand in front of the SDK, which checks neither Host nor Origin nor callers. */
export async function serveHttp(options: HttpOptions): Promise<HttpServer> {
  const { log, auth } = options;
  const allowed = allowedNames(options.bind, options.allowHosts, options.allowOrigins);
  const pace = createPace({
    perSecond: options.perSecond,
    maxConcurrent: MAX_CONCURRENT,
    maxPerCaller: auth.kind === 'none' ? MAX_CONCURRENT : MAX_PER_CALLER,
  });
  const served = endpointsOf(options);
  let closing = false;
  const working = createCount();

  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const path = pathOf(req);
    if (req.method === 'GET' && path === '/healthz') return answerJson(res, 200, { status: 'ok' });
    if (req.method === 'GET' && path === '/readyz') {
      const state = options.readiness();
      return answerJson(res, state.ready && !closing ? 200 : 503, { ...state, ready: state.ready && !closing });
    }
    const foreign = foreignRefusal({ host: req.headers.host, origin: req.headers.origin }, allowed);
    if (foreign) return refuse(res, foreign);
    const authenticated = authenticate(req.headers.authorization, auth);
    if ('refused' in authenticated) return refuse(res, authenticated.refused);
    const wrongMethod = methodRefusal(path, req.method, served);
    if (wrongMethod) return refuse(res, wrongMethod);
    if (closing) return refuse(res, refusal(503, 'The server is shutting down.', { 'retry-after': '5' }));
    const entered = pace.enter(authenticated.caller.id);
    if ('refused' in entered) return refuse(res, entered.refused);
    // A stream that stays open is no request in work.
    res.once('close', entered.done);
    if (path !== MCP_PATH && req.method === 'GET') entered.done();
    const seen = viewOf(authenticated.caller, req.headers);
    if ('refused' in seen) return refuse(res, seen.refused);
    if (path === '/metrics') return answerMetrics(res);
    await dispatch({ req, res, view: seen.view, path });
  };

  const answerMetrics = async (res: ServerResponse): Promise<void> => {
    const sockets = await new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));
    const sessions = served.streamable.sessions.count() + served.sse.sessions.count();
    const { type, text } = await options.metrics({ sessions, sockets });
    res.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
  };

  const dispatch = async ({
    req,
    res,
    view,
    path,
  }: {
    req: IncomingMessage;
    res: ServerResponse;
    view: View;
    path: string;
  }) => {
    const body = req.method === 'POST' ? await readBody(req) : { value: undefined };
    if ('refused' in body) return refuse(res, body.refused);
    const beyond = beyondRole(body.value, view, options);
    if (beyond) return refuse(res, beyond);
    res.setHeader('x-content-type-options', 'nosniff');
    res.setHeader('cache-control', 'no-store');
    if (req.method === 'POST') working.add(res);
    const endpoint = path === MCP_PATH ? served.streamable : served.sse;
    await endpoint.handle({ req, res, view, body: body.value });
  };

  const server = createServer(
    { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, keepAliveTimeout: REQUEST_MS },
    (req, res) => {
      handle(req, res).catch((error: unknown) => {
        log.error('an HTTP request failed on our side', { error });
        refuse(res, refusal(500, 'Internal error.'));
      });
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  const sweeping = setInterval(() => {
    void Promise.all([served.streamable.sessions.sweep(), served.sse.sessions.sweep()]);
  }, SWEEP_MS).unref();
  await listening(server, options);

  return {
    url: `http://${hostOf(options.bind)}:${portOf(server)}${MCP_PATH}`,
    close: async () => {
      closing = true;
      clearInterval(sweeping);
      const ended = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await Promise.race([working.none(), afterDrain()]);
      await Promise.all([served.sse.close(), served.streamable.close()]);
      server.closeAllConnections();
      await ended;
    },
  };
}

/** Answers that are being worked on; open streams are none. */
function createCount() {
  let count = 0;
  let onNone: (() => void) | null = null;
  return {
    add: (res: ServerResponse) => {
      count += 1;
      res.once('close', () => {
        count -= 1;
        if (count === 0) onNone?.();
      });
    },
    none: () =>
      new Promise<void>((resolve) => {
        if (count === 0) resolve();
        onNone = resolve;
      }),
  };
}

function endpointsOf({ createServer: create, sessions, log }: HttpOptions): Served {
  const onerror = (error: Error) => log.debug('protocol error', { error });
  return {
    streamable: createStreamable({ createServer: create, sessions, onerror }),
    sse: createSse(create),
    methods: {
      [MCP_PATH]: sessions ? ['POST', 'GET', 'DELETE'] : ['POST'],
      '/sse': ['GET'],
      [MESSAGES_PATH]: ['POST'],
      '/metrics': ['GET'],
    },
  };
}

function methodRefusal(path: string, method: string | undefined, { methods }: Served): Refusal | null {
  const allowed = methods[path];
  if (!allowed) return refusal(404, 'Not found; MCP is served at /mcp.');
  if (method !== undefined && allowed.includes(method)) return null;
  return refusal(405, 'Method not allowed.', { allow: allowed.join(', ') });
}

/** A role that does not reach is an error of HTTP, so that a client can ask for another token. */
function beyondRole(body: unknown, { caller }: View, { roleOf }: HttpOptions): Refusal | null {
  const order: readonly Role[] = ['read', 'write', 'live'];
  const needed = calledTools(body).flatMap((tool) => roleOf(tool) ?? []);
  const beyond = needed.find((role) => order.indexOf(role) > order.indexOf(caller.role));
  return beyond ? outOfScope(caller, beyond) : null;
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return URL.canParse(url, 'http://server') ? new URL(url, 'http://server').pathname : '';
}

function listening(server: Server, { bind, port }: HttpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: bind, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function hostOf(bind: string): string {
  return bind.includes(':') ? `[${bind}]` : bind;
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

function afterDrain(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, DRAIN_MS).unref();
  });
}
