import type { z } from 'zod';
import { invalid } from '../http/api-error.js';
import { canonicalJson, isObject } from '../store/json.js';
import type { JsonObject } from '../store/model.js';
import { legacyType, METRIC_SCHEMAS, METRIC_TYPES, type MetricType, WINDOW_UNITS } from './metric-schema.js';
import { pydanticErrors, type SchemaError } from './pydantic.js';
import { pyRepr } from './python.js';

/** Schema errors that one answer lists. */
const MAX_REPORTED_ERRORS = 15;

const EVENTS_NODE_ID_HINT =
  "EventsNode does not accept an 'id' field. To reference an event, use {'kind': 'EventsNode', 'event': " +
  "'<event_name>'} (omit 'id'). To reference an action, switch to {'kind': 'ActionsNode', 'id': " +
  "<integer_action_id>} (omit 'event').";

/** What the project knows when metrics are written. */
export interface MetricFacts {
  /** Events that were ever ingested. */
  knownEvents: ReadonlySet<string>;
  /** Events that metrics of this experiment name already; they may be sent again. */
  storedEvents: ReadonlySet<string>;
  /** Metrics of this experiment as they are stored; what predates a rule may be sent again unchanged. */
  stored?: readonly JsonObject[];
  /** The caller's `allow_unknown_events`. */
  allowUnknownEvents: boolean;
  knownActions: ReadonlySet<number>;
}

function schemaText(errors: readonly SchemaError[]): string {
  const confused = errors.some(
    ({ loc, type }) => type === 'extra_forbidden' && loc.items.at(-1) === 'id' && loc.items.includes('EventsNode'),
  );
  const hidden = errors.length - MAX_REPORTED_ERRORS;
  const shown = hidden > 0 ? [...errors.slice(0, MAX_REPORTED_ERRORS), { truncated: `...${hidden} more` }] : errors;
  return `${pyRepr(shown)}.${confused ? ` ${EVENTS_NODE_ID_HINT}` : ''}`;
}

function isMetricType(value: unknown): value is MetricType {
  return METRIC_TYPES.some((type) => type === value);
}

type Metric<T extends MetricType> = z.output<(typeof METRIC_SCHEMAS)[T]>;

function meanError({ threshold, source, ...metric }: Metric<'mean'>): string | undefined {
  if (threshold === undefined || threshold === null) return undefined;
  if (![undefined, null, 'total', 'sum'].includes(source.math)) {
    return 'a threshold is only supported for sum or count (total) math types.';
  }
  if (threshold <= 0) return 'threshold must be a positive number.';
  const bounds = [metric.lower_bound_percentile, metric.upper_bound_percentile];
  if (bounds.some((bound) => bound !== undefined && bound !== null)) {
    return 'a threshold cannot be combined with outlier handling (winsorization).';
  }
  return undefined;
}

function funnelError({ series }: Metric<'funnel'>): string | undefined {
  if (series.length > 0) return undefined;
  return 'funnel metrics require at least one step. The experiment exposure event is added as the initial step automatically.';
}

function retentionError(metric: Metric<'retention'>): string | undefined {
  if (metric.start_event.kind !== 'ExperimentExposureNode') return undefined;
  if ((metric.conversion_window ?? null) !== null || (metric.conversion_window_unit ?? null) !== null) {
    return "a conversion window cannot be combined with an experiment exposure start. Retention already anchors on each user's first exposure.";
  }
  if (metric.start_handling === 'last_seen') {
    return "start_handling 'last_seen' cannot be combined with an experiment exposure start. Retention always anchors on each user's first exposure.";
  }
  return undefined;
}

/** Rules that the schema cannot express; for a metric that fits it. */
function semanticError(metric: JsonObject, type: MetricType): string | undefined {
  if (type === 'mean') return meanError(METRIC_SCHEMAS.mean.parse(metric));
  if (type === 'funnel') return funnelError(METRIC_SCHEMAS.funnel.parse(metric));
  if (type === 'retention') return retentionError(METRIC_SCHEMAS.retention.parse(metric));
  return undefined;
}

/** The first thing wrong with one metric's own shape, in words; undefined where it is right. */
export function metricError(metric: unknown): string | undefined {
  if (!isObject(metric)) return 'must be a dict';
  const { kind, metric_type: type } = metric;
  if (legacyType(kind) !== undefined) {
    return `legacy metric kind '${kind}' is no longer supported. Use 'ExperimentMetric' instead.`;
  }
  if (kind !== 'ExperimentMetric') return "metric kind must be 'ExperimentMetric'";
  if (type === undefined || type === null) return 'ExperimentMetric requires a metric_type';
  if (!isMetricType(type)) return "ExperimentMetric metric_type must be 'mean', 'funnel', 'ratio', or 'retention'";
  const errors = pydanticErrors(METRIC_SCHEMAS[type], metric, [type]);
  return errors.length > 0 ? schemaText(errors) : semanticError(metric, type);
}

/** The source nodes of a metric, in order. */
function metricNodes(metric: JsonObject): JsonObject[] {
  const { source, series, numerator, denominator, start_event, completion_event } = metric;
  const steps: unknown[] = Array.isArray(series) ? series : [];
  return [source, ...steps, numerator, denominator, start_event, completion_event].filter(isObject);
}

/** Names of the events that the metrics count; blank and null names mean any event and are left out. */
export function metricEvents(metrics: readonly JsonObject[]): Set<string> {
  const names = metrics
    .flatMap(metricNodes)
    .filter((node) => node.kind === 'EventsNode')
    .map((node) => node.event);
  return new Set(names.filter((name) => typeof name === 'string').filter((name) => name.trim() !== ''));
}

function actionIds(metrics: readonly JsonObject[]): number[] {
  const nodes = metrics.flatMap(metricNodes).filter((node) => node.kind === 'ActionsNode');
  return [...new Set(nodes.map((node) => Number(node.id)))].sort((a, b) => a - b);
}

/** What is wrong with a window that has no unit, in words; undefined where nothing is. */
export function unitlessWindow(metric: JsonObject): string | undefined {
  const { conversion_window: window, conversion_window_unit: unit } = metric;
  if (window === undefined || window === null || unit) return undefined;
  const units = WINDOW_UNITS.map((name) => `'${name}'`).join(', ');
  return (
    'conversion_window is set but conversion_window_unit is missing. ' +
    'A window without a unit is ignored, so the metric counts events until the experiment ends. ' +
    `Set conversion_window_unit to one of ${units}, or remove conversion_window.`
  );
}

function checkWindow(metric: JsonObject, index: number, field: string): void {
  const error = unitlessWindow(metric);
  if (error !== undefined) throw invalid(`Invalid metric at index ${index} in ${field}: ${error}`);
}

/** Throws 400 for actions that the project does not have. */
export function checkActions(metrics: readonly JsonObject[], known: ReadonlySet<number>): void {
  const missing = actionIds(metrics).filter((id) => !known.has(id));
  if (missing.length === 0) return;
  throw invalid(
    `Action(s) with ID ${missing.join(', ')} not found or deleted. ` +
      'Each ActionsNode must reference an existing action belonging to this project.',
  );
}

function checkReferences(metrics: readonly JsonObject[], facts: MetricFacts): void {
  checkActions(metrics, facts.knownActions);
  if (facts.allowUnknownEvents) return;
  const unknown = [...metricEvents(metrics)].filter(
    (name) => !facts.knownEvents.has(name) && !facts.storedEvents.has(name),
  );
  if (unknown.length === 0) return;
  throw invalid(
    `Event(s) ${unknown
      .sort()
      .map((name) => `'${name}'`)
      .join(', ')} not found. ` +
      'No events with these names have been ingested by this project. If you meant a different event, please correct ' +
      'it. Only if the user has explicitly confirmed they want to proceed with the unknown event (e.g. they will ' +
      'instrument it shortly), call again with allow_unknown_events=True. ' +
      'Do not flip the flag silently to bypass this check.',
  );
}

/** What a metric says, without what is computed from it. */
function definition(metric: unknown): string {
  if (!isObject(metric)) return canonicalJson(metric);
  const { fingerprint: _computed, ...rest } = metric;
  return canonicalJson(rest);
}

/**
 * The metrics of one list, checked: own shape first (`attr` is the field), then windows, actions and events (`attr` is
 * null). null is an empty list. Source: PostHog API docs.
 */
export function validateMetrics(
  value: unknown,
  field: 'metrics' | 'metrics_secondary',
  facts: MetricFacts,
): JsonObject[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) throw invalid('Metrics must be a list', field);
  const items: unknown[] = value;
  const stored = new Set((facts.stored ?? []).map(definition));
  const isNew = (item: unknown) => !stored.has(definition(item));
  const metrics: JsonObject[] = [];
  for (const [index, item] of items.entries()) {
    const error = isNew(item) ? metricError(item) : undefined;
    if (error !== undefined) throw invalid(`Invalid metric at index ${index}: ${error}`, field);
    if (isObject(item)) metrics.push(item);
  }
  for (const [index, metric] of metrics.entries()) if (isNew(metric)) checkWindow(metric, index, field);
  checkReferences(metrics.filter(isNew), facts);
  return metrics;
}

interface MetricLists {
  primary: JsonObject[];
  secondary: JsonObject[];
}

/** Copies in which every metric has a uuid of its own; one that is missing, blank, repeated or `taken` is replaced. */
export function assignMetricUuids(lists: MetricLists, taken: ReadonlySet<string>, uuid: () => string): MetricLists {
  const used = new Set(taken);
  const assign = (metric: JsonObject): JsonObject => {
    const own = metric.uuid;
    const kept = typeof own === 'string' && own !== '' && !used.has(own) ? own : uuid();
    used.add(kept);
    return { ...metric, uuid: kept };
  };
  return { primary: lists.primary.map(assign), secondary: lists.secondary.map(assign) };
}
