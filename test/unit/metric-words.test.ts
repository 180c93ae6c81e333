import { describe, expect, it } from 'vitest';
import { metricWire } from '../../src/schema/metric.js';
import { measures } from '../../src/schema/metric-words.js';

const bought = { kind: 'EventsNode', event: 'purchase_completed' };
const joined = { kind: 'EventsNode', event: 'signed_up' };
const country = { key: 'country', type: 'event', operator: 'exact', value: ['NO'] };

describe('what a metric measures', () => {
  it.each([
    ['total count per user of purchase_completed', { metric_type: 'mean', source: bought }],
    [
      'sum of amount per user of purchase_completed',
      { metric_type: 'mean', source: { ...bought, math: 'sum', math_property: 'amount' } },
    ],
    ['unique users with purchase_completed', { metric_type: 'mean', source: { ...bought, math: 'dau' } }],
    [
      'unique sessions per user with purchase_completed',
      { metric_type: 'mean', source: { ...bought, math: 'unique_session' } },
    ],
    ['hogql per user of purchase_completed', { metric_type: 'mean', source: { ...bought, math: 'hogql' } }],
    [
      'total count per user of purchase_completed where country = NO',
      { metric_type: 'mean', source: { ...bought, properties: [country] } },
    ],
    [
      'total count per user of purchase_completed where country = NO and person:age > 30',
      {
        metric_type: 'mean',
        source: { ...bought, properties: [country, { key: 'age', type: 'person', operator: 'gt', value: 30 }] },
      },
    ],
    ['total count per user of purchase_completed', { metric_type: 'mean', source: { ...bought, properties: [] } }],
    ['total count per user of action 5', { metric_type: 'mean', source: { kind: 'ActionsNode', id: 5 } }],
    ['total count per user of any event', { metric_type: 'mean', source: { kind: 'EventsNode', event: null } }],
    [
      '"a\\nb" of "c\\nd" per user of "e\\nf", within 2 "g\\nh"s of exposure',
      {
        metric_type: 'mean',
        source: { event: 'e\nf', math: 'a\nb', math_property: 'c\nd' },
        conversion_window: 2,
        conversion_window_unit: 'g\nh',
      },
    ],
    [
      'total count per user of table orders',
      { metric_type: 'mean', source: { kind: 'ExperimentDataWarehouseNode', table_name: 'orders' } },
    ],
    [
      'exposure → purchase_completed, within 48 hours of exposure',
      { metric_type: 'funnel', series: [bought], conversion_window: 48, conversion_window_unit: 'hour' },
    ],
    ['exposure → signed_up → purchase_completed, in this order', { metric_type: 'funnel', series: [joined, bought] }],
    [
      'exposure → signed_up → purchase_completed, in any order',
      { metric_type: 'funnel', series: [joined, bought], funnel_order_type: 'unordered' },
    ],
    [
      'exposure → signed_up → purchase_completed, in this order with nothing between, by plan and person:tier (step 2)',
      {
        metric_type: 'funnel',
        series: [joined, bought],
        funnel_order_type: 'strict',
        breakdownFilter: { breakdowns: [{ property: 'plan' }, { property: 'tier', type: 'person' }] },
        breakdownAttributionType: 'step',
        breakdownAttributionValue: 1,
      },
    ],
    [
      'total count per user of purchase_completed, within 1 day of exposure',
      { metric_type: 'mean', source: bought, conversion_window: 1, conversion_window_unit: 'day' },
    ],
    ['total count per user of purchase_completed', { metric_type: 'mean', source: bought, conversion_window: 48 }],
    [
      'total count per user of purchase_completed, capped at the 99th percentile',
      { metric_type: 'mean', source: bought, upper_bound_percentile: 0.99 },
    ],
    [
      'total count per user of purchase_completed, capped at the 1st and 99.5th percentiles (ignoring zeros)',
      {
        metric_type: 'mean',
        source: bought,
        lower_bound_percentile: 0.01,
        upper_bound_percentile: 0.995,
        ignore_zeros: true,
      },
    ],
    [
      'share of users who reach 3 by total count per user of purchase_completed',
      { metric_type: 'mean', source: bought, threshold: 3 },
    ],
    [
      'sum of amount of purchase_completed / total count of signed_up, numerator capped at the 99th percentile, denominator capped at the 2nd percentile',
      {
        metric_type: 'ratio',
        numerator: { ...bought, math: 'sum', math_property: 'amount' },
        denominator: joined,
        numerator_outlier_handling: { upper_bound_percentile: 0.99 },
        denominator_outlier_handling: { lower_bound_percentile: 0.02 },
      },
    ],
  ])('reads %s', (words, metric) => {
    expect(measures(metricWire.parse({ kind: 'ExperimentMetric', ...metric }))).toBe(words);
  });

  it.each([
    [7, 7, 'day', 'first_seen', ', day 7 after the first start'],
    [1, 7, 'day', 'last_seen', ', days 1–7 after the last start'],
    [0, 2, 'week', undefined, ', weeks 0–2 after the first start'],
    [undefined, undefined, undefined, undefined, ''],
  ])('reads retention from %s to %s in units of a %s', (start, end, unit, handling, words) => {
    const metric = metricWire.parse({
      metric_type: 'retention',
      start_event: joined,
      completion_event: { event: 'logged_in' },
      retention_window_start: start,
      retention_window_end: end,
      retention_window_unit: unit,
      start_handling: handling,
    });
    expect(measures(metric)).toBe(`signed_up → logged_in${words}`);
  });
});
