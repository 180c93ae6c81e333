import { readExperiment, readStateBefore } from '../../reads/snapshot.js';
import { type Experiment, statusOf, viewExperiment } from '../../schema/experiment.js';
import { nowSeen } from '../../serving/serving.js';
import { REVISION, type StateBefore, type Subject } from '../../tool.js';
import { changesBetween, creationOf } from './experiment-changes.js';
import { restoreCall, undoOfStartByRestore } from './undo.js';

/** Experiments as writes see them. */
export const EXPERIMENTS: Subject<Experiment, StateBefore> = {
  field: 'experiment',
  readTool: 'experiment-get',
  listTool: 'experiment-list',
  readBefore: readStateBefore,
  of: ({ experiment }) => experiment,
  readAgain: ({ id }, context) => readExperiment(id, context),
  // A copy lives in another project than the call's; its flag says in which.
  view: (experiment, { api, project }) => {
    const team = experiment.feature_flag?.team_id;
    return viewExperiment(experiment, { origin: api.origin, project: typeof team === 'number' ? team : project });
  },
  shown: ({ experiment, sharers }) => {
    const {
      start_date,
      end_date,
      conclusion,
      conclusion_comment,
      archived,
      version,
      updated_at,
      feature_flag: flag,
    } = experiment;
    return {
      status: statusOf(experiment),
      start_date: start_date ?? null,
      end_date: end_date ?? null,
      conclusion: conclusion ?? null,
      conclusion_comment: conclusion_comment ?? null,
      archived: archived === true,
      'the flag being on or off': flag?.active ?? null,
      'the filters of the flag': flag?.filters ?? null,
      'other experiments on the flag': sharers.map(({ id, status }) => ({ id, status })),
      [REVISION]: [version, updated_at, flag?.version, flag?.updated_at].map((part) => part ?? null),
    };
  },
  // A write that answers with another experiment than it was aimed at has made that one.
  changes: (before, after) => (before?.id === after.id ? changesBetween(before, after) : creationOf(after)),
  restore: (before, now) =>
    !before.start_date && now.start_date
      ? undoOfStartByRestore(before, now)
      : restoreCall(before, now, { withStart: (before.start_date ?? null) !== (now.start_date ?? null) }),
  unchanged: (experiment) => `Unchanged. ${nowSeen(experiment)}`,
};
