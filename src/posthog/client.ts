import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'undici';
import type { z } from 'zod';
import { ToolError } from '../errors.js';
import { createRedactor, type Log, type Redact } from '../log.js';
import { cleanText } from '../render/untrusted.js';
import type { RequestInfo } from './attempt.js';
import { decoded } from './decoded.js';
import { exchange, type Signals } from './exchange.js';
import { cancelled, timedOut } from './failures.js';
import type { AttemptOutcome, UpstreamGuard } from './guard.js';
import { DEFAULT_LIMITS, type Limits } from './limits.js';
import { closePool, createPool } from './pool.js';
import type { ProxyServer } from './proxy.js';
import { decideRetry } from './retry.js';
import type { ApiPath, PostHogApi, PostHogClient, Query } from './types.js';

export interface ClientOptions {
  /** As `parseHost` returned it. */
  origin: string;
  /** As `parseKey` returned it. */
  key: string;
  /** Refuses everything but reads, before any connection. */
  readOnly: boolean;
  /** That requests go through. */
  proxy?: ProxyServer | null;
  /** Of this package; goes into the user agent. */
  version?: string;
  /** In [0, 1). */
  random?: () => number;
  /** Epoch milliseconds. */
  now?: () => number;
  log?: Log;
  limits?: Partial<Limits>;
  /** Hears the `Date` header of every answer; '' where it has none. */
  onDate?: (date: string) => void;
  /** Where one process serves many callers. */
  guard?: UpstreamGuard;
  /** Hears what became of every attempt. */
  onOutcome?: (outcome: AttemptOutcome) => void;
}

/** What all calls share. */
interface Shared {
  origin: string;
  pool: Pool;
  headers: Readonly<Record<string, string>>;
  readOnly: boolean;
  limits: Limits;
  random: () => number;
  now: () => number;
  redact: Redact;
  log: Log | undefined;
  onDate: ClientOptions['onDate'];
  key: string;
  guard: UpstreamGuard | undefined;
  onOutcome: ClientOptions['onOutcome'];
}

/** What all requests of one tool call share. */
interface Call extends Signals {
  /** Whether this caller may only read, though the server may write. */
  readOnly: boolean;
  /** Epoch milliseconds. */
  endsAt: number;
}

interface Request {
  method: RequestInfo['method'];
  isRead: boolean;
  path: ApiPath;
  query?: Query | undefined;
  body?: object | undefined;
  slow?: boolean | undefined;
}

/** The client of one PostHog and one key, for the life of the process. Rejects with `ToolError` and nothing else. */
export function createPostHogClient(options: ClientOptions): PostHogClient {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const shared: Shared = {
    origin: options.origin,
    pool: createPool(options.origin, limits, options.proxy ?? null),
    headers: headersFor(options),
    readOnly: options.readOnly,
    limits,
    random: options.random ?? Math.random,
    now: options.now ?? Date.now,
    redact: showing(options.key),
    log: options.log,
    onDate: options.onDate,
    key: options.key,
    guard: options.guard,
    onOutcome: options.onOutcome,
  };
  return {
    forCall: ({ signal, deadlineMs = limits.deadlineMs, key, readOnly = false }) => {
      const mine = key === undefined ? shared : withKey(shared, key);
      return apiFor(mine, { ...beginCall(mine, signal, deadlineMs), readOnly });
    },
    close: () => closePool(shared.pool, limits.closeMs),
  };
}

/** The same with another key, which goes nowhere but into the headers of one call. */
function withKey(shared: Shared, key: string): Shared {
  const headers = { ...shared.headers, authorization: `Bearer ${key}` };
  return { ...shared, key, headers, redact: showing(key), log: shared.log?.hiding(createRedactor([key])) };
}

/** Foreign text as an error may show it: an invisible character within a key would hide it from the redactor alone. */
function showing(key: string): Redact {
  const redact = createRedactor([key]);
  return (text) => redact(cleanText(text));
}

function headersFor({ key, version }: ClientOptions): Readonly<Record<string, string>> {
  return {
    authorization: `Bearer ${key}`,
    accept: 'application/json',
    'accept-encoding': 'identity',
    // PostHog's activity log shows then that an assistant made a change.
    'x-posthog-client': 'mcp',
    'user-agent': `posthog-experiments-mcp${version === undefined ? '' : `/${version}`}`,
  };
}

function beginCall(shared: Shared, caller: AbortSignal, deadlineMs: number): Omit<Call, 'readOnly'> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const signal = AbortSignal.any([caller, deadline]);
  // All requests of the call listen to it, many at once in a sweep; Node would take that for a leak.
  setMaxListeners(0, signal);
  return { caller, deadline, signal, endsAt: shared.now() + deadlineMs };
}

function apiFor(shared: Shared, call: Call): PostHogApi {
  const write = <T>(shape: z.ZodType<T>, request: Omit<Request, 'isRead'>) =>
    send(shared, call, { ...request, isRead: false }, shape);
  return {
    origin: shared.origin,
    readOnly: shared.readOnly || call.readOnly,
    get: (path, shape, query) => send(shared, call, { method: 'GET', isRead: true, path, query }, shape),
    query: (path, shape, body) => send(shared, call, { method: 'POST', isRead: true, path, body }, shape),
    post: (path, shape, body, { slow } = {}) => write(shape, { method: 'POST', path, body, slow }),
    patch: (path, shape, body) => write(shape, { method: 'PATCH', path, body }),
    delete: (path, shape) => write(shape, { method: 'DELETE', path }),
  };
}

async function send<T>(shared: Shared, call: Call, request: Request, shape: z.ZodType<T>): Promise<T> {
  const { method, path, isRead } = request;
  const info: RequestInfo = { method, path, isRead, origin: shared.origin };
  try {
    if (shared.readOnly && !isRead) throw readOnlyMode(info);
    if (call.readOnly && !isRead) throw readOnlyCaller(info);
    return decoded(await answerTo(shared, call, request, info), shape, { ...request, info });
  } catch (error) {
    if (error instanceof ToolError) throw error;
    shared.log?.error('a request failed on our side', { method, path, error });
    throw new ToolError(
      'internal',
      `${method} ${path} failed inside this server.`,
      'Report this as a defect of this server.',
    );
  }
}

/** The decoded body of the first success, within the retries that the policy allows. */
async function answerTo(shared: Shared, call: Call, request: Request, info: RequestInfo): Promise<unknown> {
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const headers = body === undefined ? shared.headers : { ...shared.headers, 'content-type': 'application/json' };
  const target = `${request.path}${queryString(request.query)}`;
  const { pool, now, redact, random, limits, onDate } = shared;
  for (let attempt = 0; ; attempt += 1) {
    const settle = await turnOf(shared, call, info);
    const startedAt = now();
    const headersMs = request.slow ? Math.max(1, call.endsAt - startedAt) : limits.headersMs;
    const { errorBytes } = limits;
    const result = await exchange({
      pool,
      info,
      target,
      headers,
      body,
      headersMs,
      signals: call,
      errorBytes,
      now,
      redact,
      onDate,
    });
    settle?.(result);
    shared.onOutcome?.(result);
    const outcome = result.ok ? 'ok' : result.error.code;
    shared.log?.debug('request', { method: info.method, path: info.path, attempt, outcome, ms: now() - startedAt });
    if (result.ok) return result.value;
    const remainingMs = call.endsAt - now();
    const decision = decideRetry({ isRead: info.isRead, attempt, failure: result.failure, remainingMs, random });
    if (!decision.retry) throw result.error;
    await pause(decision.delayMs, call, result.error);
  }
}

/** Waits for a turn where callers share this PostHog; what ends the wait is told like what ends a request. */
async function turnOf({ guard, key }: Shared, call: Call, info: RequestInfo) {
  try {
    return await guard?.enter({ key, signal: call.signal, endsAt: call.endsAt });
  } catch (error) {
    if (error instanceof ToolError) throw error;
    throw call.caller.aborted ? cancelled() : timedOut(info);
  }
}

async function pause(delayMs: number, call: Call, lastError: ToolError): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal: call.signal });
  } catch {
    // Only attempts that changed nothing are repeated, so a call that ends here has changed nothing.
    throw call.caller.aborted ? cancelled() : lastError;
  }
}

function queryString(query: Query = {}): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) pairs.append(name, String(value));
  }
  return pairs.size === 0 ? '' : `?${pairs}`;
}

function readOnlyCaller({ method, path }: RequestInfo): ToolError {
  return new ToolError(
    'read_only',
    `${method} ${path} was not sent: this caller may only read.`,
    'Ask whoever runs the server for a token with another role, or leave out the header X-MCP-Read-Only.',
  );
}

function readOnlyMode({ method, path }: RequestInfo): ToolError {
  return new ToolError(
    'read_only',
    `${method} ${path} was not sent: this server runs in read-only mode.`,
    'Start it without --read-only (POSTHOG_MCP_READ_ONLY) to allow changes.',
  );
}
