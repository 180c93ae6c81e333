import { z } from 'zod';
import { TRAIT_NAMES } from '../crowd/traits.js';
import { ApiError } from '../http/api-error.js';
import { ACTIONS, RECALCULATION_ERAS, ROLLOUTS } from '../store/model.js';
import { validateExposureCriteria, validateRunningTime, validateStatsConfig } from '../validation/config.js';
import { CONCLUSIONS, MAX_DESCRIPTION, MAX_NAME } from '../validation/fields.js';
import { MAX_FLAG_KEY, validateFlagKey } from '../validation/flag-config.js';
import { MAX_VARIANTS } from '../validation/flag-input.js';
import { legacyType, METRIC_TYPES } from '../validation/metric-schema.js';
import { metricError } from '../validation/metrics.js';

/** Times count back from the clock of the sandbox; a century is as far as they reach. */
const MAX_DAYS = 36_500;
const HOURS_PER_DAY = 24;
/** Float drift that a sum of splits may have, percent. */
const SUM_TOLERANCE = 1e-9;

type Refine<T> = (value: T, context: z.RefinementCtx<T>) => void;

/** What the API's own check says against a value, if anything. */
function objection(check: () => unknown): string | undefined {
  try {
    check();
  } catch (error) {
    if (error instanceof ApiError) return error.message;
    throw error;
  }
  return undefined;
}

function asTheApi<T>(check: (value: T) => unknown): Refine<T> {
  return (value, context) => {
    const message = objection(() => check(value));
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  };
}

const object = z.record(z.string(), z.unknown());
const daysAgo = z.number().min(0).max(MAX_DAYS);
const count = z.int().nonnegative();
const percent = z.number().min(0).max(100);
const ageHours = z
  .number()
  .min(0)
  .max(MAX_DAYS * HOURS_PER_DAY)
  .nullable();

const variant = z.strictObject({
  key: z.string().min(1).max(MAX_FLAG_KEY),
  name: z.string().optional(),
  split_percent: percent,
});

const resultRow = z
  .strictObject({
    number_of_samples: count,
    sum: z.number(),
    sum_squares: z.number(),
    step_counts: z.array(count),
    denominator_sum: z.number(),
    denominator_sum_squares: z.number(),
    numerator_denominator_sum_product: z.number(),
    covariate_sum: z.number(),
    covariate_sum_squares: z.number(),
    covariate_sum_product: z.number(),
  })
  .partial();

const metric = z
  .strictObject({
    name: z.string().max(MAX_NAME).optional(),
    role: z.enum(['primary', 'secondary']).default('primary'),
    metric_type: z.enum(METRIC_TYPES),
    goal: z.enum(['increase', 'decrease']).optional(),
    query: object.optional(),
    data: z.record(z.string(), resultRow).default({}),
  })
  .superRefine(({ query, metric_type: type }, context) => {
    if (query === undefined) return;
    const legacy = legacyType(query.kind);
    const error = legacy === undefined ? metricError(query) : undefined;
    const said = legacy ?? query.metric_type;
    const message = error ?? (said === type ? undefined : `metric_type must be '${type}', as beside the query`);
    if (message !== undefined) context.addIssue({ code: 'custom', path: ['query'], message });
  });

const activity = z.strictObject({
  days_ago: daysAgo,
  activity: z.string().min(1),
  fields: z.array(z.string()).default([]),
});

const experimentShape = z.strictObject({
  name: z.string().trim().min(1).max(MAX_NAME),
  feature_flag_key: z.string().superRefine(asTheApi(validateFlagKey)),
  description: z.string().max(MAX_DESCRIPTION).nullable().default(''),
  type: z.enum(['product', 'web']).nullable().default('product'),
  variants: z.array(variant).min(1).max(MAX_VARIANTS).optional(),
  rollout_percentage: percent.optional(),
  flag_active: z.boolean().optional(),
  archived: z.boolean().default(false),
  started_days_ago: daysAgo.nullable().default(null),
  ended_days_ago: daysAgo.nullable().default(null),
  conclusion: z.enum(CONCLUSIONS).nullable().default(null),
  stats_config: object.nullable().default({ method: 'bayesian' }),
  exposure_criteria: object
    .nullable()
    .superRefine(asTheApi(validateExposureCriteria))
    .default({ filterTestAccounts: true }),
  running_time_calculation: object.nullable().superRefine(asTheApi(validateRunningTime)).default({}),
  exposures: z.record(z.string(), count).default({}),
  metrics: z.array(metric).default([]),
  activity: z.array(activity).default([]),
  results_age_hours: ageHours.default(0),
  /** Absent: as old as the others. */
  daily_results_age_hours: ageHours.optional(),
  people: z
    .strictObject({
      mismatch_in: z.strictObject({ property: z.enum(TRAIT_NAMES), value: z.string().min(1) }).optional(),
      several_by: z.enum(['device', 'login', 'same_id']).optional(),
      without_variant_percent: percent.optional(),
      internal_percent: percent.optional(),
      visitors_percent: z.number().min(0).max(1000).optional(),
      visitors_before_percent: z.number().min(0).max(1000).optional(),
    })
    .optional(),
});

type ExperimentShape = z.output<typeof experimentShape>;

const checkSplit: Refine<ExperimentShape> = ({ variants = [] }, context) => {
  const issue = (message: string) => context.addIssue({ code: 'custom', path: ['variants'], message });
  const sum = variants.reduce((total, { split_percent: split }) => total + split, 0);
  if (variants.length > 0 && Math.abs(sum - 100) > SUM_TOLERANCE) {
    issue(`split_percent must sum to 100, got ${Number(sum.toFixed(10))}`);
  }
  if (new Set(variants.map(({ key }) => key)).size < variants.length) issue('keys must be unique');
};

const checkDates: Refine<ExperimentShape> = ({ started_days_ago: started, ended_days_ago: ended }, context) => {
  if (started === null || ended === null || ended < started) return;
  context.addIssue({ code: 'custom', path: ['ended_days_ago'], message: 'must be less than started_days_ago' });
};

/** Of whom a funnel's or retention's `sum` counts those that converted, and what says how many they are. */
function peopleOf(type: string, row: z.output<typeof resultRow>, exposed: number | undefined) {
  if (type === 'retention' && row.denominator_sum !== undefined)
    return ['denominator_sum', row.denominator_sum] as const;
  if (row.number_of_samples !== undefined) return ['number_of_samples', row.number_of_samples] as const;
  return ['the exposures', exposed ?? Number.POSITIVE_INFINITY] as const;
}

const checkCounts: Refine<ExperimentShape> = ({ metrics, exposures }, context) => {
  for (const [at, { metric_type: type, data }] of metrics.entries()) {
    // Mean and ratio sum values, which have no such limit.
    if (type !== 'funnel' && type !== 'retention') continue;
    for (const [variant, row] of Object.entries(data)) {
      const [source, people] = peopleOf(type, row, exposures[variant]);
      if (row.sum === undefined || row.sum <= people) continue;
      const message = `must be at most ${people}, by ${source}; it counts those of them who converted`;
      context.addIssue({ code: 'custom', path: ['metrics', at, 'data', variant, 'sum'], message });
    }
  }
};

const experimentSchema = experimentShape.superRefine(checkSplit).superRefine(checkDates).superRefine(checkCounts);

/** A metric as a scenario describes it; the stored `ExperimentMetric` is made from it. */
export type ScenarioMetric = z.output<typeof metric>;
export type ScenarioExperiment = z.output<typeof experimentSchema>;

/** Variants of a flag for which no experiment of the scenario names any. */
const DEFAULT_VARIANTS: readonly z.output<typeof variant>[] = [
  { key: 'control', name: 'Control Group', split_percent: 50 },
  { key: 'test', name: 'Test Variant', split_percent: 50 },
];

/** The experiments of each flag, by its key. */
export function experimentsByFlag(experiments: readonly ScenarioExperiment[]): Map<string, ScenarioExperiment[]> {
  const byFlag = new Map<string, ScenarioExperiment[]>();
  for (const item of experiments) {
    const sharers = byFlag.get(item.feature_flag_key);
    if (sharers) sharers.push(item);
    else byFlag.set(item.feature_flag_key, [item]);
  }
  return byFlag;
}

/** Variants of the flag of these experiments: those of the first that names any. */
export function variantsOfFlag(sharers: readonly ScenarioExperiment[]) {
  return sharers.find((item) => item.variants !== undefined)?.variants ?? DEFAULT_VARIANTS;
}

/** A variant that the flag does not have is a misspelt one: its data would silently count for nothing. */
const checkVariantKeys: Refine<{ experiments: readonly ScenarioExperiment[] }> = ({ experiments }, context) => {
  const byFlag = experimentsByFlag(experiments);
  for (const [index, item] of experiments.entries()) {
    const keys = variantsOfFlag(byFlag.get(item.feature_flag_key) ?? [item]).map(({ key }) => key);
    const issue = (path: (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path: ['experiments', index, ...path], message });
    const unknown = (path: (string | number)[], key: string) =>
      issue([...path, key], `the flag has no such variant; its variants are ${keys.join(', ')}`);
    for (const key of Object.keys(item.exposures)) {
      if (!keys.includes(key) && key !== '$multiple' && !key.startsWith('holdout-')) unknown(['exposures'], key);
    }
    for (const [at, { data }] of item.metrics.entries()) {
      for (const key of Object.keys(data)) if (!keys.includes(key)) unknown(['metrics', at, 'data'], key);
    }
    const stats = objection(() => validateStatsConfig(item.stats_config, keys));
    if (stats !== undefined) issue(['stats_config'], stats);
  }
};

const repository = z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'must be owner/name');

const share = z.number().min(0).max(1).nullable().default(null);

const traffic = z.strictObject({
  libs: z
    .array(
      z.strictObject({
        lib: z.string().nullable(),
        category: z.enum(['web', 'mobile', 'server', 'other']),
        calls: count,
        distinct_ids: count,
        device_id_share: z.number().min(0).max(1),
        locally_evaluated_share: share,
        anonymous_share: share,
      }),
    )
    .optional(),
  events: z
    .record(
      z.string(),
      z.strictObject({
        persons: count,
        events: count,
        anonymous_share: share,
        device_id_share: share,
        among: z
          .record(z.string(), z.strictObject({ persons: count, events: count, sum_squares: z.number().min(0) }))
          .default({}),
      }),
    )
    .default({}),
});

const experimentsConfig = z.strictObject({
  default_experiment_confidence_level: z.enum(['0.90', '0.95', '0.99']).nullable().default(null),
  default_experiment_stats_method: z.enum(['bayesian', 'frequentist']).nullable().default('bayesian'),
  default_only_count_matured_users: z.boolean().default(false),
  default_cuped_enabled: z.boolean().default(false),
  default_cuped_lookback_days: z.int().min(1).max(30).nullable().default(14),
  default_minimum_detectable_effect: z.number().min(1).max(100).nullable().default(null),
  default_sequential_testing_enabled: z.boolean().default(false),
  default_sequential_tuning_parameter: z.number().positive().nullable().default(null),
  flag_cleanup_repository: repository.nullable().default(null),
});

const testAccountFilter = z.strictObject({
  key: z.string().min(1),
  type: z.enum(['event', 'person', 'hogql']),
  value: z.union([z.string(), z.number(), z.array(z.union([z.string(), z.number()]))]).optional(),
  operator: z.string().default('exact'),
});

export const scenarioSchema = z
  .strictObject({
    project: z
      .strictObject({ id: z.int().positive().default(1), name: z.string().min(1) })
      .default({ id: 1, name: 'Hedgebox' }),
    events: z.array(z.string().min(1)).default([]),
    approvals: z.array(z.enum(ACTIONS)).default([]),
    rollouts: z.array(z.enum(ROLLOUTS)).default([]),
    recalculation: z.enum(RECALCULATION_ERAS).default('paced'),
    prompts: z
      .array(z.strictObject({ name: z.string().min(1), versions: z.array(count.min(1)).min(1) }))
      .nullable()
      .default(null),
    repositories: z.array(repository).default([]),
    keeps_variants: z.boolean().default(true),
    traffic: traffic.nullable().default(null),
    experiments_config: experimentsConfig.nullable().default(null),
    test_account_filters: z.array(testAccountFilter).default([]),
    actions: z.array(z.strictObject({ id: z.int().positive(), name: z.string().min(1) })).default([]),
    experiments: z.array(experimentSchema).default([]),
  })
  .superRefine(checkVariantKeys);

/** A parsed scenario file, with its defaults. */
export type Scenario = z.output<typeof scenarioSchema>;
/** A scenario file as it is written. */
export type ScenarioInput = z.input<typeof scenarioSchema>;
