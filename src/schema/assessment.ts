import { z } from 'zod';
import { healthView } from './health.js';
import { briefMetricReading, exposureReading, freshness } from './results.js';

export const RECOMMENDATIONS = [
  'ship',
  'keep_control',
  'keep_running',
  'fix_first',
  'end_inconclusive',
  'cannot_tell',
] as const;

export type Recommendation = (typeof RECOMMENDATIONS)[number];

export const FINDING_CODES = [
  'sample_ratio_mismatch',
  'no_exposures',
  'flag_inactive',
  'flag_not_split',
  'not_enough_exposures',
  'not_enough_metric_data',
  'too_early',
  'planned_sample_not_reached',
  'windows_open',
  'no_sample_plan',
  'default_plan',
  'underpowered',
  'early_significance',
  'interval_includes_zero',
  'not_significant_after_correction',
  'guardrail_regression',
  'metrics_conflict',
  'changed_mid_run',
  'paused_mid_run',
  'multiple_variant_exposures',
  'identity_fragmentation',
  'uneven_split',
  'test_accounts_filtered',
  'exposure_property_missing',
  'stale_results',
  'fallback_results',
  'no_results',
  'no_metrics',
  'metric_failed',
  'legacy_metrics',
  'duplicate_metrics',
  'shared_flag',
  'not_launched',
  'already_ended',
  'already_shipped',
  'ended_still_split',
] as const;

export type FindingCode = (typeof FINDING_CODES)[number];

/** Numbers, words and lists of them: flat, so that a finding reads as a few lines. */
const evidence = z.record(z.string(), z.union([z.number(), z.string(), z.array(z.union([z.number(), z.string()]))]));

/** One thing that speaks for or against a decision, with the numbers that triggered it. */
export const finding = z.object({
  code: z.enum(FINDING_CODES),
  severity: z.enum(['blocker', 'warning', 'info']),
  title: z.string(),
  evidence,
  advice: z.string(),
});

export type Finding = z.output<typeof finding>;

/** What was planned, how far it is, and when it is reached at today's rate. */
const planProgress = z.object({
  sample_size: z.number().optional(),
  exposed: z.number().optional(),
  effect_percent: z.number().optional(),
  days: z.number().optional(),
  days_run: z.number(),
  exposed_per_day: z.number().optional(),
  reached_on: z.string().optional(),
  detectable_percent: z.number().optional(),
  /** People exposed up to evenly spaced moments, from the first day to the last one counted. */
  course: z.array(z.number()).optional(),
});

export type PlanProgress = z.output<typeof planProgress>;

/** The answer of experiment-assess. */
export const assessmentOutput = z.object({
  recommendation: z.enum(RECOMMENDATIONS),
  variant_key: z.string().nullable(),
  summary: z.string(),
  project_id: z.number(),
  id: z.number(),
  name: z.string(),
  status: z.string(),
  url: z.string(),
  findings: z.array(finding),
  /** What PostHog's own checks find beside; no part of the recommendation. */
  posthog_findings: z.array(healthView).optional(),
  metrics: z.array(briefMetricReading),
  exposures: exposureReading.optional(),
  plan: planProgress,
  freshness,
  missing: z.array(z.string()).optional(),
  evidence_comment: z.string(),
});

export type AssessmentOutput = z.output<typeof assessmentOutput>;
