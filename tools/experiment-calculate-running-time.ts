import { z } from 'zod';
import { runningTimeAnswer } from '../src/assessment/running-time.js';
import { UNPUBLISHED_FIELD } from '../src/schema/ids.js';
import { defineReadTool } from '../src/tool.js';

const METRIC_TYPES = ['funnel', 'mean_count', 'mean_sum_or_avg', 'ratio', 'retention'] as const;

const count = z.number().min(0).max(1e12).optional();
/** Only ratio and retention have one; the description names them. */
const ofDenominator = count.meta({ [UNPUBLISHED_FIELD]: true });

export const experimentCalculateRunningTime = defineReadTool({
  name: 'experiment-calculate-running-time',
  title: 'Calculate running time',
  searchHint: 'sample size, power, how long to run an A/B test',
  toolset: 'results',
  access: 'read',
  idempotent: true,
  description: [
    'How many users and days an experiment needs to detect an effect; stores nothing (experiment-update does).',
    'Give baseline_value or past sums; ratio and retention also need denominator_sum, denominator_sum_squares and numerator_denominator_sum_product. The size is the total over all variants.',
  ].join('\n'),
  input: z.strictObject({
    metric_type: z.enum(METRIC_TYPES).describe('mean_count: events; mean_sum_or_avg: a property'),
    minimum_detectable_effect: z.number().min(0.01).max(1000).describe('Relative, in %'),
    number_of_variants: z.number().int().min(2).max(20).default(2).describe('Baseline included'),
    split: z.array(z.number().min(0.01).max(100)).min(2).max(20).optional().describe('Uneven split, baseline first'),
    exposure_rate_per_day: count.describe('Users per day'),
    baseline_value: z.number().min(0).max(1e12).optional().describe('Rate 0–1 or mean'),
    variance: count.describe('Instead of the estimate'),
    samples: z.number().int().min(1).max(1e12).optional().describe('Past users'),
    sum: z.number().min(-1e15).max(1e15).optional().describe('Conversions or total value'),
    sum_squares: count.describe('Of the values'),
    denominator_sum: ofDenominator,
    denominator_sum_squares: ofDenominator,
    numerator_denominator_sum_product: ofDenominator,
  }),
  output: z.object({
    baseline_value: z.number().optional(),
    variance: z.number().optional(),
    recommended_sample_size: z.number().optional(),
    recommended_running_time_days: z.number().optional(),
    note: z.string().optional(),
  }),
  run: runningTimeAnswer,
});
