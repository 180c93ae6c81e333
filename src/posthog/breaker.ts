import { ToolError } from '../errors.js';
import { BREAKER_OPEN_MS } from './limits.js';

/** Failures in a row of transport or 5xx after which PostHog is taken for down. */
export const BREAKER_FAILURES = 5;

export interface Breaker {
  /** @throws ToolError `connection_failed` while nothing may be sent */
  check(): void;
  /** The same for an attempt that starts now; the function it gives hears what came of it. */
  enter(): (reached: boolean | null) => void;
}

/** Closed, open for 15 s after 5 failures in a row, then half open: one probe decides. */
export function createBreaker(now: () => number): Breaker {
  let failures = 0;
  let openUntil = 0;
  let probing = false;
  const isOpen = () => failures >= BREAKER_FAILURES;
  const check = () => {
    if (isOpen() && (now() < openUntil || probing)) throw unreachable(Math.max(openUntil - now(), 1_000));
  };
  return {
    check,
    enter: () => {
      check();
      const isProbe = isOpen();
      if (isProbe) probing = true;
      return (reached) => {
        // An attempt of before the pause may end during the probe, and must not let a second one in.
        if (isProbe) probing = false;
        if (reached === null) return;
        failures = reached ? 0 : failures + 1;
        if (isOpen()) openUntil = now() + BREAKER_OPEN_MS;
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
