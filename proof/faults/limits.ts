/** Stands in for `src/posthog/limits.ts` in the server that faults are tried on: the same names, and waits short enough to sit out. */
import { type Limits, DEFAULT_LIMITS as REAL } from '../../src/posthog/limits.js';

export type { Limits };

/** A machine that is busy with other things needs longer waits: twice as long with 2. */
export const PACE = Number(process.env.FAULTS_PACE ?? 1);

export const DEFAULT_LIMITS: Readonly<Limits> = {
  ...REAL,
  deadlineMs: 3_000 * PACE,
  connectMs: 600 * PACE,
  headersMs: 600 * PACE,
  bodyIdleMs: 600 * PACE,
  responseBytes: 1024 * 1024,
  keepAliveMs: 1_000,
  closeMs: 500,
};
export const AFTERWARDS_MS = 2_000 * PACE;
export const BREAKER_OPEN_MS = 400;
