import { describe, expect, it } from 'vitest';
import { addSavedMetric, SAVED_METRIC } from '../helpers/furnish.js';
import { DRAFT, RUNNING } from '../helpers/shop.js';
import { experimentRow, sent } from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-saved-metrics-destroy';

describe('experiment-saved-metrics-destroy', () => {
  it('deletes a shared metric and its links, and says that there is no way back', async () => {
    const world = await openWorld();
    addSavedMetric(world, { linked: [DRAFT, RUNNING] });
    expect(await world.call(tool, { id: SAVED_METRIC })).toMatchSnapshot();
    expect(world.sandbox.store.savedMetrics.size).toBe(0);
    expect(experimentRow(world, RUNNING).saved_metrics).toEqual([]);
  });

  it('sends one delete and nothing else that writes', async () => {
    const world = await openWorld();
    addSavedMetric(world);
    await world.call(tool, { id: SAVED_METRIC });
    expect(sent(world)).toEqual([{ request: `DELETE experiment_saved_metrics/${SAVED_METRIC}`, body: undefined }]);
  });

  it('says that an unknown one is not there, and sends no delete', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: 99 });
    expect(answer.data.error).toMatchObject({ code: 'not_found', next_tool: 'experiment-saved-metrics-list' });
    expect(sent(world)).toEqual([]);
  });
});
