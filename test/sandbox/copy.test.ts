import { describe, expect, test } from 'vitest';
import { at, type Bench, bench, listAt, MEAN_METRIC, rule } from './support.js';

/** A draft with targeting, a holdout, a saved metric and a metric of its own. */
async function source(ready: Bench): Promise<string> {
  await ready.post('/experiment_holdouts/', { name: 'H', filters: [{ rollout_percentage: 5 }] });
  await ready.post('/experiment_saved_metrics/', { name: 'M', query: MEAN_METRIC });
  const path = await ready.draft({
    holdout_id: 1,
    saved_metrics_ids: [{ id: 1 }],
    metrics: [{ ...MEAN_METRIC, uuid: 'u-1' }],
    primary_metrics_ordered_uuids: ['u-1'],
    allow_unknown_events: true,
    parameters: { rollout_percentage: 40 },
    tags: ['kept-here'],
  });
  const properties = [{ key: 'email', type: 'person', value: 'a', operator: 'icontains' }];
  await ready.patch('/feature_flags/1/', { filters: { groups: [{ properties, rollout_percentage: 40 }] } });
  await ready.post(`${path}launch/`);
  return path;
}

const other = ({ sandbox }: Bench) => ({ target_team_id: sandbox.otherProjectId });

describe('a copy to another project', () => {
  test('is a draft there with a flag of the same key and split, and without holdout, saved metrics and targeting', async () => {
    const ready = await bench();
    const path = await source(ready);
    const copy = await ready.post(`${path}copy_to_project/`, other(ready));
    expect([copy.status, copy.json.status, copy.json.name, copy.json.feature_flag_key]).toEqual([
      201,
      'draft',
      'Experiment 1 (Copy)',
      'flag-1',
    ]);
    expect([copy.json.holdout_id, copy.json.saved_metrics, copy.json.tags, copy.json.start_date]).toEqual([
      null,
      [],
      [],
      null,
    ]);
    const { feature_flag: flag, metrics } = copy.json;
    expect([at(flag, 'id'), at(flag, 'team_id'), at(flag, 'active')]).toEqual([2, ready.sandbox.otherProjectId, false]);
    expect(at(flag, 'filters', 'groups')).toEqual([{ properties: [], rollout_percentage: 40 }]);
    expect(at(flag, 'filters', 'holdout')).toBeNull();
    const uuid = at(metrics, 0, 'uuid');
    expect(uuid).not.toBe('u-1');
    expect(copy.json.primary_metrics_ordered_uuids).toEqual([uuid]);
    expect((await ready.get('/experiments/')).json.count).toBe(1);
    const there = `/api/projects/${ready.sandbox.otherProjectId}/experiments/`;
    expect(listAt((await ready.get(there)).json, 'results').map((row) => row.id)).toEqual([2]);
  });

  test('links the flag that has the key there, as it is', async () => {
    const ready = await bench();
    const path = await source(ready);
    const there = `/api/projects/${ready.sandbox.otherProjectId}`;
    const variants = ['a', 'b'].map((key) => ({ key, rollout_percentage: 50 }));
    const flag = await ready.post(`${there}/feature_flags/`, {
      key: 'flag-1',
      filters: { groups: [{ properties: [], rollout_percentage: 7 }], multivariate: { variants } },
    });
    const copy = await ready.post(`${path}copy_to_project/`, other(ready));
    expect(at(copy.json, 'feature_flag', 'id')).toBe(flag.json.id);
    expect((await ready.get(`${there}/feature_flags/${flag.json.id}/`)).json.filters).toEqual(flag.json.filters);
  });

  test('takes a name and a key; a blank name is none, and names count up per project', async () => {
    const ready = await bench();
    const path = await source(ready);
    const copy = (body: object) => ready.post(`${path}copy_to_project/`, { ...other(ready), ...body });
    const named = await copy({ name: 'Mine', feature_flag_key: 'own' });
    expect([named.json.name, named.json.feature_flag_key]).toEqual(['Mine', 'own']);
    expect((await copy({ name: '' })).json.name).toBe('Experiment 1 (Copy)');
    expect((await copy({})).json.name).toBe('Experiment 1 (Copy) 1');
  });

  test('to the same project is a duplicate, saved metrics and flag included', async () => {
    const ready = await bench();
    const path = await source(ready);
    const copy = await ready.post(`${path}copy_to_project/`, { target_team_id: ready.sandbox.projectId });
    expect([at(copy.json, 'feature_flag', 'id'), listAt(copy.json, 'saved_metrics').length]).toEqual([1, 1]);
  });

  test('is refused without a target, for an unknown target, a flag that does not do and a project out of reach', async () => {
    const ready = await bench();
    const path = await source(ready);
    const required = await ready.post(`${path}copy_to_project/`, {});
    expect(required.json).toMatchObject({ attr: 'target_team_id', code: 'required' });
    const unknown = await ready.post(`${path}copy_to_project/`, { target_team_id: 99 });
    expect([unknown.status, unknown.json]).toEqual([404, { detail: 'Target team not found.' }]);
    const there = `/api/projects/${ready.sandbox.otherProjectId}`;
    await ready.post(`${there}/feature_flags/`, { key: 'boolean' });
    const unfit = await ready.post(`${path}copy_to_project/`, { ...other(ready), feature_flag_key: 'boolean' });
    expect(unfit.json).toEqual(
      rule('Feature flag must have at least 2 variants (a baseline and at least one test variant)'),
    );
    const key = ready.sandbox.otherProjectKey;
    const theirs = await ready.call('POST', `${there}/experiments/`, {
      key,
      body: { name: 'Theirs', feature_flag_key: 'theirs' },
    });
    const refused = await ready.call('POST', `${there}/experiments/${theirs.json.id}/copy_to_project/`, {
      key,
      body: { target_team_id: ready.sandbox.projectId },
    });
    expect([refused.status, refused.json]).toEqual([
      403,
      { detail: 'You do not have write access to the target project.' },
    ]);
    expect((await ready.get('/experiments/')).json.count).toBe(1);
  });

  test('is refused for old metrics', async () => {
    const ready = await bench();
    const path = await ready.draft();
    ready.sandbox.store.experiments.get(1)?.metrics.push({ kind: 'ExperimentTrendsQuery', uuid: 'old' });
    const refused = await ready.post(`${path}copy_to_project/`, other(ready));
    expect([refused.status, refused.json]).toEqual([
      400,
      { detail: 'Copying is not supported for experiments using legacy metrics.' },
    ]);
  });
});
