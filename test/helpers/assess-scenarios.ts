import { type Scenario, type ScenarioInput, scenarioSchema } from '../../src/sandbox/scenario/schema.js';

type ExperimentInput = NonNullable<ScenarioInput['experiments']>[number];
export type MetricInput = NonNullable<ExperimentInput['metrics']>[number];
export type Change = Partial<ExperimentInput>;
type Counts = Record<string, readonly [samples: number, converted: number]>;

export const EVEN: Counts = { control: [10_050, 1_005], test: [9_950, 1_194] };

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

export const purchases = (control: number, test: number, rest: Partial<MetricInput> = {}) =>
  funnel('Purchases', { control: [10_050, control], test: [9_950, test] }, rest);

export const split = (shares: Record<string, number>) =>
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
