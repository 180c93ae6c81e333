/** What the sandbox stores. Everything a response derives (status, projected parameters, fingerprints) is absent here. */
export type JsonObject = Record<string, unknown>;

export interface UserRow {
  id: number;
  uuid: string;
  distinct_id: string;
  first_name: string;
  last_name: string;
  email: string;
  is_email_verified: boolean;
  hedgehog_config: JsonObject | null;
  role_at_organization: string | null;
}

export interface Variant {
  key: string;
  name?: string | undefined;
  rollout_percentage: number;
}

export interface FlagGroup extends JsonObject {
  properties: unknown[];
  rollout_percentage: number | null;
}

export interface FlagFilters extends JsonObject {
  groups: FlagGroup[];
  multivariate: { variants: Variant[] } | null;
  aggregation_group_type_index?: number | null;
  payloads?: Record<string, string>;
  holdout?: JsonObject | null;
}

export interface FlagRow {
  id: number;
  project_id: number;
  key: string;
  name: string;
  filters: FlagFilters;
  active: boolean;
  deleted: boolean;
  archived: boolean;
  ensure_experience_continuity: boolean | null;
  version: number;
  evaluation_runtime: string;
  bucketing_identifier: string;
  evaluation_contexts: string[];
  tags: string[];
  created_at: string;
  updated_at: string;
  created_by: UserRow;
}

/** What a write sets on a flag. */
export type FlagWrite = Partial<
  Pick<
    FlagRow,
    'key' | 'name' | 'filters' | 'active' | 'deleted' | 'archived' | 'ensure_experience_continuity' | 'tags'
  >
>;

/** A share of users that is kept out of the experiments linked to it. */
export interface HoldoutRow {
  id: number;
  project_id: number;
  name: string;
  description: string | null;
  /** Each with the excluded share as `rollout_percentage`; only the first one counts. */
  filters: JsonObject[];
  created_by: UserRow;
  created_at: string;
  updated_at: string;
}

/** A metric that experiments share by linking to it. */
export interface SavedMetricRow {
  id: number;
  project_id: number;
  name: string;
  description: string | null;
  query: JsonObject;
  tags: string[];
  created_by: UserRow;
  created_at: string;
  updated_at: string;
}

export interface SavedMetricLink {
  id: number;
  saved_metric: number;
  metadata: JsonObject;
  created_at: string;
}

/** One row of results of a metric, as scenario files carry it; all fields are sums over the variant's exposed entities. */
export type MetricData = Record<string, number | number[]>;

/** Scenario data that the results of an experiment are computed from. */
export interface ExperimentData {
  /** Exposed entities by variant key, plus `$multiple`. */
  exposures: Record<string, number>;
  /** Metric uuid → variant key → row. */
  metrics: Record<string, Record<string, MetricData>>;
  /** Hours since the results were calculated; null where they never were. */
  results_age_hours: number | null;
  /** The same of the daily job, which runs by itself. */
  daily_results_age_hours: number | null;
  /** What is wrong with the people whose events are made up for the stated numbers. */
  people?: PeopleData | undefined;
}

/** Shares are of the exposed people, in per cent; they come beside them. */
export interface PeopleData {
  /** Where the people are whom the split lacks. */
  mismatch_in?: { property: string; value: string } | undefined;
  /** How those under `$multiple` came to see several variants. */
  several_by?: 'device' | 'login' | 'same_id' | undefined;
  /** Whose exposure event names no variant. */
  without_variant_percent?: number | undefined;
  /** Whom the project's filters for test accounts keep out. */
  internal_percent?: number | undefined;
  /** Who only look at pages. */
  visitors_percent?: number | undefined;
  /** The same in the week before the launch. */
  visitors_before_percent?: number | undefined;
}

export interface ActivityRow {
  at: string;
  activity: string;
  /** Changed fields with their values before and after, where known. */
  changes: { field: string; before?: unknown; after?: unknown }[];
  user: UserRow;
  /** What was changed, where that is not the experiment itself; a link to a saved metric has a type of its own. */
  about?: { scope: string; id: number; name: string; type?: 'saved_metric_config' };
  /** What the caller called itself in `X-PostHog-Client`. */
  client?: string | null;
}

/** A task that opens a pull request which removes the flag from the code. */
export interface CleanupTask {
  id: string;
  /** `owner/name`, as GitHub writes it. */
  repository: string;
  /** How often it was looked at. */
  looks: number;
}

export interface ExperimentRow {
  id: number;
  project_id: number;
  name: string;
  description: string | null;
  start_date: string | null;
  end_date: string | null;
  flag_id: number;
  holdout_id: number | null;
  exposure_cohort: number | null;
  /** Without the keys that responses project from the flag. */
  parameters: JsonObject;
  running_time_calculation: JsonObject | null;
  excluded_variants: string[] | null;
  secondary_metrics: unknown[];
  saved_metrics: SavedMetricLink[];
  filters: JsonObject;
  archived: boolean;
  /** Whether archiving this experiment also archived its flag. */
  archived_flag: boolean;
  deleted: boolean;
  created_by: UserRow;
  created_at: string;
  updated_at: string;
  type: string | null;
  exposure_criteria: JsonObject | null;
  metrics: JsonObject[];
  metrics_secondary: JsonObject[];
  stats_config: JsonObject | null;
  scheduling_config: JsonObject | null;
  conclusion: string | null;
  conclusion_comment: string | null;
  primary_metrics_ordered_uuids: string[] | null;
  secondary_metrics_ordered_uuids: string[] | null;
  only_count_matured_users: boolean;
  repository: string | null;
  flag_cleanup_task: CleanupTask | null;
  tags: string[];
  version: number;
  data: ExperimentData;
  activity: ActivityRow[];
}

export interface CohortRow {
  id: number;
  project_id: number;
  name: string;
  description: string;
  is_static: boolean;
  filters: JsonObject;
  /** People in it, where known. */
  count: number | null;
  /** Uuids of persons, where they are known. */
  members?: ReadonlySet<string>;
  created_by: UserRow;
  created_at: string;
  deleted: boolean;
}

export interface EventRow {
  id: string;
  name: string;
  created_at: string;
  last_seen_at: string | null;
}

/** An action of the project: events that are counted as one. */
export interface ActionRow {
  id: number;
  project_id: number;
  name: string;
}

/** What PostHog brings to its projects one after another, each behind a flag of its own. */
/** `paced`: 429 within five minutes of the last run. `reused`: 200 with that run. `unavailable`: 503. */
export const RECALCULATION_ERAS = ['paced', 'reused', 'unavailable'] as const;
export type RecalculationEra = (typeof RECALCULATION_ERAS)[number];

export const ROLLOUTS = ['experiment-exposure-event', 'experiment-health', 'experiment-setup-context'] as const;
export type Rollout = (typeof ROLLOUTS)[number];

/** Actions that a policy can ask approval for, by PostHog's names. */
export const ACTIONS = ['feature_flag.enable', 'feature_flag.disable', 'feature_flag.update'] as const;
export type Action = (typeof ACTIONS)[number];

interface ApprovalRow {
  id: string;
  created_by: UserRow;
  decision: 'approved' | 'rejected';
  reason: string;
  created_at: string;
}

/** A change that waits, or waited, for an approval. */
export interface ChangeRequestRow {
  id: string;
  project_id: number;
  action_key: string;
  resource_type: 'feature_flag' | 'experiment_holdout';
  resource_id: string;
  intent: JsonObject;
  intent_display: JsonObject;
  state: 'pending' | 'applied' | 'rejected' | 'failed';
  created_by: UserRow;
  created_at: string;
  updated_at: string;
  expires_at: string;
  applied_at: string | null;
  apply_error: string;
  result_data: JsonObject | null;
  approvals: ApprovalRow[];
  /** Why the change can no longer be made as it was asked for; null where it can. */
  stale(): string | null;
  /** Makes the change and says what came of it. */
  apply(): JsonObject;
}

export interface ExperimentsConfig {
  default_experiment_confidence_level: string | null;
  default_experiment_stats_method: 'bayesian' | 'frequentist' | null;
  default_only_count_matured_users: boolean;
  default_cuped_enabled: boolean;
  default_cuped_lookback_days: number | null;
  default_minimum_detectable_effect: number | null;
  default_sequential_testing_enabled: boolean;
  default_sequential_tuning_parameter: number | null;
  flag_cleanup_repository: string | null;
}

/** A prompt of LLM analytics, with the numbers of its versions. */
export interface PromptRow {
  name: string;
  versions: number[];
}

/** How an event came in over the last days. */
interface EventTraffic {
  persons: number;
  events: number;
  anonymous_share: number | null;
  device_id_share: number | null;
  /** Of those who also did another event, by its name. */
  among: Record<string, { persons: number; events: number; sum_squares: number }>;
}

/** What is known of the project's events and SDKs. */
export interface TrafficRow {
  libs?: (JsonObject & { category: string })[] | undefined;
  events: Record<string, EventTraffic>;
}

export interface ProjectRow {
  id: number;
  uuid: string;
  name: string;
  /** What SDKs send; it may be public. */
  api_token: string;
  events: EventRow[];
  /** Actions that need approval, e.g. `feature_flag.update`. */
  approvals: Action[];
  /** What has reached the project. */
  rollouts: Rollout[];
  /** Null where experiments from prompts have not reached the project. */
  prompts: PromptRow[] | null;
  /** False for builds before August 2026, which let variants of a flag in use be removed and renamed. */
  keeps_variants: boolean;
  /** Null where nothing is known. */
  traffic: TrafficRow | null;
  /** GitHub repositories that the team has connected, as `owner/name`. */
  repositories: string[];
  /** What PostHog does with a run that is asked for: paces it, hands out the last one, or cannot start any. */
  recalculation: RecalculationEra;
  /** Filters that leave out the team's own people. */
  test_account_filters: JsonObject[];
  /** Defaults of the team; null where the key may not read them. */
  experiments_config: ExperimentsConfig | null;
}
