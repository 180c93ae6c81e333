import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { valuesFor } from '../../src/sandbox/crowd/values.js';
import { type ScenarioInput, scenarioSchema } from '../../src/sandbox/scenario/schema.js';
import { demoScenario as demo } from '../../src/sandbox/scenario/seed/demo.js';
import { NOW, openWorld, type World } from '../helpers/world.js';

const rows = z.object({ results: z.array(z.array(z.unknown())) });

async function ask({ sandbox }: World, query: string, values: object = {}): Promise<unknown[][]> {
  const response = await fetch(`${sandbox.url}/api/projects/${sandbox.projectId}/query/`, {
    method: 'POST',
    headers: { authorization: `Bearer ${sandbox.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query: { kind: 'HogQLQuery', query, values } }),
  });
  expect(response.status).toBe(200);
  return rows.parse(await response.json()).results;
}

type Experiment = NonNullable<ScenarioInput['experiments']>[number];

const KEY = 'checkout';
const experiment = (more: Partial<Experiment> = {}): Experiment => ({
  name: 'Checkout',
  feature_flag_key: KEY,
  started_days_ago: 20,
  exposures: { control: 900, test: 840, $multiple: 30 },
  ...more,
});

function open(experiments: Experiment[], more: Partial<ScenarioInput> = {}): Promise<World> {
  return openWorld({ scenario: scenarioSchema.parse({ events: ['bought', 'viewed'], experiments, ...more }) });
}

const exposed = `select variant, count() from (
  select person_id, argMin(properties.$feature_flag_response, timestamp) as variant, uniqExact(properties.$feature_flag_response) as seen
  from events where event = '$feature_flag_called' and properties.$feature_flag = {key} group by person_id
) where seen = 1 group by variant order by variant`;

/** Sum over people in one variant of what they did after their exposure. */
const summed = (
  value: string,
  matching: string,
) => `select x.variant, sumIf(${value}, ${matching}), uniqExactIf(e.person_id, ${matching})
  from events as e join (
    select person_id as id, min(timestamp) as first_at, any(properties.$feature_flag_response) as variant
    from events where event = '$feature_flag_called' and properties.$feature_flag = {key} group by person_id having uniqExact(properties.$feature_flag_response) = 1
  ) as x on e.person_id = x.id where e.timestamp >= x.first_at group by x.variant order by x.variant`;

const node = (event: string, more: object = {}) => ({ kind: 'EventsNode', event, ...more });

describe('people of an experiment whose numbers a scenario states', () => {
  it('are as many by variant as are stated, and the same with every look', async () => {
    const world = await open([experiment()]);
    expect(await ask(world, exposed, { key: KEY })).toEqual([
      ['control', 900],
      ['test', 840],
    ]);
    const [before] = await ask(world, 'select count(), uniqExact(person_id) from events');
    expect(await ask(world, 'select count(), uniqExact(person_id) from events')).toEqual([before]);
  });

  it.each<[string, NonNullable<Experiment['metrics']>[number], string, string, [number, number]]>([
    [
      'a funnel',
      { metric_type: 'funnel', data: { control: { sum: 90 }, test: { sum: 101 } } },
      '1',
      "e.event = 'bought'",
      [90, 101],
    ],
    [
      'a mean of counts',
      {
        ...{
          metric_type: 'mean',
          query: { kind: 'ExperimentMetric', metric_type: 'mean', source: node('viewed', { math: 'total' }) },
        },
        data: { control: { sum: 2_700, number_of_samples: 900 }, test: { sum: 2_501, number_of_samples: 840 } },
      },
      '1',
      "e.event = 'viewed'",
      [2_700, 2_501],
    ],
    [
      'a mean of a property, behind a filter',
      {
        ...{ metric_type: 'mean' },
        query: {
          ...{ kind: 'ExperimentMetric', metric_type: 'mean' },
          source: node('bought', {
            ...{ math: 'sum', math_property: 'price' },
            properties: [{ key: 'plan', type: 'event', operator: 'exact', value: ['pro'] }],
          }),
        },
        data: {
          control: { sum: 10_800, sum_squares: 432_000, number_of_samples: 900 },
          test: { sum: 12_000, sum_squares: 600_000, number_of_samples: 840 },
        },
      },
      'toFloat(e.properties.price)',
      "e.event = 'bought' and e.properties.plan = 'pro'",
      [10_800, 12_000],
    ],
    [
      'a ratio',
      {
        ...{ metric_type: 'ratio' },
        query: {
          kind: 'ExperimentMetric',
          metric_type: 'ratio',
          numerator: node('bought'),
          denominator: node('viewed'),
        },
        data: {
          control: { sum: 200, denominator_sum: 800, number_of_samples: 900 },
          test: { sum: 240, denominator_sum: 810, number_of_samples: 840 },
        },
      },
      '1',
      "e.event = 'viewed'",
      [800, 810],
    ],
    [
      'a retention',
      {
        ...{ metric_type: 'retention' },
        query: {
          ...{
            kind: 'ExperimentMetric',
            metric_type: 'retention',
            start_event: node('viewed'),
            completion_event: node('bought'),
          },
          ...{
            retention_window_start: 1,
            retention_window_end: 7,
            retention_window_unit: 'day',
            start_handling: 'first_seen',
          },
        },
        data: { control: { sum: 150, denominator_sum: 400 }, test: { sum: 170, denominator_sum: 410 } },
      },
      '1',
      "e.event = 'bought'",
      [150, 170],
    ],
  ])('do what comes to the sums of %s', async (_, metric, value, matching, [control, test]) => {
    const world = await open([experiment({ metrics: [metric] })]);
    const found = await ask(world, summed(value, matching), { key: KEY });
    expect(found.map(([variant, sum]) => [variant, Math.round(Number(sum) * 1e6) / 1e6])).toEqual([
      ['control', control],
      ['test', test],
    ]);
  });

  it('are found by experiment-diagnose with what the scenario says is wrong', async () => {
    const people = {
      ...{ mismatch_in: { property: '$browser', value: 'Safari' }, several_by: 'login' as const },
      ...{ internal_percent: 10, visitors_percent: 50 },
    };
    const exposures = { control: 3_000, test: 2_500, $multiple: 60 };
    const world = await open([experiment({ exposures, people })], {
      test_account_filters: [{ key: '$host', type: 'event', operator: 'is_not', value: ['localhost'] }],
    });
    const { data, text } = await world.call('experiment-diagnose', { id: 1 });
    const { causes } = z
      .looseObject({ causes: z.array(z.looseObject({ code: z.string(), title: z.string() })) })
      .parse(data);
    expect(causes.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['mismatch_in_segment', 'several_variants_at_login', 'internal_users_filtered']),
    );
    expect(text).toContain('browser Safari');
  });

  it('come before the launch where the scenario says so', async () => {
    const world = await open([experiment({ people: { visitors_before_percent: 50 } })]);
    const early =
      "select uniqExact(person_id) from events where event = '$pageview' and timestamp < toDateTime({launch})";
    const launch = new Date(NOW.getTime() - 20 * 86_400_000).toISOString();
    expect(await ask(world, early, { launch })).toEqual([[870]]);
  });

  it('lack the variant where the scenario says so', async () => {
    const world = await open([
      experiment({
        people: { without_variant_percent: 25 },
        exposure_criteria: {
          exposure_config: { kind: 'ExperimentEventExposureConfig', event: 'viewed', properties: [] },
        },
      }),
    ]);
    const { text } = await world.call('experiment-diagnose', { id: 1 });
    expect(text).toContain('exposure_event_without_variant');
  });

  it('agree with every experiment of the demo', async () => {
    const world = await openWorld({ scenario: demo });
    for (const { feature_flag_key: key, started_days_ago: started, exposures } of demo.experiments) {
      if (started === null) continue;
      const stated = Object.entries(exposures).filter(([variant, count]) => variant !== '$multiple' && count > 0);
      expect(await ask(world, exposed, { key })).toEqual(stated.sort(([a], [b]) => (a < b ? -1 : 1)));
    }
  });
});

describe('values that a sum is made of', () => {
  it('have it exactly, and its squares where so many people can have them', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 1, max: 20, noNaN: true }),
        (sum, people, spread) => {
          const squares = ((sum * sum) / people) * spread;
          const values = valuesFor({ sum, squares, people });
          const total = values.reduce((all, value) => all + value, 0);
          expect(Math.abs(total - sum)).toBeLessThan(1e-6 * sum);
          expect(values.length).toBeLessThanOrEqual(people);
        },
      ),
    );
  });
});
