import type { HttpConfig } from '../../config/http.js';
import type { Log } from '../../log.js';
import type { CallRequest, CallResult } from '../../mcp/calls/call-tool.js';
import type { Caller } from '../../mcp/calls/caller.js';
import type { SessionOptions } from '../../mcp/calls/session.js';
import type { ServedTools } from '../../mcp/listing/select-tools.js';
import { createMcpServer } from '../../mcp/server.js';
import { type AttemptOutcome, createUpstreamGuard } from '../../posthog/guard.js';
import type { RedisStore } from '../../replicas/redis.js';
import type { AnswerForm } from '../../tool.js';
import type { HttpLimits } from '../../transports/http/limits.js';
import { type HttpServer, serveHttp } from '../../transports/http/server.js';
import { type View, viewIn } from '../../transports/http/view.js';
import { listenProblem } from '../listen-problem.js';
import { authFor } from './auth.js';
import { createContact } from './contact.js';
import { createMetrics, type Metrics } from './metrics.js';
import { standingBy } from './standing.js';
import { createViews, roleOf } from './views.js';

/** Sockets to PostHog that all callers share. */
const CONNECTIONS = 32;

export interface FrontOptions {
  http: HttpConfig;
  /** What of each answer is sent; both forms where left out. */
  answers?: AnswerForm;
  /** What is served to those who may do everything and ask for nothing less. */
  served: ServedTools;
  version: string;
  /** Of the PostHog that calls go to. */
  origin: string;
  /** What other replicas share with this one. */
  store?: RedisStore | undefined;
  log: Log;
  limits?: Partial<HttpLimits>;
}

export interface Front {
  /** How the session that makes the calls is to share PostHog among callers. */
  client: SessionOptions['client'];
  listen(call: (request: CallRequest) => Promise<CallResult>): Promise<HttpServer>;
}

/** The server for many callers, with what is counted of their calls. */
export function createFront({ http, answers, served, version, origin, store, log, limits = {} }: FrontOptions): Front {
  const auth = authFor(http, origin, log);
  const metrics = createMetrics(store?.isUp);
  const upstream = createContact();
  const onOutcome = (outcome: AttemptOutcome) => {
    metrics.answered(outcome);
    upstream.heard(outcome);
  };
  return {
    client: { guard: createUpstreamGuard({ store }), onOutcome, limits: { connections: CONNECTIONS } },
    listen: async (call) => {
      const viewed = createViews(served);
      const options = {
        ...http,
        store,
        auth,
        createServer: () =>
          createMcpServer({
            version,
            ...(answers ? { answers } : {}),
            servedTo: (auth) => {
              const view = viewIn(auth);
              return { entries: viewed(view), call: callOf(view, call, metrics) };
            },
          }),
        ...(auth.kind === 'per-user' ? { standing: standingBy(call) } : {}),
        roleOf,
        readiness: upstream.readiness,
        metrics: metrics.text,
        log,
        limits,
      };
      return serveHttp(options).catch((error: unknown) => {
        throw listenProblem(error, http);
      });
    },
  };
}

function callOf({ caller, readOnly }: View, call: (request: CallRequest) => Promise<CallResult>, metrics: Metrics) {
  const narrowed: Caller = readOnly ? { ...caller, role: 'read' } : caller;
  return async (request: CallRequest): Promise<CallResult> => {
    const startedAt = performance.now();
    const answer = await call({ ...request, caller: narrowed });
    metrics.called(request.name, answer.isError === true, (performance.now() - startedAt) / 1000);
    return answer;
  };
}
