import { describe, expect, it } from 'vitest';
import { addHoldout } from '../helpers/furnish.js';
import { ARCHIVED, DRAFT, PAUSED, RUNNING, SHARED, STOPPED } from '../helpers/shop.js';
import {
  effectsOf,
  expectAlreadyDone,
  expectRefused,
  expectUndone,
  experimentRow,
  flagRow,
  sent,
  warningCodes,
} from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-launch';

describe('experiment-launch', () => {
  it('starts a draft and answers with the state read back, the changes and an undo', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: DRAFT });
    expect(answer).toMatchSnapshot();
    expect(await world.stored(DRAFT)).toMatchObject({ status: 'running', feature_flag: { active: true } });
  });

  it('sends one launch and nothing else that writes', async () => {
    const world = await openWorld();
    await world.call(tool, { id: DRAFT });
    expect(sent(world)).toEqual([{ request: `POST experiments/${DRAFT}/launch`, body: undefined }]);
  });

  it.each([false, true])('is taken back by the undo it offers (flag on before: %s)', async (active) => {
    const world = await openWorld();
    flagRow(world, DRAFT).active = active;
    await expectUndone(world, { tool, args: { id: DRAFT } });
  });

  it('offers no undo where the way back would clear more than the launch set', async () => {
    const world = await openWorld();
    Object.assign(experimentRow(world, DRAFT), { conclusion: 'inconclusive', conclusion_comment: 'First run.' });
    const answer = await world.call(tool, { id: DRAFT });
    expect(answer.data.undo).toEqual({
      not_reversible_because:
        'experiment-reset makes it a draft again, but also clears its conclusion, conclusion_comment',
    });
  });

  it('answers already_done for a running experiment, without sending anything', async () => {
    await expectAlreadyDone(await openWorld(), {
      tool,
      args: { id: RUNNING },
      words: 'Experiment has already been launched.',
    });
  });

  it.each([PAUSED, STOPPED, ARCHIVED])(
    'passes on why PostHog refuses to launch experiment %i, and what to do instead',
    async (id) => {
      await expectRefused(await openWorld(), {
        tool,
        args: { id },
        detail: 'Experiment has already been launched.',
        next: 'experiment-resume',
      });
    },
  );

  it('passes on that the flag is deleted', async () => {
    const world = await openWorld();
    flagRow(world, DRAFT).deleted = true;
    await expectRefused(world, {
      tool,
      args: { id: DRAFT },
      detail: 'Experiment cannot be launched because its feature flag has been deleted.',
      next: 'must be restored in PostHog first',
    });
  });

  it('passes on that one variant is not enough', async () => {
    const world = await openWorld();
    flagRow(world, DRAFT).filters.multivariate = { variants: [{ key: 'control', rollout_percentage: 100 }] };
    await expectRefused(world, {
      tool,
      args: { id: DRAFT },
      detail: 'Feature flag must have at least 2 variants (a baseline and at least one test variant)',
      next: 'experiment-update',
    });
  });

  it('says truly that users saw variants before, where the flag was on', async () => {
    const world = await openWorld();
    flagRow(world, DRAFT).active = true;
    const answer = await world.call(tool, { id: DRAFT });
    expect(warningCodes(answer)).toContain('flag_already_active');
    expect(effectsOf(answer).users).toBe('Unchanged. The flag is on: all users are split control 50%, test 50%.');
  });

  it('warns where the flag gives everyone one variant, as after a reset of a shipped experiment', async () => {
    const world = await openWorld();
    await world.call('experiment-ship-variant', { id: RUNNING, variant_key: 'test', override_reason: 'Decided.' });
    await world.call('experiment-reset', { id: RUNNING });
    expect(warningCodes(await world.call(tool, { id: RUNNING }))).toContain('flag_not_split');
  });

  it('warns of a missing metric, and of nothing where there is one', async () => {
    const world = await openWorld();
    expect(warningCodes(await world.call(tool, { id: DRAFT }))).toEqual(['acted_at_once']);
    await world.call('experiment-reset', { id: STOPPED, disable_feature_flag: true });
    expect(warningCodes(await world.call(tool, { id: STOPPED }))).toEqual(['acted_at_once', 'no_metrics']);
  });

  it('warns of the other experiments on the flag', async () => {
    const world = await openWorld();
    await world.call('experiment-reset', { id: SHARED });
    expect(warningCodes(await world.call(tool, { id: SHARED }))).toContain('shared_flag');
  });

  it('warns that an archived draft runs hidden', async () => {
    const world = await openWorld();
    experimentRow(world, DRAFT).archived = true;
    const answer = await world.call(tool, { id: DRAFT });
    expect(warningCodes(answer)).toContain('archived');
    expect(answer.text).toContain('experiment-unarchive brings it back there');
  });

  it.each([
    [[{ properties: [], rollout_percentage: 100 }], 'all users outside the 20% holdout'],
    [[{ properties: [], rollout_percentage: 30 }], '30% of users outside the 20% holdout'],
    [
      [{ properties: [{ key: 'country', type: 'person', value: 'NO' }], rollout_percentage: 100 }],
      "all users outside the 20% holdout who match the flag's release conditions",
    ],
  ])('leaves the holdout out of those who enter', async (groups, who) => {
    const world = await openWorld();
    addHoldout(world, { exclusion: 20, linked: [DRAFT] });
    flagRow(world, DRAFT).filters.groups = groups;
    expect(effectsOf(await world.call(tool, { id: DRAFT })).users).toBe(
      `The flag goes on at once: ${who} are split control 50%, test 50%.`,
    );
  });

  it('does not claim that anybody enters at a rollout of 0%', async () => {
    const world = await openWorld();
    flagRow(world, DRAFT).filters.groups = [{ properties: [], rollout_percentage: 0 }];
    expect(effectsOf(await world.call(tool, { id: DRAFT })).users).toBe(
      'The flag goes on at once: nobody enters, since the rollout is 0%.',
    );
  });
});
