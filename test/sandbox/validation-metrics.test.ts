import { describe, expect, it } from 'vitest';
import { type MetricFacts, metricEvents, validateMetrics } from '../../src/sandbox/validation/metrics.js';
import { refusalOf } from './validation-helpers.js';

const FACTS: MetricFacts = {
  knownEvents: new Set(['signed_up', 'purchase_completed']),
  storedEvents: new Set(['long_gone']),
  allowUnknownEvents: false,
  knownActions: new Set([7]),
};
const EVENT = { kind: 'EventsNode', event: 'signed_up' };
const ACTION = { kind: 'ActionsNode', id: 7 };
const EXPOSURE = { kind: 'ExperimentExposureNode' };
const MEAN = { kind: 'ExperimentMetric', metric_type: 'mean', source: EVENT };
const FUNNEL = { kind: 'ExperimentMetric', metric_type: 'funnel', series: [EVENT] };
const RATIO = { kind: 'ExperimentMetric', metric_type: 'ratio', numerator: EVENT, denominator: ACTION };
const RETENTION = {
  ...{ kind: 'ExperimentMetric', metric_type: 'retention', start_event: EVENT, completion_event: EVENT },
  ...{ retention_window_start: 1, retention_window_end: 7, retention_window_unit: 'day', start_handling: 'first_seen' },
};
const WAREHOUSE = {
  ...{ kind: 'ExperimentDataWarehouseNode', table_name: 't', timestamp_field: 'at' },
  ...{ events_join_key: 'a', data_warehouse_join_key: 'b' },
};
const MISSING = "'type': 'missing', 'msg': 'Field required'";
const FORBIDDEN = "'type': 'extra_forbidden', 'msg': 'Extra inputs are not permitted'";
const HINT =
  "EventsNode does not accept an 'id' field. To reference an event, use {'kind': 'EventsNode', 'event': '<event_name>'} " +
  "(omit 'id'). To reference an action, switch to {'kind': 'ActionsNode', 'id': <integer_action_id>} (omit 'event').";

/** What follows `Invalid metric at index 0: `. */
const SHAPES: readonly [metric: unknown, text: string][] = [
  ['x', 'must be a dict'],
  [null, 'must be a dict'],
  [[], 'must be a dict'],
  [
    { kind: 'ExperimentTrendsQuery' },
    "legacy metric kind 'ExperimentTrendsQuery' is no longer supported. Use 'ExperimentMetric' instead.",
  ],
  [
    { kind: 'ExperimentFunnelsQuery' },
    "legacy metric kind 'ExperimentFunnelsQuery' is no longer supported. Use 'ExperimentMetric' instead.",
  ],
  [{}, "metric kind must be 'ExperimentMetric'"],
  [{ kind: ['ExperimentTrendsQuery'] }, "metric kind must be 'ExperimentMetric'"],
  [{ kind: 'ExperimentMetric' }, 'ExperimentMetric requires a metric_type'],
  [{ kind: 'ExperimentMetric', metric_type: null }, 'ExperimentMetric requires a metric_type'],
  [
    { kind: 'ExperimentMetric', metric_type: 'sum' },
    "ExperimentMetric metric_type must be 'mean', 'funnel', 'ratio', or 'retention'",
  ],
  [{ kind: 'ExperimentMetric', metric_type: 'mean' }, `[{'loc': ('mean', 'source'), ${MISSING}}].`],
  [{ ...MEAN, gaol: 'increase' }, `[{'loc': ('mean', 'gaol'), ${FORBIDDEN}}].`],
  [
    { ...MEAN, source: { ...EVENT, event: 5 } },
    "[{'loc': ('mean', 'source', 'EventsNode', 'event'), 'type': 'string_type', 'msg': 'Input should be a valid string'}].",
  ],
  [
    { ...MEAN, source: { ...EVENT, id: 5 } },
    `[{'loc': ('mean', 'source', 'EventsNode', 'id'), ${FORBIDDEN}}]. ${HINT}`,
  ],
  [
    { ...MEAN, source: { kind: 'ActionsNode', id: 'x' } },
    "[{'loc': ('mean', 'source', 'ActionsNode', 'id'), 'type': 'int_type', 'msg': 'Input should be a valid integer'}].",
  ],
  [
    { ...MEAN, source: { kind: 'ActionsNode', id: 1.5 } },
    "[{'loc': ('mean', 'source', 'ActionsNode', 'id'), 'type': 'int_from_float', 'msg': 'Input should be a valid integer, got a number with a fractional part'}].",
  ],
  [
    { ...MEAN, source: 3 },
    "[{'loc': ('mean', 'source'), 'type': 'dict_type', 'msg': 'Input should be a valid dictionary'}].",
  ],
  [
    { ...MEAN, source: { event: 'signed_up' } },
    `[{'loc': ('mean', 'source'), 'type': 'union_tag_not_found', 'msg': "Unable to extract tag using discriminator 'kind'"}].`,
  ],
  [
    { ...MEAN, goal: 'up' },
    `[{'loc': ('mean', 'goal'), 'type': 'enum', 'msg': "Input should be 'increase' or 'decrease'"}].`,
  ],
  [
    { ...MEAN, breakdownFilter: { breakdowns: [{}, {}, {}, {}] } },
    "[{'loc': ('mean', 'breakdownFilter', 'breakdowns'), 'type': 'too_long', 'msg': 'List should have at most 3 items after validation, not 4'}].",
  ],
  [
    { ...MEAN, ignore_zeros: 'yes' },
    "[{'loc': ('mean', 'ignore_zeros'), 'type': 'bool_type', 'msg': 'Input should be a valid boolean'}].",
  ],
  [
    { ...MEAN, threshold: 'x' },
    "[{'loc': ('mean', 'threshold'), 'type': 'float_type', 'msg': 'Input should be a valid number'}].",
  ],
  [
    { ...FUNNEL, series: EVENT },
    "[{'loc': ('funnel', 'series'), 'type': 'list_type', 'msg': 'Input should be a valid list'}].",
  ],
  [
    { ...FUNNEL, series: [EVENT, { ...EVENT, evnet: 'x' }] },
    `[{'loc': ('funnel', 'series', 1, 'EventsNode', 'evnet'), ${FORBIDDEN}}].`,
  ],
  [
    { kind: 'ExperimentMetric', metric_type: 'ratio' },
    `[{'loc': ('ratio', 'numerator'), ${MISSING}}, {'loc': ('ratio', 'denominator'), ${MISSING}}].`,
  ],
  [
    { ...FUNNEL, series: [] },
    'funnel metrics require at least one step. The experiment exposure event is added as the initial step automatically.',
  ],
  [
    { ...MEAN, threshold: 2, source: { ...EVENT, math: 'avg', math_property: 'amount' } },
    'a threshold is only supported for sum or count (total) math types.',
  ],
  [{ ...MEAN, threshold: 0 }, 'threshold must be a positive number.'],
  [{ ...MEAN, threshold: -1 }, 'threshold must be a positive number.'],
  [
    { ...MEAN, threshold: 2, upper_bound_percentile: 0.9 },
    'a threshold cannot be combined with outlier handling (winsorization).',
  ],
  [
    { ...RETENTION, start_event: EXPOSURE, conversion_window: 3, conversion_window_unit: 'day' },
    "a conversion window cannot be combined with an experiment exposure start. Retention already anchors on each user's first exposure.",
  ],
  [
    { ...RETENTION, start_event: EXPOSURE, start_handling: 'last_seen' },
    "start_handling 'last_seen' cannot be combined with an experiment exposure start. Retention always anchors on each user's first exposure.",
  ],
];

describe.each(['metrics', 'metrics_secondary'] as const)('%s', (field) => {
  const check = (value: unknown, facts: Partial<MetricFacts> = {}) =>
    validateMetrics(value, field, { ...FACTS, ...facts });

  it('refuse what is no list', () => {
    const detail = 'Metrics must be a list';
    expect(refusalOf(() => check({}))).toEqual({ detail, attr: field, code: 'invalid_input' });
  });

  it.each(SHAPES)('refuse %j', (metric, text) => {
    const refused = { detail: `Invalid metric at index 0: ${text}`, attr: field, code: 'invalid_input' };
    expect(refusalOf(() => check([metric, MEAN]))).toEqual(refused);
    const second = refusalOf(() => check([MEAN, metric]));
    expect(second.detail).toBe(`Invalid metric at index 1: ${text}`);
  });

  it('refuse a conversion window without its unit', () => {
    const detail =
      `Invalid metric at index 1 in ${field}: conversion_window is set but conversion_window_unit is missing. A window ` +
      'without a unit is ignored, so the metric counts events until the experiment ends. Set conversion_window_unit to ' +
      "one of 'second', 'minute', 'hour', 'day', 'week', 'month', or remove conversion_window.";
    const refused = refusalOf(() => check([MEAN, { ...MEAN, conversion_window: 14 }]));
    expect(refused).toEqual({ detail, attr: null, code: 'invalid_input' });
  });

  it('refuse unknown actions, whatever the caller allows', () => {
    const node = (id: number) => ({ kind: 'ActionsNode', id });
    const metrics = [
      { ...RATIO, denominator: node(12) },
      { ...FUNNEL, series: [ACTION, node(9), node(12)] },
    ];
    expect(refusalOf(() => check(metrics, { allowUnknownEvents: true }))).toEqual({
      detail:
        'Action(s) with ID 9, 12 not found or deleted. ' +
        'Each ActionsNode must reference an existing action belonging to this project.',
      attr: null,
      code: 'invalid_input',
    });
  });

  it('refuse events that were never seen', () => {
    const node = (event: string) => ({ kind: 'EventsNode', event });
    const metrics = [
      { ...MEAN, source: node('foo') },
      { ...RETENTION, completion_event: node('bar') },
    ];
    expect(refusalOf(() => check(metrics))).toEqual({
      detail:
        "Event(s) 'bar', 'foo' not found. No events with these names have been ingested by this project. If you meant a " +
        'different event, please correct it. Only if the user has explicitly confirmed they want to proceed with the ' +
        'unknown event (e.g. they will instrument it shortly), call again with allow_unknown_events=True. ' +
        'Do not flip the flag silently to bypass this check.',
      attr: null,
      code: 'invalid_input',
    });
    expect(check(metrics, { allowUnknownEvents: true })).toEqual(metrics);
  });

  it.each([
    ['an event that the experiment has already', { ...MEAN, source: { kind: 'EventsNode', event: 'long_gone' } }],
    ['a null event', { ...MEAN, source: { kind: 'EventsNode', event: null } }],
    ['a blank event', { ...MEAN, source: { kind: 'EventsNode', event: '  ' } }],
    ['no event', { ...MEAN, source: { kind: 'EventsNode' } }],
    ['a one-step funnel', FUNNEL],
    ['a ratio', RATIO],
    ['a retention', RETENTION],
    ['a retention since exposure', { ...RETENTION, start_event: EXPOSURE }],
    ['a threshold on a sum', { ...MEAN, threshold: 1, source: { ...EVENT, math: 'sum', math_property: 'a' } }],
    ['a warehouse table', { ...MEAN, source: WAREHOUSE }],
    ['a window with its unit', { ...MEAN, conversion_window: 14, conversion_window_unit: 'day' }],
    ['the fields of an answer', { ...MEAN, uuid: 'u', fingerprint: 'f', name: null, goal: 'decrease' }],
    ['property filters', { ...MEAN, source: { ...EVENT, properties: [{ key: 'plan', value: 'pro', type: 'event' }] } }],
  ])('take %s as it was sent', (_case, metric) => {
    expect(check([metric])).toEqual([metric]);
  });

  it('are empty where null was sent', () => {
    expect(check(null)).toEqual([]);
  });

  it('list at most 15 schema errors', () => {
    const detail = refusalOf(() =>
      check([{ ...FUNNEL, series: Array.from({ length: 20 }, () => ({ ...EVENT, x: 1 })) }]),
    ).detail;
    expect(detail.match(/extra_forbidden/g)).toHaveLength(15);
    expect(detail).toContain("{'truncated': '...5 more'}].");
  });
});

describe('the events of metrics', () => {
  it('are those of every node, once each', () => {
    const blank = { ...MEAN, source: { kind: 'EventsNode', event: ' ' } };
    expect([...metricEvents([MEAN, RATIO, RETENTION, blank])]).toEqual(['signed_up']);
  });
});
