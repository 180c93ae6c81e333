import { describe, expect, test } from 'vitest';
import { at, bench, listAt, MEAN_METRIC } from './support.js';

async function source() {
  const ready = await bench();
  const path = await ready.draft({
    name: 'Checkout',
    feature_flag_key: 'checkout',
    description: 'Why',
    allow_unknown_events: true,
    metrics: [MEAN_METRIC],
    metrics_secondary: [MEAN_METRIC],
    parameters: { feature_flag_payloads: { test: '1' }, rollout_percentage: 40, variant_notes: { test: 'n' } },
    tags: ['growth'],
  });
  return { ...ready, path };
}

describe('duplicate', () => {
  test('answers 201 with a draft that shares the flag and takes a free name', async () => {
    const { path, post } = await source();
    await post(`${path}launch/`);
    const first = await post(`${path}duplicate/`);
    expect(first.status).toBe(201);
    expect(first.json).toMatchObject({
      id: 2,
      name: 'Checkout (Copy)',
      status: 'draft',
      description: 'Why',
      feature_flag: { id: 1, active: true },
      tags: [],
      version: 0,
    });
    expect((await post(`${path}duplicate/`)).json.name).toBe('Checkout (Copy) 1');
    expect((await post(`${path}duplicate/`)).json.name).toBe('Checkout (Copy) 2');
    const named = await post(`${path}duplicate/`, { name: 'Mine', feature_flag_key: 'checkout' });
    expect(named.json).toMatchObject({ name: 'Mine', feature_flag: { id: 1 } });
  });

  test('with a new key makes an inactive flag with the split and without the targeting', async () => {
    const { path, post, patch } = await source();
    await patch('/feature_flags/1/', {
      ensure_experience_continuity: true,
      filters: {
        groups: [
          { properties: [{ key: 'country', value: 'NL', type: 'person' }], rollout_percentage: 15 },
          { properties: [], rollout_percentage: 1 },
        ],
      },
    });
    const copy = await post(`${path}duplicate/`, { feature_flag_key: 'checkout-2' });
    expect(copy.json.feature_flag).toMatchObject({
      id: 2,
      key: 'checkout-2',
      name: 'Feature Flag for Experiment Checkout (Copy)',
      active: false,
      ensure_experience_continuity: true,
    });
    expect(at(copy.json, 'feature_flag', 'filters')).toMatchObject({
      groups: [{ properties: [], rollout_percentage: 15 }],
      payloads: { test: '1' },
      multivariate: { variants: [{ key: 'control' }, { key: 'test' }] },
    });
    expect(at(copy.json, 'parameters', 'variant_notes')).toEqual({ test: 'n' });
  });

  test('with the key of another flag links that flag, if it can carry an experiment', async () => {
    const { path, post, draft } = await source();
    await draft({ feature_flag_key: 'other' });
    expect((await post(`${path}duplicate/`, { feature_flag_key: 'other' })).json.feature_flag_key).toBe('other');
    await post('/feature_flags/', { key: 'boolean' });
    expect((await post(`${path}duplicate/`, { feature_flag_key: 'boolean' })).status).toBe(400);
  });

  test('refuses a blank key and a key that is not allowed', async () => {
    const { path, post, sandbox } = await source();
    expect((await post(`${path}duplicate/`, { feature_flag_key: '' })).json).toMatchObject({
      code: 'blank',
      attr: 'feature_flag_key',
    });
    expect((await post(`${path}duplicate/`, { feature_flag_key: 'a b' })).json.code).toBe('invalid_key');
    expect(sandbox.store.experiments.size).toBe(1);
  });

  test('gives the metrics new uuids and remaps the ordering', async () => {
    const { path, get, patch, post } = await source();
    const before = (await get(path)).json;
    await patch(path, {
      primary_metrics_ordered_uuids: [at(before, 'metrics', 0, 'uuid')],
      secondary_metrics_ordered_uuids: [at(before, 'metrics_secondary', 0, 'uuid'), 'unknown'],
    });
    const { json } = await post(`${path}duplicate/`);
    const [primary] = listAt(json, 'metrics');
    const [secondary] = listAt(json, 'metrics_secondary');
    expect(primary?.uuid).not.toBe(at(before, 'metrics', 0, 'uuid'));
    expect(json.primary_metrics_ordered_uuids).toEqual([primary?.uuid]);
    expect(json.secondary_metrics_ordered_uuids).toEqual([secondary?.uuid, 'unknown']);
  });

  test('is independent of its source afterwards', async () => {
    const { path, post, patch, get } = await source();
    const copy = await post(`${path}duplicate/`);
    await patch(path, { parameters: { variant_notes: { test: 'changed' } }, metrics: [] });
    expect((await get(`/experiments/${copy.json.id}/`)).json).toEqual(copy.json);
  });
});
