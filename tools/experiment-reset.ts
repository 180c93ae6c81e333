import { z } from 'zod';
import { compact, isLive } from '../src/schema/experiment.js';
import { isFrozen, thawed } from '../src/schema/flag.js';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { FLAG_GOES_OFF, nowSeen, sharedFlagWarnings } from '../src/serving/serving.js';
import { defineWriteTool } from '../src/tool.js';
import { predicted } from '../src/writes/subjects/predict.js';
import { patchFlag, postAction } from '../src/writes/subjects/requests.js';
import { hadOddDates, restoreCall } from '../src/writes/subjects/undo.js';

export const experimentReset = defineWriteTool({
  name: 'experiment-reset',
  title: 'Reset experiment',
  searchHint: 'reset, restart an A/B test from scratch',
  toolset: 'lifecycle',
  access: 'destructive',
  idempotent: true,
  stepwise: true,
  description: [
    'Back to draft: clears start and end date, conclusion and comment, and takes it out of the archive. Results are hidden until it is launched again.',
    'A flag that is on goes on serving variants, also a shipped one. disable_feature_flag: true turns it off.',
    'For another run that keeps this one use experiment-duplicate. already_done on a draft.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({
    id: experimentId,
    disable_feature_flag: z.boolean().default(false).describe('Also turn the flag off'),
  }),
  target: ({ id }) => id,
  plan: (input, { experiment, sharers }) => {
    const flag = experiment.feature_flag;
    const turnsOff = input.disable_feature_flag && flag?.active === true;
    const thaws = experiment.start_date && flag && isFrozen(flag.filters);
    const after = predicted(experiment, {
      ...(experiment.start_date ? CLEARED : {}),
      flag: { ...(thaws ? { filters: thawed(flag.filters) } : {}), ...(turnsOff ? { active: false } : {}) },
    });
    return {
      effects: {
        users:
          turnsOff && !flag.deleted
            ? FLAG_GOES_OFF
            : `${thaws ? 'The freeze is taken off.' : 'Unchanged.'} ${nowSeen(after)}`,
        analysis: experiment.start_date
          ? 'Dates and conclusion are cleared; results are hidden until the next launch.'
          : 'Unchanged: it is a draft.',
      },
      warnings: turnsOff ? sharedFlagWarnings(sharers) : [],
      after,
      ...(!experiment.start_date && !turnsOff ? { alreadyDone: '"Experiment is already in draft state."' } : {}),
    };
  },
  run: async ({ id, disable_feature_flag }, context, { experiment }) => {
    const flag = experiment.feature_flag;
    // The flag first: should the reset then fail, nobody is left in a variant of a draft.
    if (disable_feature_flag && flag?.active) {
      if (isLive(experiment)) await postAction('pause', id, context);
      else await patchFlag(flag.id, { active: false }, context);
    }
    return experiment.start_date ? postAction('reset', id, context) : { after: experiment };
  },
  undoTools: ['experiment-update', 'feature-flag-restore'],
  // Giving a draft its start date turns the flag on and leaves its filters: right only where nothing else moved,
  // and experiment-update archives only what has ended and takes no odd dates.
  undo: ({ id }, { experiment }, after) => {
    const { start_date, end_date, conclusion, conclusion_comment, archived, feature_flag } = experiment;
    const flagMoves = feature_flag && (!feature_flag.active || feature_flag.deleted || isFrozen(feature_flag.filters));
    const hiddenRun = archived && !end_date;
    if (flagMoves || hiddenRun || !start_date || hadOddDates(experiment, after))
      return restoreCall(experiment, after, { withStart: true });
    return {
      tool: 'experiment-update',
      arguments: { id, ...compact({ start_date, end_date, conclusion, conclusion_comment, archived }) },
    };
  },
});

/** What a reset takes away. */
const CLEARED = { start_date: null, end_date: null, archived: false, conclusion: null, conclusion_comment: null };
