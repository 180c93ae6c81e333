import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/sandbox/store/model.js';
import { addSavedMetric, SAVED_METRIC, SIGN_UPS } from '../helpers/furnish.js';
import { RUNNING } from '../helpers/shop.js';
import { effectsOf, sent, warningCodes } from '../helpers/state.js';
import { openWorld, takeBack, type World } from '../helpers/world.js';

const tool = 'experiment-saved-metrics-partial-update';
const metric = { name: 'Check-outs', metric_type: 'funnel', steps: ['checkout_started', 'purchase_completed'] };

const stored = ({ sandbox }: World) => {
  const { updated_at: _, ...kept } = structuredClone(sandbox.store.savedMetrics.get(SAVED_METRIC)) ?? {};
  return kept;
};

const filtered: JsonObject = {
  ...SIGN_UPS,
  goal: 'decrease',
  source: { kind: 'EventsNode', event: 'signed_up', properties: [{ key: 'plan', type: 'event', value: 'pro\u200b' }] },
  upper_bound_percentile: 0.99,
};
const { name: _, goal: __, ...bare } = SIGN_UPS;

describe('experiment-saved-metrics-partial-update', () => {
  it('changes the definition, and says that all results change', async () => {
    const world = await openWorld();
    addSavedMetric(world, { linked: [RUNNING] });
    expect(await world.call(tool, { id: SAVED_METRIC, metric })).toMatchSnapshot();
  });

  it('sends what is named and nothing else', async () => {
    const world = await openWorld();
    addSavedMetric(world);
    await world.call(tool, { id: SAVED_METRIC, name: 'Joined', tags: ['a'] });
    const body = { name: 'Joined', tags: ['a'] };
    expect(sent(world)).toEqual([{ request: `PATCH experiment_saved_metrics/${SAVED_METRIC}`, body }]);
  });

  it.each([
    ['words', SIGN_UPS, { name: 'Joined', description: '' }],
    ['tags', SIGN_UPS, { tags: [] }],
    ['a definition', SIGN_UPS, { metric }],
    ['a definition and a name', SIGN_UPS, { metric, name: 'Other' }],
    ['a definition with filters', filtered, { metric }],
    ['a definition without name and goal', bare, { metric }],
  ])('is taken back by the undo it offers for %s', async (_what, query, change) => {
    const world = await openWorld();
    addSavedMetric(world, { query });
    const before = stored(world);
    const answer = await world.call(tool, { id: SAVED_METRIC, ...change });
    expect(stored(world)).not.toEqual(before);
    const undone = await takeBack(world, answer);
    expect(undone.isError, undone.text).toBe(false);
    expect(stored(world)).toEqual(before);
  });

  it('takes the name of the definition, unless another is given', async () => {
    const world = await openWorld();
    addSavedMetric(world);
    await world.call(tool, { id: SAVED_METRIC, metric });
    expect(stored(world)).toMatchObject({ name: 'Check-outs', query: { name: 'Check-outs' } });
    await world.call(tool, { id: SAVED_METRIC, metric, name: 'Shared' });
    expect(stored(world)).toMatchObject({ name: 'Shared', query: { name: 'Check-outs' } });
  });

  it('keeps the goal that is not named', async () => {
    const world = await openWorld();
    addSavedMetric(world, { query: { ...SIGN_UPS, goal: 'decrease' } });
    await world.call(tool, { id: SAVED_METRIC, metric });
    expect(stored(world)).toMatchObject({ query: { goal: 'decrease' } });
  });

  it('keeps the uuid, by which experiments know the metric', async () => {
    const world = await openWorld();
    const { uuid } = addSavedMetric(world).query;
    await world.call(tool, { id: SAVED_METRIC, metric });
    expect(stored(world)).toMatchObject({ query: { uuid, metric_type: 'funnel' } });
  });

  it('is a plain write where only words change', async () => {
    const world = await openWorld();
    addSavedMetric(world, { linked: [RUNNING] });
    const answer = await world.call(tool, { id: SAVED_METRIC, description: 'Other' });
    expect(warningCodes(answer)).toEqual([]);
    expect(effectsOf(answer)).toEqual({ users: 'Unchanged.', analysis: 'Unchanged.' });
  });

  it('answers already_done where nothing would change', async () => {
    const world = await openWorld();
    addSavedMetric(world);
    const same = { name: 'Sign-ups', metric_type: 'mean', event: 'signed_up' };
    const answer = await world.call(tool, { id: SAVED_METRIC, name: 'Sign-ups', tags: ['growth'], metric: same });
    expect(answer.data).toMatchObject({ status: 'already_done', changes: [] });
    expect(sent(world)).toEqual([]);
  });

  it('passes on that a legacy metric cannot be changed, with what to do instead', async () => {
    const world = await openWorld();
    addSavedMetric(world, { query: { kind: 'ExperimentTrendsQuery', count_query: {} } });
    const answer = await world.call(tool, { id: SAVED_METRIC, name: 'Other' });
    expect(answer.data.error).toMatchObject({
      code: 'refused',
      detail: expect.stringContaining('uses a legacy query format'),
      next_tool: 'experiment-saved-metrics-create',
    });
  });

  it('asks for something to change before any request', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: SAVED_METRIC });
    expect(answer.text).toContain('give at least one of name, description, metric and tags');
    expect(world.requests()).toEqual([]);
  });
});
