import { type AttemptOutcome, reached } from '../../posthog/guard.js';

/**
 * How long a failure makes the process unready. Afterwards it counts as ready, since requests are what would tell that
 * PostHog is back, and nobody sends any to a process that is not ready. Milliseconds.
 */
export const FAILURE_COUNTS_MS = 15_000;

export interface Contact {
  heard(outcome: AttemptOutcome): void;
  readiness(): { ready: boolean; posthog: string; last_contact: string | null };
}

/** Whether PostHog answered when it was last asked. Not asked yet counts as ready: nothing speaks against it. */
export function createContact(now: () => number = Date.now): Contact {
  let last: { at: number; ok: boolean } | null = null;
  return {
    heard: (outcome) => {
      const ok = reached(outcome);
      if (ok !== null) last = { at: now(), ok };
    },
    readiness: () => ({
      ready: last === null || last.ok || now() - last.at > FAILURE_COUNTS_MS,
      posthog: last === null ? 'not asked yet' : last.ok ? 'answered' : 'failed',
      last_contact: last === null ? null : new Date(last.at).toISOString(),
    }),
  };
}
