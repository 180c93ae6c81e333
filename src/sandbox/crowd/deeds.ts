import type { Json } from '../events/table.js';
import { isObject } from '../store/json.js';
import type { JsonObject } from '../store/model.js';
import { countsFor, valuesFor } from './values.js';

const MS: Readonly<Record<string, number>> = {
  second: 1_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
  month: 30 * 86_400_000,
};

/** Events that one person does for a metric, so many milliseconds after the exposure at least and at most. */
export interface Deed {
  event: string;
  properties: Record<string, Json>;
  from: number;
  to: number;
}

/** Sums of one variant, as a scenario states them. */
export type Sums = Readonly<Record<string, number>>;

type Node = { event: string; properties: Record<string, Json>; valueProperty?: string };

/** Properties that pass the filters of an event; null where none can be found. */
function passing(filters: unknown): Record<string, Json> | null {
  if (filters === undefined || filters === null) return {};
  if (!Array.isArray(filters)) return null;
  const properties: Record<string, Json> = {};
  for (const filter of filters) {
    const { key, value, operator = 'exact', type = 'event' } = isObject(filter) ? filter : {};
    const [first] = Array.isArray(value) ? value : [value];
    if (typeof key !== 'string' || type !== 'event' || (operator !== 'exact' && operator !== 'is_set')) return null;
    properties[key] = operator === 'is_set' ? 'yes' : String(first);
  }
  return properties;
}

function nodeOf(value: unknown): Node | null {
  if (!isObject(value) || value.kind !== 'EventsNode' || typeof value.event !== 'string') return null;
  const properties = passing(value.properties);
  if (properties === null) return null;
  const { math_property: property } = value;
  return { event: value.event, properties, ...(typeof property === 'string' ? { valueProperty: property } : {}) };
}

const once = ({ event, properties }: Node, from: number, to: number): Deed => ({ event, properties, from, to });

function times(node: Node, counts: readonly number[], to: number): Deed[][] {
  return counts.map((count) => Array.from({ length: count }, () => once(node, 0, to)));
}

function valued(node: Node, data: Sums, to: number): Deed[][] {
  const { number_of_samples: people = 0, sum = 0, sum_squares: squares = 0 } = data;
  const property = node.valueProperty;
  if (property === undefined) return times(node, countsFor(Math.round(sum), people), to);
  return valuesFor({ sum, squares, people }).map((value) => [
    { ...once(node, 0, to), properties: { ...node.properties, [property]: value } },
  ]);
}

/** Merges what several lists say of the same person. */
function together(...all: readonly Deed[][][]): Deed[][] {
  const most = Math.max(0, ...all.map(({ length }) => length));
  return Array.from({ length: most }, (_, at) => all.flatMap((lists) => lists[at] ?? []));
}

/**
 * What the people of one variant do so that a metric comes to the stated sums, person by person; the rest does nothing. Null
 * for a metric whose events cannot be made up: of an action, of a table, or with filters that only PostHog can decide.
 */
export function deedsFor(metric: JsonObject, data: Sums): Deed[][] | null {
  const window = typeof metric.conversion_window === 'number' ? metric.conversion_window : null;
  const to =
    window === null ? Number.POSITIVE_INFINITY : window * (MS[String(metric.conversion_window_unit)] ?? Number.NaN);
  const { sum = 0, denominator_sum: denominator = 0 } = data;
  switch (metric.metric_type) {
    case 'mean': {
      const node = nodeOf(metric.source);
      return node && valued(node, data, to);
    }
    case 'funnel': {
      const steps = (Array.isArray(metric.series) ? metric.series : []).map(nodeOf);
      const known = steps.filter((step) => step !== null);
      if (known.length === 0 || known.length < steps.length) return null;
      return Array.from({ length: Math.round(sum) }, () => known.map((step) => once(step, 0, to)));
    }
    case 'ratio': {
      const [over, under] = [nodeOf(metric.numerator), nodeOf(metric.denominator)];
      if (over === null || under === null) return null;
      const below = { ...data, sum: denominator, sum_squares: data.denominator_sum_squares ?? 0 };
      return together(valued(under, below, to), valued(over, data, to));
    }
    case 'retention':
      return retained(metric, data);
    default:
      return null;
  }
}

function retained(
  metric: JsonObject,
  { sum = 0, denominator_sum, number_of_samples: people = 0 }: Sums,
): Deed[][] | null {
  const [start, back] = [nodeOf(metric.start_event), nodeOf(metric.completion_event)];
  const unit = MS[String(metric.retention_window_unit ?? 'day')] ?? Number.NaN;
  if (start === null || back === null) return null;
  const [first, last] = [
    Number(metric.retention_window_start ?? 1) * unit,
    Number(metric.retention_window_end ?? 7) * unit,
  ];
  const starters = Math.round(denominator_sum ?? people);
  return Array.from({ length: starters }, (_, at) =>
    at < Math.round(sum) ? [once(start, 0, 0), once(back, first, last)] : [once(start, 0, 0)],
  );
}
