import { windowOf } from '../decision/windows.js';
import type { Experiment } from '../schema/experiment.js';
import { variantsOf } from '../schema/flag.js';
import { type Metric, type MetricNode, whyUnreadable } from '../schema/metric.js';
import { conditions, property } from './conditions.js';
import type { Values } from './query.js';

/** Events of SDKs that ask for a flag. */
export const FLAG_CALLED = '$feature_flag_called';
const EXPOSURE = '$experiment_exposure';

/** How PostHog counts the exposures of an experiment. */
export interface Counting {
  flagKey: string;
  /** The event whose rows expose a person. */
  event: string;
  /** The event is the team's own, and carries the variant as `$feature/<key>`. */
  isCustom: boolean;
  filters: unknown;
  /** Variants that are analysed. */
  variants: string[];
  testAccountsFiltered: boolean;
  /** A person who was seen in several variants is left out, rather than counted in the first. */
  severalExcluded: boolean;
  from: Date;
  until: Date;
}

/** Null for a draft; a text where an exposure is counted in a way that a query over events cannot repeat. */
export function countingOf(experiment: Experiment, now: Date): Counting | string {
  const { start_date: start, end_date: end, exposure_criteria: criteria, feature_flag: flag } = experiment;
  if (!start) return 'it has not been launched, so nobody is exposed yet';
  if (!flag) return 'its feature flag could not be read';
  const config: Record<string, unknown> = Object(criteria?.exposure_config);
  if (config.kind === 'ActionsNode') return 'its exposure is an action, which only PostHog can match';
  if (criteria && Object(criteria).activation_config)
    return 'it counts from an activation event, which is not repeated here';
  if (flag.filters.aggregation_group_type_index !== undefined && flag.filters.aggregation_group_type_index !== null)
    return 'its flag is by group, and groups are not counted here';
  const named = typeof config.event === 'string' && config.event !== '' ? config.event : null;
  const isCustom = named !== null && named !== FLAG_CALLED;
  const resolved: unknown = Reflect.get(experiment, 'resolved_exposure_event');
  const excluded = new Set(experiment.excluded_variants ?? []);
  return {
    flagKey: experiment.feature_flag_key,
    event: named ?? (resolved === EXPOSURE ? EXPOSURE : FLAG_CALLED),
    isCustom,
    filters: config.properties,
    variants: variantsOf(flag.filters)
      .map(({ key }) => key)
      .filter((key) => !excluded.has(key)),
    testAccountsFiltered: criteria?.filterTestAccounts !== false,
    severalExcluded: criteria?.multiple_variant_handling !== 'first_seen',
    from: new Date(start),
    until: end && Date.parse(end) < now.getTime() ? new Date(end) : now,
  };
}

/** The variant that a row names. */
export function variantExpression({ isCustom, flagKey }: Counting, values: Values): string {
  return isCustom ? property(`$feature/${flagKey}`, values) : property('$feature_flag_response', values);
}

/** Rows of the exposure event for this flag, whatever variant they name. */
export function callsCondition({ event, isCustom, flagKey, filters }: Counting, values: Values): string | null {
  const said = conditions(filters, values);
  if (said === null) return null;
  const ofFlag = isCustom ? [] : [`${property('$feature_flag', values)} = ${values.bind(flagKey)}`];
  return [`event = ${values.bind(event)}`, ...ofFlag, ...said].join(' and ');
}

/** Rows that expose, by PostHog's rules; null where a filter cannot be said in a query. */
export function exposureCondition(counting: Counting, values: Values): string | null {
  const calls = callsCondition(counting, values);
  if (calls === null) return null;
  const { from, until, variants, testAccountsFiltered } = counting;
  return [
    ...[`timestamp >= ${values.time(from)}`, `timestamp <= ${values.time(until)}`, calls],
    `${variantExpression(counting, values)} in ${values.list(variants)}`,
    ...(testAccountsFiltered ? ['{filters}'] : []),
  ].join(' and ');
}

/** What a query can count of a metric. */
export interface CountedMetric {
  uuid: string;
  name: string;
  role: string;
  type: string;
  event: string;
  filters: unknown;
  /** The property that is summed up; null where events are counted. */
  valueProperty: string | null;
  /** From the first exposure; null for as long as the run. Seconds. */
  windowSeconds: number | null;
}

/** The event that makes the metric rise: a funnel's last step, a ratio's numerator, a retention's return. */
function nodeOf(metric: Metric): MetricNode | null | undefined {
  return metric.source ?? metric.series?.at(-1) ?? metric.numerator ?? metric.completion_event;
}

/** A text where a query over events cannot count the metric. */
export function countedMetric(metric: Metric, role: string): CountedMetric | string {
  const unreadable = whyUnreadable(metric);
  if (unreadable) return unreadable;
  const node = nodeOf(metric);
  if (!node) return 'it is of an older kind';
  if (node.kind !== 'EventsNode' || typeof node.event !== 'string' || node.event === '')
    return node.kind === 'ActionsNode'
      ? 'it counts an action, which only PostHog can match'
      : 'it does not count one event';
  const window = metric.metric_type === 'retention' ? null : windowOf(metric);
  return {
    uuid: metric.uuid ?? '',
    name: metric.name ?? node.event,
    role,
    type: metric.metric_type ?? 'unknown',
    event: node.event,
    filters: node.properties,
    valueProperty: node.math_property ?? null,
    windowSeconds: window === null ? null : Math.round(window / 1000),
  };
}

/** Rows of the metric's event that pass its filters; null where a filter cannot be said in a query. */
export function metricCondition({ event, filters }: CountedMetric, values: Values): string | null {
  const said = conditions(filters, values);
  return said === null ? null : [`event = ${values.bind(event)}`, ...said].join(' and ');
}
