import type { VariantRow } from '../schema/results.js';
import type { MetricRow } from '../stats/compare.js';
import { type Difference, testDifference } from '../stats/difference.js';
import type { StatsSettings } from '../stats/settings.js';
import { METRIC_TYPES } from '../stats/validity.js';

export function sumsOf(row: VariantRow): MetricRow {
  return {
    number_of_samples: row.number_of_samples,
    sum: row.sum,
    sum_squares: row.sum_squares ?? undefined,
    denominator_sum: row.denominator_sum ?? undefined,
    denominator_sum_squares: row.denominator_sum_squares ?? undefined,
    numerator_denominator_sum_product: row.numerator_denominator_sum_product ?? undefined,
  };
}

/** Mean, rate or ratio; null where there is nobody to divide by. */
export function meanOf(row: VariantRow, metricType: string): number | null {
  const perEntity = metricType === 'funnel' || metricType === 'mean';
  const below = perEntity ? row.number_of_samples : (row.denominator_sum ?? 0);
  return below > 0 ? row.sum / below : null;
}

export interface Arms {
  row: VariantRow;
  baseline: VariantRow;
  metricType: string;
  settings: StatsSettings;
}

/** The sums are those before an adjustment by pre-exposure data, of which PostHog gives the result alone. */
export function testOf({ row, baseline, metricType, settings }: Arms): Difference | null {
  const type = METRIC_TYPES.find((known) => known === metricType);
  const isAdjusted = settings.cuped && (type === 'mean' || type === 'funnel');
  return type && !isAdjusted ? testDifference(type, sumsOf(baseline), sumsOf(row)) : null;
}

/** PostHog's own two-sided p-value; of a Bayesian chance c, 2·min(c, 1 − c). */
export function twoSidedP({ p_value: p, chance_to_win: chance }: VariantRow): number | null {
  if (typeof p === 'number') return p;
  return typeof chance === 'number' ? 2 * Math.min(chance, 1 - chance) : null;
}

/** The p-value that decisions rest on: PostHog's where it holds at any look or is adjusted, else that of the difference. */
export function judgedP(arms: Arms): number | null {
  const { settings, row } = arms;
  const given = twoSidedP(row);
  const isSequential = settings.method === 'frequentist' && settings.sequentialTuningParameter !== null;
  return given === null || isSequential ? given : (testOf(arms)?.p ?? given);
}
