import { z } from 'zod';
import { isLive } from '../src/schema/experiment.js';
import { isFrozen } from '../src/schema/flag.js';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { nowSeen, servedText, sharedFlagWarnings } from '../src/serving/serving.js';
import { defineWriteTool } from '../src/tool.js';
import { predicted, refusedUnlessLive } from '../src/writes/subjects/predict.js';
import { postAction } from '../src/writes/subjects/requests.js';

export const experimentResume = defineWriteTool({
  name: 'experiment-resume',
  title: 'Resume experiment',
  searchHint: 'resume, unpause, turn an A/B test on again',
  toolset: 'lifecycle',
  access: 'live',
  idempotent: true,
  description: [
    'Turn the flag of a paused experiment on again: users are enrolled at once, and people get the same variants as before.',
    'start_date does not move. 400 for a draft or ended one; already_done if it is not paused.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({ id: experimentId }),
  target: ({ id }) => id,
  plan: (_, { experiment, sharers }) => {
    const flag = experiment.feature_flag;
    const frozen = flag && isFrozen(flag.filters);
    return {
      effects: {
        users:
          flag && !flag.deleted ? `The flag is on again: ${servedText(flag)}.` : `Unchanged. ${nowSeen(experiment)}`,
        analysis: frozen
          ? 'Exposure is still frozen: new users do not enter, and those inside go on counting. The time of the pause stays inside the run.'
          : 'New exposures count again; the time of the pause stays inside the run.',
      },
      warnings: sharedFlagWarnings(sharers),
      refused: refusedUnlessLive(experiment),
      after: predicted(experiment, { flag: { active: true } }),
      ...(isLive(experiment) && flag?.active ? { alreadyDone: 'The flag is on: "Experiment is not paused."' } : {}),
    };
  },
  run: ({ id }, context) => postAction('resume', id, context),
  undoTools: ['experiment-pause'],
  undo: ({ id }) => ({ tool: 'experiment-pause', arguments: { id } }),
});
