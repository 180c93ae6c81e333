import { z } from 'zod';
import { type Experiment, statusOf } from '../src/schema/experiment.js';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { sharedFlagWarnings } from '../src/serving/serving.js';
import { defineWriteTool } from '../src/tool.js';
import { frozenFilters, predicted, refusedUnlessLive } from '../src/writes/subjects/predict.js';
import { postSlowAction } from '../src/writes/subjects/requests.js';

/** PostHog's own words. */
const PAUSED = 'Cannot freeze a paused experiment. Resume it first.';

export const experimentFreezeExposure = defineWriteTool({
  name: 'experiment-freeze-exposure',
  title: 'Freeze exposure',
  searchHint: 'stop enrolling new users in an A/B test',
  toolset: 'exposure',
  access: 'live',
  idempotent: true,
  description: [
    'Stop enrolling new users in a running experiment and go on measuring those exposed so far, who keep their variants.',
    'PostHog saves them as a static cohort and narrows every release condition to it. end_date stays empty; results then speak of those who came early.',
    'Can take tens of seconds; wait, do not repeat. 400 for a draft, ended or paused one ("Resume it first"), with nobody exposed, group-aggregated flags, holdouts or early access conditions.',
    'Undo: experiment-unfreeze-exposure.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({ id: experimentId }),
  target: ({ id }) => id,
  plan: (_, { experiment, sharers }) => ({
    effects: {
      users: 'Users exposed so far keep their variants; nobody new enters.',
      analysis: 'Exposures stop growing; metrics of those exposed, who came early, go on counting.',
    },
    warnings: sharedFlagWarnings(sharers),
    refused: refusedUnlessLive(experiment) ?? (experiment.feature_flag?.active === false ? PAUSED : undefined),
    after: frozen(experiment),
    ...(statusOf(experiment) === 'exposure_frozen' ? { alreadyDone: '"Experiment exposure is already frozen."' } : {}),
  }),
  run: ({ id }, context) => postSlowAction('freeze_exposure', id, context),
  undoTools: ['experiment-unfreeze-exposure'],
  undo: ({ id }) => ({ tool: 'experiment-unfreeze-exposure', arguments: { id } }),
});

function frozen(experiment: Experiment): Experiment | undefined {
  const { feature_flag: flag } = experiment;
  return flag ? predicted(experiment, { flag: { filters: frozenFilters(flag.filters) } }) : undefined;
}
