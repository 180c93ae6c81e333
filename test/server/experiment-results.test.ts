import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { scenarioSchema } from '../../src/sandbox/scenario/schema.js';
import { demoScenario } from '../../src/sandbox/scenario/seed/demo.js';
import { resultsOutput } from '../../src/schema/results.js';
import { DRAFT, PAUSED, RUNNING } from '../helpers/shop.js';
import { type Answer, openWorld } from '../helpers/world.js';

const tool = 'experiment-results';
const read = (answer: Answer) => resultsOutput.parse(answer.data);

/** One running experiment with the metrics given, each of which is a row of a scenario file. */
const scenarioOf = (metrics: object[], rest: object = {}) =>
  scenarioSchema.parse({
    project: { id: 1, name: 'Results' },
    events: ['purchase_completed'],
    experiments: [
      {
        name: 'One',
        feature_flag_key: 'one',
        started_days_ago: 14,
        exposures: { control: 1000, test: 1000 },
        metrics,
        ...rest,
      },
    ],
  });

const funnel = (name: string, control: number, test: number, more: object = {}) => ({
  name,
  role: 'primary',
  metric_type: 'funnel',
  data: {
    control: { number_of_samples: 1000, sum: control, sum_squares: control },
    test: { number_of_samples: 1000, sum: test, sum_squares: test },
  },
  ...more,
});

describe('experiment-results', () => {
  it('tells exposures, values, effects and whether they are better, as data and as text with a picture', async () => {
    const world = await openWorld();
    expect(await world.call(tool, { id: RUNNING })).toMatchSnapshot();
  });

  it('reads only what is stored: no calculation is started', async () => {
    const world = await openWorld();
    await world.call(tool, { id: RUNNING });
    expect(world.requests().filter((request) => request.includes('recalculation'))).toEqual([
      `GET /api/projects/1/experiments/${RUNNING}/metrics_recalculation/latest/`,
    ]);
  });

  it('agrees with an independent computation for Cookie Cats, frequentist, to every digit that is shown', async () => {
    const world = await openWorld({ scenario: demoScenario });
    const { metrics, method } = read(await world.call(tool, { id: 1 }));
    const day7 = metrics.find(({ name }) => name === 'Retained on day 7')?.variants[1];
    // Delta method for the interval of the relative difference of two proportions, written out. The p-value is that of the
    // difference, as decisions take it: the z-test with a pooled variance, published as p = 0.0016 for this data.
    const [nc, xc, nt, xt] = [44_700, 8_502, 45_489, 8_279];
    const [mc, mt] = [xc / nc, xt / nt];
    const variance = (m: number, n: number) => (m * (1 - m)) / (n - 1);
    const effect = mt / mc - 1;
    const error = Math.sqrt(variance(mt, nt) / mc ** 2 + (mt ** 2 * variance(mc, nc)) / mc ** 4);
    expect(method).toBe('frequentist');
    // The interval is 4.9 points wide, so two digits of it are tenths.
    const tenth = (fraction: number) => Number((fraction * 100).toFixed(1));
    expect(day7?.effect_percent).toBe(tenth(effect));
    expect(day7?.interval_percent).toEqual([tenth(effect - 1.95997 * error), tenth(effect + 1.95997 * error)]);
    const pooled = (xc + xt) / (nc + nt);
    const z = (mt - mc) / Math.sqrt(pooled * (1 - pooled) * (1 / nc + 1 / nt));
    expect(day7?.p_value).toBe(Number(twoSidedP(z).toPrecision(2)));
    expect(day7?.p_value).toBe(0.0016);
    expect(day7).toMatchObject({ significant: true, verdict: 'worse', samples: 45_489 });
  });

  it('turns chance and verdict round for a metric that should go down', async () => {
    const world = await openWorld({ scenario: scenarioOf([funnel('Tickets', 100, 150, { goal: 'decrease' })]) });
    const [metric] = read(await world.call(tool, { id: 1 })).metrics;
    expect(metric?.variants[1]).toMatchObject({ significant: true, verdict: 'worse' });
    expect(metric?.variants[1]?.chance_to_be_better).toBeLessThan(0.01);
  });

  it('says in words why a metric has no statistics, and gives none', async () => {
    const world = await openWorld({ scenario: scenarioOf([funnel('Rare', 30, 2)]) });
    const answer = await world.call(tool, { id: 1 });
    const variant = read(answer).metrics[0]?.variants[1];
    expect(variant).toMatchObject({ invalid: ['fewer than 5 conversions'], verdict: 'cannot tell' });
    expect(variant).not.toHaveProperty('significant');
    expect(answer.text).toContain('fewer than 5 conversions');
  });

  it('raises a sample ratio mismatch beside the configured split', async () => {
    const scenario = scenarioOf([funnel('Any', 100, 100)], {
      exposures: { control: 10_000, test: 9_300, $multiple: 7 },
    });
    const { exposures } = read(await (await openWorld({ scenario })).call(tool, { id: 1 }));
    expect(exposures).toMatchObject({ total: 19_300, seen_in_several: 7, sample_ratio_mismatch: true });
    expect(exposures?.srm_p_value).toBeLessThan(0.001);
  });

  it('warns beside the metrics that a mismatch makes comparisons unsafe, and only then', async () => {
    const bad = scenarioOf([funnel('Any', 100, 100)], { exposures: { control: 10_000, test: 9_300 } });
    expect(read(await (await openWorld({ scenario: bad })).call(tool, { id: 1 })).cautions?.[0]).toContain('not safe');
    const good = scenarioOf([funnel('Any', 100, 100)]);
    expect(read(await (await openWorld({ scenario: good })).call(tool, { id: 1 })).cautions).toBeUndefined();
  });

  it('warns of what is called significant while it runs, and not after the end', async () => {
    const cautionsOf = async (rest: object) => {
      const scenario = scenarioOf([funnel('Any', 100, 140)], rest);
      return read(await (await openWorld({ scenario })).call(tool, { id: 1 })).cautions;
    };
    expect(await cautionsOf({})).toEqual([expect.stringMatching(/^It still runs: .*experiment-assess/)]);
    expect(await cautionsOf({ ended_days_ago: 1 })).toBeUndefined();
  });

  it('warns of a metric whose window is over for too few people', async () => {
    const week = {
      kind: 'ExperimentMetric',
      metric_type: 'funnel',
      series: [{ kind: 'EventsNode', event: 'purchase_completed' }],
      conversion_window: 7,
      conversion_window_unit: 'day',
    };
    const cautions = async (started_days_ago: number) => {
      const scenario = scenarioOf([{ ...funnel('Any', 100, 100), query: week }], { started_days_ago });
      return read(await (await openWorld({ scenario })).call(tool, { id: 1 })).cautions;
    };
    expect(await cautions(13)).toEqual([
      'Too few people have had the whole window of "Any" (7 days: 46%). Its values can still change.',
    ]);
    expect(await cautions(21)).toBeUndefined();
  });

  it('calls nothing better whose interval includes zero, although PostHog calls it significant', async () => {
    const world = await openWorld({ scenario: scenarioOf([funnel('Near', 100, 128)]) });
    const variant = read(await world.call(tool, { id: 1 })).metrics[0]?.variants[1];
    expect(variant).toMatchObject({ significant: true, verdict: 'not clear: the interval includes zero' });
    expect(variant?.interval_percent?.[0]).toBeLessThan(0);
  });

  it('does not call the results of an ended experiment stale that took in all its data', async () => {
    const scenario = scenarioOf([funnel('Any', 100, 140)], { ended_days_ago: 5, results_age_hours: 48 });
    expect(read(await (await openWorld({ scenario })).call(tool, { id: 1 })).freshness.stale).toBe(false);
    const early = scenarioOf([funnel('Any', 100, 140)], { ended_days_ago: 1, results_age_hours: 48 });
    expect(read(await (await openWorld({ scenario: early })).call(tool, { id: 1 })).freshness.stale).toBe(true);
  });

  it('says why a metric has no result any more after an edit of the statistics', async () => {
    const world = await openWorld({ scenario: scenarioOf([funnel('Any', 100, 140)]) });
    await world.call('experiment-update', { id: 1, stats_method: 'frequentist' });
    const [metric] = read(await world.call(tool, { id: 1 })).metrics;
    expect(metric).toMatchObject({ name: 'Any', variants: [], problem: expect.stringContaining('refresh: true') });
  });

  it('says that PostHog does not calculate again so soon', async () => {
    const world = await openWorld({ scenario: scenarioOf([funnel('Any', 100, 140)], { results_age_hours: 0 }) });
    const { freshness, metrics } = read(await world.call(tool, { id: 1, refresh: true }));
    expect(freshness.note).toContain('every 5 minutes');
    expect(metrics).toHaveLength(1);
  });

  it('says of a legacy experiment what makes it readable, and invents no numbers', async () => {
    const world = await openWorld({ scenario: demoScenario });
    const legacy = read(await world.call(tool, { id: 15, refresh: true }));
    expect(legacy.metrics.length).toBeGreaterThan(0);
    for (const metric of legacy.metrics) {
      expect(metric.problem).toContain('experiment-migrate');
      expect(metric.variants).toEqual([]);
    }
  });

  it('marks results older than a day and says how to renew them', async () => {
    const scenario = scenarioOf([funnel('Any', 100, 100)], { results_age_hours: 30 });
    const { freshness } = read(await (await openWorld({ scenario })).call(tool, { id: 1 }));
    expect(freshness).toMatchObject({ stale: true, age_hours: 30 });
    expect(freshness.note).toContain('refresh: true');
  });

  it('shows exposures and says what to do where results were never calculated', async () => {
    const scenario = scenarioOf([funnel('Any', 100, 100)], { results_age_hours: null });
    const output = read(await (await openWorld({ scenario })).call(tool, { id: 1 }));
    expect(output.freshness).toMatchObject({ source: 'none', note: expect.stringContaining('refresh: true') });
    expect(output.exposures?.total).toBe(2000);
    expect(output.metrics).toEqual([]);
  });

  it('calculates anew where asked to, telling its progress', async () => {
    const world = await openWorld({ scenario: scenarioOf([funnel('Any', 100, 140)], { results_age_hours: 30 }) });
    const steps: number[] = [];
    const result = await world.client.callTool(
      { name: tool, arguments: { id: 1, refresh: true } },
      { onprogress: ({ progress }) => steps.push(progress) },
    );
    const output = resultsOutput.parse(result.structuredContent);
    expect(output.freshness).toMatchObject({ source: 'calculation', stale: false });
    expect(output.metrics[0]?.variants[1]?.verdict).toBe('better');
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(steps.at(-1)).toBe(1);
  });

  it('does not calculate in read-only mode, and says why', async () => {
    const world = await openWorld({ readOnly: true });
    const answer = await world.call(tool, { id: RUNNING, refresh: true });
    expect(answer.data.error).toMatchObject({ code: 'read_only' });
    expect(world.requests().filter((request) => request.startsWith('POST') && !request.includes('/query/'))).toEqual(
      [],
    );
  });

  it('fetches a calculation by its id, in part while it still runs', async () => {
    const metrics = [funnel('First', 100, 140), funnel('Second', 100, 141)];
    const world = await openWorld({ scenario: scenarioOf(metrics, { results_age_hours: 30 }) });
    const response = await fetch(`${world.sandbox.url}/api/projects/1/experiments/1/metrics_recalculation/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.sandbox.key}` },
    });
    const { id } = z.object({ id: z.string() }).parse(await response.json());
    const running = read(await world.call(tool, { id: 1, recalculation_id: id }));
    expect(running.freshness).toMatchObject({ source: 'running', recalculation_id: id });
    // What is done already shows; the rest says that it is not.
    expect(running.metrics.map(({ name, problem }) => [name, problem])).toEqual([
      ['First', undefined],
      ['Second', 'still being calculated'],
    ]);
    const done = read(await world.call(tool, { id: 1, recalculation_id: id }));
    expect(done.freshness.source).toBe('calculation');
    expect(done.metrics.map(({ problem }) => problem)).toEqual([undefined, undefined]);
  });

  it('refuses a draft and names the check before a launch', async () => {
    const answer = await (await openWorld()).call(tool, { id: DRAFT });
    expect(answer.data.error).toMatchObject({ code: 'refused', next_tool: 'experiment-preflight' });
  });

  it('lists the metrics there are where the uuid is unknown', async () => {
    const answer = await (await openWorld()).call(tool, { id: RUNNING, metric_uuid: 'nope' });
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field: 'metric_uuid' });
    expect(answer.text).toContain('Purchases');
  });

  it('shows an experiment without metrics as one', async () => {
    const output = read(await (await openWorld()).call(tool, { id: PAUSED }));
    expect(output.metrics).toEqual([]);
  });

  it('keeps seven metrics of three variants under 2,000 tokens', async () => {
    const variants = ['control', 'blue', 'green'];
    const metrics = Array.from({ length: 7 }, (_, index) => ({
      ...funnel(`Conversion of step ${index}`, 0, 0),
      data: Object.fromEntries(
        variants.map((key, at) => [
          key,
          { number_of_samples: 10_000, sum: 1_000 + 31 * at + index, sum_squares: 1_000 + 31 * at + index },
        ]),
      ),
    }));
    const split = [34, 33, 33];
    const scenario = scenarioOf(metrics, {
      variants: variants.map((key, at) => ({ key, split_percent: split[at] })),
      exposures: { control: 10_000, blue: 10_010, green: 9_990 },
    });
    const answer = await (await openWorld({ scenario })).call(tool, { id: 1 });
    expect(read(answer).metrics).toHaveLength(7);
    expect(answer.text.length / 4).toBeLessThan(2000);
    expect(JSON.stringify(answer.data).length / 4).toBeLessThan(2000);
  });

  it('passes on none of the heavy or internal fields', async () => {
    const answer = await (await openWorld()).call(tool, { id: RUNNING, breakdowns: true });
    for (const field of ['hogql', 'clickhouse_sql', 'cache_key', 'step_sessions', 'email', 'sum_squares'])
      expect(JSON.stringify(answer)).not.toContain(field);
  });

  it('still shows the results where exposures cannot be read, and says so', async () => {
    const world = await openWorld({
      faults: {
        respond: ({ path }) =>
          path.includes('/query/') ? { status: 400, body: { detail: 'too much memory' } } : undefined,
      },
    });
    const output = read(await world.call(tool, { id: RUNNING }));
    expect(output.metrics).toHaveLength(1);
    expect(output.missing?.[0]).toContain('exposures');
  });

  it('says that an older PostHog has no stored results', async () => {
    const world = await openWorld({
      faults: {
        respond: ({ path }) =>
          path.includes('metrics_recalculation')
            ? { status: 404, body: { type: 'invalid_request', code: 'not_found', detail: 'Not found.', attr: null } }
            : undefined,
      },
    });
    const answer = await world.call(tool, { id: RUNNING });
    expect(answer.data.error).toMatchObject({ code: 'not_supported', status: 404 });
  });
});

/** Two-sided tail of the standard normal by Simpson's rule, independent of the product's library. */
function twoSidedP(z0: number): number {
  const [from, to, steps] = [Math.abs(z0), Math.abs(z0) + 12, 20_000];
  const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  const width = (to - from) / steps;
  let sum = density(from) + density(to);
  for (let i = 1; i < steps; i += 1) sum += density(from + i * width) * (i % 2 === 0 ? 2 : 4);
  return (2 * sum * width) / 3;
}
