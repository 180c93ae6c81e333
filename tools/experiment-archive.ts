import { z } from 'zod';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import {
  FLAG_GOES_OFF,
  LIVE_STATUSES,
  nowSeen,
  sharedFlagWarnings,
  stillSplitWarnings,
} from '../src/serving/serving.js';
import { defineWriteTool } from '../src/tool.js';
import { predicted } from '../src/writes/subjects/predict.js';
import { postAction } from '../src/writes/subjects/requests.js';
import { restoreCall } from '../src/writes/subjects/undo.js';

export const experimentArchive = defineWriteTool({
  name: 'experiment-archive',
  title: 'Archive experiment',
  searchHint: 'archive, hide or tidy up an old A/B test',
  toolset: 'lifecycle',
  access: 'live',
  varies: true,
  idempotent: true,
  description: [
    'Hide a stopped experiment from the default list. A flag that is on goes on serving.',
    'disable_feature_flag: true also turns the flag off for everybody (scope feature_flag:write; skipped if another live experiment uses the flag). Only if the user asks. already_done if it is archived.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({
    id: experimentId,
    disable_feature_flag: z.boolean().default(false).describe('Also turn the flag off'),
  }),
  target: ({ id }) => id,
  plan: (input, { experiment, sharers }) => {
    const wantsOff = input.disable_feature_flag && experiment.feature_flag?.active === true;
    // PostHog does not look at archived ones here, though they may run.
    const live = sharers.filter((other) => LIVE_STATUSES.includes(other.status) && !other.archived);
    const turnsOff = wantsOff && live.length === 0;
    return {
      effects: {
        users: turnsOff && !experiment.feature_flag?.deleted ? FLAG_GOES_OFF : `Unchanged. ${nowSeen(experiment)}`,
        analysis: 'Unchanged; the experiment leaves the default list.',
      },
      level: turnsOff ? 'live' : 'write',
      refused:
        experiment.start_date && experiment.end_date
          ? undefined
          : 'Experiment must be ended before it can be archived.',
      after: predicted(experiment, { archived: true, ...(turnsOff ? { flag: { active: false } } : {}) }),
      warnings: [
        ...(turnsOff || live.length > 0 ? [] : stillSplitWarnings(experiment)),
        ...(wantsOff ? sharedFlagWarnings(sharers) : []),
        ...(wantsOff && !turnsOff
          ? [{ code: 'flag_stays_on', message: 'PostHog leaves the flag on, since another live experiment uses it.' }]
          : []),
      ],
      ...(experiment.archived && !wantsOff ? { alreadyDone: '"Experiment is already archived."' } : {}),
    };
  },
  // Sent only where it is asked for: older builds do not know the switch.
  run: ({ id, disable_feature_flag }, context) =>
    postAction('archive', id, context, disable_feature_flag ? { disable_feature_flag } : undefined),
  undoTools: ['experiment-unarchive', 'feature-flag-restore'],
  undo: ({ id }, { experiment }, after) => {
    const wasTurnedOff = experiment.feature_flag?.active === true && after.feature_flag?.active === false;
    return wasTurnedOff ? restoreCall(experiment, after) : { tool: 'experiment-unarchive', arguments: { id } };
  },
});
