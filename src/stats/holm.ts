import { StatsError } from './errors.js';

/**
 * Holm's step-down correction: p-values, in the order given, as they would have to be to claim each at the same level
 * when all are claimed together. The i-th smallest (from 0) of m is multiplied by m − i, never falls below its predecessor and
 * never exceeds 1. Source: Holm, "A Simple Sequentially Rejective Multiple Test Procedure" (Scand. J. Statist. 6, 1979).
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => {
    if (p >= 0 && p <= 1) return { p, index };
    throw new StatsError('invalid_setting', `${p} is not a p-value`);
  });
  order.sort((a, b) => a.p - b.p);
  const adjusted: number[] = [];
  let highest = 0;
  for (const [rank, { p, index }] of order.entries()) {
    highest = Math.max(highest, Math.min(1, p * (pValues.length - rank)));
    adjusted[index] = highest;
  }
  return adjusted;
}
