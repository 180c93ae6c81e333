import type { Log, Redact } from '../log.js';
import type { CallAnswer } from './answer.js';
import type { CallEnvironment, CallRequest } from './call-tool.js';

/** The PostHog that calls go to. */
export interface Upstream {
  /** `https://us.posthog.com`, without a trailing slash. */
  origin: string;
  key: string;
  project: number | '@current';
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
}

export interface Session {
  call(request: CallRequest): Promise<CallAnswer>;
  close(): Promise<void>;
}

interface Loaded {
  callTool(request: CallRequest): Promise<CallAnswer>;
  close(): Promise<void>;
}

/**
 * What all connections of a process share: the HTTP pool and the project. Tools, schemas and the HTTP client are loaded
 * by the first call, so that the list is served without them. A failed start is tried again by the next call.
 */
export function createSession(options: SessionOptions): Session {
  let loaded: Promise<Loaded> | null = null;
  const once = () => {
    loaded ??= load(options).catch((error: unknown) => {
      loaded = null;
      throw error;
    });
    return loaded;
  };
  return {
    call: async (request) => (await once()).callTool(request),
    close: async () => {
      if (loaded) await (await loaded).close();
    },
  };
}

async function load({ version, openUpstream, readOnly, log, redact }: SessionOptions): Promise<Loaded> {
  const [{ callTool }, { ALL_TOOLS }, { createPostHogClient }, { resolveProject }, upstream] = await Promise.all([
    import('./call-tool.js'),
    import('../../tools/index.js'),
    import('../posthog/client.js'),
    import('../posthog/project.js'),
    openUpstream(),
  ]);
  const client = createPostHogClient({ origin: upstream.origin, key: upstream.key, readOnly, version, log });
  let project: number | null = null;
  const environment: CallEnvironment = {
    tools: new Map(ALL_TOOLS.map((tool) => [tool.name, tool])),
    client,
    // Only the number is kept: a failure, or the cancellation of the call that asked first, is nobody else's.
    project: async (api) => {
      project ??= await resolveProject(api, upstream.project);
      return project;
    },
    now: () => new Date(),
    redact,
    reportBug: (id, error) => log.error('internal error', { id, error }),
  };
  return {
    callTool: (request) => callTool(request, environment),
    close: async () => {
      await client.close();
      await upstream.close();
    },
  };
}
