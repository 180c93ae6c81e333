import type { Context } from '../http/router.js';
import { isObject } from '../store/json.js';
import type { JsonObject, SavedMetricRow } from '../store/model.js';
import type { Store } from '../store/store.js';
import { metricEvents } from '../validation/metrics.js';

/** Where in a metric the event stands. */
function rolesOf(query: JsonObject, event: string): string[] {
  const is = (node: unknown) => isObject(node) && node.event === event;
  const series: unknown[] = Array.isArray(query.series) ? query.series : [];
  const roles: [string, boolean][] = [
    ['funnel_step', series.slice(0, -1).some(is)],
    ['funnel_final_step', is(series.at(-1))],
    ['mean_source', is(query.source)],
    ['ratio_numerator', is(query.numerator)],
    ['ratio_denominator', is(query.denominator)],
    ['retention_start', is(query.start_event)],
    ['retention_completion', is(query.completion_event)],
  ];
  return roles.flatMap(([role, holds]) => (holds ? [role] : []));
}

function entryOf(metric: SavedMetricRow, event: string | null, store: Store) {
  const rows = [...store.experiments.values()].filter((row) => !row.deleted);
  const uses = rows.flatMap((row) =>
    row.saved_metrics
      .filter((link) => link.saved_metric === metric.id)
      .map((link) => ({ type: link.metadata.type, at: row.start_date ?? row.created_at })),
  );
  const roles = event === null ? [] : rolesOf(metric.query, event);
  return {
    id: metric.id,
    name: metric.name,
    metric_type: metric.query.metric_type ?? null,
    events: [...metricEvents([metric.query])],
    action_ids: [],
    used_as_primary: uses.filter(({ type }) => type === 'primary').length,
    used_as_secondary: uses.filter(({ type }) => type === 'secondary').length,
    last_used_at:
      uses
        .map(({ at }) => at)
        .sort()
        .at(-1) ?? null,
    matches_metric_event: roles.length > 0,
    metric_event_roles: roles,
  };
}

interface Asked {
  metric_event: string | null;
  shared_metrics_limit: number;
}

/** Shared metrics that could measure the event, those that do first. */
export function sharedMetrics(question: Asked, { store, project }: Context) {
  const { metric_event, shared_metrics_limit: limit } = question;
  const own = [...store.savedMetrics.values()].filter((metric) => metric.project_id === project.id);
  const metrics = own.map((metric) => entryOf(metric, metric_event, store));
  metrics.sort((a, b) => Number(b.matches_metric_event) - Number(a.matches_metric_event) || b.id - a.id);
  return { metric_event, metric_event_match_truncated: false, metrics: metrics.slice(0, limit) };
}
