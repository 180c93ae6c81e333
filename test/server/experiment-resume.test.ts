import { describe, expect, it } from 'vitest';
import { DRAFT, PAUSED, RUNNING, STOPPED } from '../helpers/shop.js';
import { effectsOf, expectAlreadyDone, expectRefused, expectUndone, flagRow, sent } from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-resume';

describe('experiment-resume', () => {
  it('turns the flag on again without moving the start', async () => {
    const world = await openWorld();
    const { start_date } = await world.stored(PAUSED);
    expect(await world.call(tool, { id: PAUSED })).toMatchSnapshot();
    expect(await world.stored(PAUSED)).toMatchObject({ status: 'running', start_date, feature_flag: { active: true } });
  });

  it('sends one resume and nothing else that writes', async () => {
    const world = await openWorld();
    await world.call(tool, { id: PAUSED });
    expect(sent(world)).toEqual([{ request: `POST experiments/${PAUSED}/resume`, body: undefined }]);
  });

  it('is taken back by the undo it offers', async () => {
    await expectUndone(await openWorld(), { tool, args: { id: PAUSED } });
  });

  it('answers already_done for a running experiment', async () => {
    await expectAlreadyDone(await openWorld(), { tool, args: { id: RUNNING }, words: 'Experiment is not paused.' });
  });

  it.each([
    [DRAFT, 'Experiment has not been launched yet.', 'only if the user wants it to start'],
    [STOPPED, 'Experiment has already ended.', 'experiment-ship-variant'],
  ])('passes on why PostHog refuses to resume experiment %i: %s', async (id, detail, next) => {
    await expectRefused(await openWorld(), { tool, args: { id }, detail, next });
  });

  it('says that new users still do not enter where exposure is frozen', async () => {
    const world = await openWorld();
    const cohort = { key: 'id', type: 'cohort', operator: 'in', value: 7 };
    flagRow(world, PAUSED).filters.groups = [
      { properties: [cohort], rollout_percentage: 100, exposure_frozen: true, exposure_frozen_cohort: 7 },
    ];
    const answer = await world.call(tool, { id: PAUSED });
    expect(answer.data.experiment).toMatchObject({ status: 'exposure_frozen' });
    expect(effectsOf(answer).analysis).toMatch(/^Exposure is still frozen: new users do not enter/);
  });

  it('counts only the share of users who enter', async () => {
    const world = await openWorld();
    flagRow(world, PAUSED).filters.groups = [{ properties: [], rollout_percentage: 20 }];
    const { users } = effectsOf(await world.call(tool, { id: PAUSED }));
    expect(users).toBe('The flag is on again: 20% of users are split control 50%, test 50%.');
  });
});
