import type { ToolError } from '../errors.js';
import type { Failure } from './retry.js';

export interface RequestInfo {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** With no query. */
  path: string;
  origin: string;
  /** Whether PostHog changes anything on it. */
  isRead: boolean;
}

/** How far an attempt came before it failed. */
export interface Progress {
  /** The request reached a socket. */
  sent: boolean;
  /** PostHog answered with a success, of which something could not be had. */
  accepted: boolean;
  /** The caller cancelled. */
  cancelled: boolean;
  /** The call's deadline passed. */
  expired: boolean;
}

export interface AttemptFailure {
  failure: Failure;
  error: ToolError;
}
