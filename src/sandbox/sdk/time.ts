/** An event further ahead happened now. Source: PostHog behaviour. */
const MAX_AHEAD_MS = 23 * 60 * 60 * 1000;
const FIRST_YEAR = Date.parse('0001-01-01T00:00:00Z');

export interface Times {
  timestamp: unknown;
  /** Milliseconds that the event lay back when it was sent. */
  offset: unknown;
  sentAt: unknown;
  now: number;
}

/** Milliseconds since 1970; NaN for no date. A time without a zone is UTC. */
function parse(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return Number.NaN;
  const hasZone = !/\d{2}:\d{2}/.test(value) || /(?:z|[+-]\d{2}:?\d{2})$/i.test(value);
  return Date.parse(hasZone ? value : `${value}Z`);
}

/**
 * When an event happened. The clock of its sender may be wrong, so what counts is how long before sending that was.
 * Source: PostHog behaviour.
 */
export function eventTime({ timestamp, offset, sentAt, now }: Times): number {
  const stated = parse(timestamp);
  const sent = parse(sentAt);
  const back = typeof offset === 'number' ? now - offset : now;
  const corrected = Number.isNaN(sent) ? stated : now + (stated - sent);
  const time = Number.isNaN(stated) ? back : corrected;
  return time > now + MAX_AHEAD_MS || time < FIRST_YEAR ? now : time;
}
