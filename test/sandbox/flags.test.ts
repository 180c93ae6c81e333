import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../src/sandbox/scenario/scenario.js';
import { at, bench, listAt, rule } from './support.js';

const VARIANTS = [
  { key: 'control', rollout_percentage: 50 },
  { key: 'test', rollout_percentage: 50 },
];

describe('feature flags', () => {
  test('keep their tags as experiments do: stripped, in lower case and once', async () => {
    const { post } = await bench();
    const created = await post('/feature_flags/', { key: 'banner', tags: ['\u0085Agent\u001f', 'agent'] });
    expect(created.json).toMatchObject({ tags: ['agent'] });
  });

  test('are created active, with their own fields beside those that experiments embed', async () => {
    const { post, get } = await bench();
    const created = await post('/feature_flags/', { key: 'banner', name: 'Banner', filters: {} });
    expect(created.status).toBe(201);
    expect(created.json).toMatchObject({ id: 1, key: 'banner', active: true, experiment_set: [], version: 1 });
    expect((await get('/feature_flags/1/')).json).toEqual(created.json);
  });

  test('need a key that is allowed and free', async () => {
    const { post, patch } = await bench();
    expect((await post('/feature_flags/', {})).json).toMatchObject({ code: 'required', attr: 'key' });
    expect((await post('/feature_flags/', { key: 'a b' })).json).toMatchObject({ code: 'invalid_key', attr: 'key' });
    await post('/feature_flags/', { key: 'taken' });
    const unique = {
      type: 'validation_error',
      code: 'unique',
      detail: 'There is already a feature flag with this key.',
      attr: 'key',
    };
    expect((await post('/feature_flags/', { key: 'taken' })).json).toEqual(unique);
    await post('/feature_flags/', { key: 'free' });
    expect((await patch('/feature_flags/2/', { key: 'taken' })).json).toEqual(unique);
    expect((await patch('/feature_flags/2/', { key: 'renamed' })).json.key).toBe('renamed');
  });

  test('merge filters per top-level key, and clear with an explicit null', async () => {
    const { post, patch } = await bench();
    await post('/feature_flags/', {
      key: 'banner',
      filters: { groups: [{ properties: [], rollout_percentage: 20 }], multivariate: { variants: VARIANTS } },
    });
    const payloads = await patch('/feature_flags/1/', { filters: { payloads: { test: '"x"' } } });
    expect(payloads.json.filters).toMatchObject({
      groups: [{ rollout_percentage: 20 }],
      multivariate: { variants: VARIANTS },
      payloads: { test: '"x"' },
    });
    const cleared = await patch('/feature_flags/1/', { filters: { payloads: null, multivariate: null } });
    expect(cleared.json.filters).toEqual({
      groups: [{ properties: [], rollout_percentage: 20 }],
      multivariate: null,
    });
  });

  test('spread a top-level aggregation onto groups that have none', async () => {
    const { post, patch } = await bench();
    await post('/feature_flags/', { key: 'banner' });
    const groups = [
      { properties: [], rollout_percentage: 10 },
      { properties: [], rollout_percentage: 20, aggregation_group_type_index: 0 },
    ];
    const changed = await patch('/feature_flags/1/', { filters: { groups, aggregation_group_type_index: 1 } });
    expect(listAt(changed.json, 'filters', 'groups').map((group) => group.aggregation_group_type_index)).toEqual([
      1, 0,
    ]);
  });

  test('refuse splits that are not 100 together and change nothing', async () => {
    const { draft, patch, get } = await bench();
    await draft();
    const before = (await get('/feature_flags/1/')).json;
    const variants = [{ key: 'a', rollout_percentage: 90 }];
    expect((await patch('/feature_flags/1/', { filters: { multivariate: { variants } } })).json).toMatchObject({
      code: 'cross_field.variant_rollout_sum_not_100',
      attr: 'filters',
    });
    expect((await patch('/feature_flags/1/', { filters: 'none' })).status).toBe(400);
    expect((await get('/feature_flags/1/')).json).toEqual(before);
  });

  test('change the status of their experiments, which are not written themselves', async () => {
    const { draft, post, patch, get } = await bench();
    const path = await draft();
    const launched = (await post(`${path}launch/`)).json;
    const changed = await patch('/feature_flags/1/', { active: false });
    expect(changed.json).toMatchObject({ active: false, status: 'INACTIVE', experiment_set: [1] });
    expect((await get(path)).json).toMatchObject({ status: 'paused', version: launched.version });
  });

  test('cannot be deleted while an experiment runs on them', async () => {
    const { draft, post, patch, get } = await bench();
    const path = await draft();
    await post(`${path}launch/`);
    expect((await patch('/feature_flags/1/', { deleted: true })).json).toEqual(
      rule(
        'Cannot delete a feature flag that is linked to active experiment(s) with ID(s): 1. Please delete the experiment(s) before deleting the flag.',
      ),
    );
    await post(`${path}end/`);
    expect((await patch('/feature_flags/1/', { deleted: true })).status).toBe(200);
    expect((await get('/feature_flags/')).json.count).toBe(0);
    expect((await patch('/feature_flags/1/', { name: 'x' })).status).toBe(404);
    expect(at((await get(path)).json, 'feature_flag', 'deleted')).toBe(true);
  });

  test('give up their key when they are deleted, and take it back when they are restored', async () => {
    const { draft, post, patch, get } = await bench();
    const path = await draft();
    expect((await patch('/feature_flags/1/', { deleted: true })).json.key).toBe('flag-1:deleted:1');
    expect((await get(path)).json).toMatchObject({
      feature_flag_key: 'flag-1',
      feature_flag: { key: 'flag-1:deleted:1', deleted: true },
    });
    expect(at((await get('/experiments/')).json, 'results', 0, 'feature_flag_key')).toBe('flag-1');
    expect((await patch('/feature_flags/1/', { deleted: false })).json.key).toBe('flag-1');
    await patch('/feature_flags/1/', { deleted: true });
    expect((await post('/feature_flags/', { key: 'flag-1' })).status).toBe(201);
    expect((await patch('/feature_flags/1/', { deleted: false })).json.key).toBe('flag-1-1');
    await post('/feature_flags/', { key: 'alone' });
    expect((await patch('/feature_flags/3/', { deleted: true })).json.key).toBe('alone');
  });

  test.each([
    ...['exact', 'is_not', 'icontains', 'not_icontains', 'regex', 'not_regex', 'gt', 'gte', 'lt', 'lte', 'is_set'],
    ...['is_not_set', 'is_date_exact', 'is_date_before', 'is_date_after', 'in', 'not_in', 'icontains_multi'],
    ...['not_icontains_multi', 'starts_with', 'not_starts_with', 'ends_with', 'not_ends_with', 'semver_eq'],
    ...['semver_neq', 'semver_gt', 'semver_gte', 'semver_lt', 'semver_lte', 'semver_tilde', 'semver_caret'],
    ...['semver_wildcard', 'flag_evaluates_to'],
  ])('take a release condition with the operator %s and give it back', async (operator) => {
    const { post } = await bench();
    const properties = [
      { key: 'app', type: operator === 'flag_evaluates_to' ? 'flag' : 'person', operator, value: '1' },
    ];
    const made = await post('/feature_flags/', { key: 'targeted', filters: { groups: [{ properties }] } });
    expect([made.status, at(made.json, 'filters', 'groups', 0, 'properties')]).toEqual([201, properties]);
  });

  test('are listed newest first, and found by key, name, activity and type', async () => {
    const { post, draft, get } = await bench();
    await post('/feature_flags/', { key: 'banner', name: 'Big words' });
    await draft();
    const keys = async (query: string) =>
      listAt((await get(`/feature_flags/${query}`)).json, 'results').map((flag) => flag.key);
    expect(await keys('')).toEqual(['flag-1', 'banner']);
    expect(await keys('?search=BIG')).toEqual(['banner']);
    expect(await keys('?search=flag-')).toEqual(['flag-1']);
    expect(await keys('?active=true')).toEqual(['banner']);
    expect(await keys('?active=false')).toEqual(['flag-1']);
    expect(await keys('?type=experiment')).toEqual(['flag-1']);
    expect(await keys('?type=boolean')).toEqual(['banner']);
    expect(await keys('?type=multivariant&created_by_id=1')).toEqual(['flag-1']);
    expect(await keys('?limit=1&offset=1')).toEqual(['banner']);
  });

  test('of another project are not found', async () => {
    const { draft, call, sandbox } = await bench();
    await draft();
    const foreign = await call('GET', `/api/projects/${sandbox.otherProjectId}/feature_flags/1/`);
    expect(foreign.status).toBe(404);
  });
});

describe('the variants of a flag in use', () => {
  const split = (...keys: string[]) => ({
    filters: { multivariate: { variants: keys.map((key) => ({ key, rollout_percentage: 100 / keys.length })) } },
  });

  test.each([
    ['removed', ['control'], 'test'],
    ['renamed', ['control', 'other'], 'test'],
  ])('cannot be %s while an experiment runs', async (_, keys, dropped) => {
    const { draft, post, patch } = await bench();
    await post(`${await draft()}launch/`);
    const refused = await patch('/feature_flags/1/', split(...keys));
    expect(refused).toMatchObject({ status: 400, json: { type: 'validation_error', attr: 'filters' } });
    expect(refused.json.detail).toContain(dropped);
  });

  test('can be removed all the same from builds before August 2026', async () => {
    const { draft, post, patch } = await bench({ scenario: parseScenario('{"keeps_variants":false}') });
    await post(`${await draft()}launch/`);
    expect((await patch('/feature_flags/1/', split('control'))).status).toBe(200);
  });

  test('can be added while it runs, and removed before it starts and after it ended', async () => {
    const { draft, post, patch } = await bench();
    const path = await draft();
    expect((await patch('/feature_flags/1/', split('control', 'other'))).status).toBe(200);
    await post(`${path}launch/`);
    expect((await patch('/feature_flags/1/', split('control', 'other', 'third', 'fourth'))).status).toBe(200);
    await post(`${path}end/`);
    expect((await patch('/feature_flags/1/', split('control', 'other'))).status).toBe(200);
  });
});
