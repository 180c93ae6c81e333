import { isObject } from '../store/json.js';
import type { JsonObject, SavedMetricLink } from '../store/model.js';
import type { Store } from '../store/store.js';
import { metricError } from '../validation/metrics.js';

/** A link decides how its metric is broken down; of a link without breakdowns nothing else counts. */
function attribution(query: JsonObject, metadata: JsonObject): JsonObject {
  const { breakdownAttributionType: type, breakdownAttributionValue: value } = metadata;
  if (query.metric_type !== 'funnel' || (type ?? null) === null) return query;
  const { breakdownAttributionValue: _replaced, ...rest } = query;
  return {
    ...rest,
    breakdownAttributionType: type,
    ...((value ?? null) === null ? {} : { breakdownAttributionValue: value }),
  };
}

/** A saved metric as one experiment counts it: with the breakdowns of the link. Source: PostHog behaviour. */
export function effectiveQuery(query: JsonObject, { metadata }: Pick<SavedMetricLink, 'metadata'>): JsonObject {
  const breakdowns: unknown[] = Array.isArray(metadata.breakdowns) ? metadata.breakdowns : [];
  const own = isObject(query.breakdownFilter) ? query.breakdownFilter : {};
  if (breakdowns.length === 0) return { ...query, breakdownFilter: { ...own, breakdowns } };
  const { breakdown_limit: limit } = metadata;
  const breakdownFilter = { ...own, breakdowns, ...((limit ?? null) === null ? {} : { breakdown_limit: limit }) };
  return { ...attribution(query, metadata), breakdownFilter };
}

/** Whether a query is one that can be counted: neither of an old format nor incomplete. */
export function isCountable(query: JsonObject): boolean {
  return metricError(query) === undefined;
}

function renamed(value: unknown, store: Store): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, store));
  if (!isObject(value)) return value;
  const action = value.kind === 'ActionsNode' ? store.actions.get(Number(value.id)) : undefined;
  if (action) return { ...value, name: action.name };
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, renamed(inner, store)]));
}

/** The metric with the names that its actions have now; an action that is gone keeps the name it had. */
export function withActionNames(metric: JsonObject, store: Store): JsonObject {
  const named = metric.kind === 'ExperimentMetric' ? renamed(metric, store) : metric;
  return isObject(named) ? named : metric;
}
