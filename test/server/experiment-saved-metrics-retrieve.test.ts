import { describe, expect, it } from 'vitest';
import { addSavedMetric, SAVED_METRIC } from '../helpers/furnish.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-saved-metrics-retrieve';

describe('experiment-saved-metrics-retrieve', () => {
  it('shows one shared metric', async () => {
    const world = await openWorld();
    addSavedMetric(world);
    expect(await world.call(tool, { id: SAVED_METRIC })).toMatchSnapshot();
  });

  it('holds the whole definition only where it is asked for', async () => {
    const world = await openWorld();
    addSavedMetric(world);
    expect((await world.call(tool, { id: SAVED_METRIC })).data).not.toHaveProperty('query');
    const full = await world.call(tool, { id: String(SAVED_METRIC), detail: 'full' });
    expect(full.data.query).toMatchObject({ kind: 'ExperimentMetric', source: { event: 'signed_up' } });
  });

  it('says that an unknown one is not there, and points to the list', async () => {
    const answer = await (await openWorld()).call(tool, { id: 99 });
    expect(answer.data.error).toMatchObject({ code: 'not_found', next_tool: 'experiment-saved-metrics-list' });
    expect(answer.text).toContain('Saved metric 99 was not found in project 1.');
  });
});
