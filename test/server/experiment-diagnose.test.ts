import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ScenarioInput, scenarioSchema } from '../../src/sandbox/scenario/schema.js';
import { asked, type Deed, type Properties, send } from '../helpers/crowd.js';
import { DRAFT } from '../helpers/shop.js';
import { openWorld, type World, type WorldOptions } from '../helpers/world.js';

const KEY = 'checkout';
const ID = 1;
const DAYS = 10;
const PEOPLE = 3_000;

type Experiment = NonNullable<ScenarioInput['experiments']>[number];

const mean = (source: Record<string, unknown>, more: object = {}) => ({
  name: 'Revenue',
  metric_type: 'mean' as const,
  query: {
    ...{ kind: 'ExperimentMetric', metric_type: 'mean', goal: 'increase' },
    source: { kind: 'EventsNode', event: 'bought', ...source },
    ...more,
  },
});

const revenue = mean({ math: 'sum', math_property: 'price' });

function open(change: Partial<Experiment> = {}, options: WorldOptions & { filters?: object[] } = {}): Promise<World> {
  const { filters = [], ...rest } = options;
  const scenario = scenarioSchema.parse({
    project: { id: 1, name: 'Shop' },
    test_account_filters: filters,
    events: ['bought', 'saw_checkout'],
    experiments: [
      { name: 'Checkout', feature_flag_key: KEY, started_days_ago: DAYS, metrics: [revenue], ...change },
      { name: 'Draft', feature_flag_key: 'draft' },
    ],
  });
  return openWorld({ scenario, ...rest });
}

/** One of a crowd; everything about it follows from its number. */
interface Person {
  number: number;
  id: string;
  variant: string;
  /** When it meets the change. */
  daysAgo: number;
  properties: Properties;
}

function person(number: number): Person {
  const id = `person-${number}`;
  return {
    number,
    id,
    variant: number % 2 === 0 ? 'control' : 'test',
    daysAgo: DAYS - 0.2 - ((number * 0.618) % 1) * (DAYS - 0.4),
    properties: {
      $lib: Math.floor(number / 2) % 4 < 3 ? 'web' : 'posthog-ios',
      $browser: ['Chrome', 'Safari', 'Firefox'][Math.floor(number / 8) % 3] ?? '',
      $geoip_country_code: ['NO', 'DE'][Math.floor(number / 24) % 2] ?? '',
      $device_id: `device-of-${id}`,
      $pathname: '/checkout',
    },
  };
}

const PAUSE = 0.01;

const view = ({ id, daysAgo, properties }: Person): Deed => ({
  event: '$pageview',
  id,
  daysAgo: daysAgo + PAUSE,
  properties,
});
const call = ({ id, daysAgo, variant, properties }: Person): Deed => ({
  ...{ event: '$feature_flag_called', id, daysAgo },
  properties: asked(KEY, variant, properties),
});
const buys = ({ number }: Person) => number % 10 < 2;
const buy = ({ id, daysAgo, properties, number }: Person): Deed => ({
  ...{ event: 'bought', id, daysAgo: daysAgo - PAUSE },
  properties: { ...properties, price: 20 + (number % 7) },
});

type Deeds = (one: Person) => readonly Deed[];

/** What people do where nothing is wrong. */
const sound: Deeds = (one) => [view(one), call(one), ...(buys(one) ? [buy(one)] : [])];

const crowd = (deeds: Deeds, people = PEOPLE): Deed[] =>
  Array.from({ length: people }, (_, number) => person(number)).flatMap((one) => [...deeds(one)]);

const answer = z.looseObject({
  conclusion: z.string(),
  causes: z.array(z.looseObject({ code: z.string(), title: z.string(), evidence: z.record(z.string(), z.unknown()) })),
  exposures: z.object({ steps: z.array(z.object({ step: z.string(), people: z.number() })) }),
  metrics: z.array(
    z.looseObject({ steps: z.array(z.object({ step: z.string(), people: z.number() })), sum: z.number().optional() }),
  ),
  missing: z.array(z.string()).optional(),
});

async function diagnosed(world: World) {
  const { data, isError, text } = await world.call('experiment-diagnose', { id: ID });
  expect(isError, text).toBe(false);
  return { ...answer.parse(data), text };
}

const people = (steps: readonly { people: number }[] = []) => steps.map((step) => step.people);

describe('experiment-diagnose', () => {
  it('counts people from traffic to those who count, and finds nothing where nothing is wrong', async () => {
    const world = await open();
    send(world.sandbox, crowd(sound));
    const { conclusion, causes, exposures, metrics, missing, text } = await diagnosed(world);
    expect(causes).toEqual([]);
    expect(conclusion).toBe('Nothing found in the data: exposures, split, ids and metric events look as they should.');
    expect(missing).toBeUndefined();
    expect(people(exposures.steps)).toEqual([3_000, 3_000, 3_000, 3_000, 3_000]);
    expect(people(metrics[0]?.steps)).toEqual([600, 600, 600, 600, 600, 600]);
    expect(text).toMatchSnapshot();
  });

  it('asks PostHog at most six queries, and sends nothing of the experiment as a part of their text', async () => {
    const hostile = "bought' or 1=1 {filters} --";
    const world = await open({ metrics: [mean({ event: hostile })] });
    world.requests();
    send(
      world.sandbox,
      crowd((one) => [call(one), { ...buy(one), event: hostile }], 20),
    );
    const { metrics } = await diagnosed(world);
    expect(world.requests().filter((request) => request.endsWith('/query/'))).toHaveLength(5);
    expect(people(metrics[0]?.steps)).toEqual([20, 20, 20, 20, 20, 20]);
    expect(metrics[0]?.sum).toBe(20);
  });

  it('is not for a draft', async () => {
    const { isError, text } = await (await openWorld()).call('experiment-diagnose', { id: DRAFT });
    expect(isError).toBe(true);
    expect(text).toMatch(/has not been launched, so nobody is exposed yet.*experiment-preflight/s);
  });

  it('says what is unknown where the key may not query', async () => {
    const { causes, missing, conclusion } = await diagnosed(await open({}, { scopes: ['experiment:read'] }));
    expect(causes).toEqual([]);
    expect(conclusion).toMatch(/rest is unknown/);
    expect(missing?.join('\n')).toMatch(/query:read/);
  });
});

type Case = [cause: string, how: string, make: () => Promise<World>, evidence: object];

const made =
  (deeds: Deed[], ...args: Parameters<typeof open>) =>
  async () => {
    const world = await open(...args);
    send(world.sandbox, deeds);
    return world;
  };
const criteria = (config: object) => ({
  exposure_criteria: { exposure_config: { kind: 'ExperimentEventExposureConfig', properties: [], ...config } },
});
const custom = criteria({ event: 'saw_checkout' });
const saw = (one: Person, properties: Properties): Deed => ({
  ...{ event: 'saw_checkout', id: one.id, daysAgo: one.daysAgo },
  properties: { ...one.properties, ...properties },
});
const withVariant = ({ variant }: Person) => ({ [`$feature/${KEY}`]: variant });
const inside = (one: Person): Person => ({ ...one, properties: { ...one.properties, $host: 'localhost' } });
const filters = [{ key: '$host', type: 'event', operator: 'is_not', value: ['localhost'] }];
/** Half of the people of one variant in a part of the crowd leave before they ask. */
const leaky =
  (part: (one: Person) => boolean): Deeds =>
  (one) =>
    part(one) && one.variant === 'test' && Math.floor(one.number / 48) % 2 === 0 ? [view(one)] : sound(one);
/** Every 20th person is seen in the other variant half a day later. */
const seenAgain =
  (again: (one: Person) => Partial<Person>): Deeds =>
  (one) => {
    if (one.number % 20 !== 0 || one.daysAgo < 1) return sound(one);
    return [...sound(one), call({ ...one, variant: 'test', daysAgo: one.daysAgo - 0.5, ...again(one) })];
  };
const identified = (one: Person): Deed => ({
  ...{ event: '$identify', id: `user-${one.number}`, daysAgo: one.daysAgo - 0.4 },
  properties: { $anon_distinct_id: one.id },
});
const before = (one: Person): Deed => ({ ...buy(one), daysAgo: one.daysAgo + 2 * PAUSE });

const CASES: Case[] = [
  ['no_events_at_all', 'nothing comes', made([]), { events: 0 }],
  ['just_launched', 'minutes ago', made([], { started_days_ago: 0.005 }), { minutes: 7 }],
  ['flag_never_asked', 'page views alone', made(crowd((one) => [view(one)])), { people_with_events: 3_000 }],
  [
    'no_variant_given',
    'every answer is false',
    made(crowd((one) => [view(one), { ...call(one), properties: asked(KEY, false, one.properties) }])),
    { people_by_response: { false: 3_000 } },
  ],
  [
    'exposure_event_not_sent',
    'the flag is asked, the event is not sent',
    made(
      crowd((one) => [view(one), call(one)]),
      custom,
    ),
    { flag_calls: 3_000, exposure_events: 0 },
  ],
  [
    'exposure_event_without_variant',
    'no row has it',
    made(
      crowd((one) => [call(one), saw(one, {})]),
      custom,
    ),
    { rows: 3_000, without_variant: 3_000 },
  ],
  [
    'exposure_event_without_variant',
    'the rows of one library lack it',
    made(
      crowd((one) => [call(one), saw(one, one.properties.$lib === 'web' ? withVariant(one) : {})]),
      custom,
    ),
    { rows: 3_000, without_variant: 750, by_library: [{ lib: 'posthog-ios', without_variant: 750 }] },
  ],
  [
    'all_filtered_as_internal',
    'everybody is on localhost',
    made(
      crowd((one) => [call(inside(one))]),
      {},
      { filters },
    ),
    { people_with_a_variant: 3_000, after_filters: 0 },
  ],
  [
    'internal_users_filtered',
    'a fifth is on localhost',
    made(
      crowd((one) => sound(one.number % 5 === 0 ? inside(one) : one)),
      {},
      { filters },
    ),
    { with_a_variant: 3_000, left_out: 600 },
  ],
  [
    'flag_no_longer_asked',
    'four days ago the calls end',
    made(crowd((one) => (one.daysAgo < 4 ? [view(one)] : sound(one)))),
    { variants: ['control', 'test'] },
  ],
  ['traffic_stopped', 'four days ago all ends', made(crowd((one) => (one.daysAgo < 4 ? [] : sound(one)))), {}],
  [
    'variant_stopped',
    'four days ago one variant ends',
    made(crowd((one) => (one.daysAgo < 4 && one.variant === 'test' ? [view(one)] : sound(one)))),
    { variants: ['test'] },
  ],
  [
    'variant_never_given',
    'everybody gets the other',
    made(crowd((one) => sound({ ...one, variant: 'control' }))),
    { people_by_variant: { control: 3_000 } },
  ],
  [
    'mismatch_in_segment',
    'a browser loses people',
    made(crowd(leaky(({ properties }) => properties.$browser === 'Safari'))),
    { segment: 'browser:Safari' },
  ],
  [
    'mismatch_in_segment',
    'a library loses people',
    made(crowd(leaky(({ properties }) => properties.$lib === 'posthog-ios'))),
    { segment: 'lib:posthog-ios' },
  ],
  [
    'mismatch_in_segment',
    'a country loses people',
    made(crowd(leaky(({ properties }) => properties.$geoip_country_code === 'NO'))),
    { segment: 'country:NO' },
  ],
  [
    'mismatch_in_segment',
    'people are lost from a day on',
    made(crowd(leaky(({ daysAgo }) => daysAgo < 3))),
    { segment: expect.stringMatching(/^since:2026-05-(29|30)$/) },
  ],
  [
    'mismatch_in_segment',
    'bots ask for one variant',
    made([
      ...crowd(sound),
      ...crowd(
        (one) => [
          call({
            ...one,
            id: `bot-${one.id}`,
            variant: 'test',
            properties: { $raw_user_agent: 'Googlebot/2.1', $lib: 'web' },
          }),
        ],
        600,
      ),
    ]),
    { segment: 'bot:yes' },
  ],
  [
    'mismatch_not_located',
    'people are lost alike everywhere',
    made(crowd(leaky(() => true))),
    { alike_in_libraries: true },
  ],
  [
    'several_variants_at_login',
    'the id changes at login',
    made(
      crowd((one) =>
        one.number % 20 === 0 && one.daysAgo > 1
          ? [
              ...sound({ ...one, properties: { ...one.properties, $is_identified: false } }),
              identified(one),
              call({
                ...one,
                ...{ id: `user-${one.number}`, variant: 'test', daysAgo: one.daysAgo - 0.5 },
                properties: { ...one.properties, $is_identified: true },
              }),
            ]
          : sound(one),
      ),
    ),
    { several: expect.any(Number) },
  ],
  [
    'several_variants_across_devices',
    'another device',
    made(crowd(seenAgain((one) => ({ properties: { ...one.properties, $device_id: `phone-of-${one.id}` } })))),
    { device_bucketing_would_have_held: 0 },
  ],
  ['several_variants_same_id', 'the same id and device', made(crowd(seenAgain(() => ({})))), {}],
  [
    'metric_event_never_came',
    'nobody buys',
    made(crowd((one) => [view(one), call(one)])),
    { metric: 'Revenue', events: 0 },
  ],
  [
    'metric_filter_matches_nothing',
    'a misspelt property',
    made(crowd(sound), {
      metrics: [mean({ properties: [{ key: 'plann', type: 'event', operator: 'exact', value: ['pro'] }] })],
    }),
    { events: 600, matching: 0 },
  ],
  [
    'metric_event_stopped',
    'four days ago the purchases end',
    made(crowd((one) => (buys(one) && one.daysAgo < 4 ? [view(one), call(one)] : sound(one)))),
    { metric: 'Revenue' },
  ],
  [
    'metric_changed_at_launch',
    'four times as many since',
    made([
      ...crowd(sound),
      ...crowd((one) => [{ ...buy(one), id: `early-${one.id}`, daysAgo: DAYS + 1 + (one.number % 5) }], 60),
    ]),
    { per_day_since: 60 },
  ],
  [
    'metric_value_missing',
    'half of the events lack the price',
    made(
      crowd((one) => {
        const { price, ...rest } = buy(one).properties ?? {};
        return [
          view(one),
          call(one),
          ...(buys(one)
            ? [{ ...buy(one), properties: one.number % 20 < 10 ? rest : { ...rest, price: price ?? 0 } }]
            : []),
        ];
      }),
    ),
    { events: 600, without_value: 300 },
  ],
  [
    'metric_ids_differ',
    'servers send the purchase under another id',
    made(
      crowd((one) => [
        ...[view(one), call(one)],
        ...(buys(one)
          ? [{ ...buy(one), id: `order-${one.number}`, properties: { $lib: 'posthog-python', price: 20 } }]
          : []),
      ]),
    ),
    { did: 600, exposed: 0, libraries: ['posthog-python'] },
  ],
  [
    'metric_people_not_exposed',
    'as many buy who never come to the flag',
    made(crowd((one) => [...sound(one), ...(buys(one) ? [{ ...buy(one), id: `other-${one.number}` }] : [])])),
    { did: 1_200, exposed: 600 },
  ],
  [
    'metric_before_exposure',
    'half buy before they see it',
    made(crowd((one) => [view(one), call(one), ...(buys(one) ? [one.number % 20 < 10 ? before(one) : buy(one)] : [])])),
    { exposed: 600, after_exposure: 300 },
  ],
  [
    'metric_outside_window',
    'half buy days later',
    made(
      crowd((one) => [
        ...[view(one), call(one)],
        ...(buys(one) && one.daysAgo > 4
          ? [one.number % 20 < 10 ? { ...buy(one), daysAgo: one.daysAgo - 3 } : buy(one)]
          : []),
      ]),
      {
        metrics: [
          mean({ math: 'sum', math_property: 'price' }, { conversion_window: 1, conversion_window_unit: 'day' }),
        ],
      },
    ),
    { metric: 'Revenue' },
  ],
  [
    'metric_outliers',
    'one order in a hundred is huge',
    made(
      crowd((one) => [
        view(one),
        call(one),
        ...(buys(one) ? [{ ...buy(one), properties: { price: one.number % 500 === 0 ? 90_000 : 20 } }] : []),
      ]),
    ),
    { people: 600, top_percent_sum: 540_000 },
  ],
  [
    'many_ids_per_person',
    'ids that are merged again and again',
    made(
      crowd(
        (one) => [
          call(one),
          {
            event: '$identify',
            id: `user-${one.number}`,
            daysAgo: one.daysAgo - PAUSE,
            properties: { $anon_distinct_id: one.id },
          },
          call({ ...one, id: `user-${one.number}`, daysAgo: one.daysAgo - 2 * PAUSE }),
        ],
        500,
      ),
    ),
    { by_library: expect.arrayContaining([expect.objectContaining({ ids_per_person: 2 })]) },
  ],
  [
    'bots_exposed',
    'a tenth are bots',
    made(
      crowd((one) =>
        sound(one.number % 20 < 2 ? { ...one, properties: { ...one.properties, $raw_user_agent: 'SomeBot' } } : one),
      ),
    ),
    { bots: 300 },
  ],
  [
    'few_visitors_ask',
    'a third of the visitors come to the flag',
    made(crowd((one) => (one.number % 6 < 4 ? [view(one)] : sound(one)))),
    { visitors: 3_000, asked: 1_000 },
  ],
];

describe('the cause', () => {
  it.each(CASES)('%s is named with the numbers of the events: %s', async (code, _, make, evidence) => {
    const { causes, missing } = await diagnosed(await make());
    expect(missing).toBeUndefined();
    expect(causes.map((cause) => cause.code)).toContain(code);
    expect(causes.find((cause) => cause.code === code)?.evidence).toMatchObject(evidence);
  });

  it.each([
    [
      'a browser that loses people, and a misspelt property',
      made(crowd(leaky(({ properties }) => properties.$browser === 'Safari')), {
        metrics: [mean({ properties: [{ key: 'plann', type: 'event', operator: 'exact', value: ['pro'] }] })],
      }),
      ['mismatch_in_segment', 'metric_filter_matches_nothing'],
    ],
    [
      'several devices, and outliers',
      made(
        crowd((one) =>
          seenAgain(({ properties, id }) => ({ properties: { ...properties, $device_id: `phone-of-${id}` } }))(one).map(
            (deed) =>
              deed.event === 'bought' ? { ...deed, properties: { price: one.number % 500 === 1 ? 90_000 : 20 } } : deed,
          ),
        ),
      ),
      ['several_variants_across_devices', 'metric_outliers'],
    ],
  ])('of two at once is named beside the other: %s', async (_, make, codes) => {
    const { causes } = await diagnosed(await make());
    for (const code of codes) expect(causes.map((cause) => cause.code)).toContain(code);
  });
});
