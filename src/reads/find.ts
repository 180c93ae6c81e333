import { ToolError } from '../errors.js';
import { apiPath } from '../posthog/path.js';
import { type Experiment, experimentWire, isLive } from '../schema/experiment.js';
import { type Flag, flagWire } from '../schema/flag.js';
import { pageWire } from '../schema/page.js';
import { quoted } from '../schema/quote.js';
import { stripped } from '../schema/stripped.js';
import type { CallContext } from '../tool.js';
import { allRows } from './pages.js';
import { readExperiment } from './snapshot.js';

const flagPage = pageWire(flagWire);
const experimentPage = pageWire(experimentWire);

/** The flag with exactly this key, or null. `search` matches parts of keys and names, so the exact one may be pages away. */
export async function findFlag(key: string, context: CallContext): Promise<Flag | null> {
  const path = apiPath`/api/projects/${context.project}/feature_flags/`;
  for await (const flag of allRows(context, { path, page: flagPage, query: { search: key } }))
    if (flag.key === key && !flag.deleted) return flag;
  return null;
}

/** The experiment of a list row, which must still be on the flag that it was found by. */
async function readOnKey(id: number, key: string, context: CallContext): Promise<Experiment> {
  const experiment = await readExperiment(id, context);
  if (experiment.feature_flag_key === key) return experiment;
  throw new ToolError(
    'unexpected_response',
    `Experiment ${id} was found by the feature flag key ${quoted(key)}, but reading it gives ${quoted(experiment.feature_flag_key)}.`,
    'Its flag may have been changed at this moment, or something mixes up answers; try again.',
  );
}

/** All with exactly this key; `search` also matches parts of names and keys, so they may be pages apart. */
async function listByKey(key: string, archived: boolean, context: CallContext): Promise<Experiment[]> {
  const path = apiPath`/api/projects/${context.project}/experiments/`;
  const found: Experiment[] = [];
  for await (const row of allRows(context, { path, page: experimentPage, query: { search: key, archived } }))
    if (row.feature_flag_key === key) found.push(row);
  return found;
}

/**
 * Notes the experiments on a flag key; the look it returns finds the one that has come since. Two that have come are told
 * apart by the name, where the call gave one.
 */
export async function watchFlagKey({ key, name }: { key: string; name?: string | undefined }, context: CallContext) {
  const before = new Set((await listByKey(key, false, context)).map(({ id }) => id));
  return async (later: CallContext): Promise<Experiment | null> => {
    const since = (await listByKey(key, false, later)).filter((row) => !before.has(row.id));
    const named = name === undefined ? since : since.filter((row) => row.name === stripped(name));
    const [made, another] = named;
    if (another)
      throw new ToolError('outcome_unknown', `Several experiments on ${quoted(key)} are new.`, 'Look at them.');
    return made ? readOnKey(made.id, key, later) : null;
  };
}

export type Miss = 'no_flag' | 'no_experiment' | 'ambiguous';

/** The experiment that a key leads to, or why it leads to none and which ones it may mean. */
export type Found = { experiment: Experiment } | { reason: Miss; candidates: Experiment[] };

/**
 * The experiment on the flag with this key. Of several, the one that is live; else all of them, archived ones too, since a
 * guess could change the wrong one.
 */
export async function findExperimentByFlagKey(key: string, context: CallContext): Promise<Found> {
  const current = await listByKey(key, false, context);
  const live = current.filter(isLive);
  const [listed] = current.length === 1 ? current : live.length === 1 ? live : [];
  if (listed) return { experiment: await readOnKey(listed.id, key, context) };
  const all = [...current, ...(await listByKey(key, true, context)).filter(({ archived }) => archived)];
  const [only, ...others] = all;
  if (only === undefined)
    return { reason: (await isNoFlag(key, context)) ? 'no_flag' : 'no_experiment', candidates: [] };
  if (others.length > 0) return { reason: 'ambiguous', candidates: all };
  return { experiment: await readOnKey(only.id, key, context) };
}

/** A key without feature_flag:read cannot tell, and that no experiment has the flag is true either way. */
async function isNoFlag(key: string, context: CallContext): Promise<boolean> {
  try {
    return (await findFlag(key, context)) === null;
  } catch (error) {
    if (error instanceof ToolError && error.fields.missing_scope !== undefined) return false;
    throw error;
  }
}
