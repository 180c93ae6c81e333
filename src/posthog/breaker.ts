import { ToolError } from '../errors.js';
import { BREAKER_OPEN_MS } from './limits.js';

/** Failures in a row of transport or 5xx after which PostHog is taken for down. */
export const BREAKER_FAILURES = 5;

export interface Breaker {
  /** @throws ToolError `connection_failed` while nothing may be sent */
  check(): void;
  /** The same for an attempt of a call that starts now. */
  enter(call: object): Passage;
  /**
   * The end of a probe of this very call, while there is one. Many calls send several requests at once: if the others failed
   * beside their own probe, they would end the call and the probe with it, and PostHog would never be found again.
   */
  probeOf(call: object): Promise<void> | null;
  /** Somebody else found that PostHog is down: the next attempt is a probe. */
  suspect(): void;
}

/** An attempt that was let through. */
export interface Passage {
  isProbe: boolean;
  /** @returns what it changed: PostHog is taken for down from now on, or no longer */
  end(reached: boolean | null): 'down' | 'up' | null;
}

/** Closed, open for 15 s after 5 failures in a row, then half open: one probe decides. */
export function createBreaker(now: () => number): Breaker {
  let failures = 0;
  let openUntil = 0;
  let probe: { call: object; ended: Promise<void> } | null = null;
  const isOpen = () => failures >= BREAKER_FAILURES;
  const check = () => {
    if (isOpen() && (now() < openUntil || probe)) throw unreachable(Math.max(openUntil - now(), 1_000));
  };
  return {
    check,
    probeOf: (call) => (probe?.call === call ? probe.ended : null),
    enter: (call) => {
      check();
      let probed = () => {};
      const isProbe = isOpen();
      if (isProbe) probe = { call, ended: new Promise((resolve) => (probed = resolve)) };
      const end: Passage['end'] = (reached) => {
        const wasOpen = isOpen();
        if (reached !== null) {
          failures = reached ? 0 : failures + 1;
          if (isOpen()) openUntil = now() + BREAKER_OPEN_MS;
        }
        // An attempt of before the pause may end during the probe, and must not let a second one in.
        if (isProbe) probe = null;
        probed();
        if (isOpen()) return reached === false ? 'down' : null;
        return wasOpen ? 'up' : null;
      };
      return { isProbe, end };
    },
    suspect: () => {
      failures = Math.max(failures, BREAKER_FAILURES);
    },
  };
}

export function unreachable(forMs: number): ToolError {
  const seconds = Math.ceil(forMs / 1000);
  const message = 'PostHog has failed several times in a row, so nothing was sent.';
  return new ToolError('connection_failed', message, `PostHog is tried again in ${seconds} seconds; call then.`, {
    retry_after_seconds: seconds,
  });
}
