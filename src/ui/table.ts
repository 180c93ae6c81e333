import { effectOf } from '../render/effect.js';
import type { MetricReading, VariantReading } from '../schema/results.js';
import { effectText, intervalText, metricName, surety, valueText } from './metrics.js';
import { count } from './numbers.js';
import { type Branch, h, type Tree, typed } from './tree.js';

const HEAD = ['Metric', 'Variant', 'Users', 'Value', 'Effect', 'Interval', 'Verdict', 'How sure'];

/** All numbers of the pictures, and those by breakdown value. `open`: shown from the start. */
export function numbersTable(metrics: readonly MetricReading[], open: boolean): Branch | null {
  const rows = metrics.flatMap((metric) => [
    ...metric.variants.map((variant) => rowOf(variant, metric)),
    ...(metric.breakdowns ?? []).flatMap(({ value, variants }) =>
      variants.map((variant) => rowOf(variant, metric, value)),
    ),
  ]);
  if (rows.length === 0) return null;
  return h(
    'details',
    open ? { open: '' } : {},
    h('summary', {}, 'All numbers as a table'),
    h(
      'div',
      { class: 'scroll' },
      h(
        'table',
        {},
        h('thead', {}, h('tr', {}, ...HEAD.map((name) => h('th', { scope: 'col' }, name)))),
        h('tbody', {}, ...rows),
      ),
    ),
  );
}

function rowOf(variant: VariantReading, metric: MetricReading, part?: string): Branch {
  const effect = effectOf(variant, metric);
  const baseline = variant.key === metric.baseline;
  const cells: Tree[] = [
    typed(variant.key),
    count(variant.samples),
    valueText(variant, metric),
    effect ? effectText(effect) : '',
    effect ? intervalText(effect) : '',
    baseline ? 'baseline' : (variant.invalid?.join(', ') ?? variant.verdict ?? ''),
    surety(variant),
  ];
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, typed(metricName(metric)), ...(part === undefined ? [] : [' · ', typed(part)])),
    ...cells.map((cell) => h('td', {}, cell)),
  );
}
