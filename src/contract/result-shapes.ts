import { z } from 'zod';
import { wireCount, wireKey, wireNumber, wireTime } from '../schema/wire.js';

export const METHODS = ['bayesian', 'frequentist'] as const;

const text = z.string();
const nullableText = z.string().nullable();
const object = z.looseObject;

const interval = z.array(wireNumber).length(2, 'must hold two numbers').nullish();
const baselineRow = object({
  key: text,
  number_of_samples: wireCount,
  sum: wireNumber,
  sum_squares: wireNumber,
  denominator_sum: wireNumber.nullish(),
  denominator_sum_squares: wireNumber.nullish(),
  numerator_denominator_sum_product: wireNumber.nullish(),
  validation_failures: z.array(text).nullish(),
  method: z.enum(METHODS).nullish(),
  significant: z.boolean().nullish(),
  chance_to_win: wireNumber.nullish(),
  credible_interval: interval,
  p_value: wireNumber.nullish(),
  confidence_interval: interval,
});
const variantRow = object({ ...baselineRow.shape, method: z.enum(METHODS) });
const metricResult = object({
  baseline: baselineRow.nullish(),
  variant_results: z.array(variantRow).nullish(),
  breakdown_results: z
    .array(object({ breakdown_value: z.array(z.unknown()), baseline: baselineRow, variants: z.array(variantRow) }))
    .nullish(),
});
export const results = object({
  id: wireKey,
  status: z.enum(['pending', 'in_progress', 'completed', 'failed']),
  total_metrics: wireCount,
  completed_metrics: wireCount,
  failed_metrics: wireCount,
  created_at: wireTime,
  completed_at: wireTime.nullable(),
  query_to: wireTime.nullable(),
  result_source: z.enum(['recalculation', 'timeseries_fallback']),
  is_existing: z.boolean().nullish(),
  results: z
    .array(
      object({
        metric_uuid: text,
        status: z.enum(['pending', 'completed', 'failed']),
        result: metricResult.nullable(),
        error_message: nullableText,
      }),
    )
    .nullish(),
  active_run: object({ id: wireKey, status: text }).nullish(),
});
export const exposures = object({
  total_exposures: z.record(text, wireCount),
  timeseries: z.array(object({ variant: text, days: z.array(text), exposure_counts: z.array(wireNumber) })),
  sample_ratio_mismatch: object({ expected: z.record(text, wireNumber), p_value: wireNumber }).nullish(),
  bias_risk: object({ multiple_variant_percentage: wireNumber }).nullish(),
});
export const timeseries = object({
  status: z.enum(['pending', 'completed', 'partial', 'failed']),
  timeseries: z.record(text, metricResult.nullable()),
  errors: z.record(text, text).nullable(),
  computed_at: wireTime.nullable(),
  recalculation_status: z.enum(['pending', 'in_progress']).nullish(),
});
