import { type Experiment, statusOf } from '../../schema/experiment.js';
import { type Metric, withoutServerFields } from '../../schema/metric.js';
import { measures } from '../../schema/metric-words.js';
import type { Change } from '../../tool.js';
import { differences } from './compare.js';
import { flagChanges } from './flag-changes.js';

/** Fields that a write can change and a reader cares about; caches, versions and timestamps of the row are not. */
const FIELDS = [
  'name',
  'description',
  'start_date',
  'end_date',
  'archived',
  'deleted',
  'conclusion',
  'conclusion_comment',
  'exposure_cohort',
  'holdout_id',
  'excluded_variants',
  'only_count_matured_users',
  'stats_config',
  'exposure_criteria',
  'running_time_calculation',
  'primary_metrics_ordered_uuids',
  'secondary_metrics_ordered_uuids',
  'tags',
] as const;

/** Before and after of everything that differs between two states of one experiment, as dotted paths. */
export function changesBetween(before: Experiment, after: Experiment): Change[] {
  return [
    ...differences('', comparable(before), comparable(after)),
    ...flagChanges(before.feature_flag, after.feature_flag),
  ];
}

/** Whether the flag of a new experiment was made with it. */
export type FlagOrigin = 'new' | 'linked';

/** The one change that a new experiment is. Where its flag comes from is left out when nobody knows. */
export function creationOf(experiment: Experiment, origin?: FlagOrigin): Change[] {
  const { id, name, feature_flag_key } = experiment;
  const metrics = [
    ...(experiment.metrics ?? []).map((metric) => `primary: ${measures(metric)}`),
    ...(experiment.metrics_secondary ?? []).map((metric) => `secondary: ${measures(metric)}`),
  ];
  const after = {
    id,
    name,
    feature_flag_key,
    ...(origin ? { feature_flag: origin } : {}),
    ...(metrics.length > 0 ? { metrics } : {}),
  };
  return [{ path: 'experiment', before: null, after }];
}

function comparable(experiment: Experiment): Record<string, unknown> {
  const fields = Object.fromEntries(FIELDS.map((field) => [field, experiment[field]]));
  return {
    status: statusOf(experiment),
    ...fields,
    metrics: byUuid(experiment.metrics),
    metrics_secondary: byUuid(experiment.metrics_secondary),
    saved_metrics: Object.fromEntries(
      (experiment.saved_metrics ?? []).map(({ saved_metric, metadata }) => [
        saved_metric,
        { ...metadata, type: metadata?.type ?? 'primary' },
      ]),
    ),
  };
}

function byUuid(metrics: readonly Metric[] | null | undefined): Record<string, unknown> {
  return Object.fromEntries(
    (metrics ?? []).map((metric, index) => [metric.uuid ?? index, withoutServerFields(metric)]),
  );
}
