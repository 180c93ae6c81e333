import { describe, expect, test } from 'vitest';
import { asked, gated, stateOf } from './approvals-helpers.js';
import { at } from './support.js';

describe('a holdout', () => {
  const share = (percent: number) => [{ properties: [], rollout_percentage: percent }];

  async function linked() {
    const world = await gated('update');
    const path = await world.freely(async () => {
      await world.post('/experiment_holdouts/', { name: 'Ten', filters: share(10) });
      await world.draft({ holdout_id: 1 });
      return world.draft({ holdout_id: 1 });
    });
    return { ...world, path };
  }

  test('asks once for all flags that a new share would rewrite', async () => {
    const world = await linked();
    const before = await stateOf(world, world.path);
    const body = { name: 'Thirty', filters: share(30) };
    const refused = await world.patch('/experiment_holdouts/1/', body);
    const id = asked(refused);
    expect(at(refused.json, 'change_request', 'intent_display', 'description')).toBe(
      "Change holdout 'Ten' exclusion from 10% to 30%, affecting 2 experiments",
    );
    expect((await world.get('/experiment_holdouts/1/')).json.name).toBe('Ten');
    expect(await stateOf(world, world.path)).toBe(before);
    world.sandbox.approve(id);
    expect((await world.get('/experiment_holdouts/1/')).json).toMatchObject({ name: 'Thirty' });
    for (const flag of [1, 2]) {
      const { json } = await world.get(`/feature_flags/${flag}/`);
      expect(at(json, 'filters', 'holdout')).toEqual({ id: 1, exclusion_percentage: 30 });
    }
    expect((await world.patch('/experiment_holdouts/1/', body)).status).toBe(200);
  });

  test('is deleted by the approval', async () => {
    const world = await linked();
    const refused = await world.call('DELETE', '/experiment_holdouts/1/');
    const id = asked(refused);
    expect((await world.get('/experiment_holdouts/1/')).status).toBe(200);
    world.sandbox.approve(id);
    expect((await world.get('/experiment_holdouts/1/')).status).toBe(404);
    expect((await world.get(world.path)).json.holdout_id).toBeNull();
  });

  test('that changes no flag is free: another name, or nobody linked', async () => {
    const world = await linked();
    expect((await world.patch('/experiment_holdouts/1/', { name: 'Renamed' })).status).toBe(200);
    const alone = await world.post('/experiment_holdouts/', { name: 'Alone', filters: share(5) });
    const path = `/experiment_holdouts/${alone.json.id}/`;
    expect((await world.patch(path, { filters: share(6) })).status).toBe(200);
    expect((await world.call('DELETE', path)).status).toBe(204);
  });

  test('needs approval to be set on a draft', async () => {
    const world = await linked();
    const before = await stateOf(world, world.path);
    asked(await world.patch(world.path, { holdout_id: null }));
    expect(await stateOf(world, world.path)).toBe(before);
  });
});
