import { type Experiment, statusOf } from '../schema/experiment.js';
import type { ReviewFacts, ReviewFinding, ReviewRule, Severity } from './review-facts.js';
import { draftServing, endedStillSplit, oldDraft } from './review-idle.js';
import {
  flagInactive,
  flagNotSplit,
  noExposures,
  noResults,
  overdue,
  plannedSampleReached,
  sampleRatioMismatch,
  sharedFlag,
  staleResults,
} from './review-running.js';

/** All rules by the code of what they find, in the order in which findings of one severity are shown. */
export const REVIEW_RULES: Readonly<Record<string, ReviewRule>> = {
  sample_ratio_mismatch: sampleRatioMismatch,
  no_exposures: noExposures,
  flag_not_split: flagNotSplit,
  flag_inactive: flagInactive,
  planned_sample_reached: plannedSampleReached,
  overdue,
  ended_still_split: endedStillSplit,
  draft_serving: draftServing,
  shared_flag: sharedFlag,
  no_results: noResults,
  stale_results: staleResults,
  old_draft: oldDraft,
};

const SEVERITIES: readonly Severity[] = ['blocker', 'warning', 'info'];
const CODES = Object.keys(REVIEW_RULES);

export interface ReviewItem extends ReviewFinding {
  id: number;
  name: string;
  status: string;
  code: string;
}

/** Everything that needs a hand; by severity, then by kind, then by id. */
export function reviewItems(all: readonly ReviewFacts[]): ReviewItem[] {
  const items = all.flatMap((facts) =>
    Object.entries(REVIEW_RULES).flatMap(([code, rule]) => {
      const finding = rule(facts);
      return finding ? [itemOf(facts.experiment, code, finding)] : [];
    }),
  );
  return items.sort(
    (a, b) =>
      SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
      CODES.indexOf(a.code) - CODES.indexOf(b.code) ||
      a.id - b.id,
  );
}

function itemOf(experiment: Experiment, code: string, finding: ReviewFinding): ReviewItem {
  const { severity, title, evidence, next } = finding;
  return {
    id: experiment.id,
    name: experiment.name,
    status: statusOf(experiment),
    code,
    severity,
    title,
    evidence,
    next,
  };
}

/** How often each code occurs, in the order of the rules. */
export function countsByCode(items: readonly ReviewItem[]): Record<string, number> {
  const counted = CODES.map((code) => [code, items.filter((item) => item.code === code).length] as const);
  return Object.fromEntries(counted.filter(([, count]) => count > 0));
}
