import { z } from 'zod';
import { ToolError } from '../errors.js';
import { type Metric, type MetricType, withoutServerFields } from './metric.js';
import { attribution, capPercentiles, conversionWindow, retentionWindow } from './metric-amounts.js';
import { breakdownOf } from './metric-breakdowns.js';
import { parseFilter } from './metric-filters.js';
import { type ClearableMetricField, type MetricPatch, newMetric } from './metric-input.js';
import { labelProblems, type MetricProblems, problemsOf, SUMMING, untypedProblems } from './metric-problems.js';
import {
  ATTRIBUTION_KEYS,
  COUNTED,
  capKeys,
  capsAs,
  changeNode,
  type Json,
  mapNodes,
  objectAt,
  type Retyped,
  retyped,
  stepsOf,
  typeOf,
  without,
} from './metric-shape.js';

/** Labels of the event before, and what only another kind of source has. */
const OF_ANOTHER_SOURCE = [
  ...['event', 'id', 'name', 'custom_name', 'table_name', 'timestamp_field'],
  ...['events_join_key', 'data_warehouse_join_key'],
];

function isSame(a: Json, b: Json): boolean {
  return a.kind === b.kind && a.event === b.event && a.id === b.id;
}

/** An event, or `action:5`. What was counted and filtered of the one before stays. */
function withSource(node: Json | undefined, source: string): Json {
  const id = /^action:([1-9]\d{0,9})$/.exec(source)?.[1];
  const named = id === undefined ? { kind: 'EventsNode', event: source } : { kind: 'ActionsNode', id: Number(id) };
  if (!node) return named;
  return isSame(node, named) ? node : { ...without(node, OF_ANOTHER_SOURCE), ...named };
}

/** Steps that were there keep what was said of them, wherever they are now. */
function withSteps(before: readonly Json[], steps: readonly string[]): Json[] {
  const left = [...before];
  return steps.map((step) => {
    const named = withSource(undefined, step);
    const at = left.findIndex((node) => isSame(node, named));
    return at < 0 ? named : (left.splice(at, 1)[0] ?? named);
  });
}

function withMath(node: Json, math: string | undefined, property: string | undefined): Json {
  return {
    ...node,
    ...(math === undefined ? {} : { math }),
    ...(property === undefined ? {} : { math_property: property }),
  };
}

/** The metric with the fields that say which events it is made of, and what is counted of them. */
function withEvents(start: Json, patch: MetricPatch, type: MetricType): Json {
  const sources: [key: string, source: string | undefined][] = [
    [COUNTED[type], patch.event],
    ['denominator', patch.denominator_event],
    ['start_event', patch.start_event],
  ];
  const named = sources.flatMap(([key, source]) =>
    source === undefined ? [] : [[key, withSource(objectAt(start, key), source)] as const],
  );
  const json: Json = {
    ...start,
    ...Object.fromEntries(named),
    ...(patch.steps ? { series: withSteps(stepsOf(start), patch.steps) } : {}),
  };
  const property = patch.denominator_math_property;
  // Without a math of its own, a property of the denominator is summed.
  const implied = property !== undefined && !SUMMING.includes(objectAt(json, 'denominator')?.math) ? 'sum' : undefined;
  const counted = changeNode(json, COUNTED[type], (node) => withMath(node, patch.math, patch.math_property));
  return changeNode(counted, 'denominator', (node) => withMath(node, patch.denominator_math ?? implied, property));
}

function windowsOf(patch: MetricPatch): Json {
  const { conversion_window_hours: hours, window_start_days: from, window_end_days: to } = patch;
  return {
    ...(hours ? conversionWindow(`${hours} hours`) : {}),
    ...(patch.conversion_window === undefined ? {} : conversionWindow(patch.conversion_window)),
    ...(from === undefined ? {} : { retention_window_start: from, retention_window_unit: 'day' }),
    ...(to === undefined ? {} : { retention_window_end: to, retention_window_unit: 'day' }),
    ...(patch.retention_window === undefined ? {} : retentionWindow(patch.retention_window)),
  };
}

function withSettings(json: Json, patch: MetricPatch, type: MetricType): Json {
  const { caps, attribution: touch } = patch;
  const replaced = [...(caps === undefined ? [] : capKeys(type)), ...(touch === undefined ? [] : ATTRIBUTION_KEYS)];
  const plain: Json = {
    start_handling: patch.start_handling ?? (type === 'retention' ? (json.start_handling ?? 'first_seen') : undefined),
    funnel_order_type: patch.order,
    threshold: patch.threshold,
    denominator_outlier_handling:
      patch.denominator_caps === undefined ? undefined : capPercentiles(patch.denominator_caps),
    breakdownFilter: patch.breakdowns
      ? { ...objectAt(json, 'breakdownFilter'), breakdowns: patch.breakdowns.map(breakdownOf) }
      : undefined,
  };
  return {
    ...without(json, replaced),
    ...windowsOf(patch),
    ...Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)),
    ...(caps === undefined ? {} : capsAs(type, capPercentiles(caps))),
    ...(touch === undefined ? {} : attribution(touch)),
  };
}

function withFilters(json: Json, lines: readonly string[], type: MetricType): Json {
  const filters = lines.map(parseFilter).filter((filter) => typeof filter !== 'string');
  return mapNodes(json, type, (node, place) => {
    const properties = filters.flatMap(({ on, property }) => (on === place ? [property] : []));
    return properties.length > 0 ? { ...node, properties } : without(node, ['properties']);
  });
}

/** The keys that hold a field, of the metric itself. */
const KEYS_OF: Partial<Record<ClearableMetricField, readonly string[]>> = {
  order: ['funnel_order_type'],
  conversion_window: ['conversion_window', 'conversion_window_unit'],
  denominator_caps: ['denominator_outlier_handling'],
  threshold: ['threshold'],
  breakdowns: ['breakdownFilter'],
  attribution: ATTRIBUTION_KEYS,
};

const MATH_KEYS = ['math', 'math_property', 'math_hogql', 'math_group_type_index'];

function withCleared(json: Json, clear: readonly ClearableMetricField[], type: MetricType): Json {
  const keys = clear.flatMap((name) => (name === 'caps' ? capKeys(type) : (KEYS_OF[name] ?? [])));
  const mathOf = (math: ClearableMetricField, property: ClearableMetricField) => [
    ...(clear.includes(math) ? MATH_KEYS : []),
    ...(clear.includes(property) ? ['math_property'] : []),
  ];
  const counted = changeNode(without(json, keys), COUNTED[type], (node) =>
    without(node, mathOf('math', 'math_property')),
  );
  const all = changeNode(counted, 'denominator', (node) =>
    without(node, mathOf('denominator_math', 'denominator_math_property')),
  );
  return clear.includes('filters') ? mapNodes(all, type, (node) => without(node, ['properties'])) : all;
}

function parseQueryJson(text: string): Json {
  try {
    const parsed = z.record(z.string(), z.unknown()).safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data;
  } catch {
    // Falls through to the one error below: both cases need the same correction.
  }
  throw new ToolError(
    'invalid_arguments',
    'query_json is not a JSON object.',
    'Send one ExperimentMetric as JSON text, such as {"kind":"ExperimentMetric","metric_type":"mean","source":{"kind":"EventsNode","event":"purchase"}}.',
    { field: 'query_json' },
  );
}

/** What the change is made to: the whole of `query_json`, else what is stored, else an empty metric. */
function startOf(patch: MetricPatch, stored: Metric | undefined): Json {
  const labels = {
    name: patch.name ?? stored?.name ?? null,
    goal: patch.goal ?? (stored ? (stored.goal ?? null) : 'increase'),
  };
  const uuid = stored?.uuid ? { uuid: stored.uuid } : {};
  const type = patch.metric_type ? { metric_type: patch.metric_type } : {};
  const head = { kind: 'ExperimentMetric', ...type, ...labels };
  if (patch.query_json !== undefined) return { ...head, ...parseQueryJson(patch.query_json), ...uuid };
  // A metric in a legacy format has nothing that a type of today could keep.
  const isLegacy = stored !== undefined && typeOf(stored) === undefined && patch.metric_type !== undefined;
  return stored && !isLegacy ? { ...withoutServerFields(stored), ...labels } : { ...head, ...uuid };
}

/** An explicit null takes a name or goal away, so that a metric that has none can be put back. */
function withoutNullLabels({ name, goal, ...rest }: Json): Json {
  return { ...rest, ...(name === null ? {} : { name }), ...(goal === null ? {} : { goal }) };
}

interface Made extends Retyped {
  problems: MetricProblems;
}

/** The `ExperimentMetric` that the fields describe, on top of the stored one where there is one. */
function made(patch: MetricPatch, stored?: Metric): Made {
  const { json: base, dropped } = retyped(
    startOf(patch, stored),
    patch.query_json === undefined ? patch.metric_type : undefined,
  );
  const type = typeOf(base);
  if (type === undefined) return { json: withoutNullLabels(base), dropped, problems: untypedProblems(patch) };
  const cleared = withCleared(base, patch.clear ?? [], type);
  const described = withSettings(withEvents(cleared, patch, type), patch, type);
  const json = patch.filters ? withFilters(described, patch.filters, type) : described;
  return { json: withoutNullLabels(json), dropped, problems: problemsOf(patch, json, type) };
}

function sound({ json, problems: [first] }: Made): Json {
  if (!first) return json;
  const field = `metric.${first[0]}`;
  throw new ToolError('invalid_arguments', `${field}: ${first[1]}.`, 'Correct the metric and call again.', { field });
}

/** The `ExperimentMetric` JSON of a new metric. Without a uuid PostHog makes one. Throws a `ToolError` for what is wrong. */
export function toMetricJson(metric: MetricPatch): Json {
  return sound(made(metric));
}

/** The JSON of a stored metric with a change made, under its uuid: what the change does not name stays. Throws likewise. */
export function changedMetricJson(stored: Metric, change: MetricPatch): Json {
  return sound(made(change, stored));
}

/** What a change of the type leaves no place for, by PostHog's names. */
export function droppedKeys(stored: Metric, change: MetricPatch): readonly string[] {
  return made(change, stored).dropped;
}

/** What a new metric lacks, and what contradicts itself. */
export function newMetricProblems(metric: MetricPatch): MetricProblems {
  const unlabelled = labelProblems(metric);
  return unlabelled.length > 0 || metric.query_json !== undefined ? unlabelled : made(metric).problems;
}

/** A new metric, checked on arrival. */
export const metricInput = newMetric.superRefine((metric, context) => {
  for (const [field, message] of newMetricProblems(metric))
    context.addIssue({ code: 'custom', path: [field], message });
});

export type MetricInput = z.output<typeof metricInput>;
