import { describe, expect, test } from 'vitest';
import { at, type Bench, bench, listAt, rule } from './support.js';

const FILTERS = [{ properties: [], rollout_percentage: 10 }];
const HOLDOUT = { name: 'Ten per cent', filters: FILTERS };

function violation(detail: string, attr: string, code = 'invalid_input') {
  return { type: 'validation_error', code, detail, attr };
}

async function holdout({ post }: Bench, body: object = HOLDOUT): Promise<string> {
  const created = await post('/experiment_holdouts/', body);
  expect(created.status, created.text).toBe(201);
  return `/experiment_holdouts/${created.json.id}/`;
}

async function flagHoldout({ get }: Bench, path: string): Promise<unknown> {
  return at((await get(path)).json, 'feature_flag', 'filters', 'holdout');
}

describe('a holdout', () => {
  test('is created with its pseudo-variant, and read back as it was answered', async () => {
    const ready = await bench();
    const created = await ready.post('/experiment_holdouts/', { ...HOLDOUT, description: 'Kept out' });
    expect([created.status, created.json]).toEqual([
      201,
      {
        id: 1,
        name: 'Ten per cent',
        description: 'Kept out',
        filters: [{ properties: [], rollout_percentage: 10, variant: 'holdout-1' }],
        created_by: expect.objectContaining({ id: 1, email: expect.any(String) }),
        created_at: '2026-09-01T12:00:00Z',
        updated_at: '2026-09-01T12:00:00Z',
        user_access_level: 'manager',
      },
    ]);
    expect((await ready.get('/experiment_holdouts/1/')).json).toEqual(created.json);
  });

  test.each([
    [{ filters: FILTERS }, violation('This field is required.', 'name', 'required')],
    [{ name: 'A' }, rule('Filters are required to create an holdout group')],
    [{ name: 'A', filters: [] }, violation('Filters must not be empty.', 'filters')],
    [{ name: 'A', filters: [{}] }, violation('Rollout percentage must be present.', 'filters')],
    [
      { name: 'A', filters: [{ rollout_percentage: null }] },
      violation('Rollout percentage must be present.', 'filters'),
    ],
    [
      { name: 'A', filters: [{ rollout_percentage: 101 }] },
      violation('Rollout percentage must be between 0 and 100.', 'filters'),
    ],
    [
      { name: 'A', filters: [{ rollout_percentage: -1 }] },
      violation('Rollout percentage must be between 0 and 100.', 'filters'),
    ],
    [{ name: 'A', filters: {} }, violation('Expected a list of items but got type "dict".', 'filters', 'not_a_list')],
    [
      { name: 'x'.repeat(401), filters: FILTERS },
      violation('Ensure this field has no more than 400 characters.', 'name', 'max_length'),
    ],
  ])('is refused for %j', async (body, error) => {
    const ready = await bench();
    const refused = await ready.post('/experiment_holdouts/', body);
    expect([refused.status, refused.json]).toEqual([400, error]);
    expect((await ready.get('/experiment_holdouts/')).json.count).toBe(0);
  });

  test('is listed newest first, and in its own project only', async () => {
    const ready = await bench();
    await holdout(ready);
    ready.advance(1000);
    await holdout(ready, { ...HOLDOUT, name: 'Second' });
    const rows = listAt((await ready.get('/experiment_holdouts/')).json, 'results');
    expect(rows.map((row) => row.name)).toEqual(['Second', 'Ten per cent']);
    const other = `/api/projects/${ready.sandbox.otherProjectId}/experiment_holdouts/`;
    expect((await ready.get(other)).json.count).toBe(0);
    expect((await ready.get(`${other}1/`)).status).toBe(404);
  });

  test('needs the scopes of its own', async () => {
    const ready = await bench();
    const path = await holdout(ready);
    const read = { key: ready.sandbox.readOnlyKey };
    expect((await ready.call('GET', path, read)).status).toBe(200);
    const refused = await ready.call('PATCH', path, { ...read, body: { name: 'B' } });
    expect([refused.status, refused.json.detail]).toEqual([
      403,
      "API key missing required scope 'experiment_holdout:write'",
    ]);
  });
});

describe('a holdout of an experiment', () => {
  test('is shown by the experiment, in lists too, and stands on the flag that came with it', async () => {
    const ready = await bench();
    await holdout(ready);
    const path = await ready.draft({ holdout_id: 1 });
    const { json } = await ready.get(path);
    expect([json.holdout_id, at(json, 'holdout', 'name')]).toEqual([1, 'Ten per cent']);
    expect(await flagHoldout(ready, path)).toEqual({ id: 1, exclusion_percentage: 10 });
    const rows = listAt((await ready.get('/experiments/')).json, 'results');
    expect(at(rows[0], 'holdout', 'id')).toBe(1);
  });

  test('is not written to a flag that existed before', async () => {
    const ready = await bench();
    await holdout(ready);
    await ready.draft({ feature_flag_key: 'shared' });
    const path = await ready.draft({ feature_flag_key: 'shared', holdout_id: 1 });
    expect((await ready.get(path)).json.holdout_id).toBe(1);
    expect(await flagHoldout(ready, path)).toBeNull();
  });

  test('can be set, changed and cleared on a draft; the flag follows', async () => {
    const ready = await bench();
    await holdout(ready);
    await holdout(ready, { name: 'Half', filters: [{ rollout_percentage: 50 }] });
    const path = await ready.draft();
    const before = at((await ready.get(path)).json, 'feature_flag', 'version');
    await ready.patch(path, { holdout_id: 1 });
    expect(await flagHoldout(ready, path)).toEqual({ id: 1, exclusion_percentage: 10 });
    await ready.patch(path, { holdout_id: 2, parameters: { rollout_percentage: 30 } });
    expect(await flagHoldout(ready, path)).toEqual({ id: 2, exclusion_percentage: 50 });
    await ready.patch(path, { holdout_id: null });
    const { json } = await ready.get(path);
    expect([json.holdout, json.holdout_id]).toEqual([null, null]);
    expect(await flagHoldout(ready, path)).toBeNull();
    expect(at(json, 'parameters', 'rollout_percentage')).toBe(30);
    expect(at(json, 'feature_flag', 'version')).toBe(Number(before) + 3);
  });

  test('is locked after the launch, also once stopped; the same one is no change', async () => {
    const ready = await bench();
    await holdout(ready);
    const path = await ready.draft({ holdout_id: 1 });
    await ready.post(`${path}launch/`);
    const locked = rule("Can't update holdout on running Experiment");
    expect((await ready.patch(path, { holdout_id: null })).json).toEqual(locked);
    expect((await ready.patch(path, { holdout_id: 1, name: 'Same' })).status).toBe(200);
    await ready.post(`${path}end/`);
    expect((await ready.patch(path, { holdout_id: null })).json).toEqual(locked);
    expect(await flagHoldout(ready, path)).toEqual({ id: 1, exclusion_percentage: 10 });
  });

  test('follows an edit of the holdout on every linked flag, and a new name changes no flag', async () => {
    const ready = await bench();
    const path = await holdout(ready);
    const linked = [await ready.draft({ holdout_id: 1 }), await ready.draft({ holdout_id: 1 })];
    await ready.post(`${linked[1]}launch/`);
    const free = await ready.draft();
    const edited = await ready.patch(path, { filters: [{ rollout_percentage: 25 }, { rollout_percentage: 1 }] });
    expect(edited.json.filters).toEqual([
      { rollout_percentage: 25, variant: 'holdout-1' },
      { rollout_percentage: 1, variant: 'holdout-1' },
    ]);
    for (const experiment of linked) {
      expect(await flagHoldout(ready, experiment)).toEqual({ id: 1, exclusion_percentage: 25 });
    }
    expect(await flagHoldout(ready, free)).toBeNull();
    const flag = (await ready.get('/feature_flags/1/')).json;
    const renamed = await ready.call('PUT', path, { body: { name: 'Renamed' } });
    expect([renamed.json.name, renamed.json.filters]).toEqual(['Renamed', edited.json.filters]);
    expect((await ready.get('/feature_flags/1/')).json).toEqual(flag);
  });

  test('goes with the holdout: 204, gone from flag and experiment', async () => {
    const ready = await bench();
    const path = await holdout(ready);
    const linked = await ready.draft({ holdout_id: 1 });
    await ready.post(`${linked}launch/`);
    const deleted = await ready.call('DELETE', path);
    expect([deleted.status, deleted.text, deleted.headers.get('content-length')]).toEqual([204, '', null]);
    expect((await ready.get(path)).status).toBe(404);
    const { json } = await ready.get(linked);
    expect([json.holdout, json.holdout_id, await flagHoldout(ready, linked)]).toEqual([null, null, null]);
  });

  test('does not go to a copy with a flag of its own', async () => {
    const ready = await bench();
    await holdout(ready);
    const path = await ready.draft({ holdout_id: 1 });
    const copy = await ready.post(`${path}duplicate/`, { feature_flag_key: 'copy' });
    expect([copy.json.holdout, at(copy.json, 'feature_flag', 'filters', 'holdout')]).toEqual([null, null]);
  });

  test('of another project does not exist', async () => {
    const ready = await bench();
    const other = `/api/projects/${ready.sandbox.otherProjectId}/experiment_holdouts/`;
    expect((await ready.post(other, HOLDOUT)).status).toBe(201);
    const refused = await ready.post('/experiments/', { name: 'A', feature_flag_key: 'a', holdout_id: 1 });
    expect(refused.json).toEqual(violation('Invalid pk "1" - object does not exist.', 'holdout_id', 'does_not_exist'));
  });
});
