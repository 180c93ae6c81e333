import { z } from 'zod';
import { detailLevel, idNumber } from '../src/schema/ids.js';
import { savedMetricView, viewSavedMetric } from '../src/schema/saved-metric.js';
import { defineReadTool } from '../src/tool.js';
import { readSavedMetric } from '../src/writes/subjects/saved-metric.js';

export const experimentSavedMetricsRetrieve = defineReadTool({
  name: 'experiment-saved-metrics-retrieve',
  title: 'Get saved metric',
  searchHint: 'show shared metric',
  toolset: 'saved-metrics',
  access: 'read',
  idempotent: true,
  description: 'One shared metric; detail: full shows its whole definition with filters.',
  input: z.strictObject({ id: idNumber('Saved metric id'), detail: detailLevel }),
  output: savedMetricView.extend({ project_id: z.number() }),
  run: async ({ id, detail }, context) => ({
    ...viewSavedMetric(await readSavedMetric(id, context), detail),
    project_id: context.project,
  }),
});
