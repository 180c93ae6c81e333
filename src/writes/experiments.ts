import { type Experiment, viewExperiment } from '../schema/experiment.js';
import type { StateBefore, Subject } from '../tool.js';
import { changesBetween, creationOf } from './changes.js';
import { nowSeen } from './serving.js';
import { readExperiment, readStateBefore } from './snapshot.js';

/** Experiments as writes see them. */
export const EXPERIMENTS: Subject<Experiment, StateBefore> = {
  field: 'experiment',
  readBefore: readStateBefore,
  of: ({ experiment }) => experiment,
  readAgain: ({ id }, context) => readExperiment(id, context),
  view: (experiment, { api, project }) => viewExperiment(experiment, { origin: api.origin, project }),
  // A write that answers with another experiment than it was aimed at has made that one.
  changes: (before, after) => (before?.id === after.id ? changesBetween(before, after) : creationOf(after)),
  unchanged: (experiment) => `Unchanged. ${nowSeen(experiment)}`,
};
