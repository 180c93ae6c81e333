import { z } from 'zod';
import { isLive } from '../src/schema/experiment.js';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { whyNobody } from '../src/serving/served.js';
import { nowSeen, sharedFlagWarnings } from '../src/serving/serving.js';
import { defineWriteTool } from '../src/tool.js';
import { predicted, refusedUnlessLive } from '../src/writes/subjects/predict.js';
import { postAction } from '../src/writes/subjects/requests.js';

export const experimentPause = defineWriteTool({
  name: 'experiment-pause',
  title: 'Pause experiment',
  searchHint: 'pause, kill switch, roll back, stop rollout of an A/B test',
  toolset: 'lifecycle',
  access: 'live',
  idempotent: true,
  description: [
    'Turn the feature flag of a running experiment off: everybody falls back to the default of the code at once, no new exposures.',
    'Does not end it: end_date stays empty and metrics of people already exposed go on counting. To stop measuring use experiment-end.',
    'Other experiments on the same flag stop too. 400 for a draft or ended one; already_done if it is paused.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({ id: experimentId }),
  target: ({ id }) => id,
  plan: (_, { experiment, sharers }) => ({
    effects: {
      users:
        experiment.feature_flag && whyNobody(experiment.feature_flag)
          ? `Unchanged. ${nowSeen(experiment)}`
          : 'Everybody falls back to the default of the code; nobody new is enrolled.',
      analysis: 'The experiment stays open: metrics of people already exposed go on counting, new exposures stop.',
    },
    warnings: sharedFlagWarnings(sharers),
    refused: refusedUnlessLive(experiment),
    after: predicted(experiment, { flag: { active: false } }),
    ...(isLive(experiment) && experiment.feature_flag?.active === false
      ? { alreadyDone: 'The flag is off: "Experiment is already paused."' }
      : {}),
  }),
  run: ({ id }, context) => postAction('pause', id, context),
  undoTools: ['experiment-resume'],
  undo: ({ id }) => ({ tool: 'experiment-resume', arguments: { id } }),
});
