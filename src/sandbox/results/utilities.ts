import {
  type BaselineStats,
  baselineValue,
  type CalculatorMetricType,
  planningVariance,
  runningTimeDays,
  sampleSize,
} from '../../stats/power.js';
import { invalid } from '../http/api-error.js';
import type { Answer, Context } from '../http/router.js';
import type { ExperimentRow, JsonObject } from '../store/model.js';
import {
  body as asBody,
  choice,
  dict,
  type Field,
  integer,
  list,
  nested,
  nullable,
  optional,
  required,
} from '../validation/drf.js';
import { MS_PER_DAY } from './run.js';

const PERIOD_DAYS = 30;
const METRIC_TYPES = ['funnel', 'mean_count', 'mean_sum_or_avg', 'ratio', 'retention'] as const;
const DEFAULT_VARIANTS = 2;

/** Whether a date lies in the period that ended so many periods ago. */
function within(date: string | null, periodsAgo: number, now: number): boolean {
  if (date === null) return false;
  const age = (now - Date.parse(date)) / MS_PER_DAY;
  return age >= periodsAgo * PERIOD_DAYS && age < (periodsAgo + 1) * PERIOD_DAYS;
}

function percentChange(now: number, before: number): number {
  if (before === 0) return now > 0 ? 100 : 0;
  return Math.round(((now - before) / before) * 1000) / 10;
}

/** GET counts of launches and ends over the project's experiments that are neither archived nor deleted. */
export function experimentStats({ store, project }: Context): Answer {
  const now = store.now().getTime();
  const rows = [...store.experiments.values()].filter(
    (row) => row.project_id === project.id && !row.deleted && !row.archived,
  );
  const count = (keep: (row: ExperimentRow) => boolean) => rows.filter(keep).length;
  const launched = count((row) => within(row.start_date, 0, now));
  const before = count((row) => within(row.start_date, 1, now));
  const body = {
    launched_last_30d: launched,
    launched_previous_30d: before,
    percent_change: percentChange(launched, before),
    active_experiments: count((row) => row.start_date !== null && row.end_date === null),
    completed_last_30d: count((row) => within(row.end_date, 0, now)),
  };
  return { status: 200, body };
}

/** A number, or a text that is one. */
function number({ min = -Infinity, above }: { min?: number; above?: number } = {}): Field<number> {
  return (value, attr) => {
    if (value === null || value === undefined) throw invalid('This field may not be null.', attr, 'null');
    const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof parsed !== 'number' || !Number.isFinite(parsed)) throw invalid('A valid number is required.', attr);
    if (parsed < min) throw invalid(`Ensure this value is greater than or equal to ${min}.`, attr, 'min_value');
    if (above !== undefined && parsed <= above) {
      throw invalid(`Ensure this value is greater than ${above}.`, attr, 'min_value');
    }
    return parsed;
  };
}

const STATS_FIELDS = [
  'sum_squares',
  'denominator_sum',
  'denominator_sum_squares',
  'numerator_denominator_sum_product',
] as const;

const baselineStats: Field<BaselineStats> = (value, attr) => {
  const source = dict(value, attr);
  const at = (key: string) => nested(attr, key);
  const others = STATS_FIELDS.flatMap((key) => {
    const given = source[key];
    return given === undefined || given === null ? [] : [[key, number()(given, at(key))] as const];
  });
  const steps = source.step_counts === undefined ? undefined : list(integer())(source.step_counts, at('step_counts'));
  return {
    number_of_samples: required(source, 'number_of_samples', integer({ min: 0 }), at('number_of_samples')),
    sum: required(source, 'sum', number(), at('sum')),
    ...Object.fromEntries(others),
    ...(steps && steps.length > 0 ? { step_counts: steps } : {}),
  };
};

interface Baseline {
  value: number | null;
  variance: number | null;
}

/** Given values count before those that follow from the statistics. */
function baselineOf(type: CalculatorMetricType, source: JsonObject): Baseline {
  const given = <T>(key: string, field: Field<T>) => optional(source, key, nullable(field)) ?? null;
  const stats = given('baseline_stats', baselineStats);
  const value = given('baseline_value', number()) ?? (stats && baselineValue(type, stats));
  const own = given('variance', number());
  // That of a funnel follows from its rate, whatever was sent.
  const variance = type === 'funnel' ? null : own;
  return { value, variance: variance ?? (value === null ? null : planningVariance(type, value, stats ?? undefined)) };
}

/** POST: people and days that an experiment needs to see an effect. Source: PostHog API docs. */
export function calculateRunningTime({ body }: Context): Answer {
  const source = asBody(body);
  const type = required(source, 'metric_type', choice(METRIC_TYPES));
  const effect = required(source, 'minimum_detectable_effect', number({ above: 0 }));
  const variants = optional(source, 'number_of_variants', integer({ min: 2 })) ?? DEFAULT_VARIANTS;
  const rate = optional(source, 'exposure_rate_per_day', nullable(number({ min: 0 }))) ?? null;
  const { value, variance } = baselineOf(type, source);
  const size = value === null || variance === null ? null : sampleSize({ baseline: value, variance, variants }, effect);
  return {
    status: 200,
    body: {
      baseline_value: value,
      variance: type === 'funnel' ? null : variance,
      recommended_sample_size: size,
      recommended_running_time_days: runningTimeDays(size, rate),
    },
  };
}
