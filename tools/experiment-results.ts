import { z } from 'zod';
import { resultsAnswer } from '../src/assessment/results-answer.js';
import { metricPictures } from '../src/decision/pictures.js';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { resultsOutput } from '../src/schema/results.js';
import { defineReadTool } from '../src/tool.js';

export const experimentResults = defineReadTool({
  name: 'experiment-results',
  title: 'Experiment results',
  searchHint: 'results, lift, significance, conversion of an A/B test',
  toolset: 'results',
  access: 'read',
  idempotent: true,
  description: [
    "Exposures with sample-ratio check; per metric and variant the value, effect with interval, significance, and whether that is better by the metric's goal.",
    'Shows the stored results and how old they are. refresh: true calculates anew (scope experiment:write; at most every 5 minutes); a long one goes on: call again with its recalculation_id.',
    '"significant" alone is no decision: see experiment-assess. Not for a draft.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({
    id: experimentId,
    refresh: z.boolean().default(false).describe('Calculate anew and wait for it'),
    recalculation_id: z.string().min(1).max(100).optional().describe('A calculation started before'),
    metric_uuid: z.string().min(1).max(100).optional().describe('Only this metric'),
    breakdowns: z.boolean().default(false).describe('Also per breakdown value'),
  }),
  output: resultsOutput,
  view: 'results',
  picture: ({ metrics }) => metricPictures(metrics),
  run: resultsAnswer,
});
