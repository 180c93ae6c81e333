import { z } from 'zod';
import { timeseriesAnswer } from '../src/assessment/timeseries.js';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { timeseriesOutput } from '../src/schema/results.js';
import { defineReadTool } from '../src/tool.js';

export const experimentTimeseriesResults = defineReadTool({
  name: 'experiment-timeseries-results',
  title: 'Results over time',
  searchHint: 'daily results, trend of an A/B test over time',
  toolset: 'results',
  access: 'read',
  idempotent: true,
  description: [
    'One metric day by day: the cumulative value of each variant, its effect and interval, to see whether a difference settles.',
    'Days come from a daily job and can lag behind experiment-results. Not for a draft.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({
    id: experimentId,
    metric_uuid: z.string().min(1).max(100).describe('From experiment-get'),
    days: z.number().int().min(1).max(365).default(30).describe('How many of the last days'),
  }),
  output: timeseriesOutput,
  run: timeseriesAnswer,
});
