import { describe, expect, it } from 'vitest';
import { addHoldout } from '../helpers/furnish.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-holdouts-list';

describe('experiment-holdouts-list', () => {
  it('lists holdouts with the share that each keeps out', async () => {
    const world = await openWorld();
    addHoldout(world);
    addHoldout(world, { name: 'Second', exclusion: 2.5 });
    expect(await world.call(tool)).toMatchSnapshot();
  });

  it('pages', async () => {
    const world = await openWorld();
    for (const name of ['A', 'B', 'C']) addHoldout(world, { name });
    const first = await world.call(tool, { limit: 2 });
    expect(first.data).toMatchObject({ items: [{ name: 'C' }, { name: 'B' }], total: 3, next_offset: 2 });
    expect((await world.call(tool, { offset: 2 })).data).toMatchObject({ items: [{ name: 'A' }], next_offset: null });
  });

  it('says that there is none', async () => {
    const world = await openWorld();
    expect((await world.call(tool)).data).toEqual({ items: [], total: 0, next_offset: null });
  });

  it('refuses a limit that is none before any request', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { limit: 0 });
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field: 'limit' });
    expect(world.requests()).toEqual([]);
  });
});
