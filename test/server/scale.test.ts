import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { tokensOf, tokensOfText } from '../../proof/tokens.js';
import { scenarioSchema } from '../../src/sandbox/scenario/schema.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.js';
import { NOW, openWorld } from '../helpers/world.js';

const MANY = 10_000;
const FEW = 20;
const METRICS = 200;

/** As in a programme of some years: a third drafts, a sixth running, the others ended long ago or archived. */
const STATES = [
  { started_days_ago: 20 },
  { started_days_ago: null },
  { started_days_ago: null },
  { started_days_ago: 300, ended_days_ago: 200 },
  { started_days_ago: 400, ended_days_ago: 350, conclusion: 'lost' },
  { started_days_ago: 500, ended_days_ago: 450, archived: true },
];

const metric = (index: number) => ({
  ...{ name: `Metric ${index} of the checkout`, metric_type: 'funnel' },
  role: index < METRICS / 2 ? 'primary' : 'secondary',
  data: {
    control: { number_of_samples: 5000, sum: 500, sum_squares: 500 },
    test: { number_of_samples: 5000, sum: 500 + index, sum_squares: 500 + index },
  },
});

/** A project with so many experiments, of which the first has so many metrics. */
function projectOf(experiments: number, metrics: number): Promise<Sandbox> {
  const crowded = {
    exposures: { control: 5000, test: 5000 },
    metrics: Array.from({ length: metrics }, (_, index) => metric(index)),
  };
  const scenario = scenarioSchema.parse({
    events: ['purchase_completed'],
    experiments: Array.from({ length: experiments }, (_, at) => ({
      name: `Checkout experiment ${10_000 + at}`,
      feature_flag_key: `checkout-${10_000 + at}`,
      ...STATES[at % STATES.length],
      ...(at === 0 ? crowded : {}),
    })),
  });
  return startSandbox({ scenario, now: () => NOW });
}

/** The experiment that has all the metrics. */
const CROWDED = 1;
const PLAIN = 2;

let large: Sandbox;
let small: Sandbox;
beforeAll(async () => {
  [large, small] = await Promise.all([projectOf(MANY, METRICS), projectOf(FEW, 1)]);
}, 60_000);
afterAll(async () => {
  await Promise.all([large.close(), small.close()]);
});

/** What a call costs: tokens of both forms of its answer, and requests to PostHog. */
async function costOf(sandbox: Sandbox, tool: string, args: Record<string, unknown> = {}) {
  const world = await openWorld({ on: { sandbox } });
  world.requests();
  const answer = await world.call(tool, args);
  expect(answer.isError, answer.text).toBe(false);
  return {
    text: tokensOfText(answer.text),
    data: tokensOf(answer.data),
    requests: world.requests().length,
    answer: answer.data,
  };
}

describe('in a project with 10,000 experiments', () => {
  it.each([
    ['experiment-list', {}, 1],
    ['experiment-list', { search: 'CHECKOUT-1000' }, 1],
    ['experiment-list', { status: 'running', order: 'name' }, 1],
    ['experiment-get', { id: PLAIN }, 1],
    ['experiment-stats', {}, 1],
  ] as const)('%s %o costs what it costs among 20', async (tool, args, requests) => {
    const [among20, amongMany] = [await costOf(small, tool, args), await costOf(large, tool, args)];
    expect(amongMany.requests).toBe(requests);
    expect(among20.requests).toBe(requests);
    // Rows are as many as a page holds, or as there are of those that are asked for.
    const rows = (answer: object) =>
      z.object({ items: z.array(z.unknown()).default([null]) }).parse(answer).items.length;
    expect(amongMany.text / rows(amongMany.answer)).toBeLessThan((among20.text / rows(among20.answer)) * 1.1);
    expect(amongMany.text).toBeLessThan(1_000);
    expect(amongMany.data).toBeLessThan(1_500);
  });

  it('a page of 100 experiments stays below 3,000 tokens of text', async () => {
    const { text, requests } = await costOf(large, 'experiment-list', { limit: 100 });
    expect(text).toBeLessThan(3_000);
    expect(requests).toBe(1);
  });

  it('a flag key is found with few requests', async () => {
    expect((await costOf(large, 'experiment-get', { feature_flag_key: 'checkout-15000' })).requests).toBeLessThan(5);
  });

  it('completion offers at most 100 values from one request', async () => {
    const world = await openWorld({ on: { sandbox: large } });
    world.requests();
    const { completion } = await world.client.complete({
      ref: { type: 'ref/resource', uri: 'experiment://{id}' },
      argument: { name: 'id', value: 'checkout' },
    });
    expect(completion).toMatchObject({ hasMore: true });
    expect(completion.values.length).toBeGreaterThan(0);
    expect(completion.values.length).toBeLessThanOrEqual(100);
    expect(world.requests().length).toBe(1);
  });

  it('experiment-review stays below 100 requests and 2,500 tokens, and says what it did not read', async () => {
    const { text, data, requests, answer } = await costOf(large, 'experiment-review');
    expect(requests).toBeLessThan(100);
    expect(text).toBeLessThan(2_500);
    expect(data).toBeLessThan(5_000);
    expect(answer).toMatchObject({ missing: ['draft experiments beyond the first 2000'] });
  });

  it('experiment-review with results looks into 100, running ones first, and says so', async () => {
    const { text, requests, answer } = await costOf(large, 'experiment-review', { include_results: true });
    expect(requests).toBeLessThan(100 + 3 * 100);
    expect(text).toBeLessThan(2_500);
    expect(answer).toMatchObject({ note: expect.stringMatching(/^Exposures and results were looked at for 100, /) });
  });
});

describe('of an experiment with 200 metrics', () => {
  it.each([
    ['experiment-get', 8_000, 1],
    // The team's defaults too: they decide whether a p-value is PostHog's or that of the difference.
    ['experiment-results', 10_000, 4],
    ['experiment-assess', 12_000, 6],
  ] as const)('%s answers within %i tokens from at most %i requests', async (tool, tokens, most) => {
    const { text, data, requests } = await costOf(large, tool, { id: CROWDED });
    expect(text).toBeLessThan(tokens);
    expect(data).toBeLessThan(tokens * 1.5);
    expect(requests).toBeLessThanOrEqual(most);
  });
});

describe('memory', () => {
  const CALLS = [
    ['experiment-list', { limit: 100 }],
    ['experiment-list', { search: 'CHECKOUT-15' }],
    ['experiment-results', { id: CROWDED }],
    ['experiment-get', { id: PLAIN }],
  ] as const;

  it('is given back after calls in the large project', async () => {
    setFlagsFromString('--expose-gc');
    const collect: unknown = runInNewContext('gc');
    if (typeof collect !== 'function') throw new Error('this Node cannot be asked to collect garbage');
    const world = await openWorld({ on: { sandbox: large } });
    /** What the calls leave on the heap, in bytes. */
    const stretch = async () => {
      // Reviewing reads thousands of experiments, so once is much already.
      await world.call('experiment-review');
      for (let index = 0; index < 4; index += 1) for (const [tool, args] of CALLS) await world.call(tool, args);
      // The sandbox lives in this process and remembers each request, which is not what is measured.
      Reflect.set(large.requests, 'length', 0);
      collect();
      return process.memoryUsage().heapUsed;
    };
    const warm = await stretch();
    const once = await stretch();
    const twice = await stretch();
    // What is kept once, such as code that was compiled meanwhile, shows in one of the two; what is kept of each call in both.
    expect(Math.min(once - warm, twice - once)).toBeLessThan(400_000);
  }, 120_000);
});
