import { z } from 'zod';
import { flagView, flagWire, originalKey, viewFlag } from './flag.js';
import { experimentUrl } from './link.js';
import { metricAmongOthers } from './metric.js';
import { breakdownName } from './metric-breakdowns.js';
import { metricView, viewMetric } from './metric-words.js';
import { withoutOddRows } from './odd-rows.js';
import { plainOrQuoted } from './quote.js';
import { settingsOf } from './settings-json.js';
import { wireId, wireNumber, wireTime } from './wire.js';

const userWire = z.looseObject({
  id: z.number().nullish(),
  first_name: z.string().nullish(),
  last_name: z.string().nullish(),
});

const savedMetricLink = z.looseObject({
  saved_metric: wireId,
  name: z.string().nullish(),
  metadata: z.looseObject({ type: z.string().nullish() }).nullish(),
  query: metricAmongOthers.nullish(),
});

/**
 * An experiment as PostHog answers it, tolerant of fields and statuses that newer or older builds have. List rows lack
 * metrics, statistics and exposure criteria.
 */
const experimentFields = z.looseObject({
  id: wireId,
  name: z.string(),
  description: z.string().nullish(),
  status: z.string().nullish(),
  type: z.string().nullish(),
  start_date: wireTime.nullish(),
  end_date: wireTime.nullish(),
  created_at: wireTime.nullish(),
  updated_at: wireTime.nullish(),
  created_by: userWire.nullish(),
  feature_flag_key: z.string(),
  feature_flag: flagWire.nullish(),
  archived: z.boolean().nullish(),
  deleted: z.boolean().nullish(),
  conclusion: z.string().nullish(),
  conclusion_comment: z.string().nullish(),
  flag_cleanup_task_id: z.string().nullish(),
  metrics: z.array(metricAmongOthers).nullish(),
  metrics_secondary: z.array(metricAmongOthers).nullish(),
  saved_metrics: z.array(savedMetricLink).nullish(),
  stats_config: z.looseObject({ method: z.string().nullish() }).nullish(),
  exposure_criteria: z
    .looseObject({
      filterTestAccounts: z.boolean().nullish(),
      multiple_variant_handling: z.string().nullish(),
      exposure_config: z.looseObject({ event: z.string().nullish() }).nullish(),
    })
    .nullish(),
  running_time_calculation: z
    .looseObject({
      minimum_detectable_effect: wireNumber.nullish(),
      recommended_sample_size: wireNumber.nullish(),
      recommended_running_time: wireNumber.nullish(),
    })
    .nullish(),
  holdout: z.looseObject({ id: wireId, name: z.string().nullish() }).nullish(),
  holdout_id: wireId.nullish(),
  exposure_cohort: wireId.nullish(),
  excluded_variants: z.array(z.string()).nullish(),
  only_count_matured_users: z.boolean().nullish(),
  is_legacy: z.boolean().nullish(),
  tags: z.array(z.string()).nullish(),
  version: z.number().nullish(),
  health: z.unknown().optional(),
  unreadable: z.array(z.string()).optional().catch(undefined),
  resolved_exposure_event: z.string().nullish().catch(null),
});

const LISTS = [
  { kind: 'link to saved metric', path: ['saved_metrics'], row: savedMetricLink },
  { kind: 'excluded variant', path: ['excluded_variants'], row: z.string() },
  { kind: 'tag', path: ['tags'], row: z.string() },
] as const;

function readable(experiment: unknown): unknown {
  const { value, problems } = withoutOddRows(experiment, LISTS);
  return problems.length === 0 ? experiment : { ...Object(value), unreadable: problems };
}

/**
 * The same, on the flag that it says it is on: writes to the flag go by the flag's own id. A member of a list that cannot be
 * read is named under `unreadable`, and the others stay.
 */
export const experimentWire = z.preprocess(
  readable,
  experimentFields.refine(({ feature_flag: flag, feature_flag_key: key }) => !flag || originalKey(flag) === key, {
    path: ['feature_flag', 'key'],
    error: 'must be the same as feature_flag_key',
  }),
);

export type Experiment = z.output<typeof experimentWire>;

/**
 * PostHog's `status`, as a word that can stand in a sentence; or its derivation where an older build leaves it out: dates first,
 * then whether the flag is on.
 */
export function statusOf(experiment: Experiment): string {
  if (experiment.status) return plainOrQuoted(experiment.status);
  if (!experiment.start_date) return 'draft';
  if (experiment.end_date) return 'stopped';
  return experiment.feature_flag && !experiment.feature_flag.active ? 'paused' : 'running';
}

/** Launched and not ended: enrolling, paused or frozen. */
export function isLive(experiment: Experiment): boolean {
  return Boolean(experiment.start_date) && !experiment.end_date;
}

export const experimentView = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string(),
  feature_flag_key: z.string(),
  url: z.string().optional(),
  description: z.string().optional(),
  type: z.string().optional(),
  start_date: z.string().optional(),
  end_date: z.string().optional(),
  conclusion: z.string().optional(),
  conclusion_comment: z.string().optional(),
  archived: z.boolean().optional(),
  deleted: z.boolean().optional(),
  feature_flag: flagView.optional(),
  metrics: z.array(metricView).optional(),
  saved_metrics: z
    .array(
      z.object({
        id: z.number(),
        name: z.string().optional(),
        role: z.string(),
        breakdowns: z.array(z.string()).optional(),
      }),
    )
    .optional(),
  primary_order: z.array(z.string()).optional(),
  secondary_order: z.array(z.string()).optional(),
  stats_method: z.string().optional(),
  confidence_level: z.number().optional(),
  difference_type: z.string().optional(),
  sequential_testing: z.string().optional(),
  cuped: z.string().optional(),
  baseline_variant: z.string().optional(),
  filter_test_accounts: z.boolean().optional(),
  multiple_variant_handling: z.string().optional(),
  exposure_event: z.string().optional(),
  exposure_filters: z.array(z.string()).optional(),
  minimum_detectable_effect: z.number().optional(),
  recommended_sample_size: z.number().optional(),
  recommended_running_time: z.number().optional(),
  holdout: z.object({ id: z.number(), name: z.string().optional() }).optional(),
  exposure_cohort_id: z.number().optional(),
  excluded_variants: z.array(z.string()).optional(),
  only_count_matured_users: z.boolean().optional(),
  is_legacy: z.boolean().optional(),
  tags: z.array(z.string()).optional(),
  created_by: z.string().optional(),
  created_by_id: z.number().optional(),
  created_at: z.string().optional(),
  updated_at: z.string().optional(),
  version: z.number().optional(),
  stats_config: z.looseObject({}).optional(),
  exposure_criteria: z.looseObject({}).optional(),
  unreadable: z.array(z.string()).optional(),
});

export type ExperimentView = z.output<typeof experimentView>;

/** Settings that an experiment does not set, with what applies instead. */
export const defaultsView = experimentView
  .pick({
    stats_method: true,
    confidence_level: true,
    difference_type: true,
    sequential_testing: true,
    cuped: true,
    baseline_variant: true,
    multiple_variant_handling: true,
  })
  .extend({ ensure_experience_continuity: z.boolean().optional() });

export type Defaults = z.output<typeof defaultsView>;

/** Drops what says nothing: null, undefined, "", [], false. */
export function compact(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) =>
        value !== null &&
        value !== undefined &&
        value !== '' &&
        value !== false &&
        !(Array.isArray(value) && !value.length),
    ),
  );
}

export function personName(user: Experiment['created_by']): string {
  return [user?.first_name, user?.last_name]
    .filter(Boolean)
    .join(' ')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ');
}

function breakdownsOf(metadata: unknown): { breakdowns?: string[] } {
  const { breakdowns } = Object(metadata);
  return Array.isArray(breakdowns) && breakdowns.length > 0 ? { breakdowns: breakdowns.map(breakdownName) } : {};
}

function uuidsIn(order: unknown): string[] | undefined {
  return z.array(z.string()).safeParse(order).data;
}

/** What a reader needs of an experiment, without the ids, emails and caches that PostHog adds. */
export function viewExperiment(
  experiment: Experiment,
  { origin, project, detail = 'concise' }: { origin: string; project: number; detail?: 'concise' | 'full' },
): ExperimentView {
  const metrics = [
    ...(experiment.metrics ?? []).map((metric) => viewMetric(metric, 'primary', detail)),
    ...(experiment.metrics_secondary ?? []).map((metric) => viewMetric(metric, 'secondary', detail)),
  ];
  // Shown also where it is false: then internal users count.
  const { filter_test_accounts, ...settings } = settingsOf(experiment);
  return experimentView.parse({
    id: experiment.id,
    name: experiment.name,
    status: statusOf(experiment),
    feature_flag_key: experiment.feature_flag_key,
    url: experimentUrl({ origin, project }, experiment.id),
    ...(experiment.feature_flag ? { feature_flag: viewFlag(experiment.feature_flag, detail) } : {}),
    ...(filter_test_accounts === undefined ? {} : { filter_test_accounts }),
    ...(experiment.holdout ? { holdout: { id: experiment.holdout.id, name: experiment.holdout.name ?? '' } } : {}),
    ...compact({
      description: experiment.description,
      type: experiment.type,
      start_date: experiment.start_date,
      end_date: experiment.end_date,
      conclusion: experiment.conclusion,
      conclusion_comment: experiment.conclusion_comment,
      archived: experiment.archived,
      deleted: experiment.deleted,
      metrics,
      saved_metrics: (experiment.saved_metrics ?? []).map((link) => ({
        id: link.saved_metric,
        ...(link.name ? { name: link.name } : {}),
        role: link.metadata?.type ?? 'primary',
        ...breakdownsOf(link.metadata),
      })),
      primary_order: uuidsIn(experiment.primary_metrics_ordered_uuids),
      secondary_order: uuidsIn(experiment.secondary_metrics_ordered_uuids),
      ...settings,
      exposure_cohort_id: experiment.exposure_cohort,
      excluded_variants: experiment.excluded_variants,
      only_count_matured_users: experiment.only_count_matured_users,
      is_legacy: experiment.is_legacy,
      tags: experiment.tags,
      created_by: personName(experiment.created_by),
      created_at: experiment.created_at,
      updated_at: experiment.updated_at,
      version: experiment.version,
      unreadable: experiment.unreadable,
      ...(detail === 'full'
        ? {
            created_by_id: experiment.created_by?.id,
            stats_config: experiment.stats_config,
            exposure_criteria: experiment.exposure_criteria,
          }
        : {}),
    }),
  });
}
