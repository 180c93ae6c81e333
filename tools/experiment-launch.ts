import { z } from 'zod';
import { isLive } from '../src/schema/experiment.js';
import { shippedVariant } from '../src/schema/flag.js';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { defineWriteTool } from '../src/tool.js';
import { postAction } from '../src/writes/requests.js';
import { archivedWarnings, nowSeen, servedText, sharedFlagWarnings } from '../src/writes/serving.js';
import { undoOfStart } from '../src/writes/undo.js';

export const experimentLaunch = defineWriteTool({
  name: 'experiment-launch',
  title: 'Launch experiment',
  toolset: 'lifecycle',
  access: 'live',
  idempotent: true,
  description: [
    'Start a draft: turns its feature flag on and sets start_date to now, so real users are enrolled at once.',
    'Needs no metrics, so check them before. Set variants before: after launch only their split can change.',
    '400 "Experiment has already been launched." (paused: experiment-resume); 400 if the flag is deleted or has under 2 variants.',
    'Stop enrolment with experiment-pause; back to draft with experiment-reset.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({ id: experimentId }),
  target: ({ id }) => id,
  plan: (_, { experiment, sharers }) => {
    const flag = experiment.feature_flag;
    const ends = !experiment.start_date && Boolean(experiment.end_date);
    const running = isLive(experiment) && flag?.active === true;
    return {
      effects: {
        users: flag?.active
          ? `Unchanged. ${nowSeen(experiment)}`
          : flag
            ? `The flag goes on at once: ${servedText(flag)}.`
            : 'Unknown: no feature flag.',
        analysis: ends
          ? 'Nothing counts: PostHog takes it for stopped as soon as it is launched.'
          : 'Exposures and metrics count from the launch on.',
      },
      warnings: [
        ...sharedFlagWarnings(sharers),
        ...archivedWarnings(experiment),
        ...(ends
          ? [
              {
                code: 'stopped_at_once',
                message: `The draft has an end date, ${experiment.end_date}, so the launch makes it stopped while its flag goes on. Clear end_date with experiment-update first.`,
              },
            ]
          : []),
        ...(flag?.active && !experiment.start_date
          ? [
              {
                code: 'flag_already_active',
                message: 'The flag was already on, so users saw variants before the launch.',
              },
            ]
          : []),
        ...(flag && shippedVariant(flag.filters) !== undefined
          ? [
              {
                code: 'flag_not_split',
                message:
                  'One variant has the whole split, so there is nothing to compare: set it with experiment-update.',
              },
            ]
          : []),
        ...(experiment.metrics?.length || experiment.saved_metrics?.length
          ? []
          : [{ code: 'no_metrics', message: 'The experiment has no primary metric: add one with experiment-update.' }]),
      ],
      ...(running
        ? { alreadyDone: `It runs since ${experiment.start_date}: "Experiment has already been launched."` }
        : {}),
    };
  },
  run: ({ id }, context) => postAction('launch', id, context),
  undoTools: ['experiment-reset'],
  undo: (_, { experiment }) => undoOfStart(experiment),
});
