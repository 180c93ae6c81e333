import { describe, expect, test } from 'vitest';
import { at, bench } from './support.js';

const MISMATCH = {
  type: 'validation_error',
  code: 'cross_field.payload_key_not_a_variant',
  detail: "payloads.blue: Payload key 'blue' does not match any variant key.",
  attr: 'filters',
};

describe('a payload for a variant that the flag does not have', () => {
  const filters = { payloads: { blue: '"x"' } };

  test('is refused on create, and no flag is left behind', async () => {
    const { post, get } = await bench();
    const created = await post('/experiments/', { name: 'A', feature_flag_key: 'a', feature_flag: { filters } });
    expect([created.status, created.json]).toEqual([400, MISMATCH]);
    expect((await get('/feature_flags/')).json.count).toBe(0);
  });

  test.each([
    ['the feature_flag object', { feature_flag: { filters } }],
    ['the old parameters', { parameters: { feature_flag_payloads: filters.payloads } }],
  ])('is refused on update through %s, and the flag stays what it was', async (_way, body) => {
    const { draft, get, patch } = await bench();
    const path = await draft();
    const before = (await get(path)).json;
    const refused = await patch(path, body);
    expect([refused.status, refused.json]).toEqual([400, MISMATCH]);
    expect((await get(path)).json).toEqual(before);
  });

  test('comes about by renaming the variant of a stored payload, and is refused then too', async () => {
    const { draft, patch } = await bench();
    const path = await draft({ feature_flag: { filters: { payloads: { test: '1' } } } });
    const variants = [
      { key: 'control', rollout_percentage: 50 },
      { key: 'blue', rollout_percentage: 50 },
    ];
    const renamed = await patch(path, { feature_flag: { filters: { multivariate: { variants } } } });
    expect(renamed.json).toMatchObject({ attr: 'filters', code: 'cross_field.payload_key_not_a_variant' });
    const both = { multivariate: { variants }, payloads: { blue: '2' } };
    const together = await patch(path, { feature_flag: { filters: both } });
    expect(at(together.json, 'feature_flag', 'filters', 'payloads')).toEqual({ blue: '2' });
  });
});

test('a folder that is null counts as not sent, one that is named is refused on update', async () => {
  const { draft, patch } = await bench();
  const path = await draft({ _create_in_folder: null });
  expect((await patch(path, { _create_in_folder: null, name: 'Renamed' })).status).toBe(200);
  expect((await patch(path, { _create_in_folder: 'a' })).json.detail).toBe(
    "Can't update keys: _create_in_folder on Experiment",
  );
});
