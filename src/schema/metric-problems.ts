import { METRIC_TYPES, type MetricType } from './metric.js';
import { type Place, parseFilter } from './metric-filters.js';
import { type MetricPatch, redefines } from './metric-input.js';
import { COUNTED, type Json, mapNodes, objectAt, stepsOf } from './metric-shape.js';

type Field = keyof MetricPatch;

/** Fields and what is wrong with them. */
export type MetricProblems = [field: Field, message: string][];

/** Maths that need a property. */
export const SUMMING: readonly unknown[] = ['sum', 'avg', 'min', 'max'];

/** The types that a field applies to. */
const APPLIES_TO = {
  event: ['mean', 'ratio', 'retention'],
  math: ['mean', 'ratio'],
  math_property: ['mean', 'ratio'],
  caps: ['mean', 'ratio'],
  threshold: ['mean'],
  steps: ['funnel'],
  order: ['funnel'],
  attribution: ['funnel'],
  denominator_event: ['ratio'],
  denominator_math: ['ratio'],
  denominator_math_property: ['ratio'],
  denominator_caps: ['ratio'],
  start_event: ['retention'],
  start_handling: ['retention'],
  retention_window: ['retention'],
  window_start_days: ['retention'],
  window_end_days: ['retention'],
} as const satisfies Partial<Record<Field, readonly MetricType[]>>;

/** What a metric of each type cannot do without. */
const NEEDS: Readonly<Record<MetricType, readonly (readonly [key: string, field: Field])[]>> = {
  mean: [['source', 'event']],
  funnel: [['series', 'steps']],
  ratio: [
    ['numerator', 'event'],
    ['denominator', 'denominator_event'],
  ],
  retention: [
    ['completion_event', 'event'],
    ['start_event', 'start_event'],
    ['retention_window_start', 'retention_window'],
    ['retention_window_end', 'retention_window'],
  ],
};

/** What every new metric is labelled with. */
export function labelProblems(metric: MetricPatch): MetricProblems {
  const missing = (['name', 'metric_type'] as const).filter((field) => metric[field] === undefined);
  return missing.map((field) => [field, 'is required for a new metric']);
}

/** Of a metric whose type is not known here, whole definitions and labels can still be written. */
export function untypedProblems(patch: MetricPatch): MetricProblems {
  if (patch.query_json !== undefined || !redefines(patch)) return [];
  return [['metric_type', `is required, one of ${METRIC_TYPES.join(', ')}`]];
}

/** What is wrong with a change, given the metric that comes of it. */
export function problemsOf(patch: MetricPatch, json: Json, type: MetricType): MetricProblems {
  return [
    ...contradictions(patch),
    ...misplaced(patch, type),
    // Of a whole definition, PostHog says what it lacks.
    ...(patch.query_json === undefined ? lacking(json, type) : []),
    ...misplacedSteps(patch, json),
    ...misplacedFilters(patch, json, type),
  ];
}

/** Older names, with those that say the same. */
const SAME = [
  ['conversion_window_hours', 'conversion_window'],
  ['window_start_days', 'retention_window'],
  ['window_end_days', 'retention_window'],
] as const;

function contradictions({ clear = [], ...patch }: MetricPatch): MetricProblems {
  const both = clear.find((name) => patch[name] !== undefined);
  const twice = SAME.flatMap(
    ([older, name]): MetricProblems =>
      patch[older] === undefined || patch[name] === undefined
        ? []
        : [[older, `says the same as ${name}; give one of them`]],
  );
  return both ? [[both, 'is given and cleared in the same call'], ...twice] : twice;
}

function misplaced({ clear = [], ...patch }: MetricPatch, type: MetricType): MetricProblems {
  return Object.entries(APPLIES_TO).flatMap(([field, types]: [string, readonly MetricType[]]): MetricProblems => {
    const given = Object.entries(patch).some(([name, value]) => name === field && value !== undefined);
    if (types.includes(type) || !(given || clear.some((name) => name === field))) return [];
    return isField(field) ? [[field, `applies to ${types.join(' and ')} metrics, and this is a ${type} metric`]] : [];
  });
}

function isField(name: string): name is keyof typeof APPLIES_TO {
  return name in APPLIES_TO;
}

function lacking(json: Json, type: MetricType): MetricProblems {
  const missing = NEEDS[type].find(([key]) => json[key] === undefined);
  if (missing) return [[missing[1], `is required for a ${type} metric`]];
  const { retention_window_start: from, retention_window_end: to } = json;
  return [
    ...(type === 'retention' && Number(to) < Number(from)
      ? ([['window_end_days', 'must not be before window_start_days']] satisfies MetricProblems)
      : []),
    ...unsummed(objectAt(json, COUNTED[type]), 'math'),
    ...unsummed(objectAt(json, 'denominator'), 'denominator_math'),
  ];
}

function unsummed(node: Json | undefined, field: 'math' | 'denominator_math'): MetricProblems {
  if (!node || !SUMMING.includes(node.math) || node.math_property) return [];
  return [[`${field}_property`, `is required for ${field} ${String(node.math)}`]];
}

function misplacedSteps({ attribution: touch = '' }: MetricPatch, json: Json): MetricProblems {
  const step = /^step (\d+)$/.exec(touch)?.[1];
  if (step === undefined || Number(step) <= stepsOf(json).length) return [];
  return [['attribution', `names step ${step}, which the funnel does not have`]];
}

function misplacedFilters({ filters = [] }: MetricPatch, json: Json, type: MetricType): MetricProblems {
  const places = new Set<Place>();
  mapNodes(json, type, (node, on) => {
    places.add(on);
    return node;
  });
  const wrong = filters.some((line) => {
    const parsed = parseFilter(line);
    return typeof parsed !== 'string' && !places.has(parsed.on);
  });
  if (!wrong) return [];
  const prefixes = [...places].map((on) =>
    on === 'event' ? 'none' : typeof on === 'number' ? `"step ${on}: "` : `"${on}: "`,
  );
  return [
    ['filters', `name an event that this ${type} metric does not have; prefixes of its events: ${prefixes.join(', ')}`],
  ];
}
