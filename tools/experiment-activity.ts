import { z } from 'zod';
import { activityAnswer } from '../src/assessment/activity.js';
import { EXPERIMENT_ID_ALIASES, experimentId, pageLimit, pageOffset } from '../src/schema/ids.js';
import { listOutput } from '../src/schema/page.js';
import { defineReadTool } from '../src/tool.js';

export const experimentActivity = defineReadTool({
  name: 'experiment-activity',
  title: 'Experiment activity',
  searchHint: 'audit log, history, who changed the A/B test',
  toolset: 'results',
  access: 'read',
  idempotent: true,
  description: [
    'Who changed what and when on an experiment, its flag, holdout and shared metrics, newest first.',
    'Needs scope activity_log:read.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({ id: experimentId, limit: pageLimit, offset: pageOffset }),
  output: listOutput(
    z.object({
      at: z.string(),
      who: z.string(),
      activity: z.string(),
      on: z.string().optional(),
      changes: z.array(z.object({ field: z.string(), before: z.string(), after: z.string() })).optional(),
    }),
  ),
  run: activityAnswer,
});
