import { describe, expect, test } from 'vitest';
import { at, bench, listAt, MEAN_METRIC, rule, START } from './support.js';

const split = (control: number, test: number) => ({
  feature_flag_variants: [
    { key: 'control', split_percent: control },
    { key: 'test', split_percent: test },
  ],
});

const OPT_IN = {
  ...rule(
    'This experiment is running. To change its flag config, send update_feature_flag_params=true (or edit the feature flag directly).',
  ),
  attr: 'feature_flag',
};

describe('PATCH', () => {
  test('replaces arrays and objects whole', async () => {
    const { draft, patch } = await bench();
    const path = await draft({
      allow_unknown_events: true,
      metrics: [MEAN_METRIC, MEAN_METRIC],
      stats_config: { method: 'frequentist', frequentist: { alpha: 0.01 } },
    });
    const changed = await patch(path, { metrics: [MEAN_METRIC], stats_config: { bayesian: { ci_level: 0.9 } } });
    expect(listAt(changed.json, 'metrics')).toHaveLength(1);
    expect(changed.json.stats_config).toEqual({ bayesian: { ci_level: 0.9 } });
  });

  test('accepts again an unknown event that the experiment names already, and no other', async () => {
    const { draft, patch } = await bench();
    const path = await draft({ allow_unknown_events: true, metrics: [MEAN_METRIC] });
    expect((await patch(path, { metrics: [{ ...MEAN_METRIC, name: 'Again' }] })).status).toBe(200);
    const other = { ...MEAN_METRIC, source: { kind: 'EventsNode', event: 'never_seen' } };
    expect((await patch(path, { metrics: [other] })).status).toBe(400);
  });

  test('keeps uuids of the other list when one list is sent', async () => {
    const { draft, patch, get } = await bench();
    const path = await draft({ allow_unknown_events: true, metrics: [MEAN_METRIC], metrics_secondary: [MEAN_METRIC] });
    const before = (await get(path)).json;
    const uuid = at(before, 'metrics_secondary', 0, 'uuid');
    const changed = await patch(path, { metrics: [{ ...MEAN_METRIC, uuid }] });
    expect(changed.json.metrics_secondary).toEqual(before.metrics_secondary);
    expect(at(changed.json, 'metrics', 0, 'uuid')).not.toBe(uuid);
  });

  test('of a draft rewrites the flag: split, share of users, and nothing it did not name', async () => {
    const { draft, patch } = await bench();
    const path = await draft();
    const targeting = [
      { properties: [], rollout_percentage: 100 },
      { properties: [], rollout_percentage: 7 },
    ];
    await patch('/feature_flags/1/', { filters: { groups: targeting } });
    await patch(path, { feature_flag: { filters: { groups: [{ properties: [], rollout_percentage: 25 }] } } });
    const changed = await patch(path, { parameters: split(10, 90) });
    expect(at(changed.json, 'feature_flag', 'filters')).toMatchObject({
      groups: [{ rollout_percentage: 25 }, { rollout_percentage: 7 }],
      multivariate: {
        variants: [
          { key: 'control', name: 'Control Group', rollout_percentage: 10 },
          { key: 'test', name: 'Test Variant', rollout_percentage: 90 },
        ],
      },
    });
  });

  test('of a launched experiment needs the opt-in for another split, by either way of sending it', async () => {
    const { draft, patch, post } = await bench();
    const path = await draft();
    await post(`${path}launch/`);
    expect((await patch(path, { parameters: split(10, 90) })).json).toEqual(OPT_IN);
    const filters = { groups: [{ properties: [], rollout_percentage: 25 }] };
    expect((await patch(path, { feature_flag: { filters } })).json).toEqual(OPT_IN);
    const changed = await patch(path, { parameters: split(10, 90), update_feature_flag_params: true });
    expect(at(changed.json, 'feature_flag', 'filters', 'multivariate', 'variants', 1, 'rollout_percentage')).toBe(90);
  });

  test('of a launched experiment never changes number or keys of variants', async () => {
    const { draft, patch, post } = await bench();
    const path = await draft();
    await post(`${path}launch/`);
    const variants = [
      { key: 'control', rollout_percentage: 50 },
      { key: 'blue', rollout_percentage: 50 },
    ];
    const body = { feature_flag: { filters: { multivariate: { variants } } }, update_feature_flag_params: true };
    expect((await patch(path, body)).json).toEqual(rule("Can't update feature_flag_variants on Experiment"));
  });

  test('takes what a read gave back as no change, also while running', async () => {
    const { draft, patch, post } = await bench();
    const path = await draft({ parameters: { ...split(20, 80), rollout_percentage: 30 } });
    const { json } = await post(`${path}launch/`);
    const { type: _type, ...echo } = json;
    const changed = await patch(path, echo);
    expect(changed.status).toBe(200);
    expect(changed.json).toEqual({ ...json, version: 2 });
  });

  test('with a bad statistics configuration leaves the flag untouched', async () => {
    const { draft, patch, get } = await bench();
    const path = await draft();
    const before = (await get('/feature_flags/1/')).json;
    const body = { parameters: split(10, 90), stats_config: { method: 'voodoo' } };
    expect((await patch(path, body)).status).toBe(400);
    expect((await get('/feature_flags/1/')).json).toEqual(before);
  });

  test('refuses the keys that are locked, by their internal names', async () => {
    const { draft, patch } = await bench();
    const path = await draft();
    expect((await patch(path, { type: 'web' })).json).toEqual(rule("Can't update keys: type on Experiment"));
    expect((await patch(path, { feature_flag_key: 'other', type: 'web', _create_in_folder: 'a' })).json).toEqual(
      rule("Can't update keys: _create_in_folder, get_feature_flag_key, type on Experiment"),
    );
    expect((await patch(path, { feature_flag_key: 'flag-1', name: 'Same key' })).status).toBe(200);
  });

  test('of an experiment with old metrics changes name, description, end and deletion only', async () => {
    const { draft, patch, post, get, sandbox } = await bench();
    const path = await draft();
    const row = sandbox.store.experiments.get(1);
    row?.metrics.push({ kind: 'ExperimentTrendsQuery', uuid: 'old' });
    expect((await get(path)).json.is_legacy).toBe(true);
    expect((await patch(path, { stats_config: {}, metrics: [], name: 'x' })).json).toEqual(
      rule(
        'This experiment uses legacy metric formats and can only have its name, description, or end_date updated. Cannot update: metrics, stats_config',
      ),
    );
    expect((await patch(path, { name: 'Renamed', description: 'Fine' })).status).toBe(200);
    const copy = await post(`${path}duplicate/`);
    expect([copy.status, copy.json]).toEqual([
      400,
      { detail: 'Duplication is not supported for experiments using legacy metrics.' },
    ]);
  });
});

describe('back doors of PATCH', () => {
  test('a start date on a draft launches it and pins the baseline', async () => {
    const { draft, patch } = await bench();
    const path = await draft();
    const launched = await patch(path, { start_date: '2026-08-01T00:00:00Z' });
    expect(launched.json).toMatchObject({
      status: 'running',
      start_date: '2026-08-01T00:00:00Z',
      feature_flag: { active: true },
    });
  });

  test('a start date on a draft meets the guards of launch', async () => {
    const { draft, patch } = await bench();
    const path = await draft();
    await patch('/feature_flags/1/', { deleted: true });
    expect((await patch(path, { start_date: START })).json).toEqual(
      rule('Experiment cannot be launched because its feature flag has been deleted.'),
    );
  });

  test('an end date stops, and null starts again, paused where the flag is off', async () => {
    const { draft, patch, post } = await bench();
    const path = await draft();
    await post(`${path}launch/`);
    expect((await patch(path, { end_date: '2020-01-01T00:00:00Z' })).json.status).toBe('stopped');
    expect((await patch(path, { end_date: null })).json.status).toBe('running');
    await patch(path, { end_date: '2030-01-01T00:00:00Z' });
    await patch('/feature_flags/1/', { active: false });
    expect((await patch(path, { end_date: null })).json.status).toBe('paused');
  });

  test('null as start date makes a draft and keeps the rest; archived works in any state', async () => {
    const { draft, patch, post } = await bench();
    const path = await draft();
    await post(`${path}launch/`);
    await patch(path, { conclusion: 'lost' });
    const undone = await patch(path, { start_date: null, archived: true });
    expect(undone.json).toMatchObject({ status: 'draft', conclusion: 'lost', archived: true });
  });

  test('an end date without a start is a draft', async () => {
    const { draft, get } = await bench();
    expect((await get(await draft({ end_date: START }))).json.status).toBe('draft');
  });
});

describe('deleting', () => {
  test('by verb is refused with an empty body', async () => {
    const { draft, call, get } = await bench();
    const path = await draft();
    const refused = await call('DELETE', path);
    expect([refused.status, refused.text]).toEqual([405, '']);
    expect((await call('DELETE', '/feature_flags/1/')).status).toBe(405);
    expect((await get(path)).status).toBe(200);
  });

  test('by PATCH hides the experiment everywhere until it is restored', async () => {
    const { draft, patch, get, post } = await bench();
    const path = await draft();
    expect((await patch(path, { deleted: true })).json).toMatchObject({ deleted: true });
    const missing = { type: 'invalid_request', code: 'not_found', detail: 'Not found.', attr: null };
    for (const reply of [await get(path), await post(`${path}launch/`), await patch(path, { name: 'x' })]) {
      expect([reply.status, reply.json]).toEqual([404, missing]);
    }
    expect((await get('/experiments/')).json.count).toBe(0);
    expect((await patch(path, { deleted: false })).json).toMatchObject({ id: 1, deleted: false });
    expect((await get(path)).status).toBe(200);
  });

  test('cannot be undone once the flag is deleted too', async () => {
    const { draft, patch } = await bench();
    const path = await draft();
    await patch(path, { deleted: true });
    await patch('/feature_flags/1/', { deleted: true });
    expect((await patch(path, { deleted: false })).json).toEqual(
      rule(
        'Cannot restore experiment: the linked feature flag has been deleted. Restore the feature flag first, then restore the experiment.',
      ),
    );
    await patch('/feature_flags/1/', { deleted: false });
    expect((await patch(path, { deleted: false })).status).toBe(200);
  });
});

describe('PUT', () => {
  test('asks for name and key and resets archived', async () => {
    const { draft, call, patch } = await bench();
    const path = await draft();
    const refused = await call('PUT', path, { body: { name: 'Only a name' } });
    expect(refused.json).toEqual({
      type: 'validation_error',
      code: 'required',
      detail: 'This field is required.',
      attr: 'feature_flag_key',
    });
    await patch(path, { archived: true });
    const put = await call('PUT', path, { body: { name: 'Put', feature_flag_key: 'flag-1' } });
    expect(put.json).toMatchObject({ name: 'Put', archived: false });
  });
});
