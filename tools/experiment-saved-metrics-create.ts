import { z } from 'zod';
import { unlessOlderBuild } from '../src/posthog/older-builds.js';
import { apiPath } from '../src/posthog/path.js';
import { watchName } from '../src/reads/pages.js';
import { metricInput, toMetricJson } from '../src/schema/metric-json.js';
import { pageWire } from '../src/schema/page.js';
import { type SavedMetric, savedMetricWire } from '../src/schema/saved-metric.js';
import { tagList } from '../src/schema/tag.js';
import { defineSubjectTool } from '../src/tool.js';
import { SAVED_METRICS } from '../src/writes/subjects/saved-metric.js';

const page = pageWire(savedMetricWire);

const input = z.strictObject({
  metric: metricInput.describe('Its name becomes the shared name, unique in the project; role does not apply'),
  description: z.string().trim().max(400).optional().describe('What it stands for'),
  tags: tagList.optional().describe('Labels'),
});

export const experimentSavedMetricsCreate = defineSubjectTool<typeof input, SavedMetric | null, SavedMetric, number>({
  name: 'experiment-saved-metrics-create',
  title: 'Create saved metric',
  searchHint: 'new shared metric',
  toolset: 'saved-metrics',
  access: 'write',
  idempotent: false,
  description: [
    'Make a metric that experiments can share (attach it with experiment-update add_saved_metric_id).',
    'PostHog does not check here that its events exist: find them with event-search. 400 if the name is taken. Undo: experiment-saved-metrics-destroy.',
  ].join('\n'),
  input,
  subject: SAVED_METRICS,
  target: () => null,
  plan: () => ({ effects: { users: 'Unchanged.', analysis: 'Nothing until an experiment uses it.' } }),
  watch: ({ metric }, context) =>
    watchName(
      metric.name,
      { path: apiPath`/api/projects/${context.project}/experiment_saved_metrics/`, page },
      context,
    ),
  run: async ({ metric, ...rest }, { api, project }) => {
    const query = toMetricJson(metric);
    const body = { ...rest, name: metric.name, query };
    const made = api.post(apiPath`/api/projects/${project}/experiment_saved_metrics/`, savedMetricWire, body);
    return { after: await unlessOlderBuild('shared metrics', made) };
  },
  undoTools: ['experiment-saved-metrics-destroy'],
  undo: (_input, _before, after) => ({ tool: 'experiment-saved-metrics-destroy', arguments: { id: after.id } }),
});
