import { z } from 'zod';
import { type Experiment, isLive, statusOf } from '../src/schema/experiment.js';
import { thawed } from '../src/schema/flag.js';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { whyNobody } from '../src/serving/served.js';
import { servedText, sharedFlagWarnings } from '../src/serving/serving.js';
import { defineWriteTool } from '../src/tool.js';
import { predicted, refusedUnlessLive } from '../src/writes/subjects/predict.js';
import { postSlowAction } from '../src/writes/subjects/requests.js';

export const experimentUnfreezeExposure = defineWriteTool({
  name: 'experiment-unfreeze-exposure',
  title: 'Unfreeze exposure',
  searchHint: 'enroll new users in the A/B test again',
  toolset: 'exposure',
  access: 'live',
  idempotent: true,
  description: [
    'Let new users enter a frozen experiment again: the release conditions are put back exactly and the saved cohort is deleted.',
    'Users of before and after the gap may differ, which biases results. already_done if it is not frozen; 400 for a draft or ended one.',
    'Undo: experiment-freeze-exposure, which then saves the users of that moment.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({ id: experimentId }),
  target: ({ id }) => id,
  plan: (_, { experiment, sharers }) => ({
    effects: {
      users: `New users enter again by the release conditions of before${openedText(experiment)}.`,
      analysis: 'Exposures grow again; users from before and after the freeze may differ.',
    },
    warnings: sharedFlagWarnings(sharers),
    refused: refusedUnlessLive(experiment),
    after: unfrozen(experiment),
    ...(isLive(experiment) && statusOf(experiment) === 'running'
      ? { alreadyDone: '"Experiment exposure is not frozen."' }
      : {}),
  }),
  run: ({ id }, context) => postSlowAction('unfreeze_exposure', id, context),
  undoTools: ['experiment-freeze-exposure'],
  undo: ({ id }) => ({
    tool: 'experiment-freeze-exposure',
    arguments: { id },
    note: 'Freezes the users exposed by then, not those of the first freeze.',
  }),
});

/** ": all users are split …"; nothing where the flag is not known. */
function openedText(experiment: Experiment): string {
  const flag = unfrozen(experiment)?.feature_flag;
  if (!flag) return '';
  return whyNobody(flag) === undefined ? `: ${servedText(flag)}` : `, yet nobody can: ${whyNobody(flag)}`;
}

function unfrozen(experiment: Experiment): Experiment | undefined {
  const { feature_flag: flag } = experiment;
  return flag ? predicted(experiment, { flag: { filters: thawed(flag.filters) } }) : undefined;
}
