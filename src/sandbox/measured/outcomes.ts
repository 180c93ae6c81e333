import { isObject } from '../store/json.js';
import type { JsonObject } from '../store/model.js';
import { type Act, type Acting, actsOf } from './actions.js';
import type { Exposed } from './exposed.js';
import { NO_WINDOW, orderedDepth, strictDepth, unorderedDepth } from './funnel.js';
import { spanOf, unitAt } from './units.js';
import { unsupported } from './unsupported.js';
import { actsValue } from './value.js';

/** What the metric made of one exposed person or group. */
export interface Outcome {
  entity: string;
  variant: string;
  value: number;
  /** Of ratio metrics. */
  denominator?: number;
  /** Steps of a funnel that were reached. */
  depth?: number;
}

export interface Question extends Acting {
  metric: JsonObject;
  /** Last moment of exposures. Milliseconds since 1970. */
  end: number;
  /** Leaves out those whose window is not over. */
  onlyMatured: boolean;
}

type Timed = Pick<Question, 'metric' | 'end'>;

function windowOf(metric: JsonObject): number | null {
  return spanOf(metric.conversion_window, metric.conversion_window_unit);
}

function firstOf({ times }: Exposed): number {
  return times[0] ?? Number.POSITIVE_INFINITY;
}

/** The outcome of each exposed person or group that is in the sample. */
export function outcomesOf(question: Question): Outcome[] {
  const { metric } = question;
  switch (metric.metric_type) {
    case 'mean':
      return meanOutcomes(question);
    case 'ratio':
      return ratioOutcomes(question);
    case 'funnel':
      return funnelOutcomes(question);
    case 'retention':
      return retentionOutcomes(question);
  }
  throw unsupported(`metrics of the type "${String(metric.metric_type)}"`);
}

function sampled({ exposed, metric, onlyMatured, now }: Question): [string, Exposed][] {
  const window = windowOf(metric);
  const latest = onlyMatured && window !== null ? now.getTime() - window : Number.POSITIVE_INFINITY;
  return [...exposed].filter(([, one]) => firstOf(one) <= latest);
}

/** What counts for a mean, or for a side of a ratio: after the first exposure, in its window, and before the end. */
function counted(acts: readonly Act[], one: Exposed, { metric, end }: Timed): Act[] {
  const first = firstOf(one);
  const window = windowOf(metric);
  const until = Math.min(end + (window ?? 0), window === null ? Number.POSITIVE_INFINITY : first + window);
  return acts.filter(({ time }) => time >= first && time < until);
}

function nodeAt(metric: JsonObject, key: string): JsonObject {
  const node = metric[key];
  if (!isObject(node)) throw unsupported(`metrics without ${key}`);
  if (node.kind === 'ExperimentDataWarehouseNode') throw unsupported('metrics of the data warehouse');
  return node;
}

/** By entity, the value that the events of a node have. */
function valuesOf(key: string, question: Question): (entity: string, one: Exposed) => number {
  const node = nodeAt(question.metric, key);
  const acts = actsOf(node, question);
  return (entity, one) => actsValue(counted(acts.get(entity) ?? [], one, question), node, question.table);
}

function meanOutcomes(question: Question): Outcome[] {
  const value = valuesOf('source', question);
  return sampled(question).map(([entity, one]) => ({ entity, variant: one.variant, value: value(entity, one) }));
}

function ratioOutcomes(question: Question): Outcome[] {
  const [above, below] = [valuesOf('numerator', question), valuesOf('denominator', question)];
  return sampled(question).map(([entity, one]) => {
    return { entity, variant: one.variant, value: above(entity, one), denominator: below(entity, one) };
  });
}

function funnelOutcomes(question: Question): Outcome[] {
  const { metric, end } = question;
  const nodes = Array.isArray(metric.series) ? metric.series.filter(isObject) : [];
  const until = end + (windowOf(metric) ?? 0);
  const window = windowOf(metric) ?? NO_WINDOW;
  const inTime = (acts: readonly Act[] = []) => acts.filter(({ time }) => time <= until);
  const series = nodes.map((node) => actsOf(node, question));
  const all = metric.funnel_order_type === 'strict' ? actsOf({}, question) : null;
  return sampled(question).map(([entity, { variant, times }]) => {
    const steps = series.map((acts) => inTime(acts.get(entity)));
    const opening = { times, window };
    const depth = all
      ? strictDepth(steps, inTime(all.get(entity)), opening)
      : (metric.funnel_order_type === 'unordered' ? unorderedDepth : orderedDepth)(steps, opening);
    return { entity, variant, depth, value: depth === nodes.length && depth > 0 ? 1 : 0 };
  });
}

/** Only who started is in the sample. */
function retentionOutcomes(question: Question): Outcome[] {
  const { metric, end, exposed, onlyMatured, now } = question;
  const starts = startsOf(question);
  const returns = actsOf(nodeAt(metric, 'completion_event'), question);
  const unit = String(metric.retention_window_unit ?? 'day');
  const [from, to] = [Number(metric.retention_window_start), Number(metric.retention_window_end)];
  const ripe = spanOf(to, unit) ?? 0;
  const until = end + (windowOf(metric) ?? 0) + (spanOf(to + 1, unit) ?? 0);
  return [...exposed].flatMap(([entity, one]) => {
    const start = starts(entity, one);
    if (!start || (onlyMatured && start.time + ripe > now.getTime())) return [];
    const came = (returns.get(entity) ?? []).some(({ row, time }) => {
      const after = unitAt(time, unit) - unitAt(start.time, unit);
      return row !== start.row && time >= start.time && time < until && after >= from && after <= to;
    });
    return [{ entity, variant: one.variant, value: came ? 1 : 0 }];
  });
}

function startsOf(question: Question): (entity: string, one: Exposed) => Act | undefined {
  const { metric, end } = question;
  const node = nodeAt(metric, 'start_event');
  if (node.kind === 'ExperimentExposureNode') return (_, one) => ({ row: one.row, time: firstOf(one) });
  const acts = actsOf(node, question);
  const window = windowOf(metric);
  return (entity, one) => {
    const first = firstOf(one);
    const until = window === null ? end : first + window;
    const inTime = (acts.get(entity) ?? []).filter(({ time }) => time >= first && time <= until);
    return metric.start_handling === 'last_seen' ? inTime.at(-1) : inTime[0];
  };
}
