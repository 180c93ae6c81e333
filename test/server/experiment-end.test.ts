import { describe, expect, it } from 'vitest';
import { DRAFT, PAUSED, RUNNING, STOPPED } from '../helpers/shop.js';
import { effectsOf, expectAlreadyDone, expectRefused, expectUndone, experimentRow, sent } from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-end';
const verdict = { conclusion: 'inconclusive', conclusion_comment: 'Purchases did not move.' };

describe('experiment-end', () => {
  it('ends a running experiment with its conclusion and says what users go on seeing', async () => {
    const world = await openWorld();
    expect(await world.call(tool, { id: RUNNING, ...verdict })).toMatchSnapshot();
    expect(await world.stored(RUNNING)).toMatchObject({ status: 'stopped', ...verdict });
  });

  it('leaves the flag exactly as it was', async () => {
    const world = await openWorld();
    const { feature_flag } = await world.stored(RUNNING);
    await world.call(tool, { id: RUNNING, ...verdict });
    expect((await world.stored(RUNNING)).feature_flag).toEqual(feature_flag);
    expect(sent(world)).toEqual([{ request: `POST experiments/${RUNNING}/end`, body: verdict }]);
  });

  it.each([RUNNING, PAUSED])('is taken back by the undo it offers (experiment %i)', async (id) => {
    await expectUndone(await openWorld(), { tool, args: { id, ...verdict } });
  });

  it('does not erase a conclusion that was set earlier, and gives it back when undone', async () => {
    const world = await openWorld();
    const earlier = { conclusion: 'inconclusive', conclusion_comment: 'No difference so far.' };
    await world.call('experiment-update', { id: RUNNING, ...earlier });
    await expectUndone(world, { tool, args: { id: RUNNING, conclusion: 'stopped_early' } });
    await world.call(tool, { id: RUNNING });
    expect(await world.stored(RUNNING)).toMatchObject({ status: 'stopped', ...earlier });
  });

  it('says truly that nobody is in a variant where it ends a paused experiment', async () => {
    const world = await openWorld();
    const { users } = effectsOf(await world.call(tool, { id: PAUSED }));
    expect(users).toBe('Unchanged. Nobody is in a variant: the flag is off, everyone gets the default of the code.');
  });

  it('answers already_done for an ended experiment with the same conclusion', async () => {
    await expectAlreadyDone(await openWorld(), { tool, args: { id: STOPPED }, words: 'Experiment has already ended.' });
  });

  it('refuses in PostHog’s words to give an ended experiment another conclusion, and names the tool that can', async () => {
    await expectRefused(await openWorld(), {
      tool,
      args: { id: STOPPED, conclusion: 'won' },
      detail: 'Experiment has already ended.',
      next: 'experiment-update',
    });
  });

  it('refuses to end a draft', async () => {
    await expectRefused(await openWorld(), {
      tool,
      args: { id: DRAFT, ...verdict },
      detail: 'Experiment has not been launched yet.',
      next: 'there is nothing to pause, resume, end or ship',
    });
  });

  it('describes a frozen experiment by the groups that it is frozen to', async () => {
    const world = await openWorld();
    const flag = world.sandbox.store.flags.get(experimentRow(world, RUNNING).flag_id);
    if (!flag) throw new Error('no flag');
    const cohort = { key: 'id', type: 'cohort', operator: 'in', value: 7 };
    flag.filters.groups = [
      { properties: [cohort], rollout_percentage: 100, exposure_frozen: true, exposure_frozen_cohort: 7 },
    ];
    const { users } = effectsOf(await world.call(tool, { id: RUNNING }));
    expect(users).toContain('users who were enrolled before exposure was frozen are split');
  });
});
