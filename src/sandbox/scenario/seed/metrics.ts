import { runningTimeDays, sampleSize } from '../../../stats/power.js';
import type { JsonObject } from '../../store/model.js';
import type { ScenarioInput } from '../schema.js';

/** Building blocks of the demo's metrics; sums are over the exposed entities of a variant. */

export type ExperimentInput = NonNullable<ScenarioInput['experiments']>[number];
type MetricInput = NonNullable<ExperimentInput['metrics']>[number];

interface Described<Row> {
  name: string;
  role?: 'primary' | 'secondary';
  goal?: 'increase' | 'decrease';
  /** Variant key → row. */
  data: Readonly<Record<string, Row>>;
}

/** Exposed entities and how many of them did it. */
type Converted = readonly [samples: number, converted: number];
/** Exposed entities, their mean and its standard deviation. */
type Spread = readonly [samples: number, mean: number, deviation: number];

function node(event: string, rest: JsonObject = {}): JsonObject {
  return { kind: 'EventsNode', event, ...rest };
}

function build<Row>(
  { name, role = 'primary', goal = 'increase', data }: Described<Row>,
  query: JsonObject & { metric_type: MetricInput['metric_type'] },
  toRow: (row: Row) => NonNullable<MetricInput['data']>[string],
): MetricInput {
  return {
    ...{ name, role, goal },
    metric_type: query.metric_type,
    query: { kind: 'ExperimentMetric', name, goal, ...query },
    data: Object.fromEntries(Object.entries(data).map(([variant, row]) => [variant, toRow(row)])),
  };
}

/** Share of exposed people who did one thing. */
export function conversion(event: string, described: Described<Converted>): MetricInput {
  const query = { metric_type: 'funnel' as const, series: [node(event)], funnel_order_type: 'ordered' };
  return build(described, query, ([samples, converted]) => ({
    number_of_samples: samples,
    sum: converted,
    sum_squares: converted,
    step_counts: [converted],
  }));
}

/** Average per exposed person of a property's sum. */
export function average(event: string, property: string, described: Described<Spread>): MetricInput {
  const query = { metric_type: 'mean' as const, source: node(event, { math: 'sum', math_property: property }) };
  return build(described, query, ([samples, mean, deviation]) => ({
    number_of_samples: samples,
    sum: samples * mean,
    sum_squares: (samples - 1) * deviation ** 2 + samples * mean ** 2,
  }));
}

/** Share of those who started that came back on one day after. */
export function retention(event: string, day: number, described: Described<Converted>): MetricInput {
  const query = {
    metric_type: 'retention' as const,
    ...{ start_event: node(event), completion_event: node(event), start_handling: 'first_seen' },
    ...{ retention_window_start: day, retention_window_end: day, retention_window_unit: 'day' },
  };
  return build(described, query, ([samples, retained]) => ({
    number_of_samples: samples,
    sum: retained,
    sum_squares: retained,
    denominator_sum: samples,
    denominator_sum_squares: samples,
    numerator_denominator_sum_product: retained,
  }));
}

/** What a planner knew: the effect to detect in percent, the metric's baseline, and how many people come a day. */
interface Planned {
  effect: number;
  baseline: number;
  perDay: number;
  /** Of one person; left out: of a share. */
  variance?: number;
}

/** The plan that the running-time calculator makes of it for two variants. */
export function plan({ effect, baseline, perDay, variance = baseline * (1 - baseline) }: Planned): JsonObject {
  const samples = sampleSize({ baseline, variance, variants: 2 }, effect);
  return {
    minimum_detectable_effect: effect,
    recommended_sample_size: samples,
    recommended_running_time: runningTimeDays(samples, perDay),
  };
}
