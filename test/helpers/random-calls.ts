import fc from 'fast-check';
import type { Call } from './state.js';

/** All ids of the shop, two that only exist after a create or duplicate, and one that never does. */
const anyId = fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7, 8, 9, 99);

const conclusion = fc.constantFrom('won', 'lost', 'inconclusive', 'stopped_early', 'invalid');
const words = fc.constantFrom(
  'A note.',
  '  padded ',
  'Ünïcode\u200b → "quotes"',
  'two\nlines',
  '{"json": true}',
  '2026-05-01T00:00:00Z',
);
const events = fc.constantFrom('signed_up', 'checkout_started', 'purchase_completed', 'never_seen');

const split = fc.oneof(
  fc.integer({ min: 0, max: 100 }).map((share) => [
    { key: 'control', split_percent: share },
    { key: 'test', split_percent: 100 - share },
  ]),
  fc.integer({ min: 0, max: 100 }).map((share) => [
    { key: 'old', name: 'Old', split_percent: share },
    { key: 'new', split_percent: 100 - share },
  ]),
  fc.constant([
    { key: 'control', name: 'Baseline', split_percent: 34 },
    { key: 'test', name: '', split_percent: 33 },
    { key: 'third', split_percent: 33 },
  ]),
);

const metric = fc.oneof(
  events.map((event) => ({ name: 'M', metric_type: 'mean', event })),
  events.map((event) => ({ name: ' R ', metric_type: 'ratio', event, denominator_event: event, goal: 'decrease' })),
  events.map((event) => ({ name: 'V', metric_type: 'mean', math: 'sum', math_property: 'price', event })),
  events.map((event) => ({ name: 'F', metric_type: 'funnel', role: 'secondary', goal: 'decrease', steps: [event] })),
);

const place = fc.constantFrom('', '', 'denominator: ', 'start: ', 'step 1: ');
const filter = fc
  .tuple(place, fc.constantFrom('plan = pro', 'person:age > 18', '"a b" != "x|y"|z', 'coupon is_not_set'))
  .map((parts) => parts.join(''));

/** Any fields of a metric: those that its type does not have are refused. */
const metricChange = fc.record(
  {
    metric_type: fc.constantFrom('mean', 'funnel', 'ratio', 'retention'),
    event: fc.oneof(events, fc.constant('action:5')),
    math: fc.constantFrom('total', 'sum', 'dau'),
    math_property: fc.constant('price'),
    steps: fc.array(events, { minLength: 1, maxLength: 3 }),
    order: fc.constantFrom('ordered', 'unordered', 'strict'),
    denominator_event: events,
    denominator_math: fc.constantFrom('total', 'dau'),
    start_event: events,
    start_handling: fc.constantFrom('first_seen', 'last_seen'),
    retention_window: fc.constantFrom('0-7 days', '2-2 weeks', '7-1 days'),
    conversion_window: fc.constantFrom('14 days', '1 hour'),
    caps: fc.constantFrom('0-99', '1-99 ignoring zeros', '0-100'),
    denominator_caps: fc.constant('5-95'),
    threshold: fc.constantFrom(0, 2, 0.5),
    breakdowns: fc.constantFrom(['$os'], ['person:plan', 'x']),
    attribution: fc.constantFrom('last_touch', 'step 1', 'step 9'),
    filters: fc.array(filter, { minLength: 1, maxLength: 2 }),
    query_json: fc.constantFrom('{}', '{"metric_type":"mean","source":{"kind":"EventsNode","event":"signed_up"}}'),
    clear: fc.uniqueArray(fc.constantFrom('conversion_window', 'filters', 'math', 'caps', 'order'), { maxLength: 2 }),
    name: words,
    goal: fc.constantFrom('increase', 'decrease'),
  },
  { requiredKeys: [] satisfies never[] },
);

/** Few fields at a time, which fit more often. */
const someOfMetric = metricChange.chain((all) =>
  fc.subarray(Object.entries(all), { maxLength: 3 }).map((entries) => Object.fromEntries(entries)),
);

const uuid = fc.integer({ min: 1, max: 12 }).map((n) => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`);
const day = fc
  .tuple(fc.integer({ min: 1, max: 28 }), fc.constantFrom('', '', 'T23:59:59+02:00', 'T00:00:00.123456Z'))
  .map(([n, time]) => `2026-05-${String(n).padStart(2, '0')}${time}`);

const settings = {
  stats_method: fc.constantFrom('bayesian', 'frequentist'),
  filter_test_accounts: fc.boolean(),
  multiple_variant_handling: fc.constantFrom('exclude', 'first_seen'),
  exposure_event: events,
  minimum_detectable_effect: fc.integer({ min: 1, max: 50 }),
  recommended_sample_size: fc.integer({ min: 1, max: 90_000 }),
  recommended_running_time: fc.integer({ min: 0, max: 60 }),
  tags: fc.constantFrom<string[]>([], ['a'], ['b', 'c'], ['Q3', 'q3'], [' b ', 'a', 'a']),
};

const { stats_method, minimum_detectable_effect, recommended_sample_size, tags } = settings;
const planned = { stats_method, minimum_detectable_effect, recommended_sample_size, tags };

const clearable = [
  'description',
  'end_date',
  'conclusion',
  'conclusion_comment',
  'holdout_id',
  'tags',
  ...Object.keys(settings).filter((name) => name !== 'tags'),
];

const verdict = { conclusion, conclusion_comment: words };
const optional = { requiredKeys: [] satisfies never[] };

/** A few fields at a time: a call that names everything is refused for one of them. */
const updates = fc.oneof(
  fc.record({ name: words, description: words, ...verdict, ...settings }, optional),
  fc.record({ metric, replace_metric_uuid: uuid, allow_unknown_events: fc.boolean() }, optional),
  fc.record({ remove_metric_uuid: uuid }),
  fc.record({
    replace_metric_uuid: uuid,
    metric: fc.record(
      { name: words, goal: fc.constantFrom('increase', 'decrease'), role: fc.constantFrom('primary', 'secondary') },
      optional,
    ),
  }),
  fc.record({ metric }),
  fc.record({ replace_metric_uuid: uuid, metric: someOfMetric }),
  fc.record(
    { variants: split, rollout_percentage: fc.integer({ min: 0, max: 100 }), update_feature_flag_params: fc.boolean() },
    optional,
  ),
  fc.record({ holdout_id: fc.constantFrom(1, 2, 99) }),
  fc.record({ add_saved_metric_id: fc.constantFrom(1, 2, 99) }),
  fc.record({ remove_saved_metric_id: fc.constantFrom(1, 2) }),
  fc.record({ end_date: day }),
  fc.record({ start_date: day }),
  fc.record({ archived: fc.boolean() }),
  fc.record({ restore: fc.constant(true) }),
  fc.record({ clear: fc.uniqueArray(fc.constantFrom(...clearable), { minLength: 1, maxLength: 4 }) }),
);

function call(tool: string, args: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<Call> {
  return fc.tuple(anyId, args).map(([id, rest]) => ({ tool, args: { id, ...rest } }));
}

const nothing = fc.constant({});
const off = fc.record({ disable_feature_flag: fc.boolean() });
const key = fc.constantFrom('new-key', 'signup', 'checkout-steps', 'other-key');

const drafts = fc
  .record(
    { name: words, feature_flag_key: key, variants: split, metrics: fc.array(metric, { maxLength: 2 }), ...planned },
    { requiredKeys: ['name', 'feature_flag_key'] },
  )
  .map((args): Call => ({ tool: 'experiment-create', args }));

const sharedId = fc.constantFrom(1, 2, 3, 99);
const someTags = fc.array(fc.constantFrom('a', 'b', 'Q3', 'q3', ' b '), { maxLength: 3 });
const share = fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constantFrom(0.5, 33.33));

function shared(tool: string, args: fc.Arbitrary<Record<string, unknown>>): fc.Arbitrary<Call> {
  return fc.tuple(sharedId, args).map(([id, rest]) => ({ tool, args: { id, ...rest } }));
}

/** Writes to what experiments share, and to several of them. */
const sharedWrites: fc.Arbitrary<Call> = fc.oneof(
  shared('experiment-holdouts-partial-update', fc.record({ name: words, exclusion_percent: share })),
  shared('experiment-holdouts-partial-update', fc.record({ description: words })),
  shared('experiment-holdouts-destroy', nothing),
  fc.record({ name: words, exclusion_percent: share }).map((args) => ({ tool: 'experiment-holdouts-create', args })),
  shared(
    'experiment-saved-metrics-partial-update',
    fc.record({ metric: fc.oneof(metric, someOfMetric), tags: someTags }, optional),
  ),
  shared('experiment-saved-metrics-partial-update', fc.record({ name: words, description: words }, optional)),
  shared('experiment-saved-metrics-destroy', nothing),
  fc.record({ metric }).map((args) => ({ tool: 'experiment-saved-metrics-create', args })),
  fc
    .record({
      ids: fc.array(anyId, { minLength: 1, maxLength: 4 }),
      action: fc.constantFrom('add', 'remove', 'set'),
      tags: someTags,
    })
    .map((args) => ({ tool: 'experiments-bulk-update-tags-create', args })),
);

/** Any write call that passes its schema. */
export const anyWrite: fc.Arbitrary<Call> = fc.oneof(
  { weight: 4, arbitrary: call('experiment-update', updates) },
  ...['experiment-launch', 'experiment-pause', 'experiment-resume', 'experiment-unarchive', 'experiment-delete'].map(
    (tool) => call(tool, nothing),
  ),
  call('experiment-create-exposure-cohort', nothing),
  call('experiment-freeze-exposure', nothing),
  call('experiment-unfreeze-exposure', nothing),
  { weight: 3, arbitrary: sharedWrites },
  { weight: 2, arbitrary: call('experiment-end', fc.record(verdict, optional)) },
  { weight: 2, arbitrary: call('experiment-reset', off) },
  { weight: 2, arbitrary: call('experiment-archive', off) },
  call('experiment-duplicate', fc.record({ feature_flag_key: key, name: words }, optional)),
  {
    weight: 2,
    arbitrary: call(
      'experiment-ship-variant',
      fc
        .record({ ...verdict, release_to_everyone: fc.boolean() }, optional)
        .chain((rest) =>
          fc.constantFrom('control', 'test', 'new', 'nope').map((variant_key) => ({ ...rest, variant_key })),
        ),
    ),
  },
  drafts,
);

const names = [
  'id',
  'name',
  'filters',
  'variants',
  'metric',
  'metrics',
  'clear',
  'feature_flag_key',
  'variant_key',
  'tags',
  'experiment_id',
];

/** Calls that no schema may let through, mixed with some that it does. */
export function anyJunk(tools: readonly string[]): fc.Arbitrary<Call> {
  const args = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), fc.jsonValue({ maxDepth: 3 }), {
    maxKeys: 5,
  });
  return fc.record({ tool: fc.constantFrom(...tools), args });
}
