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

/** For reading what became of a write whose own time is up; with it a call stays below the minute that clients wait. Milliseconds. */
export const AFTERWARDS_MS = 8_000;

/** How long nothing is sent to a PostHog that is taken for down. Milliseconds. */
export const BREAKER_OPEN_MS = 15_000;
