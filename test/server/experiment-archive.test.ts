import { describe, expect, it } from 'vitest';
import { ARCHIVED, DRAFT, PAUSED, RUNNING, SHARED, SHARED_TOO, STOPPED } from '../helpers/shop.js';
import {
  effectsOf,
  expectAlreadyDone,
  expectRefused,
  expectUndone,
  experimentRow,
  sent,
  settled,
  warningCodes,
} from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-archive';

describe('experiment-archive', () => {
  it('hides a stopped experiment and leaves its flag on', async () => {
    const world = await openWorld();
    expect(await world.call(tool, { id: STOPPED })).toMatchSnapshot();
    expect(await world.stored(STOPPED)).toMatchObject({ archived: true, feature_flag: { active: true } });
  });

  it('does not send the dangerous switch unless asked', async () => {
    const world = await openWorld();
    await world.call(tool, { id: STOPPED });
    expect(sent(world)).toEqual([{ request: `POST experiments/${STOPPED}/archive`, body: undefined }]);
  });

  it('does not call a call that reaches no user a live one', async () => {
    const world = await openWorld();
    expect(warningCodes(await world.call(tool, { id: STOPPED }))).not.toContain('acted_at_once');
  });

  it('is taken back by the undo it offers', async () => {
    await expectUndone(await openWorld(), { tool, args: { id: STOPPED } });
  });

  it('turns the flag off where asked, says so, and turns it on again when undone', async () => {
    const world = await openWorld();
    const answer = await expectUndone(world, { tool, args: { id: STOPPED, disable_feature_flag: true } });
    expect(effectsOf(answer).users).toBe('The flag goes off: everybody falls back to the default of the code.');
    expect(warningCodes(answer)).toContain('acted_at_once');
  });

  it('says truly that the flag stays on where another live experiment uses it', async () => {
    const world = await openWorld();
    await world.call('experiment-end', { id: SHARED });
    const answer = await expectUndone(world, { tool, args: { id: SHARED, disable_feature_flag: true } });
    expect(warningCodes(answer)).toContain('flag_stays_on');
    expect(effectsOf(answer).users).toContain('Unchanged');
    expect(await settled(world, SHARED_TOO)).toMatchObject({ status: 'running', feature_flag: { active: true } });
  });

  it('answers already_done for an archived experiment', async () => {
    await expectAlreadyDone(await openWorld(), {
      tool,
      args: { id: ARCHIVED },
      words: 'Experiment is already archived.',
    });
  });

  it.each([DRAFT, RUNNING, PAUSED])('passes on that experiment %i must be ended before', async (id) => {
    await expectRefused(await openWorld(), {
      tool,
      args: { id },
      detail: 'Experiment must be ended before it can be archived.',
      next: 'experiment-end',
    });
  });

  it('says how to turn the flag of an archived experiment off', async () => {
    await expectRefused(await openWorld(), {
      tool,
      args: { id: ARCHIVED, disable_feature_flag: true },
      detail: 'Experiment is already archived.',
      next: 'experiment-unarchive',
    });
  });

  it('turns the flag off under an archived experiment that runs, as PostHog does, and names it', async () => {
    const world = await openWorld();
    experimentRow(world, SHARED_TOO).archived = true;
    await world.call('experiment-end', { id: SHARED });
    const answer = await expectUndone(world, { tool, args: { id: SHARED, disable_feature_flag: true } });
    expect(warningCodes(answer)).toEqual(['acted_at_once', 'shared_flag']);
    expect(effectsOf(answer).users).toContain('The flag goes off');
    expect(answer.text).toContain('(running, archived)');
  });
});
