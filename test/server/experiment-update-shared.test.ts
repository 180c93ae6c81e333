import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addHoldout, addSavedMetric, HOLDOUT, SAVED_METRIC } from '../helpers/furnish.js';
import { DRAFT, RUNNING, STOPPED } from '../helpers/shop.js';
import { effectsOf, expectRefused, expectUndone, flagRow, sent, warningCodes } from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-update';

describe('experiment-update of a holdout', () => {
  it('holds users out of a draft, on its flag too, and can be taken back', async () => {
    const world = await openWorld();
    addHoldout(world);
    const answer = await expectUndone(world, { tool, args: { id: DRAFT, holdout_id: HOLDOUT } });
    expect(answer.data.changes).toEqual([
      { path: 'holdout_id', before: null, after: HOLDOUT },
      { path: 'feature_flag.holdout', before: null, after: { id: HOLDOUT, exclusion_percentage: 10 } },
    ]);
    expect(warningCodes(answer)).toEqual([]);
    expect(effectsOf(answer).users).toBe(
      'Nobody yet, the flag is off. Once it is on, all users outside holdout 1 are split control 50%, test 50%.',
    );
    await world.call(tool, { id: DRAFT, holdout_id: HOLDOUT });
    expect(flagRow(world, DRAFT).filters.holdout).toEqual({ id: HOLDOUT, exclusion_percentage: 10 });
  });

  it.each([{ holdout_id: 2 }, { clear: ['holdout_id'] }])('puts the holdout before back after %j', async (change) => {
    const world = await openWorld();
    addHoldout(world, { linked: [DRAFT] });
    addHoldout(world, { name: 'Second' });
    await expectUndone(world, { tool, args: { id: DRAFT, ...change } });
  });

  it('is a live change where the flag of the draft is on, and says who leaves and who enters', async () => {
    const world = await openWorld();
    addHoldout(world, { exclusion: 50 });
    addHoldout(world, { name: 'Second' });
    flagRow(world, DRAFT).active = true;
    const held = await expectUndone(world, { tool, args: { id: DRAFT, holdout_id: HOLDOUT } });
    expect(warningCodes(held)).toEqual(['acted_at_once']);
    expect(effectsOf(held).users).toBe(
      'From now on all users outside holdout 1 are split control 50%, test 50%. Users in holdout 1 get the default of the code.',
    );
    await world.call(tool, { id: DRAFT, holdout_id: HOLDOUT });
    const other = await expectUndone(world, { tool, args: { id: DRAFT, holdout_id: 2 } });
    expect(effectsOf(other).users).toContain('Users in holdout 2 get the default of the code, those in holdout 1 can');
    const cleared = await expectUndone(world, { tool, args: { id: DRAFT, clear: ['holdout_id'] } });
    expect(effectsOf(cleared).users).toBe(
      'From now on all users are split control 50%, test 50%. Users who were held out can enter.',
    );
  });

  it.each([true, false])('names the live experiments whose flag it rewrites (flag on: %s)', async (active) => {
    const world = await openWorld();
    addHoldout(world);
    const { data } = await world.call('experiment-duplicate', { id: RUNNING, name: 'On the same flag' });
    const { id } = z.object({ id: z.number() }).parse(data.experiment);
    flagRow(world, id).active = active;
    const answer = await world.call(tool, { id, holdout_id: HOLDOUT });
    expect(warningCodes(answer)).toEqual(['acted_at_once', 'shared_flag']);
    expect(answer.text).toContain('Checkout steps');
    expect(flagRow(world, RUNNING).filters.holdout).toEqual({ id: HOLDOUT, exclusion_percentage: 10 });
  });

  it('does not promise to bring back a holdout that only the flag had', async () => {
    const world = await openWorld();
    addHoldout(world);
    addHoldout(world, { name: 'Second' });
    flagRow(world, DRAFT).filters.holdout = { id: HOLDOUT, exclusion_percentage: 10 };
    const answer = await world.call(tool, { id: DRAFT, holdout_id: 2 });
    expect(answer.data.undo).toEqual({ not_reversible_because: expect.stringContaining('another holdout') });
  });

  it.each([RUNNING, STOPPED])(
    'is refused for experiment %i in PostHog’s words, with what to do instead',
    async (id) => {
      const world = await openWorld();
      addHoldout(world);
      const detail = "Can't update holdout on running Experiment";
      await expectRefused(world, { tool, args: { id, holdout_id: HOLDOUT }, detail, next: 'experiment-duplicate' });
    },
  );
});

describe('experiment-update of shared metrics', () => {
  it.each([DRAFT, RUNNING])('attaches one to experiment %i and can be taken back', async (id) => {
    const world = await openWorld();
    addSavedMetric(world);
    await expectUndone(world, { tool, args: { id, add_saved_metric_id: SAVED_METRIC } });
  });

  it('detaches the last one', async () => {
    const world = await openWorld();
    addSavedMetric(world, { linked: [DRAFT] });
    const answer = await world.call(tool, { id: DRAFT, remove_saved_metric_id: SAVED_METRIC });
    expect(answer.data).toMatchObject({ status: 'applied' });
    expect(await world.stored(DRAFT)).toMatchObject({ saved_metrics: [] });
  });

  it('detaches one and keeps the others', async () => {
    const world = await openWorld();
    addSavedMetric(world, { linked: [DRAFT] });
    addSavedMetric(world, { name: 'Other', linked: [DRAFT] });
    await world.call(tool, { id: DRAFT, remove_saved_metric_id: SAVED_METRIC });
    expect(await world.stored(DRAFT)).toMatchObject({ saved_metrics: [{ saved_metric: 2 }] });
    expect(sent(world)).toHaveLength(1);
  });
});
