import type { Write } from './write.js';

/** Bounds for live and destructive calls that nobody watches. */
export interface Limits {
  /**
   * @param isRisky whether the call is live or destructive
   * @throws ToolError `outside_limits` where this call may not be made, or not now
   */
  check(write: Write, isRisky: boolean): void;
  /** Counts one that is about to be sent. Returns what takes it out of the count, for where nothing was done. */
  record(): () => void;
}
