import type { Finding, FindingCode, Recommendation } from '../schema/assessment.js';
import { bestOf, type Candidate, candidate } from './candidates.js';
import { evidenceOf, guardrailsOf } from './evidence.js';
import { type Facts, isLaunched, isOver } from './facts.js';
import { allJudged, testVariants } from './judge.js';
import { daysOfGuardrails, daysOfPeople } from './needs.js';
import { isReassigned } from './rules-changes.js';
import { conflictsOf } from './rules-evidence.js';
import { splitsNow } from './rules-lifecycle.js';
import { runDays } from './run-log.js';
import { MAX_MORE_DAYS, MIN_RUN_DAYS } from './thresholds.js';

/** Why an answer is what it is; the summary says it in words. */
export type Reason =
  | 'blocked'
  | 'draft'
  | 'exposures_unknown'
  | 'no_split'
  | 'doubtful'
  | 'waiting'
  | 'out_of_reach'
  | 'unmeasured'
  | 'conflict'
  | 'clear_loss'
  | 'guardrail'
  | 'guardrail_open'
  | 'guardrail_unmeasured'
  | 'clear_gain'
  | 'unresolved'
  | 'no_difference';

/** Of integrity, readiness, evidence and decision the step that settled it. */
export type Step = 'integrity' | 'readiness' | 'evidence' | 'decision';

const STEPS: Readonly<Record<Reason, Step>> = {
  blocked: 'integrity',
  draft: 'integrity',
  exposures_unknown: 'integrity',
  no_split: 'integrity',
  doubtful: 'integrity',
  waiting: 'readiness',
  unmeasured: 'readiness',
  guardrail_unmeasured: 'readiness',
  out_of_reach: 'evidence',
  unresolved: 'evidence',
  guardrail_open: 'evidence',
  no_difference: 'evidence',
  conflict: 'decision',
  guardrail: 'decision',
  clear_loss: 'decision',
  clear_gain: 'decision',
};

export function stepOf({ reason }: Verdict): Step {
  return STEPS[reason];
}

export interface Verdict {
  recommendation: Recommendation;
  variant: string | null;
  reason: Reason;
}

/** Blockers that a new calculation lifts, so that nothing about the experiment itself needs fixing. */
const UNREAD: ReadonlySet<FindingCode> = new Set(['no_results', 'metric_failed']);

/** Warnings that the arms may differ by more than their variant. */
const DOUBTS: ReadonlySet<FindingCode> = new Set([
  'sample_ratio_mismatch',
  'multiple_variant_exposures',
  'changed_mid_run',
]);

/** Warnings that rule no decision out, and that whoever decides has to know. */
const NOTES: ReadonlySet<FindingCode> = new Set(['changed_mid_run', 'paused_mid_run', 'flag_not_split']);

/** What the sentence of a verdict names beside its reason. */
export function notesOf(findings: readonly Finding[], { reason }: Verdict): Finding[] {
  return reason === 'doubtful' ? [] : warned(findings, NOTES);
}

/** Warnings that time can lift. */
const WAITING: ReadonlySet<FindingCode> = new Set([
  'too_early',
  'planned_sample_not_reached',
  'not_enough_exposures',
  'not_enough_metric_data',
  'windows_open',
  'early_significance',
]);

function answer(recommendation: Recommendation, reason: Reason, variant: string | null = null): Verdict {
  return { recommendation, variant, reason };
}

function blocked(facts: Facts, blockers: readonly Finding[]): Verdict {
  const unread = blockers.every(({ code }) => UNREAD.has(code));
  return answer(unread || isOver(facts) ? 'cannot_tell' : 'fix_first', 'blocked');
}

/** Warnings of a set of codes. */
function warned(findings: readonly Finding[], codes: ReadonlySet<FindingCode>): Finding[] {
  return findings.filter(({ code, severity }) => severity === 'warning' && codes.has(code));
}

/** Whether the arms can be compared at all. */
function integrity(facts: Facts, findings: readonly Finding[]): Verdict | null {
  const blockers = findings.filter(({ severity }) => severity === 'blocker');
  if (blockers.length > 0) return blocked(facts, blockers);
  if (!isLaunched(facts)) return answer('cannot_tell', 'draft');
  if (facts.exposures === null) return answer('cannot_tell', 'exposures_unknown');
  // After the end a variant may have been shipped; while people enrol, arms that nobody splits are not comparable.
  if (!splitsNow(facts) && !(isOver(facts) && facts.flag)) return answer('cannot_tell', 'no_split');
  // More people tell a sample ratio that is off by chance from one that is off; they lift no other doubt.
  const isWaiting = !isOver(facts) && warned(findings, WAITING).length > 0;
  const doubts = warned(findings, DOUBTS).filter(
    ({ code }) =>
      (code !== 'sample_ratio_mismatch' || !isWaiting) && (code !== 'changed_mid_run' || isReassigned(facts)),
  );
  return doubts.length > 0 ? answer('cannot_tell', 'doubtful') : null;
}

/** Whether so many days more are too many to ask for; in its first week a run says too little about its rate. */
function isOutOfReach(facts: Facts, days: number | null): boolean {
  return days !== null && days > MAX_MORE_DAYS && Math.floor(runDays(facts)) >= MIN_RUN_DAYS;
}

/** Waits as long as waiting helps. */
function wait(facts: Facts, reason: Reason, days: number | null): Verdict {
  if (isOver(facts)) return answer('cannot_tell', reason);
  return isOutOfReach(facts, days) ? answer('end_inconclusive', 'out_of_reach') : answer('keep_running', reason);
}

/** Whether there is enough of everything to judge by. */
function readiness(facts: Facts, findings: readonly Finding[]): Verdict | null {
  if (warned(findings, WAITING).length > 0) return wait(facts, 'waiting', daysOfPeople(facts));
  const variants = testVariants(facts);
  if (variants.length === 0 || !allJudged(facts, 'primary', variants)) return answer('cannot_tell', 'unmeasured');
  return null;
}

/** A variant that gains and does no clear harm: shipped where its guardrails are known to be safe. */
function shipped({ variant, guards }: Candidate, facts: Facts): Verdict {
  if (guards.some(({ guard }) => guard === 'too_close')) return answer('end_inconclusive', 'guardrail');
  if (guards.some(({ guard }) => guard === 'open')) return wait(facts, 'guardrail_open', daysOfGuardrails(facts));
  if (!allJudged(facts, 'secondary', [variant])) return answer('cannot_tell', 'guardrail_unmeasured');
  return answer('ship', 'clear_gain', variant);
}

function decision(facts: Facts): Verdict {
  const [primary, secondary] = [evidenceOf(facts), guardrailsOf(facts)];
  if (conflictsOf(primary).length > 0) return answer('end_inconclusive', 'conflict');
  const candidates = testVariants(facts).map((variant) => candidate(variant, primary, secondary));
  if (candidates.every(({ loses, harms }) => loses || harms)) {
    return answer('keep_control', candidates.every(({ loses }) => loses) ? 'clear_loss' : 'guardrail');
  }
  const gaining = candidates.filter(({ gains }) => gains);
  const [winner] = bestOf(gaining.filter(({ harms }) => !harms));
  if (winner) return shipped(winner, facts);
  // What loses or harms is settled, whatever its other metrics say.
  if (candidates.some(({ isOpen, loses, harms }) => isOpen && !loses && !harms)) {
    return wait(facts, 'unresolved', daysOfPeople(facts));
  }
  return answer('end_inconclusive', gaining.length > 0 ? 'guardrail' : 'no_difference');
}

/**
 * The recommendation, by the first line that holds:
 *
 * | step | facts | recommendation |
 * |---|---|---|
 * | integrity | a blocker, which only a calculation can lift, or the run is over | cannot_tell |
 * | integrity | any other blocker | fix_first |
 * | integrity | a draft; exposures unknown; the flag does not split while people enrol | cannot_tell |
 * | integrity | a doubt that the arms are alike: sample ratio, people seen in several variants, assignment changed inside the run | cannot_tell |
 * | readiness | too early, too few people or conversions, windows that go on for most people, significant before the plan | keep_running; end_inconclusive where that takes more than `MAX_MORE_DAYS`; cannot_tell where the run is over |
 * | readiness | a primary metric without statistics | cannot_tell |
 * | decision | primary metrics disagree about a variant | end_inconclusive |
 * | decision | each test variant a loss on a primary metric, or harm on a guardrail | keep_control |
 * | decision | a gain without harm, all guardrails safe (of several: the most metrics gained, then the largest gain) | ship |
 * | decision | the same, and a guardrail is imprecise | keep_running, as above |
 * | decision | the same, and a sample that could have shown a guardrail safe did not | end_inconclusive |
 * | decision | the same, and a guardrail has no statistics | cannot_tell |
 * | decision | no gain, and a variant that neither loses nor harms is unresolved | keep_running, as above |
 * | decision | nothing found by a sample that could have found it | end_inconclusive |
 */
export function verdictOf(facts: Facts, findings: readonly Finding[]): Verdict {
  return integrity(facts, findings) ?? readiness(facts, findings) ?? decision(facts);
}
