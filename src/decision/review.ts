import { statusOf } from '../schema/experiment.js';
import { type HealthFinding, viewHealth } from '../schema/health.js';
import { onlyPostHogs } from './health.js';
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

/** PostHog's words for how bad a finding is; another word is for information. */
const THEIR_SEVERITIES = new Map<unknown, Severity>([
  ['critical', 'blocker'],
  ['warning', 'warning'],
]);

/** PostHog's findings come after ours of the same severity, in PostHog's order. */
function placeOf(code: string): number {
  const at = CODES.indexOf(code);
  return at < 0 ? CODES.length : at;
}

function byWeight(a: { code: string; severity: Severity }, b: { code: string; severity: Severity }): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || placeOf(a.code) - placeOf(b.code);
}

/** The prefix keeps codes of newer builds apart from ours. */
function theirFinding(finding: HealthFinding, id: number): NamedFinding & ReviewFinding {
  const { code, severity, title } = viewHealth(finding);
  return {
    code: `posthog_${code}`,
    severity: THEIR_SEVERITIES.get(severity) ?? 'info',
    title,
    evidence: finding.evidence ?? {},
    next: { tool: 'experiment-assess', arguments: { id } },
  };
}

function itemOf(facts: ReviewFacts): ReviewItem[] {
  const ours = Object.entries(REVIEW_RULES).flatMap(([code, rule]) => {
    const finding = rule(facts);
    return finding ? [{ code, ...finding }] : [];
  });
  const theirs = onlyPostHogs(facts.health ?? [], ours);
  const found = [...ours, ...theirs.map((finding) => theirFinding(finding, facts.experiment.id))].sort(byWeight);
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

/** How often each code occurs, in the order of the rules; PostHog's own codes come last. */
export function countsByCode(items: readonly ReviewItem[]): Record<string, number> {
  const found = items.flatMap(({ findings }) => findings.map(({ code }) => code));
  const others = found.filter((code) => !CODES.includes(code)).toSorted();
  const counted = [...CODES, ...new Set(others)].map(
    (code) => [code, found.filter((other) => other === code).length] as const,
  );
  return Object.fromEntries(counted.filter(([, count]) => count > 0));
}
