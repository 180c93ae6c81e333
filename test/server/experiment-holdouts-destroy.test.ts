import { describe, expect, it } from 'vitest';
import { addHoldout, HOLDOUT } from '../helpers/furnish.js';
import { DRAFT, RUNNING } from '../helpers/shop.js';
import { effectsOf, experimentRow, flagRow, sent, warningCodes } from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-holdouts-destroy';

describe('experiment-holdouts-destroy', () => {
  it('deletes a holdout, names who enters and where, and that there is no way back', async () => {
    const world = await openWorld();
    addHoldout(world, { linked: [DRAFT, RUNNING] });
    expect(await world.call(tool, { id: HOLDOUT })).toMatchSnapshot();
    expect(world.sandbox.store.holdouts.size).toBe(0);
    expect(experimentRow(world, RUNNING).holdout_id).toBeNull();
    expect(flagRow(world, RUNNING).filters.holdout).toBeNull();
  });

  it('sends one delete and nothing else that writes', async () => {
    const world = await openWorld();
    addHoldout(world);
    await world.call(tool, { id: HOLDOUT });
    expect(sent(world)).toEqual([{ request: `DELETE experiment_holdouts/${HOLDOUT}`, body: undefined }]);
  });

  it('says of an unused one that no user is concerned', async () => {
    const world = await openWorld();
    addHoldout(world);
    const answer = await world.call(tool, { id: HOLDOUT });
    expect(effectsOf(answer).users).toBe('Unchanged: no experiment uses it.');
    expect(warningCodes(answer)).not.toContain('linked_experiments');
  });

  it('says that an unknown one is not there, and sends no delete', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: 99 });
    expect(answer.data.error).toMatchObject({ code: 'not_found', next_tool: 'experiment-holdouts-list' });
    expect(sent(world)).toEqual([]);
  });
});
