import { setTimeout as sleep } from 'node:timers/promises';
import { type Dispatcher, Pool } from 'undici';
import type { Limits } from './limits.js';
import type { ProxyServer } from './proxy.js';
import { tunnelThrough } from './tunnel.js';

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
