import type { Finding, Recommendation } from '../../schema/assessment.js';
import type { Claim } from '../../schema/claim.js';
import type { Experiment } from '../../schema/experiment.js';
import type { Access, Change, Effects, Undo, Warning } from '../../tool.js';

/** How calls that reach users are confirmed. */
export const CONFIRM_MODES = ['auto', 'token', 'off'] as const;
export type ConfirmMode = (typeof CONFIRM_MODES)[number];

/** A reason has to leave room for the evidence in the conclusion's comment. Characters. */
export const MAX_REASON = 1_000;

/** What the evidence says to the claims of a call. */
export interface Gate {
  passes: boolean;
  /** Why it does not pass, a sentence for each claim that fails. */
  because: readonly string[];
  recommendation: Recommendation;
  variant_key: string | null;
  findings: readonly Finding[];
  /** What a conclusion rests on, for the comment. */
  evidence_comment: string;
}

/** Holds claims against the stored results of an experiment; starts no calculation. */
export type Judge = (claims: readonly Claim[], experiment: Experiment) => Promise<Gate>;

/** What somebody is asked to agree to, from a read of this very call. */
export interface Preview {
  tool: string;
  /** As the tool's schema has them, without token and reason. */
  arguments: unknown;
  project: number;
  origin: string;
  /** Who makes the call, where a process has several callers. */
  caller?: string;
  level: Access;
  /** The thing in a few words, e.g. `experiment 7 "Checkout"`. */
  about: string;
  /** The state that it was computed from, by names that a person understands. */
  state: Readonly<Record<string, unknown>>;
  changes: readonly Change[];
  effects: Effects;
  warnings: readonly Warning[];
  undo: Undo;
  gate: Gate | null;
}

/** A dialog to show to the person. */
export interface Question {
  message: string;
  /** The gate fails, so that a yes needs a reason. */
  needsReason: boolean;
  /** Comes back with the answer; only we can make it. */
  state: string;
}

export type Decision =
  | { kind: 'act'; overrideReason?: string | undefined }
  | { kind: 'ask'; question: Question }
  | { kind: 'preview'; fields: { confirmation_token?: string; expires_at?: string }; warnings: readonly Warning[] };

export interface Consent {
  /** False where calls act without being confirmed. */
  asks: boolean;
  /** Why the call is right although a gate fails, where its caller says so. */
  reason?: string | undefined;
  /** The mark of an undo that leads from one state to another. */
  markOf(move: unknown): string;
  /** Whether the call holds the mark of exactly this move. */
  isMarked(move: unknown): boolean;
  /**
   * Whether a call may act, by what its caller sent along and what a person says.
   * @throws ToolError `declined` where the question was declined or closed
   */
  decide(preview: Preview): Promise<Decision>;
}
