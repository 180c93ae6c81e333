import type { WriteAnswer } from '../../schema/answer.js';
import type { AnyWriteTool, CallContext, Change, Effects, Plan, Subject, Undo, Warning } from '../../tool.js';
import type { Consent, Judge, Question } from './consent.js';
import type { Journal } from './journal.js';

/** Bounds for live and destructive calls that nobody watches. */
export interface Limits {
  /**
   * @param isRisky whether the call is live or destructive
   * @throws ToolError `outside_limits` where this call may not be made, or not now
   */
  check(write: Write, isRisky: boolean): Promise<void>;
  /**
   * Counts one that is about to be sent. Resolves with what takes it out of the count, for where nothing was done.
   * @throws ToolError `outside_limits` where others were faster, `store_unavailable` where it cannot be counted
   */
  take(): Promise<() => Promise<void>>;
}

export type AnySubject = Subject<unknown, unknown, unknown>;

export interface WriteContext extends CallContext {
  consent: Consent;
  judge: Judge;
  limits: Limits;
  journal: Journal | null;
  /** Who makes the call, where a process has several callers. */
  caller?: { id: string; name: string };
  /** Pauses between looks at a state whose write was not answered. Milliseconds. */
  patienceMs?: readonly number[];
  /** The same context with time of its own, for reading what became of a write whose time is up. */
  afterwards(): CallContext;
}

/** A write's answer, or what a person has to be asked first. */
export type Written = { answer: WriteAnswer } | { question: Question };

/** One write as far as it is known before it is sent. */
export interface Write {
  tool: AnyWriteTool;
  subject: AnySubject;
  /** As the caller gave it, which is what is confirmed. */
  given: unknown;
  /** The same with the comment that a conclusion gets. */
  input: unknown;
  /** State before, null where there is nothing to read. */
  before: unknown;
  /** The thing itself in `before`. */
  was: unknown;
  plan: Plan<unknown>;
}

/** What became of a write. */
export interface Outcome {
  status: 'applied' | 'not_applied' | 'outcome_unknown' | 'pending_approval';
  /** As it stands now; null where it could not be read or is not there. */
  thing: unknown;
  changes: Change[];
  effects: Effects;
  warnings: readonly Warning[];
  undo: Undo;
  extra?: { change_request_id?: string; url?: string };
}
