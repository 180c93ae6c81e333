import { createHash } from 'node:crypto';
import { ToolError } from '../errors.js';
import type { Failure } from './retry.js';

/** Requests of one key to PostHog at once; the others wait their turn. */
export const MAX_PER_KEY = 8;
/** Failures in a row of transport or 5xx after which PostHog is taken for down. */
export const BREAKER_FAILURES = 5;
/** How long nothing is sent then. Milliseconds. */
export const BREAKER_OPEN_MS = 15_000;

/** What one attempt came to: a success, or its failure. */
export type AttemptOutcome = { ok: true } | { ok: false; failure: Failure };

/**
 * Keeps many callers of one process fair to each other and to PostHog: a share of the connections for each key, waits
 * that PostHog asked of a key heeded by all its calls, and a pause for a PostHog that is down.
 */
export interface UpstreamGuard {
  /**
   * Resolves when the attempt may start; the function it gives is called once with what came of it.
   * @throws ToolError `rate_limited` or `connection_failed` without a wait where it may not be sent now
   */
  enter(key: string, signal: AbortSignal): Promise<(outcome: AttemptOutcome) => void>;
}

interface Lane {
  active: number;
  waiting: (() => void)[];
  /** Until when PostHog wants no further request of this key. Epoch milliseconds. */
  closedUntil: number;
}

interface GuardOptions {
  now?: () => number;
  maxPerKey?: number;
}

export function createUpstreamGuard({ now = Date.now, maxPerKey = MAX_PER_KEY }: GuardOptions = {}): UpstreamGuard {
  const lanes = new Map<string, Lane>();
  const breaker = createBreaker(now);
  const laneOf = (id: string): Lane => {
    const lane = lanes.get(id) ?? { active: 0, waiting: [], closedUntil: 0 };
    lanes.set(id, lane);
    return lane;
  };
  const leave = (id: string, lane: Lane): void => {
    lane.active -= 1;
    lane.waiting.shift()?.();
    if (lane.active === 0 && lane.waiting.length === 0 && lane.closedUntil <= now()) lanes.delete(id);
  };
  return {
    enter: async (key, signal) => {
      // The key itself is not kept.
      const id = createHash('sha256').update(key).digest('hex');
      const lane = laneOf(id);
      refuseWhileClosed(lane, now());
      if (lane.active >= maxPerKey) await turn(lane, signal);
      const settle = breaker.enter();
      lane.active += 1;
      return (outcome) => {
        const wait = waitOf(outcome);
        if (wait > 0) lane.closedUntil = Math.max(lane.closedUntil, now() + wait);
        settle(isDown(outcome));
        leave(id, lane);
      };
    },
  };
}

function refuseWhileClosed({ closedUntil }: Lane, now: number): void {
  if (closedUntil <= now) return;
  const seconds = Math.ceil((closedUntil - now) / 1000);
  const message = 'PostHog asked this API key to wait, so nothing was sent.';
  throw new ToolError('rate_limited', message, `Wait ${seconds} seconds, then repeat the call.`, {
    retry_after_seconds: seconds,
  });
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

function waitOf(outcome: AttemptOutcome): number {
  if (outcome.ok || outcome.failure.kind !== 'status' || outcome.failure.status !== 429) return 0;
  return outcome.failure.retryAfterMs ?? 0;
}

/** Refusals say that PostHog is there; what the caller broke off says nothing. */
function isDown(outcome: AttemptOutcome): boolean | null {
  if (outcome.ok) return false;
  const { failure } = outcome;
  if (failure.kind === 'status') return failure.status >= 500;
  return failure.kind === 'final' ? null : true;
}

/** Closed, open for 15 s after 5 failures in a row, then half open: one probe decides. */
function createBreaker(now: () => number) {
  let failures = 0;
  let openUntil = 0;
  let probing = false;
  return {
    enter(): (down: boolean | null) => void {
      const isOpen = failures >= BREAKER_FAILURES;
      if (isOpen && (now() < openUntil || probing)) throw unreachable(Math.max(openUntil - now(), 1_000));
      probing = isOpen;
      return (down) => {
        probing = false;
        if (down === null) return;
        failures = down ? failures + 1 : 0;
        if (failures >= BREAKER_FAILURES) openUntil = now() + BREAKER_OPEN_MS;
      };
    },
  };
}

function unreachable(forMs: number): ToolError {
  const seconds = Math.ceil(forMs / 1000);
  const message = 'PostHog has failed several times in a row, so nothing was sent.';
  return new ToolError('connection_failed', message, `PostHog is tried again in ${seconds} seconds; call then.`, {
    retry_after_seconds: seconds,
  });
}
