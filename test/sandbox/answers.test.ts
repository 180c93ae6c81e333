import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../src/sandbox/scenario/scenario.js';
import { purchases, RUNS, running } from './results-helpers.js';
import { at, type Bench, bench, listAt, MEAN_METRIC } from './support.js';

const LIST =
  'id name description start_date end_date feature_flag_key feature_flag holdout exposure_cohort parameters running_time_calculation excluded_variants archived deleted created_by created_at updated_at type conclusion conclusion_comment status is_legacy tags user_access_level';
const DETAIL = `${LIST} holdout_id secondary_metrics saved_metrics saved_metrics_ids filters exposure_criteria metrics metrics_secondary stats_config scheduling_config primary_metrics_ordered_uuids secondary_metrics_ordered_uuids only_count_matured_users can_freeze_exposure flag_cleanup_task_id repository version health resolved_exposure_event variant_split_changed_at`;
const EMBEDDED_FLAG =
  'id team_id name key filters deleted active ensure_experience_continuity version evaluation_runtime bucketing_identifier evaluation_contexts';
const FLAG = `${EMBEDDED_FLAG} has_encrypted_payloads archived created_by created_at updated_at experiment_set is_simple_flag tags rollback_conditions performed_rollback can_edit status user_access_level`;
const HOLDOUT = 'id name description filters created_by created_at updated_at user_access_level';
const SAVED_METRIC = 'id name description query created_by created_at updated_at tags user_access_level';
const LINK = 'id experiment saved_metric metadata created_at query effective_query name';
const RUN =
  'id experiment_id status total_metrics completed_metrics failed_metrics metric_errors metric_retries trigger created_at started_at completed_at query_to result_source results';
const ENTRY = 'id user is_system was_impersonated client activity scope item_id detail created_at';
const COHORT =
  'id name description groups deleted filters is_calculating created_by created_at last_calculation errors_calculating count is_static experiment_set';

/** An experiment with everything linked, and results. */
async function furnished(): Promise<Bench> {
  const ready = await running({ results_age_hours: 1 });
  await ready.post('/experiment_holdouts/', { name: 'H', filters: [{ rollout_percentage: 5 }] });
  await ready.post('/experiment_saved_metrics/', { name: 'Revenue', query: MEAN_METRIC });
  await ready.post('/experiments/1/create_exposure_cohort_for_experiment/');
  await ready.patch('/experiments/1/', { saved_metrics_ids: [{ id: 1 }] });
  return ready;
}

describe('the answers of October 2026', () => {
  test.each<[string, string, (string | number)[], string]>([
    ['a row of the list', '/experiments/', ['results', 0], LIST],
    ['an experiment', '/experiments/1/', [], DETAIL],
    ['the flag of an experiment', '/experiments/1/', ['feature_flag'], EMBEDDED_FLAG],
    ['the flag of a row', '/experiments/', ['results', 0, 'feature_flag'], EMBEDDED_FLAG],
    ['a link to a saved metric', '/experiments/1/', ['saved_metrics', 0], LINK],
    ['a flag', '/feature_flags/1/', [], FLAG],
    ['a holdout', '/experiment_holdouts/1/', [], HOLDOUT],
    ['a saved metric', '/experiment_saved_metrics/1/', [], SAVED_METRIC],
    ['the latest results', `${RUNS}latest/`, [], RUN],
    ['an entry of the log', '/experiments/1/activity/', ['results', 0], ENTRY],
    [
      'what an entry tells',
      '/experiments/1/activity/',
      ['results', 0, 'detail'],
      'id name type short_id changes merge trigger',
    ],
    ['a cohort', '/cohorts/1/', [], COHORT],
  ])('have exactly these fields for %s', async (_what, address, path, fields) => {
    const { get } = await furnished();
    const { json } = await get(address);
    expect(Object.keys(Object(at(json, ...path))).sort()).toEqual(fields.split(' ').sort());
  });

  test('have null for what can only be written, and for what the project has not got yet', async () => {
    const { get } = await furnished();
    expect((await get('/experiments/1/')).json).toMatchObject({ saved_metrics_ids: null, health: null });
  });

  test('show the share of users where the first condition has one', async () => {
    const { get, patch } = await furnished();
    expect((await get('/experiments/1/')).json).toHaveProperty('parameters.rollout_percentage', 100);
    const groups = [{ properties: [], rollout_percentage: null }];
    await patch('/feature_flags/1/', { filters: { groups } });
    for (const path of ['/experiments/1/', '/experiments/']) {
      const { json } = await get(path);
      const row = path === '/experiments/' ? at(json, 'results', 0) : json;
      expect(row).not.toHaveProperty('parameters.rollout_percentage');
    }
  });

  test('name the experiments of a cohort', async () => {
    const { get, post, sandbox } = await furnished();
    expect((await get('/cohorts/1/')).json.experiment_set).toEqual([1]);
    await post('/experiments/', { name: 'B', feature_flag_key: 'b', start_date: '2026-08-01' });
    const { json } = await post('/experiments/2/create_exposure_cohort_for_experiment/');
    expect(at(json, 'cohort', 'experiment_set')).toEqual([2]);
    expect(sandbox.store.cohorts.size).toBe(2);
  });

  test.each<[string, string[], object, string]>([
    ['before the new event', ['experiment-exposure-event'], { started_days_ago: 1 }, '$feature_flag_called'],
    ['with the new event', ['experiment-exposure-event'], { started_days_ago: 0 }, '$experiment_exposure'],
    ['not at all', ['experiment-exposure-event'], {}, '$experiment_exposure'],
    ['in a project without it', [], { started_days_ago: 0 }, '$feature_flag_called'],
    [
      'and counts an event of its own',
      ['experiment-exposure-event'],
      { started_days_ago: 0, exposure_criteria: { exposure_config: { event: 'seen', properties: [] } } },
      '$experiment_exposure',
    ],
    [
      'and counts an action',
      [],
      { exposure_criteria: { exposure_config: { kind: 'ActionsNode', id: 1 } } },
      '$feature_flag_called',
    ],
  ])('resolve the default exposure event of an experiment that starts %s', async (_when, rollouts, fields, event) => {
    const experiments = [{ name: 'A', feature_flag_key: 'a', ...fields }];
    const { get } = await bench({ scenario: parseScenario(JSON.stringify({ rollouts, experiments })) });
    expect((await get('/experiments/1/')).json.resolved_exposure_event).toBe(event);
  });

  test('tell when the split first changed in the run', async () => {
    const { get, patch, advance, draft, post } = await bench();
    const path = await draft();
    const changedAt = async () => (await get(path)).json.variant_split_changed_at;
    const variants = (control: number) => ({
      filters: {
        multivariate: {
          variants: [
            { key: 'control', rollout_percentage: control },
            { key: 'test', rollout_percentage: 100 - control },
          ],
        },
      },
    });
    await patch('/feature_flags/1/', variants(40));
    await post(`${path}launch/`);
    advance(60_000);
    await patch('/feature_flags/1/', { filters: { groups: [{ properties: [], rollout_percentage: 20 }] } });
    expect(await changedAt()).toBeNull();
    advance(60_000);
    await patch('/feature_flags/1/', variants(30));
    advance(60_000);
    await patch('/feature_flags/1/', variants(20));
    expect(await changedAt()).toBe('2026-09-01T12:02:00+00:00');
    await post(`${path}reset/`);
    expect(await changedAt()).toBeNull();
  });

  test('do not count a change of the split after the end', async () => {
    const { get, patch, advance } = await running({ ended_days_ago: 1 });
    advance(60_000);
    const changed = [
      { key: 'control', rollout_percentage: 10 },
      { key: 'test', rollout_percentage: 90 },
    ];
    await patch('/feature_flags/1/', { filters: { multivariate: { variants: changed } } });
    expect((await get('/experiments/1/')).json.variant_split_changed_at).toBeNull();
  });
});

describe('actions in metrics', () => {
  const ACTION = { kind: 'ActionsNode', id: 7, name: 'Bought' };
  const FUNNEL = { kind: 'ExperimentMetric', metric_type: 'funnel', series: [ACTION] };
  const RATIO = { kind: 'ExperimentMetric', metric_type: 'ratio', numerator: ACTION, denominator: ACTION };

  async function withActions() {
    const scenario = parseScenario(JSON.stringify({ actions: [{ id: 7, name: 'Bought' }] }));
    const ready = await bench({ scenario });
    await ready.post('/experiment_saved_metrics/', { name: 'Shared', query: FUNNEL });
    const path = await ready.draft({ metrics: [FUNNEL], metrics_secondary: [RATIO], saved_metrics_ids: [{ id: 1 }] });
    return { ...ready, path };
  }

  async function names({ get, path }: Awaited<ReturnType<typeof withActions>>) {
    const { json } = await get(path);
    const link = at(json, 'saved_metrics', 0);
    return [
      at(json, 'metrics', 0, 'series', 0, 'name'),
      at(json, 'metrics_secondary', 0, 'denominator', 'name'),
      at(link, 'query', 'series', 0, 'name'),
      at(link, 'effective_query', 'series', 0, 'name'),
      at((await get('/experiment_saved_metrics/')).json, 'results', 0, 'query', 'series', 0, 'name'),
    ];
  }

  test('have the names that they have now, under the same fingerprints', async () => {
    const ready = await withActions();
    expect(await names(ready)).toEqual(Array(5).fill('Bought'));
    const prints = listAt((await ready.get(ready.path)).json, 'metrics').map(({ fingerprint }) => fingerprint);
    const action = ready.sandbox.store.actions.get(7);
    if (action) action.name = 'Paid';
    expect(await names(ready)).toEqual(Array(5).fill('Paid'));
    expect(listAt((await ready.get(ready.path)).json, 'metrics').map(({ fingerprint }) => fingerprint)).toEqual(prints);
  });

  test('keep the last name of an action that is gone', async () => {
    const ready = await withActions();
    ready.sandbox.store.actions.delete(7);
    expect(await names(ready)).toEqual(Array(5).fill('Bought'));
  });

  test('must be there when a metric is written', async () => {
    const { post } = await withActions();
    const query = { ...FUNNEL, series: [{ kind: 'ActionsNode', id: 8 }] };
    const refused = await post('/experiment_saved_metrics/', { name: 'Other', query });
    expect([refused.status, refused.json.detail]).toEqual([
      400,
      expect.stringContaining('Action(s) with ID 8 not found'),
    ]);
  });
});

test('a deleted flag keeps its exposures under the key that it had', async () => {
  const { get, post, patch } = await running({ ended_days_ago: 1, metrics: [purchases()] });
  await patch('/feature_flags/1/', { deleted: true });
  const { json } = await get('/experiments/1/');
  const { start_date, end_date, feature_flag_key, feature_flag } = json;
  const query = {
    ...{ kind: 'ExperimentExposureQuery', experiment_id: 1, experiment_name: 'Checkout', start_date, end_date },
    feature_flag: { ...Object(feature_flag), key: feature_flag_key },
  };
  const answer = await post('/query/', { query, refresh: 'force_blocking' });
  expect(at(answer.json, 'total_exposures')).toEqual({ control: 1000, test: 1000 });
});
