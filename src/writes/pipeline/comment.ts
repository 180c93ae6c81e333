import { CONCLUSION_COMMENT_MAX } from '../../schema/conclusion.js';
import type { Gate } from './consent.js';

interface Commenting {
  /** As the caller gave it. */
  given: string | undefined;
  /** What stands there and is not cleared by the call. */
  stored: string;
  gate: Gate;
  overrideReason: string | undefined;
  /** Whether the evidence stands in for a comment that nobody gave. */
  withEvidence: boolean;
}

/** The comment that a conclusion is stored with; undefined where nothing is to be said. Never longer than PostHog takes. */
export function concludingComment(options: Commenting): string | undefined {
  const { given, stored, gate, overrideReason, withEvidence } = options;
  const base = given ?? (stored || (withEvidence ? gate.evidence_comment : ''));
  const override =
    overrideReason === undefined ? '' : `Override: ${gate.because.join(' ')} Reason given: ${overrideReason}`;
  if (override === '') return given === undefined && base === stored ? undefined : base || given;
  // The reason must be there, so it is the base that is cut.
  const room = CONCLUSION_COMMENT_MAX - override.length - 2;
  const kept = base.length <= room ? base : `${cut(base, room - 1)}…`;
  return kept === '' ? override : `${kept}\n\n${override}`;
}

/** Never through a character that is two units long: PostHog cannot store a half. */
function cut(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}
