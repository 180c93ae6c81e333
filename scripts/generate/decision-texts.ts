/** When each rule speaks, for docs/decisions.md. Titles and numbers are in the rule itself. */
import type { FindingCode } from '../../src/schema/assessment.js';

/** Findings of experiment-assess. The type asks for a line for every code. */
export const FINDINGS: Readonly<Record<FindingCode, string>> = {
  sample_ratio_mismatch:
    'the exposures of the variants are too unlikely under the split (χ², `SRM_ALARM`; a warning from `SRM_DOUBT`), with `MIN_SRM_EXPOSURES` people or more',
  no_exposures: 'launched, and nobody is in; not within `SETTLING_DAYS` of a launch whose flag is on',
  flag_inactive: 'it runs by its dates, and its flag is off, deleted, or lets nobody in',
  flag_not_split:
    'launched, and the flag gives everybody inside one variant, or has fewer than two; a warning where some release conditions force a variant, a blocker where all do or where the baseline gets nobody',
  not_enough_exposures: 'a served variant has fewer than `MIN_EXPOSURES` people; also a first day without anybody',
  not_enough_metric_data:
    'a variant has fewer than `MIN_CONVERSIONS` conversions of a funnel or retention metric, or a total that amounts to fewer than `MIN_CONTRIBUTORS` equal values',
  too_early: 'fewer than `MIN_RUN_DAYS` whole days, or fewer than planned',
  planned_sample_not_reached:
    'fewer people in (and in the results, where these are old) than planned; an info where a sequential test is clear all the same',
  windows_open:
    'the conversion or retention window of a metric is over for less than `WINDOWS_ALL_PERCENT` of the people in the results; a warning below `WINDOWS_ENOUGH_PERCENT`; not where only matured users are counted',
  no_sample_plan: 'no sample size is stored',
  default_plan: 'the plan rests on `DEFAULT_EFFECT_PERCENT`, or on no effect at all',
  underpowered:
    'the planned effect would be seen in fewer than `MIN_POWER_PERCENT` of 100 runs, or the sample takes more than `MAX_MORE_DAYS` more days',
  early_significance:
    'a primary metric is significant while it is too early or short of people; not with sequential testing',
  interval_includes_zero: "PostHog's one-sided Bayesian call says significant, and the two-sided interval holds zero",
  not_significant_after_correction: "a primary metric is significant alone, and not after Holm's correction",
  guardrail_regression:
    'a secondary metric is clearly worse, or its interval leaves room for a loss beyond `GUARDRAIL_MARGIN_PERCENT`',
  metrics_conflict:
    'one variant is better on one primary metric and worse on another, one of them after all corrections',
  changed_mid_run:
    'the activity log has changes of who is compared or what is measured, further than `EDGE_OF_RUN_MS` inside the run; a doubt about the arms where users changed variant',
  paused_mid_run: 'the activity log has the flag turned off and on inside the run',
  multiple_variant_exposures:
    'more than `MULTIPLE_SHARE_LIMIT_PERCENT` of the people were seen in several variants; a warning where leaving them out skews an uneven split, and from `MULTIPLE_DOUBT_PERCENT`; a blocker from `MULTIPLE_BROKEN_PERCENT`',
  identity_fragmentation: 'the same for `FRAGMENTATION_PERCENT` or more',
  uneven_split: 'the split is not the even one that PostHog makes',
  test_accounts_filtered: 'internal users are left out, and people are missing',
  exposure_property_missing: 'an own exposure event is set, and none of them names a variant',
  stale_results: 'the results are older than `STALE_HOURS`',
  fallback_results: 'the numbers are of the daily job, not of a full calculation',
  no_results: 'no metric has results, later than on the first day',
  no_metrics: 'there is no primary metric',
  metric_failed: 'some metric has no result; a blocker where no primary metric has one',
  legacy_metrics: "a metric is of the format that today's statistics do not read",
  duplicate_metrics: 'two metrics have one definition, whatever their names, defaults and order of keys',
  shared_flag: 'other live experiments use the flag',
  not_launched: 'it is a draft',
  already_ended: 'it has an end date',
  already_shipped: 'it is over, and the flag gives everybody one variant',
  ended_still_split: 'it is over, and the flag still splits',
};

/** Findings of experiment-review. */
export const REVIEWED: Readonly<Record<string, string>> = {
  sample_ratio_mismatch: 'exposures do not fit the split (`SRM_ALARM`)',
  no_exposures: 'running for `SETTLING_DAYS` or more, and nobody is in',
  flag_not_split: 'running, and there is nothing to compare, or release conditions force variants',
  flag_inactive: 'launched, and its flag is off, deleted, or lets nobody in',
  no_metrics: 'live, and there is no primary metric',
  verdict_ready:
    'it runs for `MIN_RUN_DAYS` or more, and experiment-assess says ship, keep_control or end_inconclusive',
  planned_sample_reached: 'the planned people are in, the split is as configured, and no verdict is ready',
  overdue: 'it runs a whole day longer than planned, or more',
  ended_still_split: 'ended, and users are still split',
  draft_serving: 'a draft whose flag is on',
  shared_flag: 'other live experiments use the flag; told once for each flag',
  no_results: 'running for `SETTLING_DAYS` or more, and never calculated',
  exposure_frozen: 'nobody new enters, short of the planned sample or without a plan',
  stale_results: 'the results are older than `STALE_HOURS`',
  old_draft: 'a draft for `OLD_DRAFT_DAYS` or more',
};

/** Checks of experiment-preflight. */
export const CHECKED: Readonly<Record<string, string>> = {
  primary_metrics: 'there is a primary metric, and none is of the legacy format',
  duplicate_metrics: 'no two metrics have one definition',
  metric_names: 'no metric is named like an event that exists and that it does not count (`MEANT`, `OTHER`)',
  events: 'the events of all metrics exist, and came within `EVENT_QUIET_DAYS`',
  exposure_criteria: "exposure is the SDKs' own event, and internal users are left out",
  flag: 'the flag can be read and is not deleted',
  variants: 'two variants or more, a split that sums to 100 (`SUM_TOLERANCE`), none at 0%, even (`EVEN_WITHIN`)',
  enrolment: 'somebody would enter: rollout, release conditions, holdout',
  flag_state: 'the flag is off until the launch',
  shared_flag: 'no live experiment uses the flag',
  sample_plan: 'a sample size and an effect are stored, and fit each other and the windows of the metrics',
  traffic: 'the stored exposure rate reaches the sample in the planned time',
  end_date: 'it has no end date',
  archived: 'it is not archived',
};
