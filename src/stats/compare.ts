import { bayesianTest } from './bayesian.js';
import { cupedAdjust } from './cuped.js';
import { absoluteEffect, type Effect, relativeEffect } from './effect.js';
import { StatsError } from './errors.js';
import { welchTest } from './frequentist.js';
import { sequentialTest } from './sequential.js';
import type { StatsSettings } from './settings.js';
import { type Summary, summarizeMean, summarizeProportion, summarizeRatio } from './summary.js';
import { type MetricType, requireNearNormal, type ValidationFailure, validationFailures } from './validity.js';

/** Sums over the exposed entities of one arm, named as the API names them; what is absent is 0. */
export interface MetricRow {
  number_of_samples: number;
  sum: number;
  sum_squares?: number | undefined;
  denominator_sum?: number | undefined;
  denominator_sum_squares?: number | undefined;
  numerator_denominator_sum_product?: number | undefined;
  covariate_sum?: number | undefined;
  covariate_sum_squares?: number | undefined;
  covariate_sum_product?: number | undefined;
}

export interface ComparisonInput {
  metricType: MetricType;
  baseline: MetricRow;
  variant: MetricRow;
  settings: StatsSettings;
}

type Interval = [low: number, high: number];

/** A variant's statistics as the API gives them; all null where an arm is not valid yet. Intervals are fractions, or in the metric's unit where absolute. */
export type VariantStats =
  | {
      method: 'bayesian';
      validation_failures: ValidationFailure[];
      chance_to_win: number | null;
      credible_interval: Interval | null;
      significant: boolean | null;
    }
  | {
      method: 'frequentist';
      validation_failures: ValidationFailure[];
      p_value: number | null;
      confidence_interval: Interval | null;
      significant: boolean | null;
    };

/** An arm's mean (mean, conversion rate as a fraction, or ratio) and variance; throws `StatsError`. */
export function summarize(metricType: MetricType, row: MetricRow): Summary {
  const n = row.number_of_samples;
  if (metricType === 'funnel') return summarizeProportion(n, row.sum);
  const sums = { n, sum: row.sum, sumSquares: row.sum_squares ?? 0 };
  if (metricType === 'mean') return summarizeMean(sums);
  return summarizeRatio({
    ...sums,
    denominatorSum: row.denominator_sum ?? 0,
    denominatorSumSquares: row.denominator_sum_squares ?? 0,
    productSum: row.numerator_denominator_sum_product ?? 0,
  });
}

interface Arms {
  variant: Summary;
  baseline: Summary;
  /** What relative effects divide by. */
  base: number;
}

/** Ratios are never adjusted; arms without pre-exposure data come out as they went in. Source: PostHog behaviour. */
function adjusts({ metricType, settings }: ComparisonInput): boolean {
  return settings.cuped && (metricType === 'mean' || metricType === 'funnel');
}

function armsOf(input: ComparisonInput): Arms {
  const { metricType } = input;
  const baseline = summarize(metricType, input.baseline);
  const variant = summarize(metricType, input.variant);
  if (!adjusts(input)) return { variant, baseline, base: baseline.mean };
  const withCovariate = (outcome: Summary, row: MetricRow) => ({
    outcome,
    covariateSum: row.covariate_sum ?? 0,
    covariateSumSquares: row.covariate_sum_squares ?? 0,
    productSum: row.covariate_sum_product ?? 0,
  });
  const adjusted = cupedAdjust(withCovariate(variant, input.variant), withCovariate(baseline, input.baseline));
  return { variant: adjusted.variant, baseline: adjusted.baseline, base: adjusted.unadjustedMean };
}

function effectOf({ variant, baseline, base }: Arms, { differenceType, method }: StatsSettings): Effect {
  if (differenceType === 'ABSOLUTE') return absoluteEffect(variant, baseline);
  if (method === 'bayesian' && base < 0) {
    throw new StatsError('zero_baseline', 'relative to a baseline below zero, a rise would look like a fall');
  }
  return relativeEffect(variant, baseline, base);
}

function computed(input: ComparisonInput): VariantStats {
  const { settings, metricType } = input;
  const arms = armsOf(input);
  const effect = effectOf(arms, settings);
  if (settings.method === 'bayesian') {
    // Adjusted shares are means, of which PostHog asks no such thing.
    if (metricType === 'funnel' && !adjusts(input)) {
      for (const row of [input.baseline, input.variant]) requireNearNormal(row.number_of_samples, row.sum);
    }
    const { chanceToWin, credibleInterval, significant } = bayesianTest(effect, settings.ciLevel);
    return {
      method: 'bayesian',
      validation_failures: [],
      chance_to_win: chanceToWin,
      credible_interval: credibleInterval,
      significant,
    };
  }
  const { alpha, sequentialTuningParameter: tuning } = settings;
  const comparison = { variant: arms.variant, baseline: arms.baseline, effect, alpha };
  const result = tuning === null ? welchTest(comparison) : sequentialTest(comparison, tuning);
  return {
    method: 'frequentist',
    validation_failures: [],
    p_value: result.pValue,
    confidence_interval: result.confidenceInterval,
    significant: result.significant,
  };
}

function withoutStats(method: StatsSettings['method'], failures: ValidationFailure[]): VariantStats {
  if (method === 'bayesian') {
    const none = { chance_to_win: null, credible_interval: null, significant: null };
    return { method, validation_failures: failures, ...none };
  }
  return { method, validation_failures: failures, p_value: null, confidence_interval: null, significant: null };
}

/**
 * Compares one variant with the baseline as PostHog does. `validation_failures` are the variant's own; the baseline's are
 * `validationFailures` of its row. Data too thin to compute from gives nulls, also where no failure names it; impossible
 * data throws `StatsError`. Source: PostHog behaviour.
 */
export function compareVariants(input: ComparisonInput): VariantStats {
  const { metricType, settings } = input;
  const ofBaseline = validationFailures(metricType, input.baseline, 'baseline');
  const ofVariant = validationFailures(metricType, input.variant, 'variant');
  if (ofBaseline.length + ofVariant.length > 0) return withoutStats(settings.method, ofVariant);
  try {
    return computed(input);
  } catch (error) {
    if (error instanceof StatsError && error.dataTooThin) return withoutStats(settings.method, []);
    throw error;
  }
}
