import { z } from 'zod';
import { timesOfSplit } from '../decision/compared.js';
import { ToolError } from '../errors.js';
import { unlessOlderBuild } from '../posthog/older-builds.js';
import { apiPath } from '../posthog/path.js';
import { compact } from '../schema/experiment.js';
import { fractionDoubt } from '../schema/settings.js';
import { wireNumber } from '../schema/wire.js';
import { runningTimeDays } from '../stats/power.js';
import type { CallContext } from '../tool.js';

const answerWire = z.looseObject({
  baseline_value: wireNumber.nullish(),
  variance: wireNumber.nullish(),
  recommended_sample_size: wireNumber.nullish(),
  recommended_running_time_days: wireNumber.nullish(),
});

export interface RunningTimeInput {
  metric_type: 'funnel' | 'mean_count' | 'mean_sum_or_avg' | 'ratio' | 'retention';
  minimum_detectable_effect: number;
  number_of_variants: number;
  split?: number[] | undefined;
  exposure_rate_per_day?: number | undefined;
  baseline_value?: number | undefined;
  variance?: number | undefined;
  samples?: number | undefined;
  sum?: number | undefined;
  sum_squares?: number | undefined;
  denominator_sum?: number | undefined;
  denominator_sum_squares?: number | undefined;
  numerator_denominator_sum_product?: number | undefined;
}

function isMean({ metric_type }: RunningTimeInput): boolean {
  return metric_type === 'mean_count' || metric_type === 'mean_sum_or_avg';
}

/** Rounding of sums that people pass on. Relative. */
const ROUNDING = 1e-9;

/**
 * The variance that past values of a mean had. PostHog's calculator takes none from the sums of a mean: it assumes one from
 * the mean alone, which can be far off.
 */
function measuredVariance(input: RunningTimeInput): number | undefined {
  const { samples, sum, sum_squares, variance } = input;
  if (variance !== undefined || !isMean(input) || samples === undefined || sum_squares === undefined) return variance;
  const squareOfSum = (sum ?? 0) ** 2 / samples;
  if (sum_squares < squareOfSum * (1 - ROUNDING)) {
    throw new ToolError(
      'invalid_arguments',
      `sum_squares ${sum_squares} is impossible: with sum ${sum} over ${samples} samples it is at least ${squareOfSum}.`,
      'sum_squares is the sum of the squared values of each user. Leave it out if it is not known.',
      { field: 'sum_squares' },
    );
  }
  return Math.max(0, sum_squares - squareOfSum) / samples;
}

/** A rate or mean below it needs more people than there are. */
const LEAST_BASELINE = 1e-9;

function checkBaseline({ metric_type, baseline_value, samples }: RunningTimeInput): void {
  const refuse = (message: string, hint: string, field: string) =>
    new ToolError('invalid_arguments', message, hint, { field });
  if (baseline_value !== undefined && baseline_value > 0 && baseline_value < LEAST_BASELINE)
    throw refuse(
      `A baseline of ${baseline_value} is too small to plan with.`,
      'Measure something that happens more often.',
      'baseline_value',
    );
  if (metric_type === 'funnel' && (baseline_value ?? 0) > 1) {
    const asRate = `Send ${baseline_value}% as ${(baseline_value ?? 0) / 100}.`;
    throw refuse('The baseline of a funnel is a rate between 0 and 1.', asRate, 'baseline_value');
  }
  if ((metric_type === 'ratio' || metric_type === 'retention') && samples === undefined) {
    const hint = 'Send samples, sum, sum_squares, denominator_sum, denominator_sum_squares and their product.';
    throw refuse(
      `The size for a ${metric_type} metric needs past sums; a baseline alone does not tell it.`,
      hint,
      'samples',
    );
  }
}

interface Sized {
  recommended_sample_size?: number | null | undefined;
  recommended_running_time_days?: number | null | undefined;
}

/** PostHog's calculator knows even splits alone. */
export function forSplit<T extends Sized>(answer: T, times: number, perDay: number | null | undefined): T {
  const { recommended_sample_size: size } = answer;
  if (!size || times === 1) return answer;
  const needed = Math.ceil(size * times);
  return {
    ...answer,
    recommended_sample_size: needed,
    recommended_running_time_days: runningTimeDays(needed, perDay ?? null),
  };
}

/** PostHog's own calculation, with what it assumes said beside it. */
export async function runningTimeAnswer(input: RunningTimeInput, { api, project }: CallContext) {
  checkBaseline(input);
  const variance = measuredVariance(input);
  const { samples, sum, sum_squares, denominator_sum, denominator_sum_squares, split, ...rest } = input;
  const { numerator_denominator_sum_product, ...body } = rest;
  const sums = { sum, sum_squares, denominator_sum, denominator_sum_squares, numerator_denominator_sum_product };
  const answer = await unlessOlderBuild(
    'the running-time calculator',
    api.query(apiPath`/api/projects/${project}/experiments/calculate_running_time/`, answerWire, {
      ...body,
      ...(split ? { number_of_variants: split.length } : {}),
      ...(variance === undefined ? {} : { variance }),
      ...(samples === undefined ? {} : { baseline_stats: { number_of_samples: samples, ...sums } }),
    }),
  );
  const times = timesOfSplit(split);
  const sized = forSplit(answer, times, input.exposure_rate_per_day);
  const doubt = fractionDoubt(input.minimum_detectable_effect);
  const notes = [
    ...(doubt ? [doubt] : []),
    ...(answer.recommended_sample_size ? [] : ['Not computable: give baseline_value, or samples with their sums.']),
    ...(answer.recommended_sample_size && !answer.recommended_running_time_days
      ? ['Give exposure_rate_per_day for the days.']
      : []),
    ...(times === 1
      ? []
      : [`For this split: ${Number(times.toPrecision(4))} times the users of an even one, which PostHog sizes for.`]),
    ...(isMean(input) && variance === undefined && answer.recommended_sample_size
      ? [
          'The variance is only assumed from the mean, and real values can need many times as many users: give samples, sum and sum_squares, or variance.',
        ]
      : []),
  ];
  return { ...compact({ ...sized }), ...(notes.length > 0 ? { note: notes.join(' ') } : {}) };
}
