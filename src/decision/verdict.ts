import type { Finding, FindingCode, Recommendation } from '../schema/assessment.js';
import { type Facts, isLaunched, isOver } from './facts.js';
import { allJudged, type Judged, judge, testVariants } from './judge.js';
import { splitsNow } from './rules-lifecycle.js';

/** Why an answer is what it is; the summary says it in words. */
export type Reason =
  | 'blocked'
  | 'draft'
  | 'waiting'
  | 'exposures_unknown'
  | 'no_split'
  | 'unmeasured'
  | 'guardrail_unmeasured'
  | 'clear_gain'
  | 'clear_loss'
  | 'guardrail'
  | 'conflict'
  | 'no_difference';

export interface Verdict {
  recommendation: Recommendation;
  variant: string | null;
  reason: Reason;
}

/** Blockers that a new calculation mends, so that nothing about the experiment itself needs fixing. */
const UNREAD: ReadonlySet<FindingCode> = new Set(['no_results', 'metric_failed']);

/** Warnings that time can lift. */
const WAITING: ReadonlySet<FindingCode> = new Set([
  'too_early',
  'planned_sample_not_reached',
  'not_enough_exposures',
  'not_enough_metric_data',
  'early_significance',
]);

function answer(recommendation: Recommendation, reason: Reason, variant: string | null = null): Verdict {
  return { recommendation, variant, reason };
}

function blocked(facts: Facts, blockers: readonly Finding[]): Verdict {
  const unread = blockers.every(({ code }) => UNREAD.has(code));
  return answer(unread || isOver(facts) ? 'cannot_tell' : 'fix_first', 'blocked');
}

/** What stands between the facts and their evidence. */
function obstacle(facts: Facts, findings: readonly Finding[]): Verdict | null {
  const blockers = findings.filter(({ severity }) => severity === 'blocker');
  if (blockers.length > 0) return blocked(facts, blockers);
  if (!isLaunched(facts)) return answer('cannot_tell', 'draft');
  if (facts.exposures === null) return answer('cannot_tell', 'exposures_unknown');
  // After the end a variant may have been shipped; while people enrol, arms that nobody splits are not comparable.
  if (!splitsNow(facts) && !(isOver(facts) && facts.flag)) return answer('cannot_tell', 'no_split');
  if (findings.some(({ code }) => WAITING.has(code))) {
    return answer(isOver(facts) ? 'cannot_tell' : 'keep_running', 'waiting');
  }
  const variants = testVariants(facts);
  if (variants.length === 0 || !allJudged(facts, 'primary', variants)) return answer('cannot_tell', 'unmeasured');
  return null;
}

interface Standing {
  variant: string;
  /** Clearly better on a primary metric and worse on none. */
  wins: boolean;
  /** Clearly worse on a primary metric and better on none. */
  loses: boolean;
  /** Clearly worse on a guardrail, whatever the primary metrics say. */
  harms: boolean;
  gained: number;
  gain: number;
}

function standingOf(variant: string, primary: readonly Judged[], secondary: readonly Judged[]): Standing {
  const own = primary.filter(({ comparison }) => comparison.variant === variant);
  const guards = secondary.filter(({ comparison }) => comparison.variant === variant);
  const gained = own.filter(({ corrected }) => corrected === 'better').length;
  return {
    variant,
    wins: gained > 0 && own.every(({ alone }) => alone !== 'worse'),
    loses: own.some(({ corrected }) => corrected === 'worse') && own.every(({ alone }) => alone !== 'better'),
    harms: guards.some(({ corrected }) => corrected === 'worse'),
    gained,
    gain: own.reduce((sum, { comparison }) => sum + (comparison.gain ?? 0), 0),
  };
}

/** Most metrics gained, then the largest gain, then the key: any order of facts gives the same one. */
function best(winners: readonly Standing[]): Standing | undefined {
  return winners.toSorted((a, b) => b.gained - a.gained || b.gain - a.gain || (a.variant < b.variant ? -1 : 1))[0];
}

function byEvidence(facts: Facts, findings: readonly Finding[]): Verdict {
  const has = (code: FindingCode) => findings.some((finding) => finding.code === code);
  const [primary, secondary] = [judge(facts, 'primary'), judge(facts, 'secondary')];
  const standings = testVariants(facts).map((variant) => standingOf(variant, primary, secondary));
  if (has('metrics_conflict')) return answer('end_inconclusive', 'conflict');
  if (standings.every(({ loses, harms }) => loses || harms)) {
    return answer('keep_control', standings.every(({ loses }) => loses) ? 'clear_loss' : 'guardrail');
  }
  const winner = best(standings.filter(({ wins }) => wins));
  if (!winner) return answer('end_inconclusive', 'no_difference');
  if (has('guardrail_regression')) return answer('end_inconclusive', 'guardrail');
  if (!allJudged(facts, 'secondary', [winner.variant])) return answer('cannot_tell', 'guardrail_unmeasured');
  return answer('ship', 'clear_gain', winner.variant);
}

/**
 * The recommendation, by the first line that holds:
 *
 * | facts | recommendation |
 * |---|---|
 * | a blocker, which only a calculation can lift, or the run is over | cannot_tell |
 * | any other blocker | fix_first |
 * | a draft; exposures unknown | cannot_tell |
 * | the flag does not split while people enrol | cannot_tell |
 * | too early, too few people or conversions, significant before the plan | keep_running; cannot_tell where the run is over |
 * | a primary metric without statistics | cannot_tell |
 * | primary metrics disagree about a variant | end_inconclusive |
 * | each test variant clearly worse on a primary metric or a guardrail | keep_control |
 * | no variant clearly better | end_inconclusive |
 * | one is, and a guardrail of any variant is worse or may be by more than its margin | end_inconclusive |
 * | one is, and a guardrail has no statistics | cannot_tell |
 * | one is (of several: the most metrics gained, then the largest gain) | ship |
 *
 * "Clearly" is two-sided and after Holm's correction over the metrics of a role and all variants. What counts against
 * shipping needs no correction.
 */
export function verdictOf(facts: Facts, findings: readonly Finding[]): Verdict {
  return obstacle(facts, findings) ?? byEvidence(facts, findings);
}
