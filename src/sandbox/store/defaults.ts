import type { ExperimentRow, FlagRow, ProjectRow, UserRow } from './model.js';

/** A project without events, approvals and anything that is still being rolled out. */
export function newProject(id: number, name: string): ProjectRow {
  const suffix = id.toString(16).padStart(12, '0').slice(-12);
  return {
    id,
    uuid: `00000000-0000-4000-b000-${suffix}`,
    name,
    api_token: `phc_sandbox_project_${id}`,
    events: [],
    approvals: [],
    rollouts: [],
    repositories: [],
    prompts: null,
    keeps_variants: true,
    traffic: null,
    recalculation: 'paced',
    test_account_filters: [],
    experiments_config: null,
  };
}

interface Clerk {
  readonly currentUser: UserRow;
  timestamp(): string;
}

/** What PostHog gives a new flag that says nothing else. */
export function flagDefaults(store: Clerk): Omit<FlagRow, 'id' | 'project_id' | 'key' | 'filters'> {
  const at = store.timestamp();
  return {
    name: '',
    active: true,
    deleted: false,
    archived: false,
    ensure_experience_continuity: false,
    version: 1,
    evaluation_runtime: 'all',
    bucketing_identifier: 'distinct_id',
    evaluation_contexts: [],
    tags: [],
    created_at: at,
    updated_at: at,
    created_by: store.currentUser,
  };
}

/** What PostHog gives a new experiment that says nothing else. */
export function experimentDefaults(
  store: Clerk,
): Omit<ExperimentRow, 'id' | 'project_id' | 'name' | 'flag_id' | 'activity'> {
  const at = store.timestamp();
  return {
    description: '',
    start_date: null,
    end_date: null,
    holdout_id: null,
    exposure_cohort: null,
    parameters: {},
    running_time_calculation: {},
    excluded_variants: null,
    secondary_metrics: [],
    saved_metrics: [],
    filters: {},
    archived: false,
    archived_flag: false,
    deleted: false,
    created_by: store.currentUser,
    created_at: at,
    updated_at: at,
    type: 'product',
    exposure_criteria: { filterTestAccounts: true },
    metrics: [],
    metrics_secondary: [],
    stats_config: { method: 'bayesian' },
    scheduling_config: null,
    conclusion: null,
    conclusion_comment: null,
    primary_metrics_ordered_uuids: null,
    secondary_metrics_ordered_uuids: null,
    only_count_matured_users: false,
    repository: null,
    flag_cleanup_task: null,
    tags: [],
    version: 0,
    data: { exposures: {}, metrics: {}, results_age_hours: null, daily_results_age_hours: null },
  };
}
