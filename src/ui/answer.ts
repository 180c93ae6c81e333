import type { AssessmentOutput } from '../schema/assessment.js';
import type { ResultsOutput } from '../schema/results.js';

/** What a long answer was cut by is left out of it, so everything but the name may be missing. */
type Head = Pick<ResultsOutput, 'name'> & { truncated?: boolean };
export type ResultsAnswer = Head & Partial<ResultsOutput>;
export type AssessAnswer = Head & Pick<AssessmentOutput, 'recommendation' | 'summary'> & Partial<AssessmentOutput>;

export type Severity = 'blocker' | 'warning' | 'info';

export interface ReviewItem {
  id: number;
  name: string;
  status: string;
  severity: Severity;
  findings: readonly { severity: Severity; title: string }[];
  next?: { tool: string; arguments?: object };
}

export interface ReviewAnswer {
  items: readonly ReviewItem[];
  total: number;
  reviewed: Readonly<Record<string, number>>;
  totals?: Readonly<Record<string, number>>;
  next_offset?: number | null;
  /** Address of any experiment, with `{id}` in place of its id. */
  item_url?: string;
  note?: string;
  missing?: readonly string[];
}

export interface ErrorAnswer {
  error: { message?: string; next?: string };
}

export type Answer =
  | { kind: 'assessment'; answer: AssessAnswer }
  | { kind: 'results'; answer: ResultsAnswer }
  | { kind: 'review'; answer: ReviewAnswer }
  | { kind: 'error'; answer: ErrorAnswer };

const has = (value: object, name: string): boolean => name in value;
const isNamed = (value: object): value is ResultsAnswer => 'name' in value && typeof value.name === 'string';
const isAssessed = (value: object): value is AssessAnswer => isNamed(value) && has(value, 'recommendation');
const isReview = (value: object): value is ReviewAnswer =>
  'items' in value && Array.isArray(value.items) && has(value, 'reviewed');
const isError = (value: object): value is ErrorAnswer => 'error' in value && typeof value.error === 'object';

/** Which answer this is, told by its shape; null where it is none that can be drawn. */
export function answerOf(value: unknown): Answer | null {
  if (value === null || typeof value !== 'object') return null;
  if (isError(value)) return { kind: 'error', answer: value };
  if (isAssessed(value)) return { kind: 'assessment', answer: value };
  if (isReview(value)) return { kind: 'review', answer: value };
  return isNamed(value) ? { kind: 'results', answer: value } : null;
}
