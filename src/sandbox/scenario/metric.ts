import type { JsonObject } from '../store/model.js';
import type { ScenarioMetric } from './schema.js';

/** Stands in where a project has no events; every project has it in the end. */
const FALLBACK_EVENT = '$pageview';
/** Letters of a word that have to agree, so that `purchases` finds `purchase_completed`. */
const STEM = 5;

function stems(text: string): Set<string> {
  const words = text.toLowerCase().split(/[^a-z0-9]+/);
  return new Set(words.filter((word) => word.length >= STEM - 1).map((word) => word.slice(0, STEM)));
}

/** The events, those that share most words with the metric's name first. */
function byLikeness(name: string, events: readonly string[]): string[] {
  const wanted = stems(name);
  const likeness = (event: string) => [...stems(event)].filter((stem) => wanted.has(stem)).length;
  return [...events].sort((a, b) => likeness(b) - likeness(a));
}

function eventNode(event: string): JsonObject {
  return { kind: 'EventsNode', event };
}

function sources(type: ScenarioMetric['metric_type'], best: JsonObject, other: JsonObject): JsonObject {
  if (type === 'mean') return { source: { ...best, math: 'total' } };
  if (type === 'funnel') return { series: [best], funnel_order_type: 'ordered' };
  if (type === 'ratio') return { numerator: best, denominator: other };
  return {
    start_event: other,
    completion_event: best,
    retention_window_start: 1,
    retention_window_end: 7,
    retention_window_unit: 'day',
    start_handling: 'first_seen',
  };
}

/** The full `ExperimentMetric` of a scenario's metric: its own query, or one made from the project's events. */
export function metricDefinition(metric: ScenarioMetric, events: readonly string[]): JsonObject {
  const { name, goal, metric_type: type, query } = metric;
  if (query !== undefined) {
    return { ...(name === undefined ? {} : { name }), ...(goal === undefined ? {} : { goal }), ...query };
  }
  const [best = FALLBACK_EVENT, other = best] = byLikeness(name ?? '', events);
  return {
    kind: 'ExperimentMetric',
    metric_type: type,
    ...(name === undefined ? {} : { name }),
    goal: goal ?? 'increase',
    ...sources(type, eventNode(best), eventNode(other)),
  };
}
