import { describe, expect, it } from 'vitest';
import { addHoldout, expose, freeze } from '../helpers/furnish.js';
import { DRAFT, PAUSED, RUNNING, SHARED, SHARED_TOO, STOPPED } from '../helpers/shop.js';
import {
  expectAlreadyDone,
  expectRefused,
  expectUndone,
  flagRow,
  sent,
  settled,
  warningCodes,
} from '../helpers/state.js';
import { openWorld, type World } from '../helpers/world.js';

const tool = 'experiment-freeze-exposure';

function groupAggregated(world: World): void {
  flagRow(world, RUNNING).filters.aggregation_group_type_index = 0;
}

function earlyAccess(world: World): void {
  flagRow(world, RUNNING).filters.super_groups = [{ properties: [], rollout_percentage: 100 }];
}

describe('experiment-freeze-exposure', () => {
  it('stops enrolment, keeps those exposed, and says so', async () => {
    const world = await openWorld();
    expose(world, RUNNING);
    expect(await world.call(tool, { id: RUNNING })).toMatchSnapshot();
    expect(await world.stored(RUNNING)).toMatchObject({ status: 'exposure_frozen', end_date: null });
  });

  it('sends one freeze and nothing else that writes', async () => {
    const world = await openWorld();
    expose(world, RUNNING);
    await world.call(tool, { id: RUNNING });
    expect(sent(world)).toEqual([{ request: `POST experiments/${RUNNING}/freeze_exposure`, body: undefined }]);
  });

  it('is taken back by the undo it offers, conditions and all', async () => {
    const world = await openWorld();
    expose(world, RUNNING);
    flagRow(world, RUNNING).filters.groups = [
      { properties: [{ key: 'plan', type: 'person', value: ['pro'], operator: 'exact' }], rollout_percentage: 40 },
      { properties: [], rollout_percentage: 5, description: 'A few of the rest' },
    ];
    await expectUndone(world, { tool, args: { id: RUNNING } });
  });

  it('answers already_done for a frozen experiment', async () => {
    const world = await openWorld();
    freeze(world, RUNNING);
    await expectAlreadyDone(world, { tool, args: { id: RUNNING }, words: 'Experiment exposure is already frozen.' });
  });

  const NOBODY =
    'No users have been exposed to this experiment yet, so freezing would stop it for everyone. Wait until the experiment has recorded exposures.';

  it.each([
    [DRAFT, 'Experiment has not been launched yet.', 'It is a draft'],
    [STOPPED, 'Experiment has already ended.', 'It has ended'],
    [PAUSED, 'Cannot freeze a paused experiment. Resume it first.', 'experiment-resume'],
    [RUNNING, NOBODY, 'experiment-results'],
  ])('passes on why PostHog refuses to freeze experiment %i: %s', async (id, detail, next) => {
    await expectRefused(await openWorld(), { tool, args: { id }, detail, next });
  });

  it('previews no freeze of a paused one, which PostHog is certain to refuse', async () => {
    const answer = await (await openWorld({ confirm: 'token' })).call(tool, { id: PAUSED });
    expect(answer.isError).toBe(true);
    expect(answer.data).not.toHaveProperty('confirmation_token');
  });

  it('passes on that a holdout stands in the way, and what stops enrolment instead', async () => {
    const world = await openWorld();
    expose(world, RUNNING);
    addHoldout(world, { linked: [RUNNING] });
    const detail =
      'Experiments in a holdout cannot have their exposure frozen: holdout assignment is evaluated before release conditions, so new users would keep entering the holdout.';
    await expectRefused(world, { tool, args: { id: RUNNING }, detail, next: 'experiment-pause' });
  });

  it.each([
    ['over 100,000 people', (world: World) => expose(world, RUNNING, 100_002), 'too many exposed users'],
    ['groups', groupAggregated, 'Group-aggregated experiments cannot'],
    ['early access', earlyAccess, 'freezing cannot stop new enrollment'],
  ])('says of %s that it cannot be frozen, and what stops enrolment instead', async (_what, prepare, detail) => {
    const world = await openWorld();
    expose(world, RUNNING);
    prepare(world);
    const answer = await world.call(tool, { id: RUNNING });
    expect(answer.data.error).toMatchObject({ code: 'refused', detail: expect.stringContaining(detail) });
    expect(answer.text).toContain('experiment-pause stops it for everybody');
  });

  it('reads from the state whether a freeze without an answer was carried out', async () => {
    const world = await openWorld({
      faults: { respond: ({ method }) => (method === 'POST' ? { applied: true, end: 'destroy' } : undefined) },
    });
    expose(world, RUNNING);
    const answer = await world.call(tool, { id: RUNNING });
    expect(answer.data).toMatchObject({ status: 'applied', experiment: { status: 'exposure_frozen' } });
    expect(warningCodes(answer)).toContain('answer_lost');
    expect(sent(world)).toHaveLength(1);
  });

  it('warns that the other experiment on the flag is frozen too', async () => {
    const world = await openWorld();
    expose(world, SHARED);
    const answer = await world.call(tool, { id: SHARED });
    expect(warningCodes(answer)).toContain('shared_flag');
    expect(answer.text).toContain(`${SHARED_TOO} \\"Signup layout\\" (running)`);
    expect(await settled(world, SHARED_TOO)).toMatchObject({ status: 'exposure_frozen' });
  });
});
