import { describe, expect, it } from 'vitest';
import { ARCHIVED, DRAFT, PAUSED, RUNNING } from '../helpers/shop.js';
import { experimentRow, flagRow, sent, settled, warningCodes } from '../helpers/state.js';
import { openWorld, takeBack } from '../helpers/world.js';

const tool = 'experiment-duplicate';
const COPY = 8;

describe('experiment-duplicate', () => {
  it('copies into a new draft with a flag of its own, switched off', async () => {
    const world = await openWorld();
    const source = await settled(world, RUNNING);
    const answer = await world.call(tool, { id: RUNNING, feature_flag_key: 'checkout-steps-2', name: 'Second run' });
    expect(answer).toMatchSnapshot();
    expect(await world.stored(COPY)).toMatchObject({ status: 'draft', feature_flag: { active: false } });
    expect(await settled(world, RUNNING)).toEqual(source);
  });

  it('sends one duplicate, with the id in the path only', async () => {
    const world = await openWorld();
    await world.call(tool, { id: RUNNING, feature_flag_key: 'other' });
    expect(sent(world)).toEqual([
      { request: `POST experiments/${RUNNING}/duplicate`, body: { feature_flag_key: 'other' } },
    ]);
  });

  it.each([DRAFT, RUNNING, PAUSED, ARCHIVED])('is taken back by deleting the copy (experiment %i)', async (id) => {
    const world = await openWorld();
    const before = await settled(world, id);
    const answer = await world.call(tool, { id, feature_flag_key: 'again' });
    expect(answer.data.undo).toMatchObject({ note: 'Feature flag "again" stays in PostHog.' });
    expect((await takeBack(world, answer)).isError).toBe(false);
    expect(await settled(world, id)).toEqual(before);
    expect((await world.call('experiment-get', { id: COPY })).isError).toBe(true);
  });

  it.each([{}, { feature_flag_key: 'checkout-steps' }])('warns that the copy shares the flag: %j', async (args) => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: RUNNING, ...args });
    expect(warningCodes(answer)).toEqual(['shared_flag']);
    expect(experimentRow(world, COPY)).toMatchObject({ flag_id: experimentRow(world, RUNNING).flag_id });
  });

  it('says where the new key linked a flag that was there, and that it is on already', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: DRAFT, feature_flag_key: 'checkout-steps' });
    expect(warningCodes(answer)).toEqual(['shared_flag', 'linked_existing_flag']);
    expect(answer.text).toContain('It is on: all users are split control 50%, test 50% already');
    expect(flagRow(world, COPY)).toBe(flagRow(world, RUNNING));
  });

  it('passes on that legacy experiments cannot be copied', async () => {
    const world = await openWorld();
    experimentRow(world, DRAFT).metrics = [{ uuid: 'old', kind: 'ExperimentTrendsQuery' }];
    const answer = await world.call(tool, { id: DRAFT, feature_flag_key: 'again' });
    expect(answer.text).toContain('Duplication is not supported for experiments using legacy metrics.');
    expect(answer.data.error).toMatchObject({ code: 'refused', next_tool: 'experiment-migrate' });
  });

  it.each(['', 'with space', 'ünïcode'])('refuses the flag key %j before any request', async (feature_flag_key) => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: RUNNING, feature_flag_key });
    expect(answer.text).toContain('feature_flag_key: may hold only letters, numbers, hyphens and underscores');
    expect(world.requests()).toEqual([]);
  });
});
