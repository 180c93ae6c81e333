import { describe, expect, it } from 'vitest';
import { EventStore } from '../../src/sandbox/events/store.js';
import type { Json } from '../../src/sandbox/events/table.js';
import { type ExposureRules, exposedIn } from '../../src/sandbox/measured/exposed.js';
import { measured } from '../../src/sandbox/measured/sums.js';
import type { JsonObject } from '../../src/sandbox/store/model.js';

/** The worked examples by which PostHog tests its own calculation, and the numbers that it expects. */

const HOUR = 3_600_000;
const KEYS = ['control', 'test'] as const;
type Key = (typeof KEYS)[number];

/** `01-02 12:00` of 2024, UTC. */
const at = (text: string) => Date.parse(`2024-${text.replace(' ', 'T')}:00Z`);
const EXPOSED_AT = at('01-02 12:00');

function world(rules: Partial<ExposureRules> = {}) {
  const table = new EventStore(1);
  const add = (event: string, id: string, time: number, properties: Record<string, Json> = {}) => {
    table.add({ event, distinctId: id, timestamp: time, createdAt: time, properties });
  };
  const expose = (id: string, variant: string, time = EXPOSED_AT) =>
    add('$feature_flag_called', id, time, { $feature_flag: 'flag', $feature_flag_response: variant });
  const settled: ExposureRules = {
    ...{ flagKey: 'flag', variants: KEYS, criteria: null, defaultEvent: '$feature_flag_called' },
    ...{ start: at('01-01 00:00'), end: at('02-01 00:00'), groupType: null, testFilters: [] },
    now: new Date(at('03-01 00:00')),
    ...rules,
  };
  const sums = (metric: JsonObject, onlyMatured = false) => {
    const { now, end, groupType } = settled;
    const exposed = exposedIn(table, settled);
    const { total, breakdowns } = measured({ table, exposed, groupType, now, metric, end, onlyMatured }, KEYS);
    return {
      sum: total.map((one) => one.sum),
      n: total.map((one) => one.number_of_samples),
      denominator: total.map((one) => one.denominator_sum),
      steps: total.map((one) => one.step_counts),
      breakdowns,
    };
  };
  return { table, add, expose, sums, settled };
}

const purchases = { metric_type: 'mean', source: { kind: 'EventsNode', event: 'purchase' } };
const hours = (count: number) => ({ conversion_window: count, conversion_window_unit: 'hour' });
const funnel = (...steps: string[]) => ({
  metric_type: 'funnel',
  series: steps.map((event) => ({ kind: 'EventsNode', event })),
});

/** Ids `control-0` and so on, for as many as there are of each variant. */
function each(counts: Record<Key, number>, use: (id: string, key: Key, index: number) => void) {
  for (const key of KEYS) for (let index = 0; index < counts[key]; index += 1) use(`${key}-${index}`, key, index);
}

describe('means', () => {
  it.each([
    [null, [3, 3]],
    [24, [1, 1]],
    [48, [6, 6]],
    [72, [7, 7]],
  ])('count what comes within a conversion window of %s hours from the first exposure', (window, sum) => {
    const { add, expose, sums } = world({ end: at('01-05 12:00') });
    const buyers = { control: 6, test: 8 };
    each({ control: 10, test: 10 }, (id, key, index) => {
      const first = at('01-02 11:30') + index * 24 * HOUR;
      expose(id, key, first);
      if (index >= buyers[key]) return;
      for (let buy = 0; buy < (index % 3) + 1; buy += 1) add('purchase', id, first + (15 * (index + 1) + buy) * HOUR);
    });
    expect(sums({ ...purchases, ...(window === null ? {} : hours(window)) })).toMatchObject({ sum, n: [4, 4] });
  });

  it.each([
    [null, [3, 3], [2, 2]],
    ['first_seen', [6, 5], [3, 3]],
  ])('leave out who saw several variants, or count them for the first: %s', (handling, sum, n) => {
    const criteria = handling === null ? null : { multiple_variant_handling: handling };
    const { add, expose, sums } = world({ criteria });
    const day = (time: string) => at(`01-02 ${time}`);
    each({ control: 2, test: 2 }, (id, key, index) => {
      expose(id, key, day('10:00'));
      for (let view = 0; view <= index; view += 1) add('$pageview', id, day(`1${view + 1}:00`));
    });
    expose('a', 'control', day('11:00'));
    expose('a', 'test', day('13:00'));
    for (const time of ['11:30', '12:30', '13:30']) add('$pageview', 'a', day(time));
    expose('b', 'test', day('10:00'));
    expose('b', 'control', day('14:00'));
    for (const time of ['10:30', '14:30']) add('$pageview', 'b', day(time));
    const views = { metric_type: 'mean', source: { kind: 'EventsNode', event: '$pageview' } };
    expect(sums(views)).toMatchObject({ sum, n });
  });

  it('hold outliers within percentiles of all variants together', () => {
    const { add, expose, sums } = world();
    const counts = {
      control: [1, ...Array.from({ length: 8 }, () => 3), 100],
      test: [2, ...Array.from({ length: 9 }, () => 4)],
    };
    each({ control: 10, test: 10 }, (id, key, index) => {
      expose(id, key);
      for (let buy = 0; buy < (counts[key][index] ?? 0); buy += 1) add('purchase', id, EXPOSED_AT + HOUR);
    });
    const bounds = { lower_bound_percentile: 0.1, upper_bound_percentile: 0.9 };
    expect(sums({ ...purchases, ...bounds })).toMatchObject({ sum: [31, 39], n: [10, 10] });
  });

  it('count sessions once', () => {
    const { add, expose, sums } = world();
    const sessions = { control: [2, 1, 0], test: [2, 3] };
    each({ control: 3, test: 2 }, (id, key, index) => {
      expose(id, key);
      for (let session = 0; session < (sessions[key][index] ?? 0); session += 1)
        for (const minute of [1, 2]) add('purchase', id, EXPOSED_AT + minute, { $session_id: `${id}-${session}` });
    });
    const source = { ...purchases.source, math: 'unique_session' };
    expect(sums({ ...purchases, source })).toMatchObject({ sum: [3, 5], n: [3, 2] });
  });

  it.each([
    ['max', [55, 160]],
    ['min', [15, 90]],
    ['avg', [35, 130]],
    ['sum', [105, 390]],
  ])('take the %s of a property for each person', (math, sum) => {
    const { add, expose, sums } = world();
    const amounts = {
      control: [
        [10, 20, 30],
        [5, 15, 25],
      ],
      test: [
        [50, 60, 70],
        [40, 80, 90],
      ],
    };
    each({ control: 2, test: 2 }, (id, key, index) => {
      expose(id, key);
      for (const amount of amounts[key][index] ?? []) add('purchase', id, EXPOSED_AT + HOUR, { amount });
    });
    const source = { ...purchases.source, math, math_property: 'amount' };
    expect(sums({ ...purchases, source })).toMatchObject({ sum, n: [2, 2] });
  });
});

describe('funnels', () => {
  it('measure the conversion window from the exposure', () => {
    const { add, expose, sums } = world();
    const soon = { control: 8, test: 6 };
    each({ control: 13, test: 13 }, (id, key, index) => {
      expose(id, key);
      add('$pageview', id, at('01-02 13:00'));
      const late = key === 'control' ? '01-03 14:00' : '01-03 15:00';
      add('purchase', id, index < soon[key] ? at(key === 'control' ? '01-03 10:00' : '01-03 10:30') : at(late));
    });
    expect(sums({ ...funnel('$pageview', 'purchase'), ...hours(24) })).toMatchObject({
      ...{
        sum: [8, 6],
        n: [13, 13],
        steps: [
          [13, 8],
          [13, 6],
        ],
      },
    });
  });

  it.each([
    ['ordered', [6, 5]],
    ['unordered', [11, 9]],
  ])('that are %s take steps in their order, or in any', (order, sum) => {
    const { add, expose, sums } = world();
    const [right, reversed] = [
      { control: 6, test: 5 },
      { control: 5, test: 4 },
    ];
    each({ control: 13, test: 13 }, (id, key, index) => {
      expose(id, key);
      const isReversed = index >= right[key] && index < right[key] + reversed[key];
      add('$pageview', id, EXPOSED_AT + (isReversed ? 2 : 1) * HOUR);
      if (index < right[key]) add('purchase', id, EXPOSED_AT + 2 * HOUR);
      if (isReversed) add('purchase', id, EXPOSED_AT + HOUR);
    });
    expect(sums({ ...funnel('$pageview', 'purchase'), funnel_order_type: order })).toMatchObject({ sum, n: [13, 13] });
  });

  it.each(['ordered', 'unordered'])('that are %s count nothing before the exposure', (funnel_order_type) => {
    const { add, expose, sums } = world();
    const [after, before] = [
      { control: 8, test: 6 },
      { control: 3, test: 4 },
    ];
    each({ control: 13, test: 13 }, (id, key, index) => {
      expose(id, key);
      const isBefore = index >= after[key] && index < after[key] + before[key];
      add('$pageview', id, EXPOSED_AT + (isBefore ? -2 : 1) * HOUR);
      if (index < after[key] || isBefore) add('purchase', id, EXPOSED_AT + (isBefore ? -1 : 2) * HOUR);
    });
    expect(sums({ ...funnel('$pageview', 'purchase'), funnel_order_type })).toMatchObject({ sum: [8, 6], n: [13, 13] });
  });

  it('use each event once, and may start anew from a later exposure', () => {
    const { add, expose, sums } = world();
    each({ control: 1, test: 1 }, (id, key) => {
      expose(id, key);
      expose(id, key, EXPOSED_AT + 48 * HOUR);
      add('purchase', id, EXPOSED_AT + 49 * HOUR);
      if (key === 'test') add('purchase', id, EXPOSED_AT + 49 * HOUR);
    });
    expect(sums({ ...funnel('purchase', 'purchase'), ...hours(24) })).toMatchObject({ sum: [0, 1] });
  });

  it('that are strict allow no other event between', () => {
    const { add, expose, sums } = world();
    each({ control: 1, test: 1 }, (id, key) => {
      expose(id, key);
      add('$pageview', id, EXPOSED_AT + HOUR);
      if (key === 'control') add('scroll', id, EXPOSED_AT + 2 * HOUR);
      add('purchase', id, EXPOSED_AT + 3 * HOUR);
    });
    const strict = { ...funnel('$pageview', 'purchase'), funnel_order_type: 'strict' };
    expect(sums(strict)).toMatchObject({
      sum: [0, 1],
      steps: [
        [1, 0],
        [1, 1],
      ],
    });
  });
});

describe('retention', () => {
  const metric = {
    metric_type: 'retention',
    start_event: { kind: 'EventsNode', event: 'signup' },
    completion_event: { kind: 'EventsNode', event: 'login' },
    start_handling: 'first_seen',
  };

  it('takes in who started within the conversion window, and counts who came back', () => {
    const { add, expose, sums } = world();
    const starts = {
      control: [
        [1, true],
        [1.5, true],
        [3, true],
        [0.5, false],
      ],
      test: [
        [1, true],
        [2, true],
        [2.5, true],
      ],
    } as const;
    each({ control: 4, test: 3 }, (id, key, index) => {
      expose(id, key);
      const [hour, returns] = starts[key][index] ?? [0, false];
      add('signup', id, EXPOSED_AT + hour * HOUR);
      if (returns) add('login', id, EXPOSED_AT + hour * HOUR + 48 * HOUR);
    });
    const window = { retention_window_start: 1, retention_window_end: 3, retention_window_unit: 'day' };
    expect(sums({ ...metric, ...window, ...hours(2) })).toMatchObject({ sum: [2, 2], n: [3, 2], denominator: [3, 2] });
  });

  it('truncates to the unit of its window', () => {
    const { add, expose, sums } = world();
    const visits = {
      control: [
        ['10:10', '10:15'],
        ['10:15', '10:45'],
        ['10:55', '10:59'],
        ['10:59', '11:01'],
        ['10:00', null],
      ],
      test: [
        ['10:00', '10:00'],
        ['10:20', '10:59'],
        ['10:45', '11:45'],
      ],
    } as const;
    each({ control: 5, test: 3 }, (id, key, index) => {
      expose(id, key, at('01-02 09:00'));
      const [start, end] = visits[key][index] ?? ['10:00', null];
      add('signup', id, at(`01-02 ${start}`));
      if (end) add('login', id, at(`01-02 ${end}`));
    });
    const window = { retention_window_start: 0, retention_window_end: 0, retention_window_unit: 'hour' };
    expect(sums({ ...metric, ...window })).toMatchObject({ sum: [3, 2], n: [5, 3] });
  });
});

describe('ratios', () => {
  it('add up both sides', () => {
    const { add, expose, sums } = world();
    const buys = {
      control: [
        [3, 10, 1],
        [3, 15, 2],
        [4, 0, 0],
      ],
      test: [
        [4, 20, 1],
        [4, 10, 2],
        [2, 0, 0],
      ],
    } as const;
    for (const key of KEYS) {
      const people = buys[key].flatMap(([many, amount, times]) =>
        Array.from({ length: many }, () => ({ amount, times })),
      );
      people.forEach(({ amount, times }, index) => {
        expose(`${key}-${index}`, key);
        for (let buy = 0; buy < times; buy += 1) add('purchase', `${key}-${index}`, EXPOSED_AT + HOUR, { amount });
      });
    }
    const metric = {
      metric_type: 'ratio',
      numerator: { kind: 'EventsNode', event: 'purchase', math: 'sum', math_property: 'amount' },
      denominator: { kind: 'EventsNode', event: 'purchase' },
    };
    expect(sums(metric)).toMatchObject({ sum: [120, 160], denominator: [9, 12], n: [10, 10] });
  });
});

describe('exposure', () => {
  it('by an event of one’s own is told by $feature/<key>, and filtered by its properties', () => {
    const exposure_config = {
      kind: 'ExperimentEventExposureConfig',
      event: '$pageview',
      properties: [{ key: 'plan', value: ['pro'], operator: 'exact', type: 'event' }],
    };
    const { add, sums } = world({ criteria: { exposure_config } });
    add('$pageview', 'a', EXPOSED_AT, { '$feature/flag': 'control', plan: 'pro' });
    add('$pageview', 'b', EXPOSED_AT, { '$feature/flag': 'test', plan: 'free' });
    add('$pageview', 'c', EXPOSED_AT, { plan: 'pro' });
    add('$pageview', 'd', EXPOSED_AT, { '$feature/flag': false, plan: 'pro' });
    add('$feature_flag_called', 'e', EXPOSED_AT, { $feature_flag: 'flag', $feature_flag_response: 'test' });
    expect(sums(purchases).n).toEqual([1, 0]);
  });

  it('takes no part in for holdouts, false, excluded variants, test accounts, and what lies outside the run', () => {
    const testFilters = [{ key: 'email', value: 'example.com', operator: 'not_icontains', type: 'person' }];
    const { add, expose, sums } = world({ variants: ['control'], testFilters });
    for (const variant of ['holdout-1', 'test', 'nonsense']) expose(`${variant}-id`, variant);
    add('$feature_flag_called', 'off', EXPOSED_AT, { $feature_flag: 'flag', $feature_flag_response: false });
    add('$identify', 'tester', EXPOSED_AT, { $set: { email: 'x@example.com' } });
    expose('tester', 'control');
    expose('early', 'control', at('01-01 00:00') - 1);
    expose('late', 'control', at('02-01 00:00') + 1);
    expose('both', 'control');
    expose('both', 'test');
    expect(sums(purchases).n).toEqual([1, 0]);
  });

  it('of two ids that turn out to be one person counts backwards', () => {
    const { add, expose, sums } = world();
    expose('browser-1', 'control');
    expose('known', 'test', EXPOSED_AT + HOUR);
    expect(sums(purchases).n).toEqual([1, 1]);
    add('$identify', 'known', EXPOSED_AT + 2 * HOUR, { $anon_distinct_id: 'browser-1' });
    expect(sums(purchases).n).toEqual([0, 0]);
  });

  it('with an activation counts from the activation', () => {
    const { add, expose, sums } = world({ criteria: { activation_config: { kind: 'EventsNode', event: 'opened' } } });
    each({ control: 2, test: 2 }, (id, key, index) => {
      expose(id, key);
      if (index === 0) add('opened', id, EXPOSED_AT + 2 * HOUR);
      add('purchase', id, EXPOSED_AT + HOUR);
      add('purchase', id, EXPOSED_AT + 3 * HOUR);
    });
    expect(sums(purchases)).toMatchObject({ sum: [1, 1], n: [1, 1] });
  });

  it('leaves out who is not matured, where only the matured count', () => {
    const { expose, sums } = world({ now: new Date(EXPOSED_AT + 24 * HOUR) });
    expose('old', 'control');
    expose('young', 'control', EXPOSED_AT + 2 * HOUR);
    expect(sums({ ...purchases, ...hours(23) }, true).n).toEqual([1, 0]);
    expect(sums(purchases, true).n).toEqual([2, 0]);
  });
});

it('breaks a metric down by the property that the first exposure had', () => {
  const { add, expose, sums, table } = world();
  const call = { $feature_flag: 'flag', $feature_flag_response: 'test' };
  add('$feature_flag_called', 'a', EXPOSED_AT, { ...call, country: 'NO' });
  add('$feature_flag_called', 'a', EXPOSED_AT + HOUR, { ...call, country: 'SE' });
  add('purchase', 'a', EXPOSED_AT + 2 * HOUR, { country: 'DK' });
  expose('b', 'control');
  const breakdowns = [{ property: 'country', type: 'event' }];
  const result = sums({ ...purchases, breakdownFilter: { breakdowns } }).breakdowns;
  expect(result?.map(({ value, sums: [control, test] }) => [value, control?.number_of_samples, test?.sum])).toEqual([
    [['NO'], 0, 1],
    [['$$_posthog_breakdown_null_$$'], 1, 0],
  ]);
  expect(table.size).toBe(4);
});
