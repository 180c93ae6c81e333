import type { Experiment } from '../schema/experiment.js';
import { rolloutOf, variantsOf } from '../schema/flag.js';
import { type Metric, type MetricRole, withoutServerFields } from '../schema/metric.js';
import type { Undo } from '../tool.js';
import { restoring } from './undo.js';
import type { UpdateBefore } from './update.js';
import { CLEARABLE, PLAIN_FIELDS, type Update } from './update-request.js';

/** What each input of `experiment-update` was before. */
function storedInputs({ stats_config, exposure_criteria, running_time_calculation, ...rest }: Experiment) {
  return {
    name: rest.name,
    description: rest.description,
    start_date: rest.start_date,
    end_date: rest.end_date,
    archived: rest.archived ?? false,
    conclusion: rest.conclusion,
    conclusion_comment: rest.conclusion_comment,
    holdout_id: rest.holdout_id ?? rest.holdout?.id,
    tags: rest.tags?.length ? rest.tags : null,
    stats_method: stats_config?.method,
    filter_test_accounts: exposure_criteria?.filterTestAccounts,
    multiple_variant_handling: exposure_criteria?.multiple_variant_handling,
    exposure_event: exposure_criteria?.exposure_config?.event,
    minimum_detectable_effect: running_time_calculation?.minimum_detectable_effect,
    recommended_sample_size: running_time_calculation?.recommended_sample_size,
    recommended_running_time: running_time_calculation?.recommended_running_time,
  };
}

/** The call that puts back what this update changed, and nothing else. */
export function undoOfUpdate(input: Update, before: UpdateBefore, after: Experiment): Undo {
  if (!before) return { tool: 'experiment-delete', arguments: { id: input.id } };
  const { experiment } = before;
  if (input.start_date !== undefined && !experiment.start_date) {
    const disable_feature_flag = experiment.feature_flag?.active !== true;
    return { tool: 'experiment-reset', arguments: { id: input.id, disable_feature_flag } };
  }
  const lost = unrestorable(input, experiment);
  if (lost) return { not_reversible_because: lost };
  const stored = storedInputs(experiment);
  const touched = [...PLAIN_FIELDS, ...CLEARABLE].filter(
    (name) => input[name] !== undefined || input.clear?.some((cleared) => cleared === name),
  );
  return {
    tool: 'experiment-update',
    arguments: {
      id: input.id,
      ...restoring(Object.fromEntries(touched.map((name) => [name, stored[name]]))),
      ...flagBefore(input, experiment),
      ...metricBefore(input, experiment, after),
    },
  };
}

/** Exposure rules beyond a plain event have no input of their own, so an update cannot bring them back. */
function unrestorable(input: Update, { exposure_criteria }: Experiment): string | undefined {
  const touched = input.exposure_event !== undefined || input.clear?.includes('exposure_event');
  const config = exposure_criteria?.exposure_config;
  const properties = config?.properties;
  const plain = !config || (config.event && (!Array.isArray(properties) || properties.length === 0));
  if (!touched || plain) return undefined;
  return `the exposure rule before was more than an event and must be set again in PostHog: ${JSON.stringify(config)}`;
}

function flagBefore(input: Update, experiment: Experiment): Record<string, unknown> {
  const filters = experiment.feature_flag?.filters;
  if (!filters || (input.variants === undefined && input.rollout_percentage === undefined)) return {};
  return {
    ...(input.variants ? { variants: variantsOf(filters) } : {}),
    ...(input.rollout_percentage === undefined ? {} : { rollout_percentage: rolloutOf(filters) }),
    ...(experiment.start_date ? { update_feature_flag_params: true } : {}),
  };
}

function findMetric(experiment: Experiment, uuid: string): { metric: Metric; role: MetricRole } | undefined {
  const matches = (metric: Metric) => metric.uuid === uuid;
  const primary = experiment.metrics?.find(matches);
  const secondary = experiment.metrics_secondary?.find(matches);
  if (primary) return { metric: primary, role: 'primary' };
  return secondary ? { metric: secondary, role: 'secondary' } : undefined;
}

function asInput({ metric, role }: { metric: Metric; role: MetricRole }): Record<string, unknown> {
  return {
    name: metric.name || 'Metric',
    metric_type: metric.metric_type,
    role,
    query_json: JSON.stringify(withoutServerFields(metric)),
  };
}

function metricBefore(input: Update, before: Experiment, after: Experiment): Record<string, unknown> {
  const saved = {
    ...(input.add_saved_metric_id === undefined ? {} : { remove_saved_metric_id: input.add_saved_metric_id }),
    ...(input.remove_saved_metric_id === undefined ? {} : { add_saved_metric_id: input.remove_saved_metric_id }),
  };
  const gone = input.remove_metric_uuid ?? input.replace_metric_uuid;
  if (gone !== undefined) {
    const found = findMetric(before, gone);
    if (!found) return saved;
    return { ...saved, metric: asInput(found), ...(input.replace_metric_uuid ? { replace_metric_uuid: gone } : {}) };
  }
  if (!input.metric) return saved;
  const all = [...(after.metrics ?? []), ...(after.metrics_secondary ?? [])];
  const added = all.find((metric) => metric.uuid && !findMetric(before, metric.uuid));
  return added ? { ...saved, remove_metric_uuid: added.uuid } : saved;
}
