import { statusOf } from '../schema/experiment.js';
import type { ReviewFacts, ReviewFinding, ReviewRule, Severity } from './review-facts.js';
import { draftServing, endedStillSplit, oldDraft } from './review-idle.js';
import {
  exposureFrozen,
  flagInactive,
  flagNotSplit,
  noExposures,
  noMetrics,
  noResults,
  overdue,
  plannedSampleReached,
  sampleRatioMismatch,
  sharedFlag,
  staleResults,
  verdictReady,
} from './review-running.js';

/** All rules by the code of what they find, in the order in which findings of one severity are shown. */
export const REVIEW_RULES: Readonly<Record<string, ReviewRule>> = {
  sample_ratio_mismatch: sampleRatioMismatch,
  no_exposures: noExposures,
  flag_not_split: flagNotSplit,
  flag_inactive: flagInactive,
  no_metrics: noMetrics,
  verdict_ready: verdictReady,
  planned_sample_reached: plannedSampleReached,
  overdue,
  ended_still_split: endedStillSplit,
  draft_serving: draftServing,
  shared_flag: sharedFlag,
  exposure_frozen: exposureFrozen,
  no_results: noResults,
  stale_results: staleResults,
  old_draft: oldDraft,
};

const SEVERITIES: readonly Severity[] = ['blocker', 'warning', 'info'];
const CODES = Object.keys(REVIEW_RULES);

export interface NamedFinding extends Omit<ReviewFinding, 'next'> {
  code: string;
}

/** One experiment that needs a hand. */
export interface ReviewItem {
  id: number;
  name: string;
  status: string;
  /** Of its worst finding. */
  severity: Severity;
  /** The worst first. */
  findings: NamedFinding[];
  /** What to call about the worst. */
  next: ReviewFinding['next'];
}

function byWeight(a: { code: string; severity: Severity }, b: { code: string; severity: Severity }): number {
  return (
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || CODES.indexOf(a.code) - CODES.indexOf(b.code)
  );
}

function itemOf(facts: ReviewFacts): ReviewItem[] {
  const found = Object.entries(REVIEW_RULES)
    .flatMap(([code, rule]) => {
      const finding = rule(facts);
      return finding ? [{ code, ...finding }] : [];
    })
    .sort(byWeight);
  const [worst] = found;
  if (!worst) return [];
  const { id, name } = facts.experiment;
  const findings = found.map(({ code, severity, title, evidence }) => ({ code, severity, title, evidence }));
  return [{ id, name, status: statusOf(facts.experiment), severity: worst.severity, findings, next: worst.next }];
}

/** Every experiment that needs a hand, once: by its worst finding, then by the number of findings, then by id. */
export function reviewItems(all: readonly ReviewFacts[]): ReviewItem[] {
  return all.flatMap(itemOf).sort((a, b) => {
    const [[worst], [other]] = [a.findings, b.findings];
    const weight = worst && other ? byWeight(worst, other) : 0;
    return weight || b.findings.length - a.findings.length || a.id - b.id;
  });
}

/** How often each code occurs, in the order of the rules. */
export function countsByCode(items: readonly ReviewItem[]): Record<string, number> {
  const found = items.flatMap(({ findings }) => findings.map(({ code }) => code));
  const counted = CODES.map((code) => [code, found.filter((other) => other === code).length] as const);
  return Object.fromEntries(counted.filter(([, count]) => count > 0));
}
