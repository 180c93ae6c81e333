import { describe, expect, it } from 'vitest';
import { DRAFT, PAUSED, RUNNING, STOPPED } from '../helpers/shop.js';
import { expectAlreadyDone, expectRefused, experimentRow, sent } from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-create-exposure-cohort';

describe('experiment-create-exposure-cohort', () => {
  it('makes a cohort of the exposed and names it', async () => {
    const world = await openWorld();
    expect(await world.call(tool, { id: RUNNING })).toMatchSnapshot();
    const { exposure_cohort: id } = await world.stored(RUNNING);
    expect(world.sandbox.store.cohorts.get(Number(id))).toMatchObject({
      name: 'Users exposed to experiment "Checkout steps"',
    });
  });

  it('leaves the flag and the dates alone', async () => {
    const world = await openWorld();
    const { feature_flag, start_date, end_date } = await world.stored(RUNNING);
    await world.call(tool, { id: RUNNING });
    expect(await world.stored(RUNNING)).toMatchObject({ feature_flag, start_date, end_date });
    expect(sent(world)).toHaveLength(1);
  });

  it('says that only PostHog itself can delete it', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: PAUSED });
    expect(answer.data.undo).toEqual({ not_reversible_because: expect.stringContaining('PostHog itself') });
  });

  it('answers already_done the second time, with the id of the cohort that exists', async () => {
    const world = await openWorld();
    await world.call(tool, { id: STOPPED });
    const answer = await world.call(tool, { id: STOPPED });
    expect(answer.data.status).toBe('already_done');
    expect(answer.text).toContain('Experiment already has an exposure cohort');
    expect(answer.data.experiment).toMatchObject({ exposure_cohort_id: 1 });
    expect(sent(world)).toHaveLength(1);
  });

  it('refuses a draft, since nobody was exposed', async () => {
    await expectRefused(await openWorld(), {
      tool,
      args: { id: DRAFT },
      detail: 'Experiment does not have a start date',
      next: 'nobody has been exposed yet',
    });
  });

  it('finds a cohort that exists without being asked twice', async () => {
    const world = await openWorld({
      faults: { respond: ({ method }) => (method === 'GET' ? undefined : { status: 500, body: {} }) },
    });
    experimentRow(world, RUNNING).exposure_cohort = 31;
    await expectAlreadyDone(world, { tool, args: { id: RUNNING }, words: 'Cohort 31 exists' });
  });
});
