import { describe, expect, it } from 'vitest';
import { addHoldout, HOLDOUT } from '../helpers/furnish.js';
import { ARCHIVED, DRAFT, PAUSED, RUNNING, STOPPED } from '../helpers/shop.js';
import { effectsOf, flagRow, sent, settled, warningCodes } from '../helpers/state.js';
import { openWorld, takeBack, type World } from '../helpers/world.js';

const tool = 'experiment-holdouts-partial-update';

const stored = ({ sandbox }: World) => {
  const { name, description, filters } = sandbox.store.holdouts.get(HOLDOUT) ?? {};
  return structuredClone({ name, description, filters });
};

describe('experiment-holdouts-partial-update', () => {
  it('changes the share, and names the experiments whose flags are rewritten', async () => {
    const world = await openWorld();
    addHoldout(world, { linked: [DRAFT, RUNNING] });
    expect(await world.call(tool, { id: HOLDOUT, exclusion_percent: 20 })).toMatchSnapshot();
    expect(flagRow(world, RUNNING).filters.holdout).toEqual({ id: HOLDOUT, exclusion_percentage: 20 });
  });

  it('sends what is named and the filter as it was otherwise', async () => {
    const world = await openWorld();
    addHoldout(world);
    await world.call(tool, { id: HOLDOUT, name: 'New' });
    await world.call(tool, { id: HOLDOUT, exclusion_percent: 20 });
    const filters = [{ properties: [], rollout_percentage: 20, variant: 'holdout-1' }];
    expect(sent(world)).toEqual([
      { request: `PATCH experiment_holdouts/${HOLDOUT}`, body: { name: 'New' } },
      { request: `PATCH experiment_holdouts/${HOLDOUT}`, body: { filters } },
    ]);
  });

  it.each([
    { exclusion_percent: 20 },
    { exclusion_percent: 0, name: 'Nobody', description: '' },
    { description: 'Other words' },
  ])('is taken back by the undo of %j, on the flags too', async (change) => {
    const world = await openWorld();
    addHoldout(world, { linked: [DRAFT, RUNNING] });
    const [holdout, draft, running] = [stored(world), await settled(world, DRAFT), await settled(world, RUNNING)];
    const answer = await world.call(tool, { id: HOLDOUT, ...change });
    expect(stored(world)).not.toEqual(holdout);
    const undone = await takeBack(world, answer);
    expect(undone.isError, undone.text).toBe(false);
    expect(stored(world)).toEqual(holdout);
    const times = { holdout: expect.objectContaining({ name: 'Long-term' }) };
    expect(await settled(world, DRAFT)).toEqual({ ...draft, ...times });
    expect(await settled(world, RUNNING)).toEqual({ ...running, ...times });
  });

  it('is a plain write where only words change', async () => {
    const world = await openWorld();
    addHoldout(world, { linked: [RUNNING] });
    const answer = await world.call(tool, { id: HOLDOUT, name: 'Renamed' });
    expect(warningCodes(answer)).toEqual([]);
    expect(effectsOf(answer)).toEqual({ users: 'Unchanged.', analysis: 'Unchanged.' });
  });

  it('is a plain write where only drafts use it, and says so', async () => {
    const world = await openWorld();
    addHoldout(world, { linked: [DRAFT] });
    const answer = await world.call(tool, { id: HOLDOUT, exclusion_percent: 20 });
    expect(warningCodes(answer)).toEqual(['linked_experiments']);
    expect(effectsOf(answer).users).toBe('Unchanged while the flags of its experiments are off.');
  });

  it('tells the way users move: out with a larger share, in with a smaller one', async () => {
    const world = await openWorld();
    addHoldout(world, { linked: [RUNNING] });
    const more = await world.call(tool, { id: HOLDOUT, exclusion_percent: 20 });
    expect(effectsOf(more).users).toContain('some drop out of their variants');
    const less = await world.call(tool, { id: HOLDOUT, exclusion_percent: 1 });
    expect(effectsOf(less).users).toContain('were held out enter');
  });

  it.each([
    [PAUSED, 'Unchanged while the flags', 'do not compare'],
    [STOPPED, 'some drop out of their variants', 'Unchanged.'],
    [ARCHIVED, 'some drop out of their variants', 'Unchanged.'],
  ])('says of experiment %i whom and what it reaches', async (id, users, analysis) => {
    const world = await openWorld();
    addHoldout(world, { linked: [id] });
    const answer = await world.call(tool, { id: HOLDOUT, exclusion_percent: 20 });
    expect(effectsOf(answer).users).toContain(users);
    expect(effectsOf(answer).analysis).toContain(analysis);
    expect(warningCodes(answer)).toEqual(['acted_at_once', 'linked_experiments']);
  });

  it('is no plain write where a draft has its flag on', async () => {
    const world = await openWorld();
    addHoldout(world, { linked: [DRAFT] });
    flagRow(world, DRAFT).active = true;
    const answer = await world.call(tool, { id: HOLDOUT, exclusion_percent: 20 });
    expect(warningCodes(answer)).toContain('acted_at_once');
    expect(effectsOf(answer)).toMatchObject({ users: expect.stringContaining('drop out'), analysis: 'Unchanged.' });
  });

  it('answers already_done where nothing would change', async () => {
    const world = await openWorld();
    addHoldout(world, { linked: [RUNNING] });
    const answer = await world.call(tool, { id: HOLDOUT, name: 'Long-term', exclusion_percent: 10 });
    expect(answer.data).toMatchObject({ status: 'already_done', changes: [] });
    expect(sent(world)).toEqual([]);
  });

  it('asks for something to change before any request', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: HOLDOUT });
    expect(answer.text).toContain('give at least one of name, description and exclusion_percent');
    expect(world.requests()).toEqual([]);
  });
});
