import { describe, expect, it } from 'vitest';
import { statusOf } from '../../src/sandbox/rows/status.js';
import { metricError } from '../../src/sandbox/validation/metrics.js';
import { experiment, load, metric, only } from './scenario-helpers.js';

/** The documented example, with its placeholders filled in. */
const EXAMPLE = {
  project: { id: 5, name: 'Hedgebox' },
  events: ['signed_up', 'purchase_completed'],
  approvals: ['feature_flag.update'],
  experiments: [
    {
      ...{ name: 'Onboarding', feature_flag_key: 'onboarding', description: 'Why', type: 'product' },
      variants: [
        { key: 'control', split_percent: 50 },
        { key: 'test', split_percent: 50 },
      ],
      ...{ rollout_percentage: 100, flag_active: true, archived: false },
      ...{ started_days_ago: 14, ended_days_ago: null },
      ...{ conclusion: null, stats_config: { method: 'bayesian' }, exposure_criteria: { filterTestAccounts: true } },
      running_time_calculation: {
        ...{ minimum_detectable_effect: 5, recommended_sample_size: 20000, recommended_running_time: 14 },
      },
      exposures: { control: 10000, test: 10040, $multiple: 12 },
      metrics: [
        {
          ...{ name: 'Purchases', role: 'primary', metric_type: 'funnel', goal: 'increase' },
          query: {
            ...{ kind: 'ExperimentMetric', metric_type: 'funnel' },
            series: [{ kind: 'EventsNode', event: 'purchase_completed' }],
          },
          data: {
            control: { number_of_samples: 10000, sum: 1000, sum_squares: 1000 },
            test: { number_of_samples: 10040, sum: 1100, sum_squares: 1100 },
          },
        },
        { ...{ name: 'Ratio', role: 'secondary', metric_type: 'ratio', goal: 'decrease' }, data: {} },
      ],
      activity: [
        { days_ago: 9, activity: 'paused' },
        { days_ago: 4, activity: 'resumed' },
        { days_ago: 3, activity: 'updated', fields: ['exposure_criteria'] },
      ],
      results_age_hours: 2,
    },
  ],
};

describe('the documented scenario', () => {
  it('loads project, events, approvals and flag', () => {
    const store = load(EXAMPLE);
    const { row, flag } = only(store);
    expect(store.mainProject).toMatchObject({ id: 5, name: 'Hedgebox', approvals: ['feature_flag.update'] });
    expect(store.mainProject.events.map((event) => event.name)).toEqual(['signed_up', 'purchase_completed']);
    expect(flag).toMatchObject({ key: 'onboarding', active: true, project_id: 5 });
    expect(flag.filters.multivariate?.variants).toEqual([
      { key: 'control', name: '', rollout_percentage: 50 },
      { key: 'test', name: '', rollout_percentage: 50 },
    ]);
    expect(statusOf(row, flag)).toBe('running');
  });

  it('places everything in time before the clock', () => {
    const { row } = only(load(EXAMPLE));
    expect(row.start_date).toBe('2026-10-18T12:00:00Z');
    expect(row.end_date).toBeNull();
    expect(row.created_at < (row.start_date ?? '')).toBe(true);
    expect(row.updated_at).toBe('2026-10-29T12:00:00Z');
    expect(row.activity.map(({ at, activity }) => [at.slice(0, 10), activity])).toEqual([
      ['2026-10-17', 'created'],
      ['2026-10-18', 'updated'],
      ['2026-10-23', 'paused'],
      ['2026-10-28', 'resumed'],
      ['2026-10-29', 'updated'],
    ]);
    expect(row.activity.at(-1)?.changes).toEqual([{ field: 'exposure_criteria' }]);
  });

  it('keeps the data of each metric under its uuid', () => {
    const { row } = only(load(EXAMPLE));
    const [primary] = row.metrics;
    const [secondary] = row.metrics_secondary;
    expect(primary).toMatchObject({ name: 'Purchases', goal: 'increase', metric_type: 'funnel' });
    expect(secondary).toMatchObject({ name: 'Ratio', goal: 'decrease', metric_type: 'ratio' });
    expect(primary?.uuid).not.toBe(secondary?.uuid);
    expect(row.data).toEqual({
      exposures: { control: 10000, test: 10040, $multiple: 12 },
      metrics: {
        [String(primary?.uuid)]: {
          control: { number_of_samples: 10000, sum: 1000, sum_squares: 1000 },
          test: { number_of_samples: 10040, sum: 1100, sum_squares: 1100 },
        },
        [String(secondary?.uuid)]: {},
      },
      results_age_hours: 2,
      daily_results_age_hours: 2,
    });
  });
});

describe('a scenario that says little', () => {
  it('takes the defaults of the API', () => {
    const { row, flag } = only(load(experiment()));
    expect(statusOf(row, flag)).toBe('draft');
    expect(flag).toMatchObject({ active: false, filters: { groups: [{ properties: [], rollout_percentage: 100 }] } });
    expect(flag.filters.multivariate?.variants.map((variant) => variant.rollout_percentage)).toEqual([50, 50]);
    expect(row).toMatchObject({
      ...{ description: '', type: 'product', archived: false, conclusion: null, running_time_calculation: {} },
      ...{ stats_config: { method: 'bayesian' }, exposure_criteria: { filterTestAccounts: true }, metrics: [] },
      data: { exposures: {}, metrics: {}, results_age_hours: 0 },
    });
  });

  it('may hold nothing at all', () => {
    expect(load({}).experiments.size).toBe(0);
  });

  it('knows results that were never calculated', () => {
    expect(only(load(experiment({ results_age_hours: null }))).row.data.results_age_hours).toBeNull();
    const daily = load(experiment({ results_age_hours: null, daily_results_age_hours: 3 }));
    expect(only(daily).row.data).toMatchObject({ results_age_hours: null, daily_results_age_hours: 3 });
  });

  it('takes fractional days, zero counts and drafts with data', () => {
    const data = { control: { number_of_samples: 0, sum: 0, sum_squares: 0 } };
    const { row } = only(
      load(experiment({ exposures: { control: 0, test: 0 }, metrics: [{ metric_type: 'mean', data }] })),
    );
    expect(row.start_date).toBeNull();
    expect(Object.values(row.data.metrics)).toEqual([data]);
    expect(only(load(experiment({ started_days_ago: 0.5 }))).row.start_date).toBe('2026-11-01T00:00:00Z');
    expect(only(load(experiment({ exposures: {} }))).row.data.exposures).toEqual({});
  });

  it('takes every field of a result row', () => {
    const row = {
      ...{ number_of_samples: 10, sum: 4.5, sum_squares: 9.25, step_counts: [8, 4], denominator_sum: 8 },
      ...{ denominator_sum_squares: 12, numerator_denominator_sum_product: 7 },
      ...{ covariate_sum: 3, covariate_sum_squares: 5, covariate_sum_product: 4 },
    };
    const loaded = only(load(metric({ data: { control: row, test: row } }))).row;
    expect(Object.values(loaded.data.metrics)).toEqual([{ control: row, test: row }]);
  });

  it('turns the flag on for what was launched, unless told otherwise', () => {
    expect(only(load(experiment({ started_days_ago: 3 }))).flag.active).toBe(true);
    const paused = only(load(experiment({ started_days_ago: 3, flag_active: false })));
    expect(statusOf(paused.row, paused.flag)).toBe('paused');
    const stopped = only(load(experiment({ started_days_ago: 9, ended_days_ago: 2, conclusion: 'won' })));
    expect(statusOf(stopped.row, stopped.flag)).toBe('stopped');
    expect(stopped.flag.active).toBe(true);
  });

  it('pins the first variant as baseline of a launched experiment without control', () => {
    const variants = [
      { key: 'a', split_percent: 30 },
      { key: 'b', split_percent: 70 },
    ];
    const baseline = (fields: object) => only(load(experiment({ variants, ...fields }))).row.stats_config;
    expect(baseline({ started_days_ago: 1 })).toEqual({ method: 'bayesian', baseline_variant_key: 'a' });
    expect(baseline({})).toEqual({ method: 'bayesian' });
    expect(only(load(experiment({ started_days_ago: 1 }))).row.stats_config).toEqual({ method: 'bayesian' });
  });

  it.each(['mean', 'funnel', 'ratio', 'retention'])(
    'makes a valid %s metric from the events of the project',
    (type) => {
      const scenario = {
        ...metric({ metric_type: type, goal: 'decrease' }),
        events: ['signed_up', 'purchase_completed'],
      };
      const [made] = only(load(scenario)).row.metrics;
      expect(metricError(made)).toBeUndefined();
      expect(made).toMatchObject({ metric_type: type, name: 'Purchases', goal: 'decrease' });
      expect(JSON.stringify(made)).toContain('purchase_completed');
    },
  );
});

describe('experiments of a scenario with one flag key', () => {
  const shared = (first: object, second: object) =>
    load({
      experiments: [
        { name: 'A', feature_flag_key: 'shared', ...first },
        { name: 'B', feature_flag_key: 'shared', ...second },
        { name: 'C', feature_flag_key: 'other' },
      ],
    });

  it('share one flag', () => {
    const store = shared({ started_days_ago: 3 }, {});
    expect([...store.flags.values()].map((flag) => flag.key)).toEqual(['shared', 'other']);
    expect([...store.experiments.values()].map((row) => row.flag_id)).toEqual([1, 1, 2]);
  });

  it('let the first that says something about the flag decide', () => {
    const variants = [
      { key: 'x', split_percent: 10 },
      { key: 'y', split_percent: 90 },
    ];
    const flag = shared({ started_days_ago: 3 }, { variants, flag_active: false, rollout_percentage: 20 }).flags.get(1);
    expect(flag?.active).toBe(false);
    expect(flag?.filters.groups).toEqual([{ properties: [], rollout_percentage: 20 }]);
    expect(flag?.filters.multivariate?.variants.map((variant) => variant.key)).toEqual(['x', 'y']);
  });
});
