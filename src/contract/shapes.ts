import { z } from 'zod';
import { CONCLUSIONS } from '../schema/conclusion.js';
import { wireCount, wireId, wireNumber, wirePercent, wireTime } from '../schema/wire.js';
import { metric, sharedDefinition } from './metric-shapes.js';
import { exposures, METHODS, results, timeseries } from './result-shapes.js';

/**
 * What PostHog's answers are expected to hold, as of October 2026: every field that the tools rely on, and every closed set
 * of values that they know. The schemas that tools read with bear much more; these say where PostHog has moved on. Fields
 * that are not named here may come and go.
 */

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
