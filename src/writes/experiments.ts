import { type Experiment, viewExperiment } from '../schema/experiment.js';
import type { StateBefore, Subject } from '../tool.js';
import { changesBetween, creationOf } from './changes.js';
import { nowSeen } from './serving.js';
import { readExperiment, readStateBefore } from './snapshot.js';
import { restoreCall } from './undo.js';

/** Experiments as writes see them. */
export const EXPERIMENTS: Subject<Experiment, StateBefore> = {
  field: 'experiment',
  readBefore: readStateBefore,
  of: ({ experiment }) => experiment,
  readAgain: ({ id }, context) => readExperiment(id, context),
  // A copy lives in another project than the call's; its flag says in which.
  view: (experiment, { api, project }) => {
    const team = experiment.feature_flag?.team_id;
    return viewExperiment(experiment, { origin: api.origin, project: typeof team === 'number' ? team : project });
  },
  // A write that answers with another experiment than it was aimed at has made that one.
  changes: (before, after) => (before?.id === after.id ? changesBetween(before, after) : creationOf(after)),
  restore: (before, now) => restoreCall(before, now, { withStart: Boolean(before.start_date && !now.start_date) }),
  unchanged: (experiment) => `Unchanged. ${nowSeen(experiment)}`,
};
