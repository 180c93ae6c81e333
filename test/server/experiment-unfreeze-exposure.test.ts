import { describe, expect, it } from 'vitest';
import { freeze } from '../helpers/furnish.js';
import { DRAFT, RUNNING, STOPPED } from '../helpers/shop.js';
import { expectAlreadyDone, expectRefused, flagRow, sent, settled } from '../helpers/state.js';
import { openWorld, takeBack } from '../helpers/world.js';

const tool = 'experiment-unfreeze-exposure';

describe('experiment-unfreeze-exposure', () => {
  it('lets new users enter by the conditions of before, and says what that does to the data', async () => {
    const world = await openWorld();
    const before = await settled(world, RUNNING);
    freeze(world, RUNNING);
    expect(await world.call(tool, { id: RUNNING })).toMatchSnapshot();
    expect(await settled(world, RUNNING)).toEqual(before);
  });

  it('sends one unfreeze and nothing else that writes', async () => {
    const world = await openWorld();
    freeze(world, RUNNING);
    await world.call(tool, { id: RUNNING });
    expect(sent(world)).toEqual([{ request: `POST experiments/${RUNNING}/unfreeze_exposure`, body: undefined }]);
  });

  it('is taken back by a freeze, which takes the users of that moment', async () => {
    const world = await openWorld();
    freeze(world, RUNNING);
    const answer = await world.call(tool, { id: RUNNING });
    expect(answer.data.undo).toMatchObject({
      note: 'Freezes the users exposed by then, not those of the first freeze.',
    });
    expect((await takeBack(world, answer)).isError).toBe(false);
    expect(await world.stored(RUNNING)).toMatchObject({ status: 'exposure_frozen' });
  });

  it('answers already_done for a running experiment', async () => {
    await expectAlreadyDone(await openWorld(), {
      tool,
      args: { id: RUNNING },
      words: 'Experiment exposure is not frozen.',
    });
  });

  it.each([
    [DRAFT, 'Experiment has not been launched yet.', 'It is a draft'],
    [STOPPED, 'Experiment has already ended.', 'It has ended'],
  ])('passes on why PostHog refuses to unfreeze experiment %i: %s', async (id, detail, next) => {
    await expectRefused(await openWorld(), { tool, args: { id }, detail, next });
  });

  it('says that a frozen experiment that is paused has to be resumed first', async () => {
    const world = await openWorld();
    freeze(world, RUNNING);
    flagRow(world, RUNNING).active = false;
    const detail = 'Experiment exposure is not frozen.';
    await expectRefused(world, { tool, args: { id: RUNNING }, detail, next: 'experiment-resume' });
  });
});
