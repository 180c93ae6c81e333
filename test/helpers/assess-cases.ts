import type { Scenario } from '../../src/sandbox/scenario/schema.js';
import type { Finding, FindingCode } from '../../src/schema/assessment.js';
import {
  type Change,
  EVEN,
  funnel,
  guardrail,
  type MetricInput,
  plan,
  purchases,
  scenarioOf,
  split,
} from './assess-scenarios.js';

const IMPOSSIBLE = { number_of_samples: 1_000, sum: 1_000, sum_squares: 1 };
const broken: MetricInput = {
  name: 'Broken',
  metric_type: 'mean',
  role: 'primary',
  data: { control: IMPOSSIBLE, test: IMPOSSIBLE },
};
const legacy: MetricInput = {
  metric_type: 'mean',
  query: {
    kind: 'ExperimentTrendsQuery',
    name: 'Old',
    count_query: { kind: 'TrendsQuery', series: [{ kind: 'EventsNode', event: 'purchase_completed' }] },
  },
};
const bayesianEdge = (converted: number) => ({ metrics: [purchases(1_005, converted)] });
const frequentist = { method: 'frequentist' };
const ENDED: Change = { started_days_ago: 30, ended_days_ago: 5, conclusion: 'won' };
const noOne: Change = { exposures: {}, metrics: [purchases(0, 0, { data: {} })], results_age_hours: null };
const ownEvent = (event: string) => ({ filterTestAccounts: true, exposure_config: { event, properties: [] } });
const two = (first: number, second: number) => ({
  stats_config: frequentist,
  metrics: [purchases(1_005, first), funnel('Sign-ups', { control: [10_050, 3_015], test: [9_950, second] })],
});

const within = (conversion_window: number) =>
  purchases(1_005, 1_194, {
    query: {
      ...{ kind: 'ExperimentMetric', metric_type: 'funnel', conversion_window, conversion_window_unit: 'day' },
      series: [{ kind: 'EventsNode', event: 'purchase_completed' }],
    },
  });

const BLOCKERS: readonly FindingCode[] = [
  ...(['sample_ratio_mismatch', 'no_exposures', 'flag_inactive', 'no_metrics', 'no_results'] as const),
  ...(['exposure_property_missing', 'legacy_metrics'] as const),
];
const WARNINGS: readonly FindingCode[] = [
  ...(['too_early', 'planned_sample_not_reached', 'not_enough_exposures', 'not_enough_metric_data'] as const),
  ...(['windows_open', 'early_significance', 'guardrail_regression', 'metrics_conflict'] as const),
  ...(['changed_mid_run', 'paused_mid_run'] as const),
];

/** All others inform. A metric that failed does so, too, unless it was the only primary one. */
function severityOf(code: FindingCode): Finding['severity'] {
  if (BLOCKERS.includes(code)) return 'blocker';
  return WARNINGS.includes(code) ? 'warning' : 'info';
}

export interface Case {
  code: FindingCode;
  severity: Finding['severity'];
  triggers: Scenario;
  /** The same, just short of it. */
  short: Scenario;
}

function pair(code: FindingCode, triggers: Change, short: Change = {}): Case {
  return { code, severity: severityOf(code), triggers: scenarioOf(triggers), short: scenarioOf(short) };
}

/** For every finding: one that does, and one just short of it. */
export const CASES: readonly Case[] = [
  // Chi-square with one degree of freedom: 10.83 is p = 0.001, and 7.88 is 0.005, the doubt.
  pair(
    'sample_ratio_mismatch',
    { exposures: { control: 10_234, test: 9_766 } },
    { exposures: { control: 10_198, test: 9_802 } },
  ),
  pair('no_exposures', noOne, { ...noOne, exposures: { control: 1 } }),
  pair('no_exposures', { ...noOne, started_days_ago: 1 }, { ...noOne, started_days_ago: 0.99 }),
  pair('flag_inactive', { flag_active: false }, { ...ENDED, flag_active: false }),
  pair('flag_not_split', { variants: split({ control: 0, test: 100 }) }, { variants: split({ control: 1, test: 99 }) }),
  pair('not_enough_exposures', { exposures: { control: 60, test: 49 } }, { exposures: { control: 60, test: 50 } }),
  pair('not_enough_metric_data', { metrics: [purchases(5, 4)] }, { metrics: [purchases(5, 5)] }),
  pair('too_early', { started_days_ago: 13.9 }, { started_days_ago: 14 }),
  pair('planned_sample_not_reached', { running_time_calculation: plan(10, 20_001, 14) }),
  // Half of the people have had the window of a run that is twice as long.
  pair('windows_open', { metrics: [within(11)] }, { metrics: [within(2)] }),
  pair(
    'duplicate_metrics',
    { metrics: [purchases(1_005, 1_194), guardrail('Orders', EVEN)] },
    { metrics: [purchases(1_005, 1_194), guardrail('Orders', EVEN, { goal: 'decrease' })] },
  ),
  pair('no_sample_plan', { running_time_calculation: {} }),
  pair(
    'default_plan',
    { running_time_calculation: plan(30, 20_000, 14) },
    { running_time_calculation: plan(29, 20_000, 14) },
  ),
  pair(
    'underpowered',
    // 20,000 people in 21 days: 952 a day.
    { running_time_calculation: plan(10, 20_000 + 953 * 91, 14) },
    { running_time_calculation: plan(10, 20_000 + 952 * 90, 14) },
  ),
  pair('early_significance', { started_days_ago: 6 }, { started_days_ago: 6, metrics: [purchases(1_005, 1_000)] }),
  // One-sided 95% begins where z = 1.645, the interval leaves zero where z = 1.96.
  pair('interval_includes_zero', bayesianEdge(1_072), bayesianEdge(1_085)),
  pair('not_significant_after_correction', two(1_087, 3_000), two(1_120, 3_000)),
  pair(
    'guardrail_regression',
    {
      metrics: [
        funnel('Purchases', EVEN),
        guardrail('Returns', { control: [10_050, 400], test: [9_950, 450] }, { goal: 'decrease' }),
      ],
    },
    { metrics: [funnel('Purchases', EVEN), guardrail('Visits', { control: [10_050, 4_020], test: [9_950, 3_980] })] },
  ),
  pair('metrics_conflict', two(1_194, 2_700), two(1_194, 2_985)),
  pair(
    'changed_mid_run',
    { activity: [{ days_ago: 7, activity: 'updated', fields: ['exposure_criteria'] }] },
    {
      activity: [
        { days_ago: 7, activity: 'updated', fields: ['description'] },
        { days_ago: 22, activity: 'updated', fields: ['metrics'] },
      ],
    },
  ),
  pair(
    'changed_mid_run',
    { activity: [{ days_ago: 7, activity: 'updated', fields: ['metrics'] }] },
    {
      activity: [
        { days_ago: 7, activity: 'updated', fields: ['name', 'description', 'tags', 'conclusion'] },
        { days_ago: 6, activity: 'updated', fields: ['running_time_calculation'] },
      ],
    },
  ),
  pair(
    'paused_mid_run',
    {
      activity: [
        { days_ago: 9, activity: 'paused' },
        { days_ago: 4, activity: 'resumed' },
      ],
    },
    // Before the launch, as in a run that was reset.
    {
      activity: [
        { days_ago: 23, activity: 'paused' },
        { days_ago: 22, activity: 'resumed' },
      ],
    },
  ),
  pair(
    'multiple_variant_exposures',
    { exposures: { control: 10_050, test: 9_950, $multiple: 21 } },
    { exposures: { control: 10_050, test: 9_950, $multiple: 20 } },
  ),
  pair(
    'identity_fragmentation',
    { exposures: { control: 10_050, test: 9_950, $multiple: 203 } },
    { exposures: { control: 10_050, test: 9_950, $multiple: 200 } },
  ),
  pair(
    'uneven_split',
    { variants: split({ control: 51, test: 49 }) },
    { variants: split({ control: 34, test: 33, third: 33 }) },
  ),
  pair(
    'test_accounts_filtered',
    { exposures: { control: 60, test: 49 } },
    { exposures: { control: 60, test: 49 }, exposure_criteria: { filterTestAccounts: false } },
  ),
  pair(
    'exposure_property_missing',
    { ...noOne, exposure_criteria: ownEvent('checkout_seen') },
    { ...noOne, exposure_criteria: ownEvent('$feature_flag_called') },
  ),
  pair(
    'underpowered',
    // √(16 · 0.09 · 2 / people) / 0.1 against 8%: at even odds where it is √8 / 1.96 times that.
    { running_time_calculation: plan(8, 20_000, 14) },
    { running_time_calculation: plan(8.5, 20_000, 14) },
  ),
  pair(
    'fallback_results',
    { results_age_hours: null, daily_results_age_hours: 24 },
    { results_age_hours: null, daily_results_age_hours: 24.1 },
  ),
  pair('stale_results', { results_age_hours: 24.1 }, { results_age_hours: 24 }),
  pair('no_results', { results_age_hours: null }),
  pair('no_metrics', { metrics: [guardrail('Visits', EVEN)] }),
  pair('metric_failed', { metrics: [funnel('Purchases', EVEN), broken] }),
  { ...pair('metric_failed', { metrics: [broken, guardrail('Visits', EVEN)] }), severity: 'blocker' },
  pair('legacy_metrics', { metrics: [legacy] }),
  {
    code: 'shared_flag',
    severity: 'info',
    triggers: scenarioOf({}, [{ feature_flag_key: 'one' }]),
    short: scenarioOf({}, [{ feature_flag_key: 'one', ended_days_ago: 1 }]),
  },
  pair('not_launched', { started_days_ago: null, exposures: {} }),
  pair('already_ended', ENDED),
  pair('already_shipped', { ...ENDED, variants: split({ control: 0, test: 100 }) }, ENDED),
  pair('ended_still_split', ENDED, { ...ENDED, flag_active: false }),
];
