import type { EventTable } from '../events/table.js';
import { isObject } from '../store/json.js';
import type { JsonObject } from '../store/model.js';
import type { Exposed } from './exposed.js';
import { type Outcome, outcomesOf, type Question } from './outcomes.js';
import { capped } from './outliers.js';

/** Value under which those without the broken-down property are listed. */
export const NO_VALUE = '$$_posthog_breakdown_null_$$';

/** Sums over one variant's exposed entities, named as the API names them. */
export interface VariantSums {
  key: string;
  number_of_samples: number;
  sum: number;
  sum_squares: number;
  step_counts?: number[];
  denominator_sum?: number;
  denominator_sum_squares?: number;
  numerator_denominator_sum_product?: number;
  covariate_sum?: number;
  covariate_sum_squares?: number;
  covariate_sum_product?: number;
}

export interface Measured {
  total: VariantSums[];
  /** By the value that the broken-down properties had at the first exposure; null where nothing is broken down. */
  breakdowns: { value: string[]; sums: VariantSums[] }[] | null;
}

/** What a metric adds up to for each variant. Throws 400 for what the sandbox does not compute. */
export function measured(question: Question, keys: readonly string[]): Measured {
  const { metric, table, exposed } = question;
  const outcomes = outcomesOf(question);
  const properties = breakdownsOf(metric);
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const value = JSON.stringify(valuesAt(exposed.get(outcome.entity), properties, table));
    const group = groups.get(value);
    if (group) group.push(outcome);
    else groups.set(value, [outcome]);
  }
  // Outliers are those of a breakdown value.
  const settled = new Map([...groups].map(([value, list]) => [value, finished(list, metric)]));
  const sumsOf = (list: readonly Outcome[]) => keys.map((key) => variantSums(key, list, metric));
  return {
    total: sumsOf([...settled.values()].flat()),
    breakdowns:
      properties.length === 0
        ? null
        : [...settled].map(([value, list]) => ({ value: JSON.parse(value), sums: sumsOf(list) })),
  };
}

export function breakdownsOf({ breakdownFilter }: JsonObject): unknown[] {
  const breakdowns = isObject(breakdownFilter) ? breakdownFilter.breakdowns : undefined;
  return Array.isArray(breakdowns) ? breakdowns : [];
}

function valuesAt(one: Exposed | undefined, properties: readonly unknown[], table: EventTable): string[] {
  return properties.map((breakdown) => {
    const { property, type } = isObject(breakdown) ? breakdown : {};
    if (!one || typeof property !== 'string') return NO_VALUE;
    const value = type === 'person' ? table.personProperty(one.row, property) : table.property(one.row, property);
    if (value === undefined || value === null || value === '') return NO_VALUE;
    return typeof value === 'string' ? value : JSON.stringify(value);
  });
}

/** With outliers held within their bounds, and a threshold applied. */
function finished(outcomes: readonly Outcome[], metric: JsonObject): Outcome[] {
  const isRatio = metric.metric_type === 'ratio';
  if (!isRatio && metric.metric_type !== 'mean') return [...outcomes];
  const above = capped(
    outcomes.map(({ value }) => value),
    isRatio ? metric.numerator_outlier_handling : metric,
  );
  const below = capped(
    outcomes.map(({ denominator = 0 }) => denominator),
    isRatio ? metric.denominator_outlier_handling : null,
  );
  const { threshold } = metric;
  return outcomes.map((outcome, at) => {
    const value = above[at] ?? outcome.value;
    return {
      ...outcome,
      value: typeof threshold === 'number' && !isRatio ? Number(value >= threshold) : value,
      ...(isRatio ? { denominator: below[at] ?? 0 } : {}),
    };
  });
}

function variantSums(key: string, outcomes: readonly Outcome[], metric: JsonObject): VariantSums {
  const own = outcomes.filter(({ variant }) => variant === key);
  const total = (of: (outcome: Outcome) => number) => own.reduce((sum, outcome) => sum + of(outcome), 0);
  const sums = {
    key,
    number_of_samples: own.length,
    sum: total(({ value }) => value),
    sum_squares: total(({ value }) => value ** 2),
  };
  if (metric.metric_type === 'funnel') {
    const steps = Array.isArray(metric.series) ? metric.series : [];
    return { ...sums, step_counts: steps.map((_, step) => total(({ depth = 0 }) => Number(depth > step))) };
  }
  if (metric.metric_type === 'mean') return sums;
  const below = ({ denominator = 1 }: Outcome) => denominator;
  return {
    ...sums,
    denominator_sum: total(below),
    denominator_sum_squares: total((outcome) => below(outcome) ** 2),
    numerator_denominator_sum_product: total((outcome) => outcome.value * below(outcome)),
  };
}
