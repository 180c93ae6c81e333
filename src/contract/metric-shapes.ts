import { z } from 'zod';

const object = z.looseObject;
const nullableText = z.string().nullable();

const node = object({
  kind: z.enum(['EventsNode', 'ActionsNode', 'ExperimentDataWarehouseNode', 'ExperimentExposureNode']),
  event: nullableText.optional(),
  id: z.unknown().optional(),
  table_name: nullableText.optional(),
  properties: z.array(z.unknown()).nullish(),
  math: nullableText.optional(),
  math_property: nullableText.optional(),
});
const metricFields = object({
  uuid: nullableText.optional(),
  name: nullableText.optional(),
  fingerprint: nullableText.optional(),
  kind: z.enum(['ExperimentMetric', 'ExperimentTrendsQuery', 'ExperimentFunnelsQuery']),
  metric_type: z.enum(['mean', 'funnel', 'ratio', 'retention']).nullish(),
  goal: z.enum(['increase', 'decrease']).nullish(),
  source: node.nullish(),
  series: z.array(node).nullish(),
  numerator: node.nullish(),
  denominator: node.nullish(),
  start_event: node.nullish(),
  completion_event: node.nullish(),
  conversion_window: z.number().nullish(),
  conversion_window_unit: nullableText.optional(),
  retention_window_start: z.number().nullish(),
  retention_window_end: z.number().nullish(),
  retention_window_unit: nullableText.optional(),
});
/** Legacy kinds have none of these. */
const metricWith = (...needed: ('uuid' | 'metric_type' | 'fingerprint')[]) =>
  metricFields.superRefine((found, context) => {
    for (const field of found.kind === 'ExperimentMetric' ? needed : [])
      if (!found[field]) context.addIssue({ code: 'custom', path: [field], message: 'is missing' });
  });
export const sharedDefinition = metricWith('uuid', 'metric_type');
/** Daily results are filed under the fingerprint. */
export const metric = metricWith('uuid', 'metric_type', 'fingerprint');
