import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ToolError } from '../errors.js';
import { createMemoryStore, type SharedStore } from '../replicas/store.js';
import { createBreaker } from './breaker.js';
import type { Failure } from './retry.js';
import { createSharedBreaker } from './shared-breaker.js';

/** Requests of one key to PostHog at once; the others wait their turn. */
export const MAX_PER_KEY = 8;

/** What one attempt came to: a success, or its failure. */
export type AttemptOutcome = { ok: true } | { ok: false; failure: Failure };

export interface Attempt {
  key: string;
  /** Of the attempt's call, and one object for all its attempts: they wait for their own probe. */
  signal: AbortSignal;
  /** When the attempt's call has to be over. Epoch milliseconds. */
  endsAt: number;
}

/**
 * Keeps many callers of one process fair to each other and to PostHog: a share of the connections for each key, waits
 * that PostHog asked of a key heeded by all its calls, and a pause for a PostHog that is down.
 */
export interface UpstreamGuard {
  /**
   * Resolves when the attempt may start; the function it gives is called once with what came of it. Rejects with the
   * signal's reason.
   * @throws ToolError `connection_failed` at once while PostHog is taken for down, `rate_limited` at once where the wait
   * that PostHog asked for does not fit into the call
   */
  enter(attempt: Attempt): Promise<(outcome: AttemptOutcome) => void>;
}

interface Lane {
  active: number;
  waiting: (() => void)[];
  /** Until when PostHog wants no further request of this key. Epoch milliseconds. */
  closedUntil: number;
}

interface GuardOptions {
  /** Epoch milliseconds. */
  now?: () => number;
  maxPerKey?: number;
  /** Through which processes tell each other that PostHog is down. */
  store?: SharedStore | undefined;
  wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

export function createUpstreamGuard(options: GuardOptions = {}): UpstreamGuard {
  const { now = Date.now, maxPerKey = MAX_PER_KEY, wait = pause } = options;
  const lanes = new Map<string, Lane>();
  const breaker = createBreaker(now);
  const shared = createSharedBreaker(breaker, options.store ?? createMemoryStore(now));
  const laneOf = (id: string): Lane => {
    const lane = lanes.get(id) ?? { active: 0, waiting: [], closedUntil: 0 };
    lanes.set(id, lane);
    return lane;
  };
  /** The place goes straight to the one that waits longest, so that nobody slips in between. */
  const leave = (id: string, lane: Lane): void => {
    const next = lane.waiting.shift();
    if (next) next();
    else lane.active -= 1;
    if (lane.active === 0 && lane.closedUntil <= now()) lanes.delete(id);
  };
  const pastWait = async (lane: Lane, { signal, endsAt }: Attempt): Promise<void> => {
    for (let left = lane.closedUntil - now(); left > 0; left = lane.closedUntil - now()) {
      if (now() + left >= endsAt) throw rateLimited(left);
      await wait(left, signal);
    }
  };
  return {
    enter: async (attempt) => {
      // The key itself is not kept.
      const id = createHash('sha256').update(attempt.key).digest('hex');
      const ownProbe = () => breaker.probeOf(attempt.signal);
      while (ownProbe()) await ownProbe();
      breaker.check();
      await shared.heed();
      const lane = laneOf(id);
      const asked = lane.closedUntil - now();
      if (asked > 0 && now() + asked >= attempt.endsAt) throw rateLimited(asked);
      if (lane.active < maxPerKey) lane.active += 1;
      else await turn(lane, attempt.signal);
      try {
        await pastWait(lane, attempt);
        // Nothing may come between this and the breaker, which is asked at once: requests of one call come together.
        while (ownProbe()) await ownProbe();
        const settle = await shared.enter(attempt.signal);
        return (outcome) => {
          lane.closedUntil = Math.max(lane.closedUntil, now() + askedWait(outcome));
          settle(reached(outcome));
          leave(id, lane);
        };
      } catch (error) {
        leave(id, lane);
        throw error;
      }
    },
  };
}

/** Whether PostHog was there; null where the attempt does not tell, as one that its caller broke off. */
export function reached(outcome: AttemptOutcome): boolean | null {
  if (outcome.ok) return true;
  const { failure } = outcome;
  if (failure.kind === 'status') return failure.status < 500;
  return failure.kind === 'final' && !failure.unreached ? null : false;
}

function turn(lane: Lane, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const go = () => {
      signal.removeEventListener('abort', stop);
      resolve();
    };
    const stop = () => {
      lane.waiting = lane.waiting.filter((one) => one !== go);
      reject(signal.reason);
    };
    if (signal.aborted) return reject(signal.reason);
    lane.waiting.push(go);
    signal.addEventListener('abort', stop, { once: true });
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return sleep(ms, undefined, { signal });
}

function askedWait(outcome: AttemptOutcome): number {
  if (outcome.ok || outcome.failure.kind !== 'status' || outcome.failure.status !== 429) return 0;
  return outcome.failure.retryAfterMs ?? 0;
}

function rateLimited(forMs: number): ToolError {
  const seconds = Math.ceil(forMs / 1000);
  const message = 'PostHog asked this API key to wait, so nothing was sent.';
  return new ToolError('rate_limited', message, `Wait ${seconds} seconds, then repeat the call.`, {
    retry_after_seconds: seconds,
  });
}
