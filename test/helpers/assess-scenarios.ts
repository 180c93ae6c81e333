import { type Scenario, type ScenarioInput, scenarioSchema } from '../../src/sandbox/scenario/schema.js';
import type { FindingCode } from '../../src/schema/assessment.js';

type ExperimentInput = NonNullable<ScenarioInput['experiments']>[number];
type MetricInput = NonNullable<ExperimentInput['metrics']>[number];
type Change = Partial<ExperimentInput>;
type Counts = Record<string, readonly [samples: number, converted: number]>;

const EVEN: Counts = { control: [10_050, 1_005], test: [9_950, 1_194] };

/** A conversion of people of each variant. */
export function funnel(name: string, counts: Counts, rest: Partial<MetricInput> = {}): MetricInput {
  const data = Object.entries(counts).map(([key, [samples, converted]]) => [
    key,
    { number_of_samples: samples, sum: converted, sum_squares: converted, step_counts: [converted] },
  ]);
  return { name, metric_type: 'funnel', role: 'primary', data: Object.fromEntries(data), ...rest };
}

/** The same for a secondary metric. */
export function guardrail(name: string, counts: Counts, rest: Partial<MetricInput> = {}): MetricInput {
  return funnel(name, counts, { role: 'secondary', ...rest });
}

/** A plan of the running-time calculator: per cent, people in all, days. */
export function plan(effect: number, people: number, days: number): ExperimentInput['running_time_calculation'] {
  return { minimum_detectable_effect: effect, recommended_sample_size: people, recommended_running_time: days };
}

const purchases = (control: number, test: number, rest: Partial<MetricInput> = {}) =>
  funnel('Purchases', { control: [10_050, control], test: [9_950, test] }, rest);

const split = (shares: Record<string, number>) =>
  Object.entries(shares).map(([key, split_percent]) => ({ key, split_percent }));

/** Ran for three weeks as planned, and test is clearly better: nothing to find. */
const SOUND: ExperimentInput = {
  name: 'One',
  feature_flag_key: 'one',
  started_days_ago: 21,
  running_time_calculation: plan(10, 20_000, 14),
  exposures: { control: 10_050, test: 9_950 },
  exposure_criteria: { filterTestAccounts: true },
  metrics: [funnel('Purchases', EVEN)],
  results_age_hours: 2,
};

/** The sound experiment with something changed; others beside it on request. */
export function scenarioOf(change: Change = {}, others: readonly Change[] = []): Scenario {
  return scenarioSchema.parse({
    project: { id: 1, name: 'Assess' },
    events: ['purchase_completed'],
    experiments: [
      { ...SOUND, ...change },
      ...others.map((other, at) => ({
        ...SOUND,
        name: `Other ${at + 1}`,
        feature_flag_key: `other-${at + 1}`,
        ...other,
      })),
    ],
  });
}

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

export interface Case {
  code: FindingCode;
  triggers: Scenario;
  /** The same, just short of it. */
  short: Scenario;
}

function pair(code: FindingCode, triggers: Change, short: Change = {}): Case {
  return { code, triggers: scenarioOf(triggers), short: scenarioOf(short) };
}

/** For every finding that a scenario file can bring about: one that does, and one just short of it. */
export const CASES: readonly Case[] = [
  // Chi-square with one degree of freedom: 10.83 is p = 0.001.
  pair(
    'sample_ratio_mismatch',
    { exposures: { control: 10_234, test: 9_766 } },
    { exposures: { control: 10_231, test: 9_769 } },
  ),
  pair('no_exposures', noOne, { ...noOne, exposures: { control: 1 } }),
  pair('flag_inactive', { flag_active: false }, { ...ENDED, flag_active: false }),
  pair('flag_not_split', { variants: split({ control: 0, test: 100 }) }, { variants: split({ control: 1, test: 99 }) }),
  pair('not_enough_exposures', { exposures: { control: 60, test: 49 } }, { exposures: { control: 60, test: 50 } }),
  pair('not_enough_metric_data', { metrics: [purchases(5, 4)] }, { metrics: [purchases(5, 5)] }),
  pair('too_early', { started_days_ago: 13.9 }, { started_days_ago: 14 }),
  pair('planned_sample_not_reached', { running_time_calculation: plan(10, 20_001, 14) }),
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
  // One-sided 95 % begins where z = 1.645, the interval leaves zero where z = 1.96.
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
  pair('paused_mid_run', {
    activity: [
      { days_ago: 9, activity: 'paused' },
      { days_ago: 4, activity: 'resumed' },
    ],
  }),
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
  pair('stale_results', { results_age_hours: 24.1 }, { results_age_hours: 24 }),
  pair('no_results', { results_age_hours: null }),
  pair('no_metrics', { metrics: [guardrail('Visits', EVEN)] }),
  pair('metric_failed', { metrics: [funnel('Purchases', EVEN), broken] }),
  pair('legacy_metrics', { metrics: [legacy] }),
  {
    code: 'shared_flag',
    triggers: scenarioOf({}, [{ feature_flag_key: 'one' }]),
    short: scenarioOf({}, [{ feature_flag_key: 'one', ended_days_ago: 1 }]),
  },
  pair('not_launched', { started_days_ago: null, exposures: {} }),
  pair('already_ended', ENDED),
  pair('already_shipped', { ...ENDED, variants: split({ control: 0, test: 100 }) }, ENDED),
  pair('ended_still_split', ENDED, { ...ENDED, flag_active: false }),
];
