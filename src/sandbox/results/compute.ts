import { type ComparisonInput, compareVariants } from '../../stats/compare.js';
import { StatsError } from '../../stats/errors.js';
import { statsSettings } from '../../stats/settings.js';
import { validationFailures } from '../../stats/validity.js';
import { type ApiError, invalid } from '../http/api-error.js';
import { breakdownsOf, type Measured, NO_VALUE, type VariantSums } from '../measured/sums.js';
import { baselineOf } from '../rows/guards.js';
import type { ExperimentRow, ExperimentsConfig, JsonObject } from '../store/model.js';
import type { Measure } from './measure.js';
import { identified } from './metrics.js';
import { metricTypeOf, partOf, variantSums } from './sums.js';

/** Breakdowns of a metric that the engine takes. */
const MAX_BREAKDOWNS = 3;

export interface MetricQuestion {
  experiment: ExperimentRow;
  /** Keys of the flag's variants, in its order. */
  variantKeys: readonly string[];
  metric: JsonObject;
  /** Defaults of the team, which hold where the experiment sets nothing. */
  team: ExperimentsConfig | null;
  /** Share of the run's data to look at; all of it by default. */
  share?: number;
  /** What the metric adds up to in the events; undefined where a scenario states its sums. */
  measure: Measure | undefined;
}

/** Throws 400 for more breakdowns than the engine takes. */
export function assertBreakdowns(metric: JsonObject): void {
  if (breakdownsOf(metric).length <= MAX_BREAKDOWNS) return;
  throw invalid('Maximum of 3 breakdowns are supported for experiment metrics');
}

/** What PostHog lists for a funnel chart: sessions by step. Two stand for them all. */
function stepSessions({ key, step_counts: steps }: VariantSums): JsonObject {
  if (!steps) return {};
  const session = (step: number, index: number) => ({
    session_id: `sandbox-${key}-${step}-${index}`,
    person_id: `sandbox-person-${key}-${index}`,
    event_uuid: `sandbox-event-${key}-${step}-${index}`,
    timestamp: '',
  });
  return { step_sessions: steps.map((count, step) => [1, 2].slice(0, count).map((index) => session(step, index))) };
}

interface Statistics {
  baseline: JsonObject;
  variants: JsonObject[];
}

/** As a scenario states them, which tells no properties, or as the events add up. */
function sumsOf({ experiment, variantKeys, metric, share = 1, measure }: MetricQuestion): Measured {
  const excluded = experiment.excluded_variants ?? [];
  const keys = variantKeys.filter((key) => !excluded.includes(key));
  if (measure) return measure(metric, keys);
  const known = identified(metric, experiment);
  const total = keys.map((key) => partOf(variantSums(experiment, known, key), share, metric));
  const value = breakdownsOf(metric).map(() => NO_VALUE);
  return { total, breakdowns: value.length > 0 ? [{ value, sums: total }] : null };
}

function statistics({ experiment, variantKeys, metric, team }: MetricQuestion, sums: VariantSums[]): Statistics {
  const baselineKey = baselineOf(experiment.stats_config, variantKeys);
  const baseline = sums.find(({ key }) => key === baselineKey);
  if (!baseline) throw cannotCompute();
  const common: Omit<ComparisonInput, 'variant'> = {
    metricType: metricTypeOf(metric),
    settings: statsSettings(experiment.stats_config, team ?? {}),
    baseline,
  };
  const failures = validationFailures(common.metricType, baseline, 'baseline');
  const others = sums.filter(({ key }) => key !== baselineKey);
  return {
    baseline: { ...baseline, ...stepSessions(baseline), validation_failures: failures },
    variants: others.map((variant) => ({
      ...variant,
      ...stepSessions(variant),
      ...compareVariants({ ...common, variant }),
    })),
  };
}

function cannotCompute(): ApiError {
  return invalid(
    'Unable to calculate experiment statistics. Please ensure your experiment has sufficient data and try again.',
  );
}

/** Fields of the old engine, all of them null for the metrics of the new one. */
const LEGACY_FIELDS = {
  insight: null,
  variants: null,
  probability: null,
  significant: null,
  significance_code: null,
  stats_version: null,
  p_value: null,
  credible_intervals: null,
};

const SQL_TAIL =
  'AS value, exposures.variant AS variant FROM events INNER JOIN exposures ON exposures.entity_id = events.person_id ' +
  'WHERE events.timestamp >= exposures.first_exposure_time GROUP BY variant, entity_id';

function statements({ experiment, metric }: MetricQuestion): JsonObject {
  const from = experiment.start_date ?? 'null';
  const inner = `SELECT exposures.entity_id AS entity_id, ${metricTypeOf(metric)}(events.event) ${SQL_TAIL}`;
  const outer = 'count(entity_id) AS num_users, sum(value) AS total_sum, sum(power(value, 2)) AS total_sum_of_squares';
  return {
    hogql: `SELECT variant, ${outer} FROM (${inner}) GROUP BY variant LIMIT 100`,
    clickhouse_sql: `SELECT variant, ${outer} FROM (${inner}) WHERE timestamp >= toDateTime64('${from}', 6, 'UTC') GROUP BY variant LIMIT 100 SETTINGS readonly = 2, max_execution_time = 600, allow_experimental_object_type = 1`,
  };
}

/**
 * The answer to an `ExperimentQuery`, computed from the experiment's data by `src/stats`. Throws 400 where the data is
 * impossible, in PostHog's words. Source: PostHog API docs.
 */
export function computeMetric(question: MetricQuestion): JsonObject {
  try {
    const { total, breakdowns } = sumsOf(question);
    const { baseline, variants } = statistics(question, total);
    const broken = breakdowns?.map(({ value, sums }) => ({ breakdown_value: value, ...statistics(question, sums) }));
    return {
      kind: 'ExperimentQuery',
      metric: question.metric,
      ...LEGACY_FIELDS,
      baseline,
      variant_results: variants,
      breakdown_results: broken ?? null,
      is_precomputed: false,
      warnings: null,
      ...statements(question),
    };
  } catch (error) {
    throw error instanceof StatsError ? cannotCompute() : error;
  }
}
