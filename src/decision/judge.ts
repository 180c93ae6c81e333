import { holm } from '../stats/holm.js';
import type { Comparison, Facts, MeasuredMetric } from './facts.js';

export type Direction = 'better' | 'worse' | 'unclear';

/** One variant on one metric, judged. */
export interface Judged {
  metric: MeasuredMetric;
  comparison: Comparison;
  /** As PostHog calls it, or where the two-sided p-value alone is below alpha. */
  alone: Direction;
  /** After Holm's correction over the metrics of the same role and all variants. */
  corrected: Direction;
  correctedP: number;
}

/** Accepted share of false positives, two-sided. */
export function alphaOf({ stats }: Facts): number {
  return stats.method === 'bayesian' ? 1 - stats.ciLevel : stats.alpha;
}

function direction(clear: boolean, gain: number): Direction {
  if (!clear || gain === 0) return 'unclear';
  return gain > 0 ? 'better' : 'worse';
}

/** Every variant on every metric of a role that has statistics. */
export function judge(facts: Facts, role: 'primary' | 'secondary'): Judged[] {
  const alpha = alphaOf(facts);
  const found = facts.metrics
    .filter((metric) => metric.role === role)
    .flatMap((metric) =>
      metric.comparisons
        .filter(({ variant }) => variant !== facts.baseline && !facts.excluded.includes(variant))
        .flatMap((comparison) =>
          comparison.gain === null || comparison.p === null
            ? []
            : [{ metric, comparison, gain: comparison.gain, p: comparison.p }],
        ),
    );
  const corrected = holm(found.map(({ p }) => Math.min(1, Math.max(0, p))));
  return found.map(({ metric, comparison, gain, p }, at) => {
    const correctedP = corrected[at] ?? 1;
    return {
      metric,
      comparison,
      alone: direction(comparison.significant || p < alpha, gain),
      corrected: direction(correctedP < alpha, gain),
      correctedP,
    };
  });
}

/** Variants of the flag that are compared with the baseline. */
export function testVariants({ flag, excluded, baseline }: Facts): string[] {
  return (flag?.split ?? []).map(({ key }) => key).filter((key) => key !== baseline && !excluded.includes(key));
}

/** Whether every metric of a role has statistics for these variants. */
export function allJudged(facts: Facts, role: 'primary' | 'secondary', variants: readonly string[]): boolean {
  const judged = judge(facts, role);
  return facts.metrics
    .filter((metric) => metric.role === role)
    .every((metric) =>
      variants.every((key) => judged.some((one) => one.metric === metric && one.comparison.variant === key)),
    );
}
