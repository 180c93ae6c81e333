import type { CountedMetric, Counting } from '../queries/counting.js';
import type { Calls, Identity, Segment, Traffic } from '../queries/diagnosis.js';

export type { Calls, Identity, Segment, Traffic } from '../queries/diagnosis.js';

/** Events of a metric in one segment: a day, a library, the run as a whole, or the days before it. */
export interface MetricEvents {
  segment: string;
  /** Rows of the event by its name alone. */
  all: number;
  /** Of those, the rows that pass the metric's filters. */
  matching: number;
  /** Of those, the rows without the property that is summed up. */
  withoutValue: number;
}

/** People who did the metric's event since the launch, step by step until they count. */
export interface Waterfall {
  did: number;
  external: number;
  exposed: number;
  after: number;
  within: number;
  counted: number;
  /** Of the values of those counted. */
  sum: number;
  /** Of the values of the hundredth of them with the largest. */
  top: number;
}

export interface DiagnosedMetric {
  metric: CountedMetric;
  events: MetricEvents[] | null;
  waterfall: Waterfall | null;
}

/** What the queries told; null for what could not be had, of which nothing is claimed. */
export interface DiagnosisFacts {
  counting: Counting;
  /** Share of each analysed variant that is served. Per cent by key. */
  split: Readonly<Record<string, number>>;
  splitChangedAt: Date | null;
  now: Date;
  traffic: Traffic[] | null;
  calls: Calls[] | null;
  segments: Segment[] | null;
  identity: Identity | null;
  metrics: DiagnosedMetric[];
}

export type Confidence = 'certain' | 'likely' | 'possible';

/** A cause that the data shows. */
export interface Cause {
  code: string;
  confidence: Confidence;
  title: string;
  evidence: Record<string, unknown>;
  /** What to do about it. */
  next: string;
}

/** `lib:web` as kind and value. */
export function partsOf(segment: string): { kind: string; value: string } {
  const at = segment.indexOf(':');
  return { kind: segment.slice(0, at), value: segment.slice(at + 1) };
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

/** Per cent, to a tenth; 0 of nothing. */
export function percent(part: number, whole: number): number {
  return whole > 0 ? Math.round((part / whole) * 1000) / 10 : 0;
}

/** The row of a kind that has no values of its own, such as `all`. */
export function rowOf<T extends { segment: string }>(rows: readonly T[] | null, segment: string): T | undefined {
  return rows?.find((row) => row.segment === segment);
}
