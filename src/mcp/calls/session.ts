import type { Log, Redact } from '../../log.js';
import type { ClientOptions } from '../../posthog/client.js';
import type { ProxyServer } from '../../posthog/proxy.js';
import type { PostHogApi } from '../../posthog/types.js';
import type { SharedStore } from '../../replicas/store.js';
import type { Journal } from '../../writes/pipeline/journal.js';
import type { ConsentOptions } from '../consent/consent.js';
import { type BugOptions, thrownAnswer } from './answer.js';
import type { CallRequest, CallResult } from './call-tool.js';
import type { Caller } from './caller.js';
import type { LimitOptions } from './limits.js';

/** The PostHog that calls go to. */
export interface Upstream {
  /** `https://us.posthog.com`, without a trailing slash. */
  origin: string;
  key: string;
  project: number | '@current';
  /** That requests go through. */
  proxy?: ProxyServer | null;
  close(): Promise<void>;
}

export interface SessionOptions {
  /** Of this package. */
  version: string;
  /** Opens the upstream; called once, by the first tool call. */
  openUpstream(): Promise<Upstream>;
  readOnly: boolean;
  log: Log;
  redact: Redact;
  now?: () => Date;
  confirm: Omit<ConsentOptions, 'upstream' | 'store'>;
  limits?: LimitOptions;
  journal?: Journal;
  /** What other processes share with this one; one of its own where left out. */
  store?: SharedStore | undefined;
  /** How the process shares PostHog among its callers, where it has many. */
  client?: Pick<ClientOptions, 'guard' | 'onOutcome' | 'limits'>;
  /** Pauses between looks at what became of a write whose answer was lost. Milliseconds. */
  patienceMs?: readonly number[];
}

export interface Session {
  /** Never rejects: whatever goes wrong is an answer. */
  call(request: CallRequest): Promise<CallResult>;
  close(): Promise<void>;
}

interface Loaded {
  callTool(request: CallRequest): Promise<CallResult>;
  close(): Promise<void>;
}

/**
 * What all connections of a process share: the HTTP pool and the project. Tools, schemas and the HTTP client are loaded
 * by the first call, so that the list is served without them. A failed start is tried again by the next call.
 */
export function createSession(options: SessionOptions): Session {
  const { log, redact } = options;
  const reportBug = (id: string, error: unknown, also?: Redact) =>
    (also ? log.hiding(also) : log).error('internal error', { id, error });
  const bugs = { redact, reportBug };
  let loading: Promise<Loaded> | null = null;
  const loaded = () => {
    loading ??= load(options, bugs).catch((error: unknown) => {
      loading = null;
      throw error;
    });
    return loading;
  };
  return {
    call: async (request) => {
      try {
        return await (await loaded()).callTool(request);
      } catch (error) {
        return thrownAnswer(error, bugs);
      }
    },
    close: async () => (await loading)?.close(),
  };
}

async function load(options: SessionOptions, bugs: BugOptions): Promise<Loaded> {
  const { version, openUpstream, readOnly, log, now = () => new Date(), patienceMs } = options;
  const [
    { callTool },
    { createConsents },
    { createMemoryStore },
    { createLimits },
    { ALL_TOOLS },
    { createPostHogClient },
    { resolveProject },
    upstream,
  ] = await Promise.all([
    import('./call-tool.js'),
    import('../consent/consent.js'),
    import('../../replicas/store.js'),
    import('./limits.js'),
    import('../../../tools/index.js'),
    import('../../posthog/client.js'),
    import('../../posthog/project.js'),
    openUpstream(),
  ]);
  const client = createPostHogClient({
    origin: upstream.origin,
    key: upstream.key,
    proxy: upstream.proxy ?? null,
    readOnly,
    version,
    log,
    ...options.client,
  });
  const tools = new Map(ALL_TOOLS.map((tool) => [tool.name, tool]));
  const ownStore = (clock: () => number) => options.store ?? createMemoryStore(clock);
  const consents = createConsents({ ...options.confirm, upstream, store: ownStore(options.confirm.now ?? Date.now) });
  const limits = createLimits(
    options.limits ?? {},
    ownStore(() => now().getTime()),
  );
  const shared = {
    consents,
    limits,
    journal: options.journal ?? null,
    ...(patienceMs ? { patienceMs } : {}),
    remembered: new Map<number, unknown>(),
  };
  let known: number | null = null;
  // Only the number is kept: a failure, or the cancellation of the call that asked first, is nobody else's.
  const project = async (api: PostHogApi, caller?: Caller) => {
    // Whose key it is decides which project is current.
    if (caller?.key !== undefined) return resolveProject(api, upstream.project);
    known ??= await resolveProject(api, upstream.project);
    return known;
  };
  return {
    callTool: (request) => callTool(request, { ...bugs, ...shared, tools, client, project, now }),
    close: async () => {
      await client.close();
      await upstream.close();
    },
  };
}
