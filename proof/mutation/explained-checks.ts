import type { Explained } from './explanation.js';

const FLAG = 'src/decision/preflight-flag.ts';
const METRICS = 'src/decision/preflight-metrics.ts';
const RUNNING = 'src/decision/review-running.ts';

const NOT_EMPTY = 'A default that the type asks for: the list was just found not to be empty.';
const NO_FIELDS = 'A text in place of an empty list has none of the fields that are read, so it counts for nothing.';
const NULL_IS_LESS =
  'The next comparison takes null for 0, which is below every bound there is, and the rule ends there.';
const FOUND_NOT_EMPTY = 'A guard that the type asks for: an item is made only where something was found.';

/** Survivors of the checks before a launch and of the rules of a review. */
export const CHECKS: readonly Explained[] = [
  {
    file: FLAG,
    code: 'Math.abs(sum - 100) > SUM_TOLERANCE',
    instead: 'Math.abs(sum - 100) >= SUM_TOLERANCE',
    because: 'A sum near 100 is never off by exactly 0.01: doubles of that size lie on a coarser grid.',
  },
  { file: FLAG, code: '[]', within: 'const forced = ', because: NO_FIELDS },
  { file: METRICS, code: '[]', within: '(links ?? [])', because: `It has no query either. ${NO_FIELDS}` },
  { file: METRICS, code: '[]', within: '(series ?? [])', because: NO_FIELDS },
  { file: METRICS, code: '[]', within: 'experiment.metrics_secondary ?? []', because: NO_FIELDS },
  {
    file: METRICS,
    code: '[]',
    within: 'const dated = ',
    because: 'A text in place of an empty list has no date, so it is never a date that is too long ago.',
  },
  { file: METRICS, code: 'never[0]?.name', because: NOT_EMPTY },
  { file: METRICS, code: "''", within: 'never[0]?.name', because: NOT_EMPTY },
  {
    file: 'src/decision/preflight-plan.ts',
    code: '[]',
    within: ') return [];',
    because: 'A text in place of an empty list has no status, and checks are listed by status.',
  },
  {
    file: 'src/decision/review-idle.ts',
    code: 'flag?.active',
    instead: 'flag.active',
    because: 'Both rules that ask have looked for the flag before.',
  },
  { file: RUNNING, code: 'days === null', instead: 'false', because: NULL_IS_LESS },
  {
    file: RUNNING,
    code: 'plan?.recommended_sample_size',
    instead: 'plan.recommended_sample_size',
    because: 'The rule ends above where there is no plan.',
  },
  {
    file: RUNNING,
    code: 'other.id < id',
    instead: 'other.id <= id',
    because: 'An experiment is never among those that share its flag with it.',
  },
  {
    file: 'src/decision/review.ts',
    code: 'Object.entries(REVIEW_RULES) …',
    instead: 'Object.entries(REVIEW_RULES).flatMap(([code, rule]) => { …',
    because:
      'The rules stand in the order of severity but for one warning before a blocker, and of a flag only one of these two is found. It keeps the order where rules are added.',
  },
  { file: 'src/decision/review.ts', code: 'worst && other', because: FOUND_NOT_EMPTY },
  {
    file: 'src/decision/review-facts.ts',
    code: "typeof to === 'string'",
    instead: 'false',
    because: 'No rule gives the end as a text.',
  },
  { file: 'src/decision/review-facts.ts', code: "'string'", because: 'No rule gives the end as a text.' },
];
