import { describe, expect, it } from 'vitest';
import { metricWire } from '../../src/schema/metric.js';
import { measures } from '../../src/schema/metric-words.js';

const bought = { kind: 'EventsNode', event: 'purchase_completed' };
const country = { key: 'country', type: 'event', operator: 'exact', value: ['NO'] };

describe('what a metric measures', () => {
  it.each([
    ['purchase_completed', { metric_type: 'mean', source: bought }],
    [
      'sum of amount of purchase_completed',
      { metric_type: 'mean', source: { ...bought, math: 'sum', math_property: 'amount' } },
    ],
    ['unique users of purchase_completed', { metric_type: 'mean', source: { ...bought, math: 'dau' } }],
    ['purchase_completed (filtered)', { metric_type: 'mean', source: { ...bought, properties: [country] } }],
    ['purchase_completed', { metric_type: 'mean', source: { ...bought, properties: [] } }],
    ['action 5', { metric_type: 'mean', source: { kind: 'ActionsNode', id: 5 } }],
    ['any event', { metric_type: 'mean', source: { kind: 'EventsNode', event: null } }],
    [
      '"a\\nb" of "c\\nd" of "e\\nf", within 2 "g\\nh"s',
      {
        metric_type: 'mean',
        source: { event: 'e\nf', math: 'a\nb', math_property: 'c\nd' },
        conversion_window: 2,
        conversion_window_unit: 'g\nh',
      },
    ],
    ['table orders', { metric_type: 'mean', source: { kind: 'ExperimentDataWarehouseNode', table_name: 'orders' } }],
    [
      'exposure → purchase_completed, within 48 hours',
      { metric_type: 'funnel', series: [bought], conversion_window: 48, conversion_window_unit: 'hour' },
    ],
    [
      'purchase_completed, within 1 day',
      { metric_type: 'mean', source: bought, conversion_window: 1, conversion_window_unit: 'day' },
    ],
    ['purchase_completed', { metric_type: 'mean', source: bought, conversion_window: 48 }],
    [
      'sum of amount of purchase_completed / signed_up',
      {
        metric_type: 'ratio',
        numerator: { ...bought, math: 'sum', math_property: 'amount' },
        denominator: { event: 'signed_up' },
      },
    ],
  ])('reads %s', (words, metric) => {
    expect(measures(metricWire.parse({ kind: 'ExperimentMetric', ...metric }))).toBe(words);
  });

  it.each([
    [7, 7, 'day', 'signed_up → logged_in, day 7'],
    [1, 7, 'day', 'signed_up → logged_in, days 1–7'],
    [0, 2, 'week', 'signed_up → logged_in, weeks 0–2'],
    [undefined, undefined, undefined, 'signed_up → logged_in'],
  ])('reads retention from %s to %s in units of a %s', (start, end, unit, words) => {
    const metric = metricWire.parse({
      metric_type: 'retention',
      start_event: { event: 'signed_up' },
      completion_event: { event: 'logged_in' },
      retention_window_start: start,
      retention_window_end: end,
      retention_window_unit: unit,
    });
    expect(measures(metric)).toBe(words);
  });
});
