/** Attempts after the first. */
const MAX_RETRIES = 2;
/** Backoff before the first retry; it doubles with each further one. */
const BACKOFF_MS = 250;
/** A longer wait is reported as this one; it only keeps absurd headers from becoming Infinity. */
const MAX_REPORTED_WAIT_MS = 365 * 24 * 3_600_000;

/**
 * What went wrong with one attempt.
 * never_sent: the connection was not made, so PostHog cannot have acted. broken: it broke after the request went out.
 * final: repeating cannot help (timeouts, bad certificates, unreadable answers, a closed client); `unreached` where it says
 * that PostHog is not there or does not answer.
 */
export type Failure =
  | { kind: 'status'; status: number; retryAfterMs: number | null }
  | { kind: 'never_sent' }
  | { kind: 'broken' }
  | { kind: 'final'; unreached?: boolean };

export interface Attempt {
  isRead: boolean;
  /** 0 for the first. */
  attempt: number;
  failure: Failure;
  /** What is left of the call's deadline. */
  remainingMs: number;
  /** In [0, 1). */
  random: () => number;
}

export type Decision = { retry: true; delayMs: number } | { retry: false; reason: string; retryAfterSeconds?: number };

/** Statuses that proxies and an overloaded PostHog answer with; only a read may be repeated after them. */
const TRANSIENT_STATUSES: readonly number[] = [502, 503, 504];

/**
 * Whether to send again, and when. A read may always be repeated; a write only where PostHog cannot have acted: 429 is
 * refused before it runs, and a connection that was never made carried nothing.
 */
export function decideRetry({ isRead, attempt, failure, remainingMs, random }: Attempt): Decision {
  const waitMs = failure.kind === 'status' ? failure.retryAfterMs : null;
  const wait = waitMs === null ? {} : { retryAfterSeconds: Math.ceil(waitMs / 1000) };
  if (!isRepeatable(isRead, failure)) return { retry: false, reason: 'not repeatable', ...wait };
  if (attempt >= MAX_RETRIES) return { retry: false, reason: 'attempts used up', ...wait };
  const backoffMs = BACKOFF_MS * 2 ** attempt;
  // Jitter spreads a backoff downwards, but what PostHog asked for only upwards: sooner than asked is never right.
  const delayMs = waitMs === null ? backoffMs * (0.5 + random() / 2) : waitMs + backoffMs * random();
  if (delayMs >= remainingMs) return { retry: false, reason: 'the wait exceeds the deadline', ...wait };
  return { retry: true, delayMs };
}

function isRepeatable(isRead: boolean, failure: Failure): boolean {
  if (failure.kind === 'never_sent') return true;
  if (failure.kind === 'broken') return isRead;
  if (failure.kind === 'final') return false;
  return failure.status === 429 || (isRead && TRANSIENT_STATUSES.includes(failure.status));
}

/**
 * Milliseconds to wait by a `Retry-After` header: seconds, or an HTTP date with `GMT` (one in the past is 0).
 * Null for junk, negative numbers and an absent header. `now` is in epoch milliseconds.
 */
export function parseRetryAfter(value: string | undefined, now: number): number | null {
  const text = value?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.min(Number(text) * 1000, MAX_REPORTED_WAIT_MS);
  // Date.parse alone takes nearly anything, "-5" among it.
  if (!/^[A-Z][a-z]{2,8}, \d.* GMT$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.min(Math.max(at - now, 0), MAX_REPORTED_WAIT_MS);
}

/** The wait that a throttled answer names in its text only: "Expected available in 37 seconds." */
export function waitInWords(text: string): number | null {
  return parseRetryAfter(/available in (\d+) second/.exec(text)?.[1], 0);
}
