import { describe, expect, it } from 'vitest';
import { addSavedMetric, SIGN_UPS } from '../helpers/furnish.js';
import { openWorld, type World } from '../helpers/world.js';

const tool = 'experiment-saved-metrics-list';

function furnish(world: World): void {
  addSavedMetric(world);
  const source = { kind: 'EventsNode', event: 'purchase_completed', math: 'sum', math_property: 'amount' };
  addSavedMetric(world, {
    name: 'Revenue',
    tags: [],
    description: null,
    query: { ...SIGN_UPS, name: 'Revenue', source },
  });
}

describe('experiment-saved-metrics-list', () => {
  it('lists shared metrics with what each measures', async () => {
    const world = await openWorld();
    furnish(world);
    expect(await world.call(tool)).toMatchSnapshot();
  });

  it.each([{ search: 'REVEN' }, { event: 'purchase_completed' }, { limit: 1 }])('narrows by %j', async (query) => {
    const world = await openWorld();
    furnish(world);
    const { data } = await world.call(tool, query);
    expect(data.items).toMatchObject([{ name: 'Revenue' }]);
  });

  it('says that there is none', async () => {
    expect((await (await openWorld()).call(tool)).data).toEqual({ items: [], total: 0, next_offset: null });
  });
});
