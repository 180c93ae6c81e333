import { describe, expect, it } from 'vitest';
import { addSavedMetric, SAVED_METRIC } from '../helpers/furnish.js';
import { DRAFT } from '../helpers/shop.js';
import { sent } from '../helpers/state.js';
import { openWorld, takeBack } from '../helpers/world.js';

const tool = 'experiment-saved-metrics-create';
const metric = { name: 'Sign-ups', metric_type: 'mean', event: 'signed_up' };

describe('experiment-saved-metrics-create', () => {
  it('makes a shared metric under the name of its definition', async () => {
    const world = await openWorld();
    expect(await world.call(tool, { metric, description: 'Who signs up', tags: ['Growth'] })).toMatchSnapshot();
  });

  it('sends the definition in one request that writes', async () => {
    const world = await openWorld();
    await world.call(tool, { metric: { ...metric, goal: 'decrease' } });
    const source = { kind: 'EventsNode', event: 'signed_up' };
    const query = { kind: 'ExperimentMetric', metric_type: 'mean', name: 'Sign-ups', goal: 'decrease', source };
    expect(sent(world)).toEqual([{ request: 'POST experiment_saved_metrics', body: { name: 'Sign-ups', query } }]);
  });

  it('is taken back by the undo it offers', async () => {
    const world = await openWorld();
    const undone = await takeBack(world, await world.call(tool, { metric }));
    expect(undone.isError, undone.text).toBe(false);
    expect(world.sandbox.store.savedMetrics.size).toBe(0);
  });

  it('makes one that experiment-update can attach', async () => {
    const world = await openWorld();
    await world.call(tool, { metric });
    const attached = await world.call('experiment-update', { id: DRAFT, add_saved_metric_id: SAVED_METRIC });
    expect(attached.isError, attached.text).toBe(false);
    expect(await world.stored(DRAFT)).toMatchObject({ saved_metrics: [{ saved_metric: SAVED_METRIC }] });
  });

  it('passes on that the name is taken, with the way to the one that has it', async () => {
    const world = await openWorld();
    addSavedMetric(world);
    const answer = await world.call(tool, { metric });
    expect(answer.data.error).toMatchObject({
      code: 'refused',
      status: 400,
      detail: 'A shared metric with this name already exists.',
      next_tool: 'experiment-saved-metrics-list',
    });
    expect(world.sandbox.store.savedMetrics.size).toBe(1);
  });

  it.each([
    [{ metric_type: 'mean', event: 'signed_up' }, 'metric.name'],
    [{ name: 'A', metric_type: 'mean' }, 'metric.event'],
    [{ name: 'A', metric_type: 'funnel' }, 'metric.steps'],
  ])('refuses the metric %j before any request', async (wrong, field) => {
    const world = await openWorld();
    expect((await world.call(tool, { metric: wrong })).data.error).toMatchObject({ code: 'invalid_arguments', field });
    expect(world.requests()).toEqual([]);
  });
});
