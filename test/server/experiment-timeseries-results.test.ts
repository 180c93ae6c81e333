import { describe, expect, it } from 'vitest';
import { timeseriesOutput } from '../../src/schema/results.js';
import { DRAFT, RUNNING } from '../helpers/shop.js';
import { type Answer, openWorld, type World } from '../helpers/world.js';

const tool = 'experiment-timeseries-results';
const read = (answer: Answer) => timeseriesOutput.parse(answer.data);

async function firstMetric(world: World, id: number): Promise<string> {
  const { metrics } = await world.stored(id);
  return String(Reflect.get(Object(Array.isArray(metrics) ? metrics[0] : null), 'uuid'));
}

describe('experiment-timeseries-results', () => {
  it('tells a metric day by day, oldest first, ending at the totals', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: RUNNING, metric_uuid: await firstMetric(world, RUNNING), days: 3 });
    expect(answer).toMatchSnapshot();
    const { days, days_in_all } = read(answer);
    expect(days).toHaveLength(3);
    expect(days_in_all).toBeGreaterThan(3);
    expect(days.map(({ date }) => date)).toEqual(days.map(({ date }) => date).sort());
    expect(days.at(-1)?.variants.map(({ key, samples }) => [key, samples])).toEqual([
      ['control', 1000],
      ['test', 1010],
    ]);
  });

  it('asks with the fingerprint of the metric as it is now', async () => {
    const world = await openWorld();
    const uuid = await firstMetric(world, RUNNING);
    await world.call('experiment-update', { id: RUNNING, filter_test_accounts: false });
    world.requests();
    const answer = await world.call(tool, { id: RUNNING, metric_uuid: uuid });
    expect(answer.isError).toBe(false);
    expect(world.requests()).toContain(`GET /api/projects/1/experiments/${RUNNING}/timeseries_results/`);
  });

  it('refuses a draft and an unknown metric before asking for days', async () => {
    const world = await openWorld();
    const draft = await world.call(tool, { id: DRAFT, metric_uuid: 'any' });
    expect(draft.data.error).toMatchObject({ code: 'refused', next_tool: 'experiment-preflight' });
    const unknown = await world.call(tool, { id: RUNNING, metric_uuid: 'any' });
    expect(unknown.data.error).toMatchObject({ code: 'invalid_arguments', field: 'metric_uuid' });
    expect(world.requests().some((request) => request.includes('timeseries'))).toBe(false);
  });

  it('says that an older PostHog has no results over time', async () => {
    const world = await openWorld({
      faults: {
        respond: ({ path }) =>
          path.includes('timeseries') ? { status: 404, body: { detail: 'Not found.' } } : undefined,
      },
    });
    const answer = await world.call(tool, { id: RUNNING, metric_uuid: await firstMetric(world, RUNNING) });
    expect(answer.data.error).toMatchObject({ code: 'not_supported' });
  });
});
