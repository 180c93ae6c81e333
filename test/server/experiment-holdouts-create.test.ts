import { describe, expect, it } from 'vitest';
import { HOLDOUT } from '../helpers/furnish.js';
import { sent, warningCodes } from '../helpers/state.js';
import { openWorld, takeBack } from '../helpers/world.js';

const tool = 'experiment-holdouts-create';
const args = { name: 'Kept out', exclusion_percent: 5 };

describe('experiment-holdouts-create', () => {
  it('makes a holdout, and says that nobody is held out yet', async () => {
    const world = await openWorld();
    expect(await world.call(tool, { ...args, description: 'For the yearly review' })).toMatchSnapshot();
  });

  it('sends the share as what is held out, in one request that writes', async () => {
    const world = await openWorld();
    await world.call(tool, args);
    const body = { name: 'Kept out', filters: [{ properties: [], rollout_percentage: 5 }] };
    expect(sent(world)).toEqual([{ request: 'POST experiment_holdouts', body }]);
  });

  it('is taken back by the undo it offers', async () => {
    const world = await openWorld();
    const undone = await takeBack(world, await world.call(tool, args));
    expect(undone.isError, undone.text).toBe(false);
    expect(world.sandbox.store.holdouts.has(HOLDOUT)).toBe(false);
  });

  it('asks nobody, since it changes nothing that users see', async () => {
    expect(warningCodes(await (await openWorld()).call(tool, args))).toEqual([]);
  });

  it.each([
    [{ ...args, exclusion_percent: 101 }, 'exclusion_percent'],
    [{ ...args, exclusion_percent: -1 }, 'exclusion_percent'],
    [{ name: 'Kept out' }, 'exclusion_percent'],
    [{ ...args, name: '' }, 'name'],
  ])('refuses %j before any request', async (wrong, field) => {
    const world = await openWorld();
    expect((await world.call(tool, wrong)).data.error).toMatchObject({ code: 'invalid_arguments', field });
    expect(world.requests()).toEqual([]);
  });
});
