import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { purchases, scenarioOf } from '../helpers/assess-scenarios.js';
import { experimentRow } from '../helpers/state.js';
import { openWorld, type World } from '../helpers/world.js';

const metricsShape = z.array(
  z.looseObject({ problem: z.string().optional(), variants: z.array(z.looseObject({ key: z.string() })) }),
);

/** An experiment with two measured metrics. */
const openTwo = (): Promise<World> =>
  openWorld({ scenario: scenarioOf({ metrics: [purchases(1_000, 1_200), purchases(900, 800)] }) });

async function metricsOf(world: World, tool: string) {
  const answer = await world.call(tool, { id: 1 });
  expect(answer.isError, answer.text).toBe(false);
  return { text: answer.text, metrics: metricsShape.parse(answer.data.metrics) };
}

describe('two metrics with one uuid', () => {
  it.each(['experiment-results', 'experiment-assess'])(
    'are both shown by %s, without numbers of either',
    async (tool) => {
      const world = await openTwo();
      const [one, two] = experimentRow(world, 1).metrics;
      Object.assign(two ?? {}, { uuid: one?.uuid });
      const { metrics } = await metricsOf(world, tool);
      expect(metrics.map(({ problem, variants }) => [problem, variants])).toEqual(
        Array.from({ length: 2 }, () => [expect.stringContaining('cannot be told apart'), []]),
      );
    },
  );
});

describe('a metric without a uuid', () => {
  it.each(['experiment-results', 'experiment-assess'])(
    'is shown by %s beside the others, with the reason',
    async (tool) => {
      const world = await openTwo();
      const [one] = experimentRow(world, 1).metrics;
      Reflect.deleteProperty(one ?? {}, 'uuid');
      const { metrics } = await metricsOf(world, tool);
      const [bad, good] = [...metrics].sort((a, b) => a.variants.length - b.variants.length);
      expect(bad).toMatchObject({ problem: expect.stringContaining('no uuid'), variants: [] });
      expect(good?.problem).toBeUndefined();
      expect(good?.variants).toHaveLength(2);
    },
  );
});

describe('a metric whose definition cannot be read', () => {
  const open = async () => {
    const world = await openTwo();
    const [one, two] = experimentRow(world, 1).metrics;
    Object.assign(one ?? {}, { source: 'x' });
    return { world, bad: String(one?.uuid), good: String(two?.uuid) };
  };

  it.each(['experiment-results', 'experiment-assess', 'experiment-get'])(
    'leaves %s the other one, and says why',
    async (tool) => {
      const { world } = await open();
      const answer = await world.call(tool, { id: 1 });
      expect(answer.isError, answer.text).toBe(false);
      expect(answer.text).toContain('cannot be read (source: expected object, received string)');
      const metrics =
        tool === 'experiment-get' ? Object(answer.data.experiment ?? answer.data).metrics : answer.data.metrics;
      expect(metrics).toHaveLength(2);
    },
  );

  it('is not overwritten by a change of another one, and keeps nothing else from being changed', async () => {
    const { world, good } = await open();
    const before = JSON.stringify(experimentRow(world, 1).metrics);
    for (const args of [
      { replace_metric_uuid: good, metric: { name: 'Other' } },
      { remove_metric_uuid: good },
      { metric: { name: 'New', metric_type: 'mean', event: 'purchase' } },
    ]) {
      const refused = await world.call('experiment-update', { id: 1, ...args });
      expect(refused.data.error, refused.text).toMatchObject({ code: 'not_supported' });
    }
    const named = await world.call('experiment-update', { id: 1, description: 'Words.' });
    expect(named.data, named.text).toMatchObject({ status: 'applied' });
    expect(JSON.stringify(experimentRow(world, 1).metrics)).toBe(before);
  });
});
