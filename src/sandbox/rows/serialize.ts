import { metricFingerprint } from '../store/fingerprint.js';
import type { CohortRow, EventRow, ExperimentRow, FlagRow, JsonObject, ProjectRow } from '../store/model.js';
import { ORGANIZATION, type Store } from '../store/store.js';
import { originalKey } from './flag-key.js';
import { freezeBlocker } from './frozen.js';
import { healthFindings } from './health.js';
import { withActionNames } from './metrics.js';
import { holdoutJson, holdoutOf, isLegacy, linkJson } from './related.js';
import { defaultExposureEvent, hasReached, splitChangedAt } from './run.js';
import { statusOf } from './status.js';

function projectedParameters(row: ExperimentRow, flag: FlagRow): JsonObject {
  const { groups, multivariate, payloads, aggregation_group_type_index: aggregation } = flag.filters;
  const variants = (multivariate?.variants ?? []).map((variant) => ({
    ...variant,
    split_percent: variant.rollout_percentage,
  }));
  const rollout = groups[0]?.rollout_percentage ?? null;
  return {
    ...row.parameters,
    feature_flag_variants: variants,
    ...(rollout === null ? {} : { rollout_percentage: rollout }),
    ...(typeof aggregation === 'number' ? { aggregation_group_type_index: aggregation } : {}),
    ...(payloads && Object.keys(payloads).length > 0 ? { feature_flag_payloads: payloads } : {}),
    ...(flag.ensure_experience_continuity === null
      ? {}
      : { ensure_experience_continuity: flag.ensure_experience_continuity }),
  };
}

/** The flag as experiments embed it. */
export function minimalFlag(flag: FlagRow): JsonObject {
  return {
    id: flag.id,
    team_id: flag.project_id,
    name: flag.name,
    key: flag.key,
    filters: flag.filters,
    deleted: flag.deleted,
    active: flag.active,
    ensure_experience_continuity: flag.ensure_experience_continuity,
    version: flag.version,
    evaluation_runtime: flag.evaluation_runtime,
    bucketing_identifier: flag.bucketing_identifier,
    evaluation_contexts: flag.evaluation_contexts,
  };
}

/** The flag as its own endpoint answers it. */
export function fullFlag(flag: FlagRow, store: Store): JsonObject {
  return {
    ...minimalFlag(flag),
    has_encrypted_payloads: false,
    archived: flag.archived,
    created_by: flag.created_by,
    created_at: flag.created_at,
    updated_at: flag.updated_at,
    experiment_set: store.experimentsOfFlag(flag.id).map((row) => row.id),
    is_simple_flag: flag.filters.multivariate === null && flag.filters.groups.length <= 1,
    tags: flag.tags,
    rollback_conditions: null,
    performed_rollback: false,
    can_edit: true,
    status: flag.active ? 'ACTIVE' : 'INACTIVE',
    user_access_level: store.access.level,
  };
}

/** The list row: no metrics, statistics, exposure criteria or saved metrics. Source: PostHog behaviour. */
export function experimentListRow(row: ExperimentRow, flag: FlagRow, store: Store): JsonObject {
  const holdout = holdoutOf(row, store);
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    start_date: row.start_date,
    end_date: row.end_date,
    feature_flag_key: originalKey(flag),
    feature_flag: minimalFlag(flag),
    holdout: holdout && holdoutJson(holdout, store),
    exposure_cohort: row.exposure_cohort,
    parameters: projectedParameters(row, flag),
    running_time_calculation: row.running_time_calculation,
    excluded_variants: row.excluded_variants,
    archived: row.archived,
    deleted: row.deleted,
    created_by: row.created_by,
    created_at: row.created_at,
    updated_at: row.updated_at,
    type: row.type,
    conclusion: row.conclusion,
    conclusion_comment: row.conclusion_comment,
    status: statusOf(row, flag),
    is_legacy: isLegacy(row, store),
    tags: row.tags,
    user_access_level: store.access.level,
  };
}

function metricJson(metric: JsonObject, row: ExperimentRow, store: Store): JsonObject {
  return { ...withActionNames(metric, store), fingerprint: metricFingerprint(metric, row) };
}

/** The full object, as the newest serializer has it. What can only be written is not in it, or null. */
export function fullExperiment(row: ExperimentRow, flag: FlagRow, store: Store): JsonObject {
  return {
    ...experimentListRow(row, flag, store),
    holdout_id: row.holdout_id,
    secondary_metrics: row.secondary_metrics,
    saved_metrics: row.saved_metrics.map((link) => linkJson(link, row, store)),
    saved_metrics_ids: null,
    filters: row.filters,
    exposure_criteria: row.exposure_criteria,
    metrics: row.metrics.map((metric) => metricJson(metric, row, store)),
    metrics_secondary: row.metrics_secondary.map((metric) => metricJson(metric, row, store)),
    stats_config: row.stats_config,
    scheduling_config: row.scheduling_config,
    primary_metrics_ordered_uuids: row.primary_metrics_ordered_uuids,
    secondary_metrics_ordered_uuids: row.secondary_metrics_ordered_uuids,
    only_count_matured_users: row.only_count_matured_users,
    can_freeze_exposure: freezeBlocker(row, flag) === null,
    flag_cleanup_task_id: row.flag_cleanup_task?.id ?? null,
    repository: row.repository,
    version: row.version,
    health: hasReached(row, 'experiment-health', store) ? { findings: healthFindings(row, flag, store) } : null,
    resolved_exposure_event: defaultExposureEvent(row, store),
    variant_split_changed_at: splitChangedAt(row),
  };
}

export function cohortJson(cohort: CohortRow, store: Store): JsonObject {
  const experiments = [...store.experiments.values()].filter(
    (row) => row.exposure_cohort === cohort.id && !row.deleted,
  );
  return {
    id: cohort.id,
    name: cohort.name,
    description: cohort.description,
    groups: [],
    deleted: cohort.deleted,
    filters: cohort.filters,
    is_calculating: false,
    created_by: cohort.created_by,
    created_at: cohort.created_at,
    last_calculation: null,
    errors_calculating: 0,
    count: cohort.count,
    is_static: cohort.is_static,
    experiment_set: experiments.map(({ id }) => id),
  };
}

export function eventDefinitionJson(event: EventRow): JsonObject {
  return {
    id: event.id,
    name: event.name,
    owner: null,
    description: null,
    tags: [],
    created_at: event.created_at,
    updated_at: null,
    updated_by: null,
    last_seen_at: event.last_seen_at,
    last_updated_at: event.created_at,
    verified: false,
    verified_at: null,
    verified_by: null,
    hidden: false,
    is_action: false,
    post_to_slack: false,
    enforcement_mode: 'allow',
    primary_property: null,
  };
}

export function projectJson(project: ProjectRow): JsonObject {
  return {
    id: project.id,
    uuid: project.uuid,
    organization: ORGANIZATION.id,
    name: project.name,
    api_token: project.api_token,
    timezone: 'UTC',
    is_demo: false,
    access_control: false,
    test_account_filters: project.test_account_filters,
  };
}
