import { describe, expect, it } from 'vitest';
import { RUNNING, SHARED, SHARED_TOO } from '../helpers/shop.js';
import { experimentRow, flagRow } from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'feature-flag-get';

describe('feature-flag-get', () => {
  it('shows a flag by its key with the experiments that share it', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { key: 'signup' });
    expect(answer).toMatchSnapshot();
    expect(answer.data.experiments).toMatchObject([{ id: SHARED_TOO }, { id: SHARED }]);
  });

  it('shows a flag by its id', async () => {
    const world = await openWorld();
    const { flag_id: id } = experimentRow(world, RUNNING);
    expect((await world.call(tool, { id })).data).toMatchObject({ id, key: 'checkout-steps', active: true });
  });

  it('shows release conditions only in full detail, and never who made the flag', async () => {
    const world = await openWorld();
    const country = { key: 'country', type: 'person', operator: 'exact', value: ['NO'] };
    flagRow(world, RUNNING).filters.groups = [
      { properties: [country], rollout_percentage: 20 },
      { properties: [], rollout_percentage: 5 },
    ];
    const concise = await world.call(tool, { key: 'checkout-steps' });
    expect(concise.data).toMatchObject({ release_groups: 2, groups_with_conditions: 1, rollout_percentage: 20 });
    expect(concise.text).not.toContain('country');
    const full = await world.call(tool, { key: 'checkout-steps', detail: 'full' });
    expect(full.data).toMatchObject({ filters: { groups: [{ properties: [country] }, {}] } });
    expect(concise.text + full.text).not.toContain(world.sandbox.store.currentUser.email);
  });

  it('takes the exact key among flags whose keys hold it', async () => {
    const world = await openWorld();
    const { filters } = flagRow(world, RUNNING);
    for (let number = 0; number < 120; number += 1)
      world.sandbox.store.insertFlag({ project_id: 1, key: `signup-${number}`, filters });
    expect((await world.call(tool, { key: 'signup' })).data).toMatchObject({ key: 'signup' });
  });

  it('says that a key is free', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { key: 'nobody' });
    expect(answer.data.error).toMatchObject({ code: 'not_found', field: 'key' });
    expect(answer.text).toContain('A new experiment with this key would make the flag.');
  });

  it('says that an id is not there', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: 999 });
    expect(answer.text).toContain('Feature flag 999 was not found in project 1.');
  });

  it.each([{}, { id: 1, key: 'signup' }])('refuses %j before any request', async (args) => {
    const world = await openWorld();
    expect((await world.call(tool, args)).text).toContain('give exactly one of id and key');
    expect(world.requests()).toEqual([]);
  });
});
