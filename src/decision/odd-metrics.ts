import { canonical } from '../schema/canonical.js';
import type { Experiment } from '../schema/experiment.js';
import { type Metric, whyUnreadable } from '../schema/metric.js';
import { eventsOf } from '../schema/metric-words.js';
import { likeness } from '../words/likeness.js';

interface Named {
  name: string;
  metric: Metric;
}

/** Metrics of an experiment that can be read, its own and shared ones. */
export function namedMetrics({ metrics, metrics_secondary, saved_metrics }: Experiment): Named[] {
  const own = [...(metrics ?? []), ...(metrics_secondary ?? [])].map((metric) => ({ metric, name: metric.name }));
  const shared = (saved_metrics ?? []).flatMap(({ query, name }) =>
    query ? [{ metric: query, name: query.name ?? name }] : [],
  );
  return [...own, ...shared]
    .filter(({ metric }) => whyUnreadable(metric) === undefined)
    .map(({ metric, name }) => ({ metric, name: name ?? metric.uuid ?? '' }));
}

/** What says who a metric is, and not what it measures. */
const LABELS: ReadonlySet<string> = new Set([
  ...['uuid', 'name', 'custom_name', 'fingerprint', 'isSharedMetric', 'sharedMetricId'],
]);

/** PostHog's defaults, so that saying them changes nothing. */
const DEFAULTS: Readonly<Record<string, unknown>> = { goal: 'increase', math: 'total', funnel_order_type: 'ordered' };

/** A definition without labels, defaults and what is empty. */
function essence(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(essence);
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).flatMap(([key, part]) => {
    const plain = essence(part);
    const isEmpty = (plain ?? null) === null || (typeof plain === 'object' && Object.keys(Object(plain)).length === 0);
    return isEmpty || LABELS.has(key) || DEFAULTS[key] === plain ? [] : [[key, plain] as const];
  });
  return Object.fromEntries(kept);
}

/** Names of metrics that measure the same, a group for each definition that occurs twice or more. */
export function sameDefinitions(experiment: Experiment): string[][] {
  const groups = new Map<string, string[]>();
  for (const { name, metric } of namedMetrics(experiment)) {
    const definition = canonical(essence(metric));
    groups.set(definition, [...(groups.get(definition) ?? []), name]);
  }
  return [...groups.values()].filter((names) => names.length > 1);
}

/** From this likeness on a name means an event. Source: our choice; "Signup" and `signed_up` have 0.75. */
const MEANT = 0.7;
/** Up to this likeness it means another one. Source: our choice. */
const OTHER = 0.4;

export interface MisnamedMetric {
  name: string;
  /** The events that it counts. */
  counts: string[];
  /** The event that its name means. */
  means: string;
}

/** What is summed of an event can be what a metric is named after. */
function propertiesOf({ source, numerator, denominator }: Metric): string[] {
  return [source, numerator, denominator].flatMap((node) => node?.math_property ?? []);
}

/** Metrics whose name means an event that exists and that they do not count. */
export function misnamed(experiment: Experiment, events: readonly string[]): MisnamedMetric[] {
  return namedMetrics(experiment).flatMap(({ name, metric }) => {
    const counts = eventsOf(metric);
    const about = [...counts, ...propertiesOf(metric)];
    if (counts.length === 0 || about.some((text) => likeness(name, text) > OTHER)) return [];
    const [best] = events
      .map((event) => ({ event, score: likeness(name, event) }))
      .sort((a, b) => b.score - a.score || (a.event < b.event ? -1 : 1));
    return best && best.score >= MEANT ? [{ name, counts, means: best.event }] : [];
  });
}
