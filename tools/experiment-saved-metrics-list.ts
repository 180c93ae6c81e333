import { z } from 'zod';
import { unlessOlderBuild } from '../src/posthog/older-builds.js';
import { apiPath } from '../src/posthog/path.js';
import { pageLimit, pageOffset } from '../src/schema/ids.js';
import { listOutput, pageFacts, shownPageWire } from '../src/schema/page.js';
import { savedMetricView, savedMetricWire, viewSavedMetric } from '../src/schema/saved-metric.js';
import { defineReadTool } from '../src/tool.js';

const page = shownPageWire(savedMetricWire);

export const experimentSavedMetricsList = defineReadTool({
  name: 'experiment-saved-metrics-list',
  title: 'List saved metrics',
  searchHint: 'shared metrics, metric library',
  toolset: 'saved-metrics',
  access: 'read',
  idempotent: true,
  description:
    'Metrics that several experiments share, with what each measures. Attach one with experiment-update add_saved_metric_id instead of defining it again.',
  input: z.strictObject({
    search: z.string().max(400).optional().describe('Part of the name'),
    event: z.string().max(400).optional().describe('Only those that use this event'),
    limit: pageLimit,
    offset: pageOffset,
  }),
  output: listOutput(savedMetricView),
  run: async (query, { api, project }) => {
    const asked = api.get(apiPath`/api/projects/${project}/experiment_saved_metrics/`, page, query);
    const answer = await unlessOlderBuild('shared metrics', asked);
    return {
      items: answer.results.map((metric) => viewSavedMetric(metric)),
      ...pageFacts(answer),
    };
  },
});
