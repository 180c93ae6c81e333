import { z } from 'zod';
import { CONCLUSIONS } from '../schema/conclusion.js';
import { wireCount, wireId, wireKey, wireNumber, wirePercent, wireTime } from '../schema/wire.js';

/**
 * What PostHog's answers are expected to hold, as of October 2026: every field that the tools rely on, and every closed set
 * of values that they know. The schemas that tools read with bear much more; these say where PostHog has moved on. Fields
 * that are not named here may come and go.
 */

const METHODS = ['bayesian', 'frequentist'] as const;

const text = z.string();
const nullableText = z.string().nullable();
const object = z.looseObject;

const person = object({ id: wireId, first_name: text, last_name: nullableText.optional(), email: text });

const group = object({
  properties: z.array(z.unknown()).nullish(),
  rollout_percentage: wirePercent.nullish(),
  variant: nullableText.optional(),
});
const variant = object({ key: text, name: nullableText.optional(), rollout_percentage: wirePercent });
const filters = object({
  groups: z.array(group),
  multivariate: object({ variants: z.array(variant) }).nullish(),
  payloads: z.record(text, z.unknown()).nullish(),
  aggregation_group_type_index: z.number().nullish(),
  holdout: object({ id: wireId }).nullish(),
});
const embeddedFlag = object({
  id: wireId,
  team_id: wireId,
  name: nullableText,
  key: text,
  active: z.boolean(),
  deleted: z.boolean(),
  filters,
  version: z.number().nullable(),
  ensure_experience_continuity: z.boolean().nullable(),
  updated_at: wireTime.nullish(),
});
const flag = object({
  ...embeddedFlag.shape,
  created_at: wireTime,
  updated_at: wireTime.nullable(),
  experiment_set: z.array(wireId),
});

const node = object({
  kind: z.enum(['EventsNode', 'ActionsNode', 'ExperimentDataWarehouseNode', 'ExperimentExposureNode']),
  event: nullableText.optional(),
  id: z.unknown().optional(),
  table_name: nullableText.optional(),
  properties: z.array(z.unknown()).nullish(),
  math: nullableText.optional(),
  math_property: nullableText.optional(),
});
const metricFields = object({
  uuid: nullableText.optional(),
  name: nullableText.optional(),
  fingerprint: nullableText.optional(),
  kind: z.enum(['ExperimentMetric', 'ExperimentTrendsQuery', 'ExperimentFunnelsQuery']),
  metric_type: z.enum(['mean', 'funnel', 'ratio', 'retention']).nullish(),
  goal: z.enum(['increase', 'decrease']).nullish(),
  source: node.nullish(),
  series: z.array(node).nullish(),
  numerator: node.nullish(),
  denominator: node.nullish(),
  start_event: node.nullish(),
  completion_event: node.nullish(),
  conversion_window: z.number().nullish(),
  conversion_window_unit: nullableText.optional(),
  retention_window_start: z.number().nullish(),
  retention_window_end: z.number().nullish(),
  retention_window_unit: nullableText.optional(),
});
/** Legacy kinds have none of these. */
const metricWith = (...needed: ('uuid' | 'metric_type' | 'fingerprint')[]) =>
  metricFields.superRefine((found, context) => {
    for (const field of found.kind === 'ExperimentMetric' ? needed : [])
      if (!found[field]) context.addIssue({ code: 'custom', path: [field], message: 'is missing' });
  });
const sharedDefinition = metricWith('uuid', 'metric_type');
/** Daily results are filed under the fingerprint. */
const metric = metricWith('uuid', 'metric_type', 'fingerprint');

const listRow = object({
  id: wireId,
  name: text,
  description: nullableText,
  type: z.enum(['product', 'web']).nullable(),
  status: z.enum(['draft', 'running', 'paused', 'stopped', 'exposure_frozen']),
  start_date: wireTime.nullable(),
  end_date: wireTime.nullable(),
  created_at: wireTime,
  updated_at: wireTime,
  created_by: person.nullable(),
  feature_flag_key: text,
  feature_flag: embeddedFlag,
  archived: z.boolean(),
  deleted: z.boolean().nullable(),
  conclusion: z.enum(CONCLUSIONS).nullable(),
  conclusion_comment: nullableText,
  holdout: object({ id: wireId, name: text }).nullable(),
  exposure_cohort: wireId.nullable(),
  excluded_variants: z.array(text).nullable(),
  running_time_calculation: object({
    minimum_detectable_effect: wireNumber.nullish(),
    recommended_sample_size: wireNumber.nullish(),
    recommended_running_time: wireNumber.nullish(),
  }).nullable(),
  is_legacy: z.boolean(),
  tags: z.array(text),
});

const health = object({
  findings: z.array(
    object({ code: text, severity: z.enum(['critical', 'warning', 'info']), title: text, detail: nullableText }),
  ),
});

const detail = object({
  ...listRow.shape,
  holdout_id: wireId.nullable(),
  metrics: z.array(metric),
  metrics_secondary: z.array(metric),
  flag_cleanup_task_id: nullableText.optional(),
  saved_metrics: z.array(
    object({ saved_metric: wireId, name: text, metadata: object({ type: text.nullish() }).nullable(), query: metric }),
  ),
  stats_config: object({ method: z.enum(METHODS).nullish() }).nullable(),
  exposure_criteria: object({
    filterTestAccounts: z.boolean().nullish(),
    multiple_variant_handling: z.enum(['exclude', 'first_seen']).nullish(),
    exposure_config: object({ event: nullableText.optional() }).nullish(),
  }).nullable(),
  only_count_matured_users: z.boolean(),
  version: z.number().nullable(),
  health: health.nullish(),
  resolved_exposure_event: nullableText.optional(),
});

const interval = z.array(wireNumber).length(2, 'must hold two numbers').nullish();
const baselineRow = object({
  key: text,
  number_of_samples: wireCount,
  sum: wireNumber,
  sum_squares: wireNumber,
  denominator_sum: wireNumber.nullish(),
  denominator_sum_squares: wireNumber.nullish(),
  numerator_denominator_sum_product: wireNumber.nullish(),
  validation_failures: z.array(text).nullish(),
  method: z.enum(METHODS).nullish(),
  significant: z.boolean().nullish(),
  chance_to_win: wireNumber.nullish(),
  credible_interval: interval,
  p_value: wireNumber.nullish(),
  confidence_interval: interval,
});
const variantRow = object({ ...baselineRow.shape, method: z.enum(METHODS) });
const metricResult = object({
  baseline: baselineRow.nullish(),
  variant_results: z.array(variantRow).nullish(),
  breakdown_results: z
    .array(object({ breakdown_value: z.array(z.unknown()), baseline: baselineRow, variants: z.array(variantRow) }))
    .nullish(),
});
const results = object({
  id: wireKey,
  status: z.enum(['pending', 'in_progress', 'completed', 'failed']),
  total_metrics: wireCount,
  completed_metrics: wireCount,
  failed_metrics: wireCount,
  created_at: wireTime,
  completed_at: wireTime.nullable(),
  query_to: wireTime.nullable(),
  result_source: z.enum(['recalculation', 'timeseries_fallback']),
  is_existing: z.boolean().nullish(),
  results: z
    .array(
      object({
        metric_uuid: text,
        status: z.enum(['pending', 'completed', 'failed']),
        result: metricResult.nullable(),
        error_message: nullableText,
      }),
    )
    .nullish(),
  active_run: object({ id: wireKey, status: text }).nullish(),
});
const exposures = object({
  total_exposures: z.record(text, wireCount),
  timeseries: z.array(object({ variant: text, days: z.array(text), exposure_counts: z.array(wireNumber) })),
  sample_ratio_mismatch: object({ expected: z.record(text, wireNumber), p_value: wireNumber }).nullish(),
  bias_risk: object({ multiple_variant_percentage: wireNumber }).nullish(),
});
const timeseries = object({
  status: z.enum(['pending', 'completed', 'partial', 'failed']),
  timeseries: z.record(text, metricResult.nullable()),
  errors: z.record(text, text).nullable(),
  computed_at: wireTime.nullable(),
  recalculation_status: z.enum(['pending', 'in_progress']).nullish(),
});
const activity = object({
  results: z.array(
    object({
      created_at: wireTime,
      activity: text,
      scope: text,
      user: object({ first_name: text, email: text }).nullable(),
      detail: object({
        changes: z.array(object({ field: nullableText, before: z.unknown(), after: z.unknown() })).nullish(),
      }),
    }),
  ),
  next: nullableText,
  total_count: wireCount,
});

const page = <T extends z.ZodType>(row: T) => object({ count: wireCount, next: nullableText, results: z.array(row) });

const holdout = object({
  id: wireId,
  name: text,
  description: nullableText,
  filters: z.array(object({ rollout_percentage: wirePercent })),
  created_at: wireTime,
  updated_at: wireTime,
});
const savedMetric = object({
  id: wireId,
  name: text,
  description: nullableText,
  query: sharedDefinition,
  tags: z.array(text),
  created_at: wireTime,
  updated_at: wireTime,
});

/** By what they answer. */
export const SHAPES = {
  me: object({ first_name: text, email: text, team: object({ id: wireId }).nullable() }),
  key: object({ scopes: z.array(text) }),
  projects: page(object({ id: wireId, name: text })),
  project: object({ id: wireId, name: text }),
  list: page(listRow),
  detail,
  flag,
  flags: page(flag),
  activity,
  results,
  exposures,
  timeseries,
  stats: object({
    launched_last_30d: wireCount,
    launched_previous_30d: wireCount,
    percent_change: wireNumber,
    active_experiments: wireCount,
    completed_last_30d: wireCount,
  }),
  holdouts: page(holdout),
  holdout,
  savedMetrics: page(savedMetric),
  savedMetric,
  events: page(object({ name: text, last_seen_at: wireTime.nullable() })),
  runningTime: object({
    baseline_value: wireNumber.nullable(),
    variance: wireNumber.nullable(),
    recommended_sample_size: wireNumber,
    recommended_running_time_days: wireNumber,
  }),
} as const satisfies Record<string, z.ZodType>;
