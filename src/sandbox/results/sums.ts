import type { VariantSums } from '../measured/sums.js';
import type { ExperimentRow, JsonObject, MetricData } from '../store/model.js';
import { METRIC_TYPES, type MetricType } from '../validation/metric-schema.js';

const NO_DATA: MetricData = {};

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

export function metricTypeOf(metric: JsonObject): MetricType {
  return METRIC_TYPES.find((type) => type === metric.metric_type) ?? 'mean';
}

function stepCounts({ series }: JsonObject, { step_counts: given }: MetricData, sum: number): number[] {
  if (Array.isArray(given)) return given;
  return (Array.isArray(series) ? series : [null]).map(() => sum);
}

type Optional = Omit<VariantSums, 'key' | 'number_of_samples' | 'sum' | 'sum_squares'>;

/** Fields that only some types have. What the data leaves out of a retention metric follows from its counts. */
function fieldsOfType(metric: JsonObject, data: MetricData, counts: { samples: number; sum: number }): Optional {
  const number = (key: string) => (typeof data[key] === 'number' ? data[key] : undefined);
  const type = metricTypeOf(metric);
  if (type === 'funnel') return { step_counts: stepCounts(metric, data, counts.sum) };
  if (type === 'mean') return {};
  const [denominator, product] = type === 'retention' ? [counts.samples, counts.sum] : [0, 0];
  const denominatorSum = number('denominator_sum') ?? denominator;
  return {
    denominator_sum: denominatorSum,
    denominator_sum_squares: number('denominator_sum_squares') ?? (type === 'retention' ? denominatorSum : 0),
    numerator_denominator_sum_product: number('numerator_denominator_sum_product') ?? product,
  };
}

function covariateFields(data: MetricData): Optional {
  const keys = ['covariate_sum', 'covariate_sum_squares', 'covariate_sum_product'] as const;
  return Object.fromEntries(keys.flatMap((key) => (typeof data[key] === 'number' ? [[key, data[key]]] : [])));
}

/** The metric's sums for one variant. Exposed people without data count as samples that did nothing; a draft has none. */
export function variantSums(row: ExperimentRow, metric: JsonObject, key: string): VariantSums {
  const launched = row.start_date !== null;
  const uuid = typeof metric.uuid === 'string' ? metric.uuid : '';
  const data = (launched && own(own(row.data.metrics, uuid) ?? {}, key)) || NO_DATA;
  const exposed = launched ? (own(row.data.exposures, key) ?? 0) : 0;
  const samples = typeof data.number_of_samples === 'number' ? data.number_of_samples : exposed;
  const sum = typeof data.sum === 'number' ? data.sum : 0;
  const counted = ['funnel', 'retention'].includes(metricTypeOf(metric));
  return {
    key,
    number_of_samples: samples,
    sum,
    sum_squares: typeof data.sum_squares === 'number' ? data.sum_squares : counted ? sum : 0,
    ...fieldsOfType(metric, data, { samples, sum }),
    ...covariateFields(data),
  };
}

/**
 * The part of the sums that the first `share` of a run collected; a share of 1 gives them as they are. All fields shrink by
 * the same whole number of samples, so that no law of arithmetic between them breaks; counts stay whole.
 */
export function partOf(sums: VariantSums, share: number, metric: JsonObject): VariantSums {
  const { key, number_of_samples: samples, step_counts: steps, ...fields } = sums;
  if (share === 1 || samples === 0) return sums;
  const part = Math.floor(samples * share);
  const counted = ['funnel', 'retention'].includes(metricTypeOf(metric));
  const exact = (value: number) => (value * part) / samples;
  const shrink = (value: number) => (counted ? Math.floor(exact(value)) : exact(value));
  const { sum, sum_squares, ...others } = fields;
  const shrunk = Object.entries(others).map(([name, value]) => {
    return [name, name.startsWith('covariate_') ? exact(value) : shrink(value)] as const;
  });
  return {
    key,
    number_of_samples: part,
    sum: shrink(sum),
    sum_squares: shrink(sum_squares),
    ...(steps ? { step_counts: steps.map(shrink) } : {}),
    ...Object.fromEntries(shrunk),
  };
}
