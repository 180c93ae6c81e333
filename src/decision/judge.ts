import { holm } from '../stats/holm.js';
import { type Look, pAtLook } from '../stats/looks.js';
import { alphaIn } from '../stats/settings.js';
import type { Comparison, Facts, MeasuredMetric } from './facts.js';
import { lookOf } from './look.js';
import { comparedVariants } from './run-split.js';

export type Direction = 'better' | 'worse' | 'unclear';

/** One variant on one metric, judged. */
export interface Judged {
  metric: MeasuredMetric;
  comparison: Comparison;
  /** Two-sided, of this comparison alone. */
  p: number;
  /** Where that is below alpha. */
  alone: Direction;
  /** After Holm's correction over the metrics of the same role and all variants. */
  amongAll: Direction;
  /** After that and after the correction for looks before and after the plan: what decisions rest on. */
  corrected: Direction;
  correctedP: number;
}

/** Accepted share of false positives, two-sided. */
export const alphaOf = ({ stats }: Facts) => alphaIn(stats);

function direction(clear: boolean, gain: number): Direction {
  if (!clear || gain === 0) return 'unclear';
  return gain > 0 ? 'better' : 'worse';
}

/** Two-sided p-values of a comparison: as if this were the only look, and with what the looks so far cost. */
function pValues({ p: given, tested }: Comparison, look: Look, level: { alpha: number; comparisons: number }) {
  const [p, once] = [given ?? 1, tested?.p ?? given ?? 1].map((value) => Math.min(1, Math.max(0, value)));
  // PostHog's sequential p-value holds at any look.
  if (look.kind === 'any') return { alone: p ?? 1, once: once ?? 1, atLook: p ?? 1 };
  return { alone: once ?? 1, once: once ?? 1, atLook: pAtLook(once ?? 1, look, level) };
}

/** Every variant on every metric of a role that has statistics. */
export function judge(facts: Facts, role: 'primary' | 'secondary'): Judged[] {
  const alpha = alphaOf(facts);
  const look = lookOf(facts);
  const found = facts.metrics
    .filter((metric) => metric.role === role)
    .flatMap((metric) =>
      metric.comparisons
        .filter(({ variant }) => variant !== facts.baseline && !facts.excluded.includes(variant))
        .flatMap((comparison) => {
          const { gain, p } = comparison;
          return gain === null || p === null ? [] : [{ metric, comparison, gain }];
        }),
    );
  const level = { alpha, comparisons: found.length };
  const ps = found.map(({ comparison }) => pValues(comparison, look, level));
  const once = holm(ps.map((p) => p.once));
  const corrected = holm(ps.map((p) => p.atLook));
  return found.map(({ metric, comparison, gain }, at) => {
    const correctedP = corrected[at] ?? 1;
    const p = ps[at]?.alone ?? 1;
    return {
      metric,
      comparison,
      p,
      alone: direction(p < alpha, gain),
      amongAll: direction((once[at] ?? 1) < alpha, gain),
      corrected: direction(correctedP < alpha, gain),
      correctedP,
    };
  });
}

/** The chance that the variant is better, as it is shown; undefined where the method gives none. */
export function chanceOf({ metric, comparison }: Judged): number | undefined {
  return metric.reading.variants.find(({ key }) => key === comparison.variant)?.chance_to_be_better;
}

/** Variants of the flag that are compared with the baseline. */
export function testVariants(facts: Facts): string[] {
  return comparedVariants(facts).filter((key) => key !== facts.baseline);
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
