import { z } from 'zod';
import { isLive } from '../src/schema/experiment.js';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { nowSeen } from '../src/serving/serving.js';
import { defineWriteTool } from '../src/tool.js';
import { predicted } from '../src/writes/subjects/predict.js';
import { patchExperiment } from '../src/writes/subjects/requests.js';

export const experimentDelete = defineWriteTool({
  name: 'experiment-delete',
  title: 'Delete experiment',
  searchHint: 'delete, remove an A/B test',
  toolset: 'experiments',
  access: 'destructive',
  idempotent: true,
  description: [
    'Delete an experiment (softly, in any status): it leaves every list and read.',
    'Only its id brings it back, by experiment-update restore: true while its flag exists.',
    'A flag that is on goes on serving variants; experiment-pause first stops that.',
    'To hide a finished one use experiment-archive. 404 if it is deleted already.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({ id: experimentId }),
  target: ({ id }) => id,
  plan: (_, { experiment }) => ({
    effects: {
      users: `Unchanged: the flag stays. ${nowSeen(experiment)}`,
      analysis: 'The experiment and its results can no longer be read.',
    },
    after: predicted(experiment, { deleted: true }),
    gone: true,
    warnings: isLive(experiment)
      ? [{ code: 'deleted_while_live', message: 'It had not ended: its flag goes on as it is without the experiment.' }]
      : [],
  }),
  run: async ({ id }, context) => ({ ...(await patchExperiment(id, { deleted: true }, context)), readable: false }),
  undoTools: ['experiment-update'],
  undo: ({ id }) => ({ tool: 'experiment-update', arguments: { id, restore: true } }),
});
