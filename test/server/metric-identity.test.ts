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
