import { describe, expect, it } from 'vitest';
import { addHoldout, addSavedMetric, HOLDOUT, SAVED_METRIC } from '../helpers/furnish.js';
import { DRAFT, RUNNING, STOPPED } from '../helpers/shop.js';
import { expectRefused, expectUndone, flagRow, sent } from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-update';

describe('experiment-update of a holdout', () => {
  it('holds users out of a draft, on its flag too, and can be taken back', async () => {
    const world = await openWorld();
    addHoldout(world);
    const answer = await expectUndone(world, { tool, args: { id: DRAFT, holdout_id: HOLDOUT } });
    expect(answer.data.changes).toMatchObject([{ path: expect.stringContaining('holdout') }]);
    await world.call(tool, { id: DRAFT, holdout_id: HOLDOUT });
    expect(flagRow(world, DRAFT).filters.holdout).toEqual({ id: HOLDOUT, exclusion_percentage: 10 });
  });

  it.each([{ holdout_id: 2 }, { clear: ['holdout_id'] }])('puts the holdout before back after %j', async (change) => {
    const world = await openWorld();
    addHoldout(world, { linked: [DRAFT] });
    addHoldout(world, { name: 'Second' });
    await expectUndone(world, { tool, args: { id: DRAFT, ...change } });
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

  it('detaches one and keeps the others', async () => {
    const world = await openWorld();
    addSavedMetric(world, { linked: [DRAFT] });
    addSavedMetric(world, { name: 'Other', linked: [DRAFT] });
    await world.call(tool, { id: DRAFT, remove_saved_metric_id: SAVED_METRIC });
    expect(await world.stored(DRAFT)).toMatchObject({ saved_metrics: [{ saved_metric: 2 }] });
    expect(sent(world)).toHaveLength(1);
  });
});
