import { ToolError } from '../../errors.js';
import type { MetricPatch } from '../../schema/metric-input.js';
import type { Settings } from '../../schema/settings.js';
import { KEPT_SETTINGS } from '../../schema/settings-json.js';

/** Fields of the experiment that are simply given a new value. */
export const PLAIN_FIELDS = [
  'name',
  'description',
  'start_date',
  'end_date',
  'archived',
  'conclusion',
  'conclusion_comment',
] as const;

/** The order in which PostHog shows metrics, and where it keeps it. */
export const ORDERS = [
  ['primary_order', 'primary_metrics_ordered_uuids'],
  ['secondary_order', 'secondary_metrics_ordered_uuids'],
] as const;

export const CLEARABLE = [
  'description',
  'end_date',
  'conclusion',
  'conclusion_comment',
  'holdout_id',
  'tags',
  'excluded_variants',
  'only_count_matured_users',
  'primary_order',
  'secondary_order',
  ...KEPT_SETTINGS,
] as const;

/** Parts of the flag that can be emptied. */
const CLEARABLE_OF_FLAG = ['payloads', 'aggregation_group_type_index', 'release_conditions'] as const;

/** All names that `clear` takes. */
export const CLEARED = [...CLEARABLE, ...CLEARABLE_OF_FLAG] as const;

export interface WantedVariant {
  key: string;
  name?: string | undefined;
  split_percent: number;
}

export interface Update extends Settings {
  id: number;
  name?: string | undefined;
  description?: string | undefined;
  start_date?: string | undefined;
  end_date?: string | undefined;
  archived?: boolean | undefined;
  conclusion?: string | undefined;
  conclusion_comment?: string | undefined;
  metric?: MetricPatch | undefined;
  replace_metric_uuid?: string | undefined;
  remove_metric_uuid?: string | undefined;
  add_saved_metric_id?: number | undefined;
  remove_saved_metric_id?: number | undefined;
  saved_metric_role?: 'primary' | 'secondary' | undefined;
  saved_metric_breakdowns?: string[] | undefined;
  primary_order?: string[] | undefined;
  secondary_order?: string[] | undefined;
  allow_unknown_events: boolean;
  variants?: WantedVariant[] | undefined;
  rollout_percentage?: number | undefined;
  payloads?: string | undefined;
  ensure_experience_continuity?: boolean | undefined;
  aggregation_group_type_index?: number | undefined;
  release_conditions?: string[] | undefined;
  update_feature_flag_params: boolean;
  clear?: (typeof CLEARED)[number][] | undefined;
  restore: boolean;
}

export function refuseInput(field: string, message: string, hint: string): ToolError {
  return new ToolError('invalid_arguments', message, hint, { field });
}
