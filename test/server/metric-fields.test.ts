import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '../../src/sandbox/store/model.js';
import { addSavedMetric, SAVED_METRIC } from '../helpers/furnish.js';
import { DRAFT, RUNNING } from '../helpers/shop.js';
import { effectsOf, expectUndone, experimentRow, sent, warningCodes } from '../helpers/state.js';
import { type Answer, openWorld, takeBack, type World } from '../helpers/world.js';

const ACTION = 5;
const event = (name: string) => ({ kind: 'EventsNode', event: name });
const isPro = { key: 'plan', type: 'event', operator: 'exact', value: ['pro'] };

/** A metric of each type, with something in each that no field of ours can say. */
const STORED = {
  mean: {
    metric_type: 'mean',
    source: { ...event('purchase_completed'), math: 'sum', math_property: 'price', math_multiplier: 2 },
    version: 3,
  },
  funnel: {
    metric_type: 'funnel',
    series: [{ ...event('checkout_started'), custom_name: 'Starts' }, event('purchase_completed')],
    version: 3,
  },
  ratio: {
    metric_type: 'ratio',
    numerator: { ...event('purchase_completed'), math: 'sum', math_property: 'price', math_multiplier: 2 },
    denominator: event('checkout_started'),
    version: 3,
  },
  retention: {
    metric_type: 'retention',
    start_event: { ...event('signed_up'), custom_name: 'Joins' },
    completion_event: event('purchase_completed'),
    retention_window_start: 1,
    retention_window_end: 7,
    retention_window_unit: 'day',
    start_handling: 'first_seen',
    version: 3,
  },
} as const;
type Type = keyof typeof STORED;

const REST = {
  conversion_window: 14,
  conversion_window_unit: 'day',
  breakdownFilter: { breakdowns: [{ property: '$os', type: 'event' }], breakdown_limit: 5 },
};

/** What the same metric is made of as inputs. */
const INPUTS: Record<Type, JsonObject> = {
  mean: { metric_type: 'mean', event: 'purchase_completed', math: 'sum', math_property: 'price' },
  funnel: { metric_type: 'funnel', steps: ['checkout_started', 'purchase_completed'] },
  ratio: {
    metric_type: 'ratio',
    event: 'purchase_completed',
    math: 'sum',
    math_property: 'price',
    denominator_event: 'checkout_started',
  },
  retention: {
    metric_type: 'retention',
    event: 'purchase_completed',
    start_event: 'signed_up',
    retention_window: '1-7 days',
  },
};

interface Case {
  type: Type;
  set: JsonObject;
  /** What PostHog stores for it. */
  stored: JsonObject;
  words: string;
}

const CASES: readonly Case[] = [
  {
    type: 'mean',
    set: { conversion_window: '30 minutes' },
    stored: { conversion_window: 30, conversion_window_unit: 'minute' },
    words: 'within 30 minutes of exposure',
  },
  {
    type: 'mean',
    set: { caps: '0-99' },
    stored: { upper_bound_percentile: 0.99 },
    words: 'capped at the 99th percentile',
  },
  {
    type: 'mean',
    set: { caps: '1-99.5 ignoring zeros' },
    stored: { lower_bound_percentile: 0.01, upper_bound_percentile: 0.995, ignore_zeros: true },
    words: 'capped at the 1st and 99.5th percentiles (ignoring zeros)',
  },
  {
    type: 'mean',
    set: { threshold: 100 },
    stored: { threshold: 100 },
    words: 'share of users who reach 100 by sum of price',
  },
  {
    type: 'mean',
    set: { math: 'avg' },
    stored: { source: { math: 'avg', math_property: 'price' } },
    words: 'average of price per user of purchase_completed',
  },
  {
    type: 'mean',
    set: { event: `action:${ACTION}` },
    stored: { source: { kind: 'ActionsNode', id: ACTION, math: 'sum' } },
    words: 'sum of price per user of action 5',
  },
  {
    type: 'mean',
    set: { event: 'checkout_started' },
    stored: { source: { event: 'checkout_started', math: 'sum' } },
    words: 'sum of price per user of checkout_started',
  },
  {
    type: 'mean',
    set: { filters: ['plan = pro', 'person:age >= 18', 'coupon is_not_set', '"two words" icontains "a|b"'] },
    stored: {
      source: {
        properties: [
          isPro,
          { key: 'age', type: 'person', operator: 'gte', value: 18 },
          { key: 'coupon', type: 'event', operator: 'is_not_set', value: 'is_not_set' },
          { key: 'two words', type: 'event', operator: 'icontains', value: 'a|b' },
        ],
      },
    },
    words: 'where plan = pro and person:age >= 18 and coupon is_not_set and "two words" icontains "a|b"',
  },
  {
    type: 'mean',
    set: { breakdowns: ['$browser', 'person:plan'] },
    stored: {
      breakdownFilter: {
        breakdowns: [
          { property: '$browser', type: 'event' },
          { property: 'plan', type: 'person' },
        ],
      },
    },
    words: 'by $browser and person:plan',
  },
  {
    type: 'funnel',
    set: { order: 'unordered' },
    stored: { funnel_order_type: 'unordered' },
    words: 'in any order',
  },
  {
    type: 'funnel',
    set: { order: 'strict' },
    stored: { funnel_order_type: 'strict' },
    words: 'in this order with nothing between',
  },
  {
    type: 'funnel',
    set: { attribution: 'step 2', breakdowns: ['$os'] },
    stored: { breakdownAttributionType: 'step', breakdownAttributionValue: 1 },
    words: 'by $os (step 2)',
  },
  {
    type: 'funnel',
    set: { attribution: 'last_touch', breakdowns: ['$os'] },
    stored: { breakdownAttributionType: 'last_touch' },
    words: 'by $os (last_touch)',
  },
  {
    type: 'funnel',
    set: { filters: ['step 2: plan = pro|team'] },
    stored: { series: [{}, { properties: [{ ...isPro, value: ['pro', 'team'] }] }] },
    words: 'exposure → checkout_started → purchase_completed where plan = pro|team',
  },
  {
    type: 'funnel',
    set: { steps: ['signed_up', `action:${ACTION}`, 'checkout_started'] },
    stored: { series: [event('signed_up'), { kind: 'ActionsNode', id: ACTION }, event('checkout_started')] },
    words: 'exposure → signed_up → action 5 → checkout_started',
  },
  {
    type: 'ratio',
    set: { caps: '1-100', denominator_caps: '0-95 ignoring zeros' },
    stored: {
      numerator_outlier_handling: { lower_bound_percentile: 0.01 },
      denominator_outlier_handling: { upper_bound_percentile: 0.95, ignore_zeros: true },
    },
    words: 'numerator capped at the 1st percentile, denominator capped at the 95th percentile (ignoring zeros)',
  },
  {
    type: 'ratio',
    set: { denominator_math: 'dau' },
    stored: { denominator: { math: 'dau' } },
    words: '/ unique users with checkout_started',
  },
  {
    type: 'ratio',
    set: { denominator_math_property: 'items' },
    stored: { denominator: { math: 'sum', math_property: 'items' } },
    words: '/ sum of items of checkout_started',
  },
  {
    type: 'ratio',
    set: { denominator_event: `action:${ACTION}`, filters: ['denominator: plan != pro', 'plan = pro'] },
    stored: {
      numerator: { properties: [isPro] },
      denominator: { kind: 'ActionsNode', id: ACTION, properties: [{ ...isPro, operator: 'is_not' }] },
    },
    words: 'of purchase_completed where plan = pro / total count of action 5 where plan != pro',
  },
  {
    type: 'retention',
    set: { retention_window: '2-4 weeks' },
    stored: { retention_window_start: 2, retention_window_end: 4, retention_window_unit: 'week' },
    words: 'weeks 2–4 after the first start',
  },
  {
    type: 'retention',
    set: { start_handling: 'last_seen' },
    stored: { start_handling: 'last_seen' },
    words: 'after the last start',
  },
  {
    type: 'retention',
    set: { start_event: 'checkout_started', filters: ['start: plan = pro'] },
    stored: { start_event: { event: 'checkout_started', properties: [isPro] } },
    words: 'checkout_started where plan = pro → purchase_completed',
  },
  {
    type: 'retention',
    set: { window_start_days: 3, window_end_days: 9 },
    stored: { retention_window_start: 3, retention_window_end: 9, retention_window_unit: 'day' },
    words: 'days 3–9 after the first start',
  },
  {
    type: 'retention',
    set: { conversion_window_hours: 48 },
    stored: { conversion_window: 48, conversion_window_unit: 'hour' },
    words: 'started within 48 hours of exposure',
  },
];

/** A new metric with the fields of a case. */
function inputOf(name: string, { type, set }: Case): JsonObject {
  const { retention_window, ...rest } = INPUTS[type];
  const windowed = retention_window === undefined || 'window_start_days' in set ? {} : { retention_window };
  return { name, ...rest, ...windowed, ...set };
}

const named = CASES.map((item) => [JSON.stringify(item.set), item] as const);

async function open(): Promise<World> {
  const world = await openWorld();
  world.sandbox.store.actions.set(ACTION, { id: ACTION, project_id: 1, name: 'Paid' });
  return world;
}

/** Puts a metric into the draft, as somebody else's tool stored it. */
function put(world: World, metric: JsonObject): JsonObject {
  const whole = { kind: 'ExperimentMetric', name: 'M', goal: 'increase', ...metric, uuid: 'kept-1' };
  experimentRow(world, DRAFT).metrics = [whole];
  return structuredClone(whole);
}

const experimentOf = z.looseObject({ id: z.number(), metrics: z.array(z.looseObject({ measures: z.string() })) });

function measuresOf({ data }: Answer): string[] {
  return experimentOf.parse(data.experiment ?? data).metrics.map(({ measures }) => measures);
}

function rowMetric(world: World, id: number): unknown {
  return experimentRow(world, id).metrics[0];
}

describe('every field of a metric', () => {
  it.each(named)('%s is stored by create, said in words, and copied by duplicate', async (_, item) => {
    const world = await open();
    const metrics = [inputOf('M', item)];
    const made = await world.call('experiment-create', { name: 'New', feature_flag_key: 'new', metrics });
    expect(made.isError, made.text).toBe(false);
    const { id } = experimentOf.parse(made.data.experiment);
    expect(rowMetric(world, id)).toMatchObject(item.stored);
    expect(measuresOf(made)[0]).toContain(item.words);
    const copied = await world.call('experiment-duplicate', { id, feature_flag_key: 'copy' });
    const copy = experimentOf.parse(copied.data.experiment).id;
    expect(rowMetric(world, copy)).toEqual({ ...Object(rowMetric(world, id)), uuid: expect.any(String) });
    expect(measuresOf(await world.call('experiment-get', { id: copy }))[0]).toContain(item.words);
  });

  it.each(named)('%s is changed by update, which keeps all else, and taken back to the letter', async (_, item) => {
    const world = await open();
    const before = put(world, { ...STORED[item.type], ...REST });
    const args = { id: DRAFT, replace_metric_uuid: 'kept-1', metric: item.set };
    const answer = await world.call('experiment-update', args);
    expect(answer.isError, answer.text).toBe(false);
    const after = Object(rowMetric(world, DRAFT));
    expect(after).toMatchObject(item.stored);
    expect(measuresOf(answer)[0]).toContain(item.words);
    const touched = Object.keys(item.stored);
    for (const [key, value] of Object.entries(before))
      if (!touched.includes(key)) expect(after[key], key).toEqual(value);
    const undone = await takeBack(world, answer);
    expect(undone.isError, undone.text).toBe(false);
    expect(JSON.stringify(sorted(rowMetric(world, DRAFT)))).toBe(JSON.stringify(sorted(before)));
  });

  it.each(named)('%s is taken for a shared metric, made and changed', async (_, item) => {
    const world = await open();
    const made = await world.call('experiment-saved-metrics-create', { metric: inputOf('Shared', item) });
    expect(made.data.saved_metric, made.text).toMatchObject({ measures: expect.stringContaining(item.words) });
    const other = await open();
    addSavedMetric(other, { query: { kind: 'ExperimentMetric', name: 'M', ...STORED[item.type], ...REST } });
    const row = () => structuredClone(other.sandbox.store.savedMetrics.get(SAVED_METRIC)?.query);
    const before = row();
    const changed = await other.call('experiment-saved-metrics-partial-update', { id: SAVED_METRIC, metric: item.set });
    expect(row(), changed.text).toMatchObject({ ...item.stored, version: 3 });
    await takeBack(other, changed);
    expect(row()).toEqual(before);
  });
});

function sorted(value: unknown): unknown {
  return Object.fromEntries(Object.entries(Object(value)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

describe('a change of a metric', () => {
  it('shows what changed field by field, with the words of before and after in the answer', async () => {
    const world = await open();
    put(world, { ...STORED.funnel, ...REST });
    const metric = { conversion_window: '7 days', order: 'strict' };
    const answer = await world.call('experiment-update', { id: DRAFT, replace_metric_uuid: 'kept-1', metric });
    expect(answer.data.changes).toEqual([
      { path: 'metrics.kept-1.conversion_window', before: 14, after: 7 },
      { path: 'metrics.kept-1.funnel_order_type', before: null, after: 'strict' },
    ]);
  });

  it.each([
    ['mean', 'math', { source: { kind: 'EventsNode', event: 'purchase_completed', math_multiplier: 2 } }],
    ['mean', 'filters', { source: STORED.mean.source }],
    ['ratio', 'denominator_math', { denominator: event('checkout_started') }],
  ] as const)('of a %s empties %s by clear', async (type, field, wanted) => {
    const world = await open();
    const before = put(world, STORED[type]);
    if (field === 'filters') Object(before.source).properties = [isPro];
    put(world, before);
    if (field === 'denominator_math')
      put(world, { ...before, denominator: { ...event('checkout_started'), math: 'dau' } });
    const args = { id: DRAFT, replace_metric_uuid: 'kept-1', metric: { clear: [field] } };
    await expectUndone(world, { tool: 'experiment-update', args });
    await world.call('experiment-update', args);
    expect(rowMetric(world, DRAFT)).toMatchObject(wanted);
    for (const [key, node] of Object.entries(wanted)) expect(Object(rowMetric(world, DRAFT))[key]).toEqual(node);
  });

  it.each([
    ['conversion_window', ['conversion_window', 'conversion_window_unit']],
    ['breakdowns', ['breakdownFilter']],
    ['caps', ['lower_bound_percentile', 'upper_bound_percentile', 'ignore_zeros']],
    ['threshold', ['threshold']],
  ])('empties %s of the metric itself by clear, and keeps the rest', async (field, keys) => {
    const world = await open();
    const own = field === 'threshold' ? { threshold: 3 } : { lower_bound_percentile: 0.1, ignore_zeros: true };
    const before = put(world, { ...STORED.mean, ...REST, ...own });
    const metric = { clear: [field] };
    await world.call('experiment-update', { id: DRAFT, replace_metric_uuid: 'kept-1', metric });
    const kept = Object.entries(before).filter(([key]) => !keys.includes(key));
    expect(rowMetric(world, DRAFT)).toEqual(Object.fromEntries(kept));
  });

  it('keeps what a step had where the steps move, and drops nothing else', async () => {
    const world = await open();
    put(world, STORED.funnel);
    const metric = { steps: ['signed_up', 'checkout_started'] };
    await world.call('experiment-update', { id: DRAFT, replace_metric_uuid: 'kept-1', metric });
    expect(rowMetric(world, DRAFT)).toMatchObject({
      series: [event('signed_up'), { ...event('checkout_started'), custom_name: 'Starts' }],
      version: 3,
    });
  });

  it.each([
    ['mean', { metric_type: 'ratio', denominator_event: 'checkout_started' }, ['threshold']],
    ['mean', { metric_type: 'funnel', steps: ['purchase_completed'] }, ['source', 'threshold']],
    ['ratio', { metric_type: 'mean' }, ['denominator']],
    ['funnel', { metric_type: 'mean', event: 'purchase_completed' }, ['series']],
    ['retention', { metric_type: 'mean' }, ['start_event', 'retention_window_start']],
  ] as const)('of a %s to %j keeps what fits and names what does not', async (type, metric, dropped) => {
    const world = await open();
    put(world, { ...STORED[type], ...REST, ...(type === 'mean' ? { threshold: 3 } : {}) });
    const args = { id: DRAFT, replace_metric_uuid: 'kept-1', metric };
    const answer = await expectUndone(world, { tool: 'experiment-update', args });
    expect(warningCodes(answer)).toEqual(['metric_fields_dropped']);
    for (const key of dropped) expect(answer.text).toContain(key);
    await world.call('experiment-update', args);
    expect(rowMetric(world, DRAFT)).toMatchObject({
      uuid: 'kept-1',
      metric_type: metric.metric_type,
      ...REST,
      version: 3,
    });
  });

  it('carries caps between a mean and the numerator of a ratio', async () => {
    const world = await open();
    put(world, { ...STORED.mean, upper_bound_percentile: 0.99 });
    const metric = { metric_type: 'ratio', denominator_event: 'checkout_started' };
    const answer = await world.call('experiment-update', { id: DRAFT, replace_metric_uuid: 'kept-1', metric });
    expect(warningCodes(answer)).toEqual([]);
    expect(rowMetric(world, DRAFT)).toMatchObject({
      numerator: STORED.mean.source,
      numerator_outlier_handling: { upper_bound_percentile: 0.99 },
    });
    expect(rowMetric(world, DRAFT)).not.toHaveProperty('upper_bound_percentile');
  });

  it.each([
    ['funnel', { event: 'signed_up' }, 'metric.event: applies to mean and ratio and retention metrics'],
    ['mean', { order: 'strict' }, 'metric.order: applies to funnel metrics'],
    ['mean', { clear: ['order'] }, 'metric.order: applies to funnel metrics'],
    ['mean', { threshold: 1, clear: ['threshold'] }, 'metric.threshold: is given and cleared'],
    ['mean', { filters: ['start: plan = pro'] }, 'metric.filters: name an event that this mean metric does not have'],
    ['funnel', { filters: ['plan = pro'] }, '"step 1: ", "step 2: "'],
    ['funnel', { attribution: 'step 3' }, 'names step 3, which the funnel does not have'],
    ['mean', { metric_type: 'funnel' }, 'metric.steps: is required for a funnel metric'],
    ['ratio', { denominator_math: 'avg' }, 'metric.denominator_math_property: is required for denominator_math avg'],
    ['mean', { conversion_window: '2 days', conversion_window_hours: 48 }, 'says the same as conversion_window'],
    ['retention', { window_start_days: 9 }, 'must not be before window_start_days'],
    ['mean', { conversion_window: '2 fortnights' }, 'metric.conversion_window: must be like "14 days"'],
    ['mean', { caps: '99-1' }, 'metric.caps: must begin with the lower percentile'],
    ['retention', { retention_window: '7-1 days' }, 'metric.retention_window: must not end before it starts'],
    ['mean', { filters: ['plan ~ pro'] }, 'metric.filters[0]: has no operator'],
    ['mean', { filters: ['plan ='] }, 'metric.filters[0]: needs values, such as a|b after ='],
    ['mean', { filters: ['plan > a|b'] }, 'metric.filters[0]: needs one value after >'],
    ['mean', { filters: ['plan is_set x'] }, 'metric.filters[0]: needs nothing after is_set'],
  ] as const)('of a %s refuses %j and sends nothing', async (type, metric, words) => {
    const world = await open();
    put(world, STORED[type]);
    const answer = await world.call('experiment-update', { id: DRAFT, replace_metric_uuid: 'kept-1', metric });
    expect(answer.data.error, answer.text).toMatchObject({ code: 'invalid_arguments' });
    expect(JSON.parse(JSON.stringify(answer.data.error)).message).toContain(words);
    expect(sent(world)).toEqual([]);
  });

  it.each([
    [{ threshold: 0 }, 'threshold must be a positive number.'],
    [{ math: 'avg', threshold: 2 }, 'a threshold is only supported for sum or count (total) math types.'],
    [{ threshold: 2, caps: '0-99' }, 'a threshold cannot be combined with outlier handling (winsorization).'],
    [{ event: 'action:77' }, 'Action(s) with ID 77 not found or deleted.'],
    [{ event: 'never_seen' }, "Event(s) 'never_seen' not found."],
  ])("passes on PostHog's own refusal of %j", async (metric, words) => {
    const world = await open();
    put(world, STORED.mean);
    const answer = await world.call('experiment-update', { id: DRAFT, replace_metric_uuid: 'kept-1', metric });
    expect(answer.data.error).toMatchObject({ code: 'refused', status: 400, detail: expect.stringContaining(words) });
  });

  it('takes a whole definition, to which the other fields are added', async () => {
    const world = await open();
    put(world, STORED.mean);
    const query_json = JSON.stringify({ start_event: { kind: 'ExperimentExposureNode' } });
    const metric = { metric_type: 'retention', query_json, event: 'signed_up', retention_window: '0-7 days' };
    const args = { id: DRAFT, replace_metric_uuid: 'kept-1', metric };
    const answer = await expectUndone(world, { tool: 'experiment-update', args });
    expect(measuresOf(answer)[0]).toBe('exposure → signed_up, days 0–7 after the first start');
  });
});

describe('a role that nobody gave', () => {
  it.each([
    ['experiment-create', { name: 'New', feature_flag_key: 'new', metrics: [{ name: 'M', ...INPUTS.mean }] }],
    ['experiment-update', { id: RUNNING, metric: { name: 'M', ...INPUTS.mean } }],
  ])('is said to be primary by %s', async (tool, args) => {
    const answer = await (await open()).call(tool, args);
    expect(effectsOf(answer).analysis).toContain('No role was given for "M", so it is a primary metric.');
  });

  it('is not mentioned where it was given', async () => {
    const args = { id: RUNNING, metric: { name: 'M', role: 'primary', ...INPUTS.mean } };
    const answer = await (await open()).call('experiment-update', args);
    expect(effectsOf(answer).analysis).not.toContain('No role');
  });
});
