import { z } from 'zod';
import { metricWire } from './metric.js';
import { measures } from './metric-words.js';
import { wireId, wireTime } from './wire.js';

/** A shared metric as PostHog answers it. */
export const savedMetricWire = z.looseObject({
  id: wireId,
  name: z.string(),
  description: z.string().nullish(),
  query: metricWire,
  tags: z.array(z.string()).nullish(),
  created_at: wireTime.nullish(),
  updated_at: wireTime.nullish(),
});

export type SavedMetric = z.output<typeof savedMetricWire>;

export const savedMetricView = z.object({
  id: z.number(),
  name: z.string(),
  description: z.string().optional(),
  uuid: z.string().optional(),
  metric_type: z.string(),
  goal: z.string(),
  measures: z.string(),
  tags: z.array(z.string()).optional(),
  created_at: z.string().optional(),
  updated_at: z.string().optional(),
  query: z.looseObject({}).optional(),
});

export function viewSavedMetric(
  metric: SavedMetric,
  detail: 'concise' | 'full' = 'concise',
): z.output<typeof savedMetricView> {
  const { id, name, description, query, tags, created_at, updated_at } = metric;
  return {
    id,
    name,
    ...(description ? { description } : {}),
    ...(query.uuid ? { uuid: query.uuid } : {}),
    metric_type: query.metric_type ?? 'legacy',
    goal: query.goal ?? 'increase',
    measures: measures(query),
    ...(tags?.length ? { tags } : {}),
    ...(created_at ? { created_at } : {}),
    ...(updated_at ? { updated_at } : {}),
    ...(detail === 'full' ? { query } : {}),
  };
}
