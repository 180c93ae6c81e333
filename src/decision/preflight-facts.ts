import type { Experiment } from '../schema/experiment.js';

/** A tool call that a reader can make as it stands. */
export interface NextCall {
  tool: string;
  arguments: Record<string, unknown>;
}

/** ok: nothing to do. warning: launch with open eyes. blocker: do not launch. unknown: could not be read or told. */
export type CheckStatus = 'ok' | 'warning' | 'blocker' | 'unknown';

export interface Check {
  code: string;
  status: CheckStatus;
  title: string;
  evidence?: Record<string, unknown>;
  advice?: string;
  /** The call that mends a blocker. */
  fix?: NextCall;
}

/** A part that was asked for: its value, or why there is none. */
export type Part<T> = { value: T } | { problem: string };

export interface SeenEvent {
  name: string;
  /** ISO; null where PostHog knows the event and not when it came. Absent where it does not know the event. */
  last_seen_at?: string | null;
}

export interface Sharer {
  id: number;
  name: string;
  status: string;
  live: boolean;
}

/** What a calculation of today makes of the plan. */
export interface Estimate {
  sample_size: number;
  days?: number;
}

export interface PreflightFacts {
  experiment: Experiment;
  now: Date;
  /** Who sees what once it is launched, as one sentence. */
  served: string;
  /** Events that the metrics and a custom exposure count. */
  events: Part<readonly SeenEvent[]>;
  /** Names of events that contain the beginning of a metric's name. */
  alike: Part<readonly string[]>;
  /** Other experiments on the flag. */
  sharers: Part<readonly Sharer[]>;
  /** Null where there is no stored baseline to calculate with. */
  estimate: Part<Estimate | null>;
}
