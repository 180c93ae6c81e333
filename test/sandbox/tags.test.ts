import { describe, expect, test } from 'vitest';
import { bench, listAt } from './support.js';

const BULK = '/experiments/bulk_update_tags/';

async function three() {
  const ready = await bench();
  for (const tags of [['a'], ['a', 'b'], []]) await ready.draft({ tags });
  const tagged = async () =>
    listAt((await ready.get('/experiments/?order=created_at')).json, 'results').map((row) => row.tags);
  return { ...ready, tagged };
}

describe('bulk_update_tags', () => {
  test.each([
    ['add', ['C', 'a'], [['a', 'c'], ['a', 'b', 'c'], []]],
    ['remove', ['A'], [[], ['b'], []]],
    ['set', ['x', 'X', ' y '], [['x', 'y'], ['x', 'y'], []]],
    ['set', ['\u0085x\u001f', '\u001cX', '\u00a0x\u3000'], [['x'], ['x'], []]],
    ['remove', ['\u0085A'], [[], ['b'], []]],
    ['set', [], [[], [], []]],
    ['set', ['z', 'b'], [['b', 'z'], ['b', 'z'], []]],
  ])('%s %j changes the tags of the named experiments only', async (action, tags, expected) => {
    const { post, tagged } = await three();
    const reply = await post(BULK, { ids: [1, 2], action, tags });
    expect([reply.status, reply.json]).toEqual([
      200,
      {
        updated: [
          { id: 1, tags: expected[0] },
          { id: 2, tags: expected[1] },
        ],
        skipped: [],
      },
    ]);
    expect(await tagged()).toEqual(expected);
  });

  test('skips what is not there: unknown, deleted, of another project', async () => {
    const { post, patch, sandbox } = await three();
    await patch('/experiments/2/', { deleted: true });
    const other = `/api/projects/${sandbox.otherProjectId}/experiments/`;
    await post(other, { name: 'Theirs', feature_flag_key: 'theirs' });
    const { json } = await post(BULK, { ids: [1, 1, 2, 4, 99], action: 'add', tags: ['new'] });
    expect(json.updated).toEqual([{ id: 1, tags: ['a', 'new'] }]);
    const reason = 'Not found or no edit access';
    expect(json.skipped).toEqual([2, 4, 99].map((id) => ({ id, reason })));
    expect(sandbox.store.experiments.get(4)?.tags).toEqual([]);
  });

  test.each([
    [{ action: 'add', tags: [] }, 'ids', 'required'],
    [{ ids: ['x'], action: 'add', tags: [] }, 'ids__0', 'invalid_input'],
    [{ ids: Array.from({ length: 501 }, (_, index) => index), action: 'add', tags: [] }, 'ids', 'max_length'],
    [{ ids: [1], action: 'replace', tags: [] }, 'action', 'invalid_choice'],
    [{ ids: [1], action: 'add', tags: 'a' }, 'tags', 'not_a_list'],
  ])('refuses %#', async (body, attr, code) => {
    const { post, tagged } = await three();
    const refused = await post(BULK, body);
    expect([refused.status, refused.json]).toMatchObject([400, { type: 'validation_error', attr, code }]);
    expect(await tagged()).toEqual([['a'], ['a', 'b'], []]);
  });
});

test('matching_ids names every experiment that the list would show, over all its pages', async () => {
  const { get, patch } = await three();
  await patch('/experiments/3/', { archived: true });
  expect((await get('/experiments/matching_ids/?limit=1')).json).toEqual({ ids: [2, 1], total: 2 });
  expect((await get('/experiments/matching_ids/?tags=["b"]')).json).toEqual({ ids: [2], total: 1 });
  expect((await get('/experiments/matching_ids/?order=nope')).status).toBe(400);
});
