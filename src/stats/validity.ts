import { count, finite, StatsError } from './errors.js';

export const METRIC_TYPES = ['mean', 'funnel', 'ratio', 'retention'] as const;
export type MetricType = (typeof METRIC_TYPES)[number];

/** Exposed entities that each arm needs. Source: PostHog behaviour. */
export const MIN_EXPOSURES = 50;
/** Conversions that each arm of a funnel or retention metric needs. Source: PostHog behaviour. */
export const MIN_CONVERSIONS = 5;
/** Successes, and failures, that a share needs for its distribution to be near normal. Source: PostHog behaviour. */
export const MIN_SUCCESSES_AND_FAILURES = 5;

export type ValidationFailure = 'not-enough-exposures' | 'not-enough-metric-data' | 'baseline-mean-is-zero';

export interface ValiditySums {
  number_of_samples: number;
  sum: number;
}

/** Why an arm allows no statistics, in the API's own words; any of them on the baseline or the variant leaves the variant without. */
export function validationFailures(
  metricType: MetricType,
  { number_of_samples: samples, sum }: ValiditySums,
  role: 'baseline' | 'variant',
): ValidationFailure[] {
  const failures: ValidationFailure[] = [];
  const counted = metricType === 'funnel' || metricType === 'retention';
  if (count(samples, 'the number of samples') < MIN_EXPOSURES) failures.push('not-enough-exposures');
  if (counted && finite(sum, 'the sum') < MIN_CONVERSIONS) failures.push('not-enough-metric-data');
  if (role === 'baseline' && finite(sum, 'the sum') === 0) failures.push('baseline-mean-is-zero');
  return failures;
}

/** Throws `too_few` where a share has under five successes or failures. */
export function requireNearNormal(samples: number, successes: number): void {
  if (Math.min(successes, samples - successes) >= MIN_SUCCESSES_AND_FAILURES) return;
  throw new StatsError('too_few', `${successes} of ${samples} is too close to none or all for a normal approximation`);
}
