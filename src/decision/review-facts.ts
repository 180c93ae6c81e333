import type { Experiment } from '../schema/experiment.js';
import type { HealthFinding } from '../schema/health.js';
import type { ExposureReading, Freshness } from '../schema/results.js';
import type { Assessment } from './assess.js';
import { MS_PER_DAY } from './facts.js';

/** What a sweep knows of one experiment; what was not asked for or could not be read is absent. */
export interface ReviewFacts {
  /** List row: without metrics and criteria. */
  experiment: Experiment;
  now: Date;
  /** Whether no calculation can be started from here. */
  readOnly: boolean;
  /** Other live experiments on the same flag. */
  liveSharers: readonly { id: number; name: string }[];
  exposures?: ExposureReading;
  primaryMetrics?: number;
  /** What experiment-assess says; only of runs that are long enough for a verdict. */
  assessment?: Pick<Assessment, 'recommendation' | 'variant_key' | 'baseline'>;
  /** Of the stored results; absent too where there are no metrics to calculate. */
  freshness?: Freshness;
  /** What PostHog's own checks find. */
  health?: readonly HealthFinding[];
}

export type Severity = 'blocker' | 'warning' | 'info';

export interface ReviewFinding {
  severity: Severity;
  title: string;
  evidence: Record<string, unknown>;
  next: { tool: string; arguments: Record<string, unknown> };
}

/** One thing that needs a hand, with the numbers that say so. */
export type ReviewRule = (facts: ReviewFacts) => ReviewFinding | null;

/** Days between, with one decimal; fractions of a day count in comparisons. */
export function daysBetween(from: string, to: Date | string): number {
  const end = typeof to === 'string' ? Date.parse(to) : to.getTime();
  return (end - Date.parse(from)) / MS_PER_DAY;
}

export function shownDays(days: number): number {
  return Math.round(days * 10) / 10;
}
