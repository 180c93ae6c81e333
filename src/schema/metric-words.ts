import { z } from 'zod';
import { type Metric, type MetricNode, type MetricRole, whyUnreadable } from './metric.js';
import { breakdownName } from './metric-breakdowns.js';
import { filterText } from './metric-filters.js';
import { plainOrQuoted } from './quote.js';

/** How each math reads, and the word before the event that it counts; `%` is the property. */
const COUNTS: Readonly<Record<string, readonly [what: string, link: string]>> = {
  total: ['total count', 'of'],
  sum: ['sum of %', 'of'],
  avg: ['average of %', 'of'],
  min: ['minimum of %', 'of'],
  max: ['maximum of %', 'of'],
  dau: ['unique users', 'with'],
  unique_session: ['unique sessions', 'with'],
};

/** "sum of amount per user of purchase_completed where plan = pro". */
function countText(node: MetricNode | null | undefined, per = ''): string {
  if (!node) return '?';
  const math = node.math ?? 'total';
  const property = node.math_property ? plainOrQuoted(node.math_property) : undefined;
  // What is counted by people is one or none for each of them.
  const each = math === 'dau' ? '' : per;
  const [what, link] = COUNTS[math] ?? [`${plainOrQuoted(math)}${property === undefined ? '' : ' of %'}`, 'of'];
  return `${what.replace('%', () => property ?? '?')}${each} ${link} ${eventText(node)}`;
}

/** "purchase_completed where plan = pro". */
function eventText(node: MetricNode | null | undefined): string {
  if (!node) return '?';
  const filters: unknown[] = Array.isArray(node.properties) ? node.properties : [];
  return `${sourceText(node)}${filters.length > 0 ? ` where ${filters.map(filterText).join(' and ')}` : ''}`;
}

function sourceText({ kind, event, id, table_name }: MetricNode): string {
  if (event) return plainOrQuoted(event);
  if (table_name) return `table ${plainOrQuoted(table_name)}`;
  if (kind === 'ExperimentExposureNode') return 'exposure';
  return id === undefined ? 'any event' : `action ${plainOrQuoted(String(id))}`;
}

/** What the metric measures, in the events' own names, with its windows, caps and breakdowns. */
export function measures(metric: Metric): string {
  const unreadable = whyUnreadable(metric);
  if (unreadable !== undefined) return `unknown: it cannot be read (${unreadable})`;
  return [countedText(metric), windowText(metric), ...capTexts(metric), breakdownText(metric)]
    .filter((part) => part !== '')
    .join(', ');
}

function countedText(metric: Metric): string {
  switch (metric.metric_type) {
    case 'mean':
      return meanText(metric);
    case 'funnel':
      return funnelText(metric);
    case 'ratio':
      return `${countText(metric.numerator)} / ${countText(metric.denominator)}`;
    case 'retention':
      return `${eventText(metric.start_event)} → ${eventText(metric.completion_event)}${retentionText(metric)}`;
    default:
      return plainOrQuoted(metric.kind ?? 'unknown');
  }
}

function meanText({ source, threshold }: Metric): string {
  const counted = countText(source, ' per user');
  return typeof threshold === 'number' ? `share of users who reach ${threshold} by ${counted}` : counted;
}

/** How the steps have to follow each other; nothing to say of a single one. */
const ORDERS: Readonly<Record<string, string>> = {
  ordered: 'in this order',
  unordered: 'in any order',
  strict: 'in this order with nothing between',
};

function funnelText({ series, funnel_order_type: order }: Metric): string {
  const steps = ['exposure', ...(series ?? []).map(eventText)].join(' → ');
  if ((series ?? []).length < 2 && (!order || order === 'ordered')) return steps;
  return `${steps}, ${typeof order === 'string' ? (ORDERS[order] ?? plainOrQuoted(order)) : ORDERS.ordered}`;
}

/** ", day 7 after the first start" or ", days 1–7 after the last start". */
function retentionText(metric: Metric): string {
  const { retention_window_start: from, retention_window_end: to, start_handling: handling } = metric;
  if (typeof from !== 'number' || typeof to !== 'number') return '';
  const unit = plainOrQuoted(metric.retention_window_unit ?? 'day');
  const after = `after the ${handling === 'last_seen' ? 'last' : 'first'} start`;
  return from === to ? `, ${unit} ${to} ${after}` : `, ${unit}s ${from}–${to} ${after}`;
}

/** Of a retention metric, the window is for its start. */
function windowText({ metric_type, conversion_window: window, conversion_window_unit: unit }: Metric): string {
  if (typeof window !== 'number' || !unit) return '';
  return `${metric_type === 'retention' ? 'started ' : ''}within ${amount(window, unit)} of exposure`;
}

function amount(count: number, unit: string): string {
  return `${count} ${plainOrQuoted(unit)}${count === 1 ? '' : 's'}`;
}

function capTexts({
  metric_type,
  numerator_outlier_handling: over,
  denominator_outlier_handling: under,
  ...metric
}: Metric): string[] {
  if (metric_type === 'mean') return [capText('', metric)];
  return metric_type === 'ratio' ? [capText('numerator ', over), capText('denominator ', under)] : [];
}

/** "capped at the 99th percentile (ignoring zeros)"; empty where nothing is. */
function capText(of: string, handling: unknown): string {
  const { lower_bound_percentile: lower, upper_bound_percentile: upper, ignore_zeros: zeros } = Object(handling);
  const bounds = [lower, upper].filter((bound) => typeof bound === 'number').map(ordinal);
  if (bounds.length === 0) return '';
  return `${of}capped at the ${bounds.join(' and ')} percentile${bounds.length > 1 ? 's' : ''}${zeros === true ? ' (ignoring zeros)' : ''}`;
}

function ordinal(fraction: number): string {
  const percent = Number((fraction * 100).toPrecision(6));
  const ending = { one: 'st', two: 'nd', few: 'rd' }[String(ORDINALS.select(percent))] ?? 'th';
  return `${percent}${Number.isInteger(percent) ? ending : 'th'}`;
}

const ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' });

function breakdownText(metric: Metric): string {
  const { breakdownFilter, breakdownAttributionType: touch, breakdownAttributionValue: step } = metric;
  const breakdowns: unknown = Object(breakdownFilter).breakdowns;
  if (!Array.isArray(breakdowns) || breakdowns.length === 0) return '';
  const names = breakdowns.map(breakdownName);
  const at = typeof step === 'number' && touch === 'step' ? `step ${step + 1}` : touch;
  return `by ${names.join(' and ')}${typeof at === 'string' ? ` (${plainOrQuoted(at)})` : ''}`;
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
