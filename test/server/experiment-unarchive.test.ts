import { describe, expect, it } from 'vitest';
import { ARCHIVED, DRAFT, RUNNING } from '../helpers/shop.js';
import { expectAlreadyDone, expectUndone, experimentRow, flagRow, sent } from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-unarchive';

describe('experiment-unarchive', () => {
  it('brings an archived experiment back, stopped and with its flag as it was', async () => {
    const world = await openWorld();
    const { feature_flag } = await world.stored(ARCHIVED);
    expect(await world.call(tool, { id: ARCHIVED })).toMatchSnapshot();
    expect(await world.stored(ARCHIVED)).toMatchObject({ status: 'stopped', archived: false, feature_flag });
  });

  it('sends one unarchive and nothing else that writes', async () => {
    const world = await openWorld();
    await world.call(tool, { id: ARCHIVED });
    expect(sent(world)).toEqual([{ request: `POST experiments/${ARCHIVED}/unarchive`, body: undefined }]);
  });

  it('is taken back by the undo it offers', async () => {
    await expectUndone(await openWorld(), { tool, args: { id: ARCHIVED } });
  });

  it.each([DRAFT, RUNNING])('is taken back also where experiment %i was archived without having ended', async (id) => {
    const world = await openWorld();
    experimentRow(world, id).archived = true;
    await expectUndone(world, { tool, args: { id } });
  });

  it('does not turn the flag on again', async () => {
    const world = await openWorld();
    flagRow(world, ARCHIVED).active = false;
    await world.call(tool, { id: ARCHIVED });
    expect(flagRow(world, ARCHIVED).active).toBe(false);
  });

  it('answers already_done for one that is not archived', async () => {
    await expectAlreadyDone(await openWorld(), { tool, args: { id: RUNNING }, words: 'Experiment is not archived.' });
  });
});
