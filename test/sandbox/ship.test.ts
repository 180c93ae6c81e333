import { describe, expect, test } from 'vitest';
import { at, type Bench, bench, listAt } from './support.js';

const TARGETED = [
  { properties: [{ key: 'country', value: ['NL'], operator: 'exact', type: 'person' }], rollout_percentage: 20 },
  { properties: [], rollout_percentage: 5 },
];

async function running(): Promise<Bench & { path: string }> {
  const ready = await bench();
  const path = await ready.draft();
  await ready.patch('/feature_flags/1/', { filters: { groups: TARGETED } });
  await ready.post(`${path}launch/`);
  return { ...ready, path };
}

describe('ship_variant', () => {
  test('gives the winner everything, keeps the release conditions and ends the experiment', async () => {
    const { path, post } = await running();
    const shipped = await post(`${path}ship_variant/`, { variant_key: 'test', conclusion: 'won' });
    expect(shipped.json).toMatchObject({ status: 'stopped', conclusion: 'won', feature_flag: { active: true } });
    expect(at(shipped.json, 'feature_flag', 'filters', 'groups')).toEqual(TARGETED);
    expect(at(shipped.json, 'feature_flag', 'filters', 'multivariate', 'variants')).toEqual([
      { key: 'control', name: 'Control Group', rollout_percentage: 0 },
      { key: 'test', name: 'Test Variant', rollout_percentage: 100 },
    ]);
  });

  test('puts a catch-all before the release conditions when it releases to everyone', async () => {
    const { path, post } = await running();
    const shipped = await post(`${path}ship_variant/`, { variant_key: 'control', release_to_everyone: true });
    const [first, ...rest] = listAt(shipped.json, 'feature_flag', 'filters', 'groups');
    expect(first).toEqual({
      properties: [],
      rollout_percentage: 100,
      description: 'Added automatically when the experiment was ended to keep only one variant.',
    });
    expect(rest).toEqual(TARGETED);
  });

  test('keeps the stored conclusion where the body says none, and can be repeated on a stopped experiment', async () => {
    const { path, post, advance } = await running();
    const ended = await post(`${path}end/`, { conclusion: 'lost', conclusion_comment: 'No effect.' });
    advance(60_000);
    const shipped = await post(`${path}ship_variant/`, { variant_key: 'control' });
    expect(shipped.json).toMatchObject({
      conclusion: 'lost',
      conclusion_comment: 'No effect.',
      end_date: ended.json.end_date,
    });
    expect((await post(`${path}ship_variant/`, { variant_key: 'test' })).status).toBe(200);
  });

  test('leaves a paused flag off, so that nobody gets the winner', async () => {
    const { path, post } = await running();
    await post(`${path}pause/`);
    const shipped = await post(`${path}ship_variant/`, { variant_key: 'test' });
    expect(shipped.json).toMatchObject({ status: 'stopped', feature_flag: { active: false } });
  });

  test('is undone by sending the saved filters back', async () => {
    const { path, get, post, patch } = await running();
    const before = await get(path);
    await post(`${path}ship_variant/`, { variant_key: 'test', release_to_everyone: true });
    await patch('/feature_flags/1/', { filters: at(before.json, 'feature_flag', 'filters') });
    const restored = await patch(path, { end_date: null });
    expect(restored.json.status).toBe('running');
    const filters = at(restored.json, 'feature_flag', 'filters');
    expect(filters).toMatchObject({
      groups: TARGETED,
      multivariate: at(before.json, 'feature_flag', 'filters', 'multivariate'),
    });
  });

  test('takes a freeze off the flag', async () => {
    const { path, post, patch, get } = await running();
    const frozen = TARGETED.map((group) => ({
      ...group,
      properties: [...group.properties, { type: 'cohort', key: 'id', value: 7, operator: 'in' }],
      exposure_frozen: true,
      exposure_frozen_cohort: 7,
    }));
    await patch('/feature_flags/1/', { filters: { groups: frozen } });
    expect((await get(path)).json.status).toBe('exposure_frozen');
    const shipped = await post(`${path}ship_variant/`, { variant_key: 'test' });
    expect(at(shipped.json, 'feature_flag', 'filters', 'groups')).toEqual(TARGETED);
  });
});

describe('a frozen flag', () => {
  const stamped = { properties: [], rollout_percentage: 50, exposure_frozen: true, exposure_frozen_cohort: 7 };

  test('counts as frozen only while every group is stamped, and pausing outranks it', async () => {
    const { path, post, patch, get } = await running();
    await patch('/feature_flags/1/', { filters: { groups: [stamped, { properties: [], rollout_percentage: 1 }] } });
    expect((await get(path)).json.status).toBe('running');
    await patch('/feature_flags/1/', { filters: { groups: [stamped, stamped] } });
    expect((await get(path)).json.status).toBe('exposure_frozen');
    expect((await post(`${path}pause/`)).json.status).toBe('paused');
    expect((await post(`${path}resume/`)).json.status).toBe('exposure_frozen');
  });

  test('is thawed by a reset', async () => {
    const { path, post, patch } = await running();
    await patch('/feature_flags/1/', { filters: { groups: [stamped] } });
    const reset = await post(`${path}reset/`);
    expect(at(reset.json, 'feature_flag', 'filters', 'groups')).toEqual([{ properties: [], rollout_percentage: 50 }]);
  });
});
