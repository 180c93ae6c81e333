import { isObject } from '../store/json.js';

/**
 * Values held between percentiles of all of them, whatever variant they are of.
 * @param handling `lower_bound_percentile` and `upper_bound_percentile` as fractions, `ignore_zeros` for the upper one
 */
export function capped(values: readonly number[], handling: unknown): number[] {
  if (!isObject(handling)) return [...values];
  const sorted = values.toSorted((a, b) => a - b);
  const above = handling.ignore_zeros === true ? sorted.filter((value) => value !== 0) : sorted;
  const low = boundAt(sorted, handling.lower_bound_percentile) ?? Number.NEGATIVE_INFINITY;
  const high = boundAt(above, handling.upper_bound_percentile) ?? Number.POSITIVE_INFINITY;
  return values.map((value) => Math.max(low, Math.min(high, value)));
}

function boundAt(sorted: readonly number[], level: unknown): number | undefined {
  if (typeof level !== 'number') return undefined;
  return sorted[Math.min(sorted.length - 1, Math.floor(level * sorted.length))];
}
