import { z } from 'zod';
import { statusOf } from '../src/schema/experiment.js';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { nowSeen } from '../src/serving/serving.js';
import { defineWriteTool } from '../src/tool.js';
import { predicted } from '../src/writes/subjects/predict.js';
import { postAction } from '../src/writes/subjects/requests.js';
import { restoreCall } from '../src/writes/subjects/undo.js';

export const experimentUnarchive = defineWriteTool({
  name: 'experiment-unarchive',
  title: 'Unarchive experiment',
  searchHint: 'bring back an archived A/B test',
  toolset: 'lifecycle',
  access: 'write',
  idempotent: true,
  description: [
    'Bring an archived experiment back to the default list, as it was. Does not reopen it, does not turn its flag on. already_done if it is not archived.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({ id: experimentId }),
  target: ({ id }) => id,
  plan: (_, { experiment }) => ({
    effects: { users: `Unchanged. ${nowSeen(experiment)}`, analysis: 'Unchanged; it is listed again.' },
    after: predicted(experiment, { archived: false }),
    ...(experiment.archived ? {} : { alreadyDone: '"Experiment is not archived."' }),
  }),
  run: ({ id }, context) => postAction('unarchive', id, context),
  undoTools: ['experiment-archive', 'feature-flag-restore'],
  // The archive takes only what has ended, though PostHog's own form puts in anything.
  undo: ({ id }, { experiment }, after) =>
    statusOf(experiment) === 'stopped'
      ? { tool: 'experiment-archive', arguments: { id } }
      : restoreCall(experiment, after),
});
