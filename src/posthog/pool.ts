import { setTimeout as sleep } from 'node:timers/promises';
import { type Dispatcher, Pool } from 'undici';
import type { ProxyServer } from './proxy.js';
import { tunnelThrough } from './tunnel.js';

export interface Limits {
  /** Total for one tool call: all its requests, retries and bodies. Below the 60 s after which MCP clients give up. */
  deadlineMs: number;
  connectMs: number;
  headersMs: number;
  /** Longest silence within a body. */
  bodyIdleMs: number;
  /** Largest body of a success, in bytes as they come over the wire. */
  responseBytes: number;
  /** How much of an error's body is read, in bytes. */
  errorBytes: number;
  /** Sockets to PostHog at once. */
  connections: number;
  /** An agent thinks 5 to 30 s between calls; undici's default of 4 s would pay a TLS handshake for nearly each of them. */
  keepAliveMs: number;
  /** How long `close` waits for what is in flight. */
  closeMs: number;
}

export const DEFAULT_LIMITS: Readonly<Limits> = {
  deadlineMs: 45_000,
  connectMs: 5_000,
  headersMs: 20_000,
  bodyIdleMs: 10_000,
  responseBytes: 16 * 1024 * 1024,
  errorBytes: 64 * 1024,
  connections: 8,
  keepAliveMs: 30_000,
  closeMs: 2_000,
};

/** A pool of one origin: whatever path it is given, a request (and the key on it) cannot go anywhere else. */
export function createPool(origin: string, limits: Limits, proxy: ProxyServer | null): Pool {
  return new Pool(origin, {
    connections: limits.connections,
    pipelining: 1,
    keepAliveTimeout: limits.keepAliveMs,
    connect: proxy ? tunnelThrough(proxy, limits.connectMs) : { timeout: limits.connectMs },
    headersTimeout: limits.headersMs,
    bodyTimeout: limits.bodyIdleMs,
    maxResponseSize: limits.responseBytes,
  });
}

/** Waits up to `closeMs` for requests in flight, then breaks them off. May be called again. */
export async function closePool(pool: Pool, closeMs: number): Promise<void> {
  if (pool.destroyed) return;
  const waiting = new AbortController();
  const patience = sleep(closeMs, undefined, { signal: waiting.signal }).catch(() => undefined);
  await Promise.race([pool.close(), patience]);
  waiting.abort();
  await pool.destroy();
}

/**
 * Calls `onSent` right before the first byte of a request is written to a socket. Error codes cannot tell that moment:
 * the same ones occur while connecting and afterwards.
 */
export function noteSent(onSent: () => void): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart: (controller, context) => {
        handler.onRequestStart?.(controller, context);
        if (!controller.aborted) onSent();
      },
      onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
      onResponseStart: (...args) => handler.onResponseStart?.(...args),
      onResponseData: (...args) => handler.onResponseData?.(...args),
      onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
      onResponseError: (...args) => handler.onResponseError?.(...args),
    });
}
