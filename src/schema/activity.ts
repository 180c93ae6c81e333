import { z } from 'zod';

/** What an entry of PostHog's activity log is about. */
export const activityDetail = z.looseObject({
  name: z.string().nullish(),
  type: z.string().nullish(),
  changes: z.array(z.looseObject({ field: z.string().nullish(), before: z.unknown(), after: z.unknown() })).nullish(),
});

type ActivityDetail = z.output<typeof activityDetail> | null | undefined;

/** Whether the entry is about a link to a shared metric; newer builds log each of these apart from the experiment. */
export function isMetricLink(detail: ActivityDetail): boolean {
  return detail?.type === 'saved_metric_config';
}

/** What changed of the experiment or its flag, by field. */
export function changesIn(detail: ActivityDetail): { field: string; before: unknown; after: unknown }[] {
  if (isMetricLink(detail)) return [{ field: 'saved_metrics', before: undefined, after: undefined }];
  return (detail?.changes ?? []).map(({ field, before, after }) => ({ field: field ?? '?', before, after }));
}
