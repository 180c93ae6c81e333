import type { Context } from '../http/router.js';
import { originalKey } from '../rows/flag-key.js';
import { variantsOf } from '../rows/guards.js';
import { statusOf } from '../rows/status.js';
import { isObject } from '../store/json.js';
import type { ExperimentRow, FlagRow, JsonObject } from '../store/model.js';
import { flagOf, type Store } from '../store/store.js';
import { metricEvents } from '../validation/metrics.js';

function outcomeOf(row: ExperimentRow, store: Store): JsonObject | null {
  const run = store.results.recalculations.findLast(
    (one) => one.experiment_id === row.id && one.status === 'completed',
  );
  const [metric] = row.metrics;
  const result = run?.outcomes.find(({ metric_uuid: uuid }) => uuid === metric?.uuid)?.result;
  if (!run || !metric || !isObject(result)) return null;
  const baseline = isObject(result.baseline) ? result.baseline : {};
  const variants = (Array.isArray(result.variant_results) ? result.variant_results : []).filter(isObject);
  const samples = [baseline, ...variants].map(({ number_of_samples: count }) =>
    typeof count === 'number' ? count : 0,
  );
  const [people = 0] = samples;
  const total = samples.reduce((sum, count) => sum + count, 0);
  const isRate = metric.metric_type === 'funnel' || metric.metric_type === 'mean';
  return {
    metric_type: metric.metric_type,
    metric_samples: total,
    // Retention and ratio metrics count those who started, not those who were exposed.
    analyzed_exposures: isRate ? total : null,
    control_baseline_value: isRate && people > 0 && typeof baseline.sum === 'number' ? baseline.sum / people : null,
    any_variant_significant: variants.some(({ significant }) => significant === true),
    result_completed_at: run.completed_at,
    result_data_through: run.query_to,
  };
}

function flagFacts(flag: FlagRow) {
  const variants = variantsOf(flag);
  const served = variants.filter(({ rollout_percentage: share }) => share > 0);
  const [only] = served.length === 1 ? served : [];
  const shares = variants.map(({ rollout_percentage: share }) => share);
  return {
    feature_flag_key: originalKey(flag),
    variant_count: variants.length,
    // A shipped variant says nothing of how the experiment was split.
    split_even: only ? null : Math.max(...shares) - Math.min(...shares) <= 1,
    serving_single_variant: only?.key ?? null,
    rollout_percentage: flag.filters.groups[0]?.rollout_percentage ?? 100,
    ensure_experience_continuity: flag.ensure_experience_continuity ?? false,
    bucketing_identifier: flag.bucketing_identifier,
    evaluation_runtime: flag.evaluation_runtime,
    group_aggregation: typeof flag.filters.aggregation_group_type_index === 'number',
  };
}

function exposureFacts({ exposure_criteria: criteria }: ExperimentRow) {
  const part = (key: string) => (isObject(criteria?.[key]) ? criteria[key] : {});
  const [exposure, activation] = [part('exposure_config'), part('activation_config')];
  const handling = criteria?.multiple_variant_handling;
  return {
    multiple_variant_handling: handling ?? 'exclude',
    multiple_variant_handling_set: handling !== undefined,
    custom_exposure_event: exposure.event ?? null,
    custom_exposure_action_id: exposure.id ?? null,
    exposure_property_filters: Array.isArray(exposure.properties) ? exposure.properties : [],
    activation_event: activation.event ?? null,
    activation_action_id: activation.id ?? null,
    filter_test_accounts: criteria?.filterTestAccounts ?? true,
  };
}

function entryOf(row: ExperimentRow, store: Store) {
  const flag = flagOf(row, store);
  const { id, name, created_at, start_date, end_date, conclusion, metrics, metrics_secondary } = row;
  return {
    ...{ id, name, state: statusOf(row, flag), created_at, start_date, end_date, conclusion },
    ...flagFacts(flag),
    ...exposureFacts(row),
    primary_metric_count: metrics.length,
    secondary_metric_count: metrics_secondary.length,
    shared_metric_count: row.saved_metrics.length,
    primary_metric_types: [...new Set(metrics.map(({ metric_type: type }) => type))],
    primary_metric_events: [...metricEvents(metrics)],
    primary_metric_action_ids: [],
    minimum_detectable_effect: row.running_time_calculation?.minimum_detectable_effect ?? null,
    stats_method: row.stats_config?.method ?? null,
    has_holdout: row.holdout_id !== null,
    outcome: outcomeOf(row, store),
  };
}

type Entry = ReturnType<typeof entryOf>;

function summaryOf(entries: readonly Entry[]) {
  const count = (keep: (entry: Entry) => boolean) => entries.filter(keep).length;
  const launched = (keep: (exposures: unknown, entry: Entry) => boolean) =>
    count((entry) => entry.start_date !== null && keep(entry.outcome?.analyzed_exposures, entry));
  return {
    total: entries.length,
    launched: launched(() => true),
    launched_without_results: launched((_, { outcome }) => outcome === null),
    launched_with_unknown_analyzed_exposures: launched((exposures) => exposures === null),
    launched_with_zero_analyzed_exposures: launched((exposures) => exposures === 0),
    launched_with_under_100_analyzed_exposures: launched(
      (exposures) => typeof exposures === 'number' && exposures < 100,
    ),
    using_device_id_bucketing: count(({ bucketing_identifier: by }) => by === 'device_id'),
    using_persistence: count(({ ensure_experience_continuity: persists }) => persists),
    using_custom_exposure: count((entry) => (entry.custom_exposure_event ?? entry.custom_exposure_action_id) !== null),
    using_exposure_property_filters: count(({ exposure_property_filters: filters }) => filters.length > 0),
    using_activation: count((entry) => (entry.activation_event ?? entry.activation_action_id) !== null),
    using_uneven_split: count(({ split_even: even }) => even === false),
    serving_single_variant: count(({ serving_single_variant: only }) => only !== null),
  };
}

/** The newest experiments with how they were set up and came out, and how often each way was chosen. */
export function previousExperiments(limit: number, { store, project }: Context) {
  const rows = [...store.experiments.values()].filter((row) => row.project_id === project.id && !row.deleted);
  rows.sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at) || b.id - a.id);
  const experiments = rows.slice(0, limit).map((row) => entryOf(row, store));
  return { experiments, summary: summaryOf(experiments) };
}
