import { z } from 'zod';
import { type Metric, type MetricNode, type MetricRole, whyUnreadable } from './metric.js';
import { plainOrQuoted } from './quote.js';

/** PostHog's names for what is counted of an event, where they are not words. */
const COUNTS: Readonly<Record<string, string>> = { dau: 'unique users', unique_session: 'unique sessions' };

/** "sum of amount of purchase_completed (filtered)". */
function nodeText(node: MetricNode | null | undefined): string {
  if (!node) return '?';
  const filtered = Array.isArray(node.properties) && node.properties.length > 0 ? ' (filtered)' : '';
  const counted = `${sourceText(node)}${filtered}`;
  if (!node.math || node.math === 'total') return counted;
  const property = node.math_property ? `${plainOrQuoted(node.math_property)} of ` : '';
  return `${COUNTS[node.math] ?? plainOrQuoted(node.math)} of ${property}${counted}`;
}

function sourceText({ kind, event, id, table_name }: MetricNode): string {
  if (event) return plainOrQuoted(event);
  if (table_name) return `table ${plainOrQuoted(table_name)}`;
  if (kind === 'ExperimentExposureNode') return 'exposure';
  return id === undefined ? 'any event' : `action ${plainOrQuoted(String(id))}`;
}

/** What the metric measures, in the events' own names, with its windows. */
export function measures(metric: Metric): string {
  const unreadable = whyUnreadable(metric);
  if (unreadable !== undefined) return `unknown: it cannot be read (${unreadable})`;
  const { conversion_window: window, conversion_window_unit: unit } = metric;
  const within = typeof window === 'number' && unit ? `, within ${amount(window, unit)}` : '';
  return `${countedText(metric)}${within}`;
}

function countedText(metric: Metric): string {
  switch (metric.metric_type) {
    case 'mean':
      return nodeText(metric.source);
    case 'funnel':
      return ['exposure', ...(metric.series ?? []).map(nodeText)].join(' → ');
    case 'ratio':
      return `${nodeText(metric.numerator)} / ${nodeText(metric.denominator)}`;
    case 'retention':
      return `${nodeText(metric.start_event)} → ${nodeText(metric.completion_event)}${retentionText(metric)}`;
    default:
      return plainOrQuoted(metric.kind ?? 'unknown');
  }
}

/** ", day 7" or ", days 1–7". */
function retentionText({ retention_window_start: from, retention_window_end: to, ...rest }: Metric): string {
  if (typeof from !== 'number' || typeof to !== 'number') return '';
  const unit = plainOrQuoted(rest.retention_window_unit ?? 'day');
  return from === to ? `, ${unit} ${to}` : `, ${unit}s ${from}–${to}`;
}

function amount(count: number, unit: string): string {
  return `${count} ${plainOrQuoted(unit)}${count === 1 ? '' : 's'}`;
}

/** Names of the events that a metric is made of. */
export function eventsOf({ source, series, numerator, denominator, ...rest }: Metric): string[] {
  const nodes = [source, ...(series ?? []), numerator, denominator, rest.start_event, rest.completion_event];
  return [...new Set(nodes.flatMap((node) => node?.event || []))];
}

export const metricView = z.object({
  uuid: z.string().optional(),
  name: z.string().optional(),
  role: z.string(),
  metric_type: z.string(),
  goal: z.string().optional(),
  measures: z.string().optional(),
  query: z.looseObject({}).optional(),
});

export function viewMetric(metric: Metric, role: MetricRole, detail: 'concise' | 'full'): z.output<typeof metricView> {
  return {
    ...(metric.uuid ? { uuid: metric.uuid } : {}),
    ...(metric.name ? { name: metric.name } : {}),
    role,
    metric_type: metric.metric_type ?? (whyUnreadable(metric) === undefined ? 'legacy' : 'unknown'),
    goal: metric.goal ?? 'increase',
    measures: measures(metric),
    ...(detail === 'full' ? { query: metric } : {}),
  };
}
