import { describe, expect, test } from 'vitest';
import { keyWithScopes } from '../../src/sandbox/http/auth.js';
import { parseScenario } from '../../src/sandbox/scenario/scenario.js';
import { counted } from './results-helpers.js';
import { at, bench, listAt } from './support.js';

const PATH = '/experiments/setup_context/';
const SKIPPED = { status: 'skipped', data: null };

const TRAFFIC = {
  libs: [
    { lib: 'web', category: 'web', calls: 900, distinct_ids: 400, device_id_share: 1, anonymous_share: 0.4 },
    { lib: 'posthog-node', category: 'server', calls: 90, distinct_ids: 80, device_id_share: 0 },
  ],
  events: {
    $pageview: { persons: 8470, events: 20_000, anonymous_share: 0.38, device_id_share: 1 },
    signed_up: {
      persons: 1130,
      events: 1204,
      among: { $pageview: { persons: 593, events: 640, sum_squares: 731 } },
    },
  },
};

const DONE = {
  name: 'Done',
  feature_flag_key: 'done',
  started_days_ago: 20,
  ended_days_ago: 3,
  conclusion: 'won',
  running_time_calculation: { minimum_detectable_effect: 20 },
  exposures: { control: 1000, test: 1000 },
  metrics: [
    {
      name: 'Sign-ups',
      metric_type: 'funnel',
      data: { control: counted(1000, 100), test: counted(1000, 180) },
      query: {
        kind: 'ExperimentMetric',
        metric_type: 'funnel',
        series: [{ kind: 'EventsNode', event: 'signed_up' }],
      },
    },
  ],
};

const DRAFT = {
  name: 'Draft',
  feature_flag_key: 'draft',
  variants: [
    { key: 'control', split_percent: 80 },
    { key: 'test', split_percent: 20 },
  ],
  exposure_criteria: { multiple_variant_handling: 'first_seen' },
};

function reached(more: object = {}) {
  const rollouts = ['experiment-setup-context'];
  return bench({ scenario: parseScenario(JSON.stringify({ rollouts, events: ['signed_up'], ...more })) });
}

describe('setup_context', () => {
  test('is 404 where it has not reached the project', async () => {
    const { post } = await bench();
    expect(await post(PATH, {})).toMatchObject({ status: 404, json: { detail: 'Not found.' } });
  });

  test.each(['experiment:read', 'experiment_saved_metric:read', 'query:read'])(
    'needs the scope %s',
    async (lacking) => {
      const { call } = await reached();
      const all = ['experiment:read', 'experiment_saved_metric:read', 'query:read'];
      const scopes = all.filter((scope) => scope !== lacking);
      const refused = await call('POST', PATH, { body: {}, key: keyWithScopes(scopes) });
      const detail = `API key missing required scope '${lacking}'`;
      expect(refused).toMatchObject({ status: 403, json: { detail } });
      expect((await call('POST', PATH, { body: {}, key: keyWithScopes(all) })).status).toBe(200);
    },
  );

  test('skips what was not asked for and what nothing is known of', async () => {
    const { post } = await reached();
    const { status, json } = await post(PATH, { target_event: '$pageview', metric_event: 'signed_up' });
    expect([status, Object.keys(json)]).toEqual([
      200,
      ['team_defaults', 'sdk_profile', 'target_surface', 'candidate_metric', 'previous_experiments', 'shared_metrics'],
    ]);
    expect(json).toMatchObject({ sdk_profile: SKIPPED, target_surface: SKIPPED, candidate_metric: SKIPPED });
    const known = await reached({ traffic: TRAFFIC });
    const unasked = await known.post(PATH, {});
    expect(unasked.json).toMatchObject({ target_surface: SKIPPED, candidate_metric: SKIPPED });
  });

  test.each([
    [undefined, { stats_method: null, confidence_level: null, cuped_enabled: false, minimum_detectable_effect: null }],
    [
      {
        default_experiment_confidence_level: '0.90',
        default_cuped_enabled: true,
        default_minimum_detectable_effect: 20,
        default_sequential_testing_enabled: true,
      },
      {
        stats_method: 'bayesian',
        confidence_level: 0.9,
        cuped_enabled: true,
        minimum_detectable_effect: 20,
        sequential_testing_enabled: true,
      },
    ],
  ])('tells the team’s defaults beside those of the product (%j)', async (experiments_config, expected) => {
    const { post } = await reached(experiments_config ? { experiments_config } : {});
    expect((await post(PATH, {})).json.team_defaults).toMatchObject({
      status: 'ok',
      data: {
        ...expected,
        product_default_minimum_detectable_effect: 30,
        product_default_stats_method: 'bayesian',
        product_default_confidence_level: 0.95,
        default_exposure_event: '$feature_flag_called',
      },
    });
  });

  test('computes traffic, reach and baseline from what the scenario states', async () => {
    const { post } = await reached({ traffic: TRAFFIC });
    const asked = { target_event: '$pageview', target_url_contains: '/pricing', metric_event: 'signed_up' };
    const { json } = await post(PATH, asked);
    expect(at(json, 'sdk_profile', 'data')).toMatchObject({ window_days: 7, evaluated_on_server_and_web: true });
    expect(listAt(json, 'sdk_profile', 'data', 'libs').map(({ lib }) => lib)).toEqual(['web', 'posthog-node']);
    expect(at(json, 'target_surface', 'data')).toMatchObject({
      window_days: 14,
      source_event: '$pageview',
      target_url_contains: '/pricing',
      unique_persons: 8470,
      exposures_per_day_estimate: 605,
      anonymous_share: 0.38,
    });
    expect(at(json, 'candidate_metric', 'data')).toMatchObject({
      persons_reached: 8470,
      persons_converted: 593,
      conversion_rate: 593 / 8470,
      funnel_baseline_stats: { number_of_samples: 8470, sum: 593, step_counts: [593] },
      mean_count_baseline_stats: { number_of_samples: 8470, sum: 640, sum_squares: 731 },
      event_volume: 1204,
      unique_persons: 1130,
    });
  });

  test('knows the volume of a metric without a target, and no reach', async () => {
    const { post } = await reached({ traffic: TRAFFIC });
    const { json } = await post(PATH, { metric_event: 'signed_up' });
    expect(at(json, 'candidate_metric', 'data')).toMatchObject({
      persons_reached: null,
      conversion_rate: null,
      funnel_baseline_stats: null,
      event_volume: 1204,
    });
  });

  test('tells how earlier experiments were set up and came out', async () => {
    const { post } = await reached({ experiments: [DONE, DRAFT] });
    const { json } = await post(PATH, {});
    const experiments = listAt(json, 'previous_experiments', 'data', 'experiments');
    expect(experiments).toMatchObject([
      {
        name: 'Draft',
        state: 'draft',
        split_even: false,
        multiple_variant_handling: 'first_seen',
        multiple_variant_handling_set: true,
        outcome: null,
      },
      {
        name: 'Done',
        state: 'stopped',
        conclusion: 'won',
        variant_count: 2,
        split_even: true,
        rollout_percentage: 100,
        multiple_variant_handling_set: false,
        primary_metric_types: ['funnel'],
        primary_metric_events: ['signed_up'],
        minimum_detectable_effect: 20,
        outcome: {
          metric_type: 'funnel',
          metric_samples: 2000,
          analyzed_exposures: 2000,
          control_baseline_value: 0.1,
          any_variant_significant: true,
        },
      },
    ]);
    expect(at(json, 'previous_experiments', 'data', 'summary')).toMatchObject({
      total: 2,
      launched: 1,
      launched_without_results: 0,
      launched_with_under_100_analyzed_exposures: 0,
      using_uneven_split: 1,
    });
    const { json: one } = await post(PATH, { previous_experiments_limit: 1 });
    expect(listAt(one, 'previous_experiments', 'data', 'experiments').map(({ name }) => name)).toEqual(['Draft']);
  });

  test('lists shared metrics, those that measure the event first, with where it stands in them', async () => {
    const { post, draft } = await reached();
    const node = (event: string) => ({ kind: 'EventsNode', event });
    const funnel = { kind: 'ExperimentMetric', metric_type: 'funnel', series: [node('$pageview'), node('signed_up')] };
    await post('/experiment_saved_metrics/', { name: 'Conversion', query: funnel });
    const other = { kind: 'ExperimentMetric', metric_type: 'mean', source: node('purchase') };
    await post('/experiment_saved_metrics/', { name: 'Other', query: other });
    await draft({ saved_metrics_ids: [{ id: 1, metadata: { type: 'secondary' } }] });
    const { json } = await post(PATH, { metric_event: 'signed_up' });
    expect(listAt(json, 'shared_metrics', 'data', 'metrics')).toMatchObject([
      {
        name: 'Conversion',
        events: ['$pageview', 'signed_up'],
        used_as_primary: 0,
        used_as_secondary: 1,
        matches_metric_event: true,
        metric_event_roles: ['funnel_final_step'],
      },
      { name: 'Other', used_as_secondary: 0, matches_metric_event: false, last_used_at: null },
    ]);
  });

  test.each([
    [{ target_url_contains: '/x' }, 'target_url_contains'],
    [{ target_event: 'a', metric_event: 'a' }, 'metric_event'],
    [{ target_properties: Array.from({ length: 11 }, () => ({ key: 'a' })) }, 'target_properties'],
    [{ metric_properties: [{ key: 'id', type: 'cohort', value: 1 }] }, 'metric_properties'],
    [{ previous_experiments_limit: 26 }, 'previous_experiments_limit'],
    [{ shared_metrics_limit: 0 }, 'shared_metrics_limit'],
  ])('refuses %j and blames the field', async (body, attr) => {
    const { post } = await reached();
    expect(await post(PATH, body)).toMatchObject({ status: 400, json: { type: 'validation_error', attr } });
  });
});
