import { describe, expect, it } from 'vitest';
import { misnamed, sameDefinitions } from '../../src/decision/odd-metrics.js';
import { experimentWire } from '../../src/schema/experiment.js';

const withMetrics = (...metrics: object[]) =>
  experimentWire.parse({ id: 1, name: 'One', feature_flag_key: 'one', metrics });
const counting = (event: string, rest: object = {}) => ({
  ...{ kind: 'ExperimentMetric', metric_type: 'mean', source: { kind: 'EventsNode', event } },
  ...rest,
});
const steps = (...events: string[]) => ({
  ...{ kind: 'ExperimentMetric', metric_type: 'funnel' },
  series: events.map((event) => ({ kind: 'EventsNode', event })),
});

describe('two metrics', () => {
  it.each<[string, object, object, boolean]>([
    ['of other names and uuids', { name: 'A', uuid: 'a' }, { name: 'B', uuid: 'b' }, true],
    ['one of which says the defaults', {}, { goal: 'increase', conversion_window: null }, true],
    ['with opposite goals', {}, { goal: 'decrease' }, false],
    ['with other windows', {}, { conversion_window: 7, conversion_window_unit: 'day' }, false],
    ['one of them capped', {}, { upper_bound_percentile: 0.99 }, false],
  ])('%s measure the same: %#', (_, one, other, same) => {
    expect(sameDefinitions(withMetrics(counting('a', one), counting('a', other)))).toHaveLength(same ? 1 : 0);
  });

  it('with their steps in another order are two', () => {
    expect(sameDefinitions(withMetrics(steps('a', 'b'), steps('b', 'a')))).toEqual([]);
    expect(sameDefinitions(withMetrics(steps('a', 'b'), steps('a', 'b')))).toHaveLength(1);
  });

  it('that cannot be read are not compared', () => {
    expect(sameDefinitions(withMetrics({ uuid: 'a', series: 1 }, { uuid: 'b', series: 1 }))).toEqual([]);
  });
});

describe('a name', () => {
  const EVENTS = [
    'signed_up',
    'purchase_completed',
    '$pageview',
    'checkoutStarted',
    'page_loaded',
    'revenue_page_opened',
  ];

  it.each<[name: string, own: object, means: string | undefined]>([
    ['Signup', counting('$pageview'), 'signed_up'],
    ['Sign ups', counting('purchase_completed'), 'signed_up'],
    ['Purchases', counting('signed_up'), 'purchase_completed'],
    ['Pageviews', counting('signed_up'), '$pageview'],
    ['Checkout started', counting('signed_up'), 'checkoutStarted'],
    ['Signup', counting('signed_up'), undefined],
    ['Signup', counting('user_signup'), undefined],
    ['Purchases', counting('purchase_refunded'), undefined],
    ['Signup', steps('$pageview', 'signed_up'), undefined],
    ['Conversion', counting('$pageview'), undefined],
    ['Revenue per user', counting('purchase_completed'), 'revenue_page_opened'],
    [
      'Revenue',
      counting('purchase_completed', { source: { event: 'order', math: 'sum', math_property: 'revenue_eur' } }),
      undefined,
    ],
    ['ARPU', counting('purchase_completed'), undefined],
    ['', counting('$pageview'), undefined],
    ['Signup', { ...counting(''), source: { kind: 'ActionsNode', id: 4 } }, undefined],
  ])('%j on %j means %s', (name, own, means) => {
    expect(misnamed(withMetrics({ ...own, name }), EVENTS)[0]?.means).toBe(means);
  });
});
