import { apiPath } from '../../posthog/path.js';
import { allRows } from '../../reads/pages.js';
import { type Experiment, experimentWire, statusOf } from '../../schema/experiment.js';
import { exclusionOf, type Holdout, holdoutWire, viewHoldout } from '../../schema/holdout.js';
import { pageWire } from '../../schema/page.js';
import { type CallContext, type Change, REVISION, type Subject } from '../../tool.js';
import { changedFields } from './compare.js';

const experimentPage = pageWire(experimentWire);

/** An experiment that uses a holdout. */
export interface LinkedExperiment {
  id: number;
  name: string;
  status: string;
  archived: boolean;
  /** Its flag is on, so that a change of the holdout reaches users at once, whatever the experiment's status is. */
  serves: boolean;
  tags?: readonly string[];
}

/** Whom a change of a holdout reaches. */
export interface Reached {
  /** Experiments that use it. */
  linked: readonly LinkedExperiment[];
  /** Others on the flags of these, to which the holdout is written. */
  sharers: readonly LinkedExperiment[];
}

export interface HoldoutBefore extends Reached {
  holdout: Holdout;
}

export function readHoldout(id: number, { api, project }: CallContext): Promise<Holdout> {
  return api.get(apiPath`/api/projects/${project}/experiment_holdouts/${id}/`, holdoutWire);
}

function linkOf(row: Experiment): LinkedExperiment {
  const { id, name, archived, feature_flag: flag, tags } = row;
  const base = { id, name, status: statusOf(row), archived: archived === true, serves: flag?.active === true };
  return tags?.length ? { ...base, tags } : base;
}

async function rowsOf(archived: boolean, context: CallContext): Promise<Experiment[]> {
  const found: Experiment[] = [];
  const path = apiPath`/api/projects/${context.project}/experiments/`;
  for await (const row of allRows(context, { path, page: experimentPage, query: { archived } })) found.push(row);
  return found;
}

/** All of them, archived ones last. PostHog has no filter for it, so all rows are looked through. */
export async function reachedByHoldout(id: number, context: CallContext): Promise<Reached> {
  const rows = (await Promise.all([rowsOf(false, context), rowsOf(true, context)])).flat();
  const linked = rows.filter((row) => (row.holdout_id ?? row.holdout?.id) === id);
  const flags = new Set(linked.map((row) => row.feature_flag?.id));
  const sharers = rows.filter((row) => row.feature_flag && flags.has(row.feature_flag.id) && !linked.includes(row));
  return { linked: linked.map(linkOf), sharers: sharers.map(linkOf) };
}

function changes(before: Holdout | null, after: Holdout): Change[] {
  if (before?.id !== after.id) return [{ path: 'holdout', before: null, after: { id: after.id, name: after.name } }];
  const fields = (holdout: Holdout): Record<string, unknown> => ({
    name: holdout.name,
    description: holdout.description || null,
    exclusion_percent: exclusionOf(holdout),
  });
  return changedFields(fields(before), fields(after));
}

/** Holdouts as writes see them. */
export const HOLDOUTS: Subject<Holdout, HoldoutBefore> = {
  field: 'holdout',
  readTool: 'experiment-holdouts-retrieve',
  listTool: 'experiment-holdouts-list',
  readBefore: async (id, context) => {
    const [holdout, reached] = await Promise.all([readHoldout(id, context), reachedByHoldout(id, context)]);
    return { holdout, ...reached };
  },
  of: ({ holdout }) => holdout,
  readAgain: ({ id }, context) => readHoldout(id, context),
  view: viewHoldout,
  shown: ({ holdout: { id: _, updated_at, ...holdout }, linked, sharers }) => ({
    ...holdout,
    experiments: linked,
    'other experiments on their flags': sharers,
    [REVISION]: updated_at ?? null,
  }),
  changes,
  unchanged: () => 'Unchanged.',
};
