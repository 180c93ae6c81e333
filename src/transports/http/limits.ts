import { MAX_SESSIONS, SESSION_IDLE_MS } from './sessions.js';

const MIB = 1024 * 1024;

/** Bounds of what strangers can make the process hold. Milliseconds, counts and bytes. */
export interface HttpLimits {
  /** How long the headers of a request may take. */
  headersMs: number;
  /** How long a whole request may take to come in. */
  requestMs: number;
  /** How often the two are looked at; Node's own default of 30 s would let a connection live that much longer. */
  checkMs: number;
  keepAliveMs: number;
  /** How often old streams are written to; proxies give up on those that are silent, mostly after a minute. */
  beatMs: number;
  maxConnections: number;
  /** Requests of all callers in work at once. */
  maxConcurrent: number;
  /** Requests of one caller in work at once, where callers are known. */
  maxPerCaller: number;
  /** Bytes of all bodies that are still coming in. */
  incomingBytes: number;
  /** Bytes of one answer, or one stream, that its client has not read yet. */
  unreadBytesEach: number;
  /** And of all of them. */
  unreadBytes: number;
  /** How long a client may leave bytes unread. */
  unreadMs: number;
  maxSessions: number;
  sessionIdleMs: number;
  /** How often idle sessions are looked for. */
  sweepMs: number;
  /** How long requests in work may go on once the process is asked to end. */
  drainMs: number;
  /** Of any clock that only goes forward. */
  now: () => number;
}

export const DEFAULT_LIMITS: Readonly<HttpLimits> = {
  headersMs: 10_000,
  requestMs: 30_000,
  checkMs: 1_000,
  keepAliveMs: 30_000,
  beatMs: 15_000,
  maxConnections: 1_000,
  maxConcurrent: 200,
  maxPerCaller: 64,
  incomingBytes: 32 * MIB,
  unreadBytesEach: 8 * MIB,
  unreadBytes: 64 * MIB,
  unreadMs: 60_000,
  maxSessions: MAX_SESSIONS,
  sessionIdleMs: SESSION_IDLE_MS,
  sweepMs: 60_000,
  drainMs: 10_000,
  now: () => performance.now(),
};
