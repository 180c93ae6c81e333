import { describe, expect, it } from 'vitest';
import { addHoldout, HOLDOUT } from '../helpers/furnish.js';
import { ARCHIVED, DRAFT, RUNNING } from '../helpers/shop.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-holdouts-retrieve';

describe('experiment-holdouts-retrieve', () => {
  it('shows one holdout with the experiments that use it', async () => {
    const world = await openWorld();
    addHoldout(world, { linked: [DRAFT, RUNNING, ARCHIVED] });
    expect(await world.call(tool, { id: HOLDOUT })).toMatchSnapshot();
  });

  it('looks through all pages of experiments', async () => {
    const world = await openWorld();
    addHoldout(world, { linked: [DRAFT] });
    const { store } = world.sandbox;
    const flag_id = store.insertFlag({ project_id: 1, key: 'many', filters: { groups: [], multivariate: null } }).id;
    for (let n = 0; n < 120; n += 1) store.insertExperiment({ project_id: 1, name: `Filler ${n}`, flag_id });
    const { data } = await world.call(tool, { id: String(HOLDOUT) });
    expect(data.experiments).toMatchObject([{ id: DRAFT, status: 'draft' }]);
  });

  it('says that an unknown one is not there, and points to the list', async () => {
    const answer = await (await openWorld()).call(tool, { id: 99 });
    expect(answer.data.error).toMatchObject({
      code: 'not_found',
      status: 404,
      next_tool: 'experiment-holdouts-list',
    });
    expect(answer.text).toContain('Holdout 99 was not found in project 1.');
  });
});
