import { z } from 'zod';
import { assessmentAnswer } from '../src/assessment/assess.js';
import { metricPictures } from '../src/decision/pictures.js';
import { assessmentOutput } from '../src/schema/assessment.js';
import { detailLevel, EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { defineReadTool } from '../src/tool.js';

/** The numbers of all metrics stand in the answer; with more pictures it would pass 1,200 tokens. */
const MAX_DRAWN = 2;

export const experimentAssess = defineReadTool({
  name: 'experiment-assess',
  title: 'Assess experiment',
  searchHint: 'is there a winner, conclude, verdict, should we ship the A/B test',
  toolset: 'results',
  access: 'read',
  idempotent: true,
  description: [
    'What to do with an experiment, by fixed rules: ship, keep control, keep running (until when), fix something first, end as inconclusive, or cannot tell.',
    'Reads stored results and calculates nothing; where old or absent, experiment-results refresh: true comes first.',
    'evidence_comment can be the conclusion_comment.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({ id: experimentId, detail: detailLevel.describe('full: also by breakdown value') }),
  output: assessmentOutput,
  view: 'results',
  picture: ({ metrics }) => [
    ...metricPictures(metrics.slice(0, MAX_DRAWN)),
    ...(metrics.length > MAX_DRAWN ? [`${metrics.length - MAX_DRAWN} more: experiment-results draws all.`] : []),
  ],
  run: assessmentAnswer,
});
