import { z } from 'zod';
import { apiPath } from '../src/posthog/path.js';
import { idNumber } from '../src/schema/ids.js';
import type { SavedMetric } from '../src/schema/saved-metric.js';
import { defineSubjectTool } from '../src/tool.js';
import { SAVED_METRICS } from '../src/writes/subjects/saved-metric.js';

const input = z.strictObject({ id: idNumber('Saved metric id') });

export const experimentSavedMetricsDestroy = defineSubjectTool<typeof input, SavedMetric, SavedMetric, number>({
  name: 'experiment-saved-metrics-destroy',
  title: 'Delete saved metric',
  searchHint: 'delete shared metric',
  toolset: 'saved-metrics',
  access: 'destructive',
  idempotent: true,
  description: [
    'Delete a shared metric for good. Every experiment that uses it loses it and its results; PostHog does not list them. Confirm by name.',
    'Cannot be undone: a new one has to be attached to each experiment again. To take it off one experiment use experiment-update remove_saved_metric_id.',
  ].join('\n'),
  input,
  subject: SAVED_METRICS,
  target: ({ id }) => id,
  plan: () => ({
    gone: true,
    effects: { users: 'Unchanged.', analysis: 'Every experiment that uses it loses the metric and its results.' },
  }),
  run: async ({ id }, { api, project }, before) => {
    await api.delete(apiPath`/api/projects/${project}/experiment_saved_metrics/${id}/`, z.unknown());
    return { after: before, readable: false, changes: [{ path: 'deleted', before: false, after: true }] };
  },
  undo: () => ({ not_reversible_because: 'PostHog deletes shared metrics for good, together with their links' }),
});
