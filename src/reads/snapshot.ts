import { z } from 'zod';
import { ToolError } from '../errors.js';
import { apiPath } from '../posthog/path.js';
import { type Experiment, experimentWire, statusOf } from '../schema/experiment.js';
import { readRows } from '../schema/odd-rows.js';
import { pageWire } from '../schema/page.js';
import type { CallContext, FlagSharer, StateBefore } from '../tool.js';
import { allRows } from './pages.js';

const experimentPage = pageWire(experimentWire);
const anyPage = pageWire(z.unknown());

export function readExperiment(id: number, { api, project }: CallContext): Promise<Experiment> {
  return api.get(apiPath`/api/projects/${project}/experiments/${id}/`, experimentWire);
}

/** The id where the experiment can be read; null where it is deleted, or unknown, which a write then tells apart. */
export async function idIfReadable(id: number, context: CallContext): Promise<number | null> {
  return (await readExperimentOrNull(id, context))?.id ?? null;
}

/** Null where there is none with this id, or it is deleted. */
export async function readExperimentOrNull(id: number, context: CallContext): Promise<Experiment | null> {
  try {
    return await readExperiment(id, context);
  } catch (error) {
    if (error instanceof ToolError && error.code === 'not_found') return null;
    throw error;
  }
}

/** Experiments that are not archived and use the flag, in the order of PostHog's list. */
export function experimentsOnFlag(flagId: number, context: CallContext): Promise<Experiment[]> {
  return listOnFlag(flagId, {}, context);
}

/** The same where they are only shown: rows that cannot be read, which may be on this flag, are named. */
export async function shownOnFlag(flagId: number, context: CallContext) {
  const path = apiPath`/api/projects/${context.project}/experiments/`;
  const all: unknown[] = [];
  for await (const row of allRows(context, { path, page: anyPage, query: { feature_flag_id: flagId } })) all.push(row);
  const { rows, unreadable } = readRows(all, experimentWire);
  return { rows: rows.filter((row) => row.feature_flag?.id === flagId), unreadable };
}

/**
 * The same with the archived ones: the flag goes on serving their users, whether they run or have ended, so what happens
 * to it reaches them though no list shows them.
 */
export async function allOnFlag(flagId: number, context: CallContext): Promise<Experiment[]> {
  const [listed, archived] = await Promise.all([
    listOnFlag(flagId, {}, context),
    listOnFlag(flagId, { archived: true }, context),
  ]);
  return [...listed, ...archived.filter((row) => row.archived)];
}

async function listOnFlag(flagId: number, query: { archived?: boolean }, context: CallContext): Promise<Experiment[]> {
  const path = apiPath`/api/projects/${context.project}/experiments/`;
  const rows: Experiment[] = [];
  // Builds that do not know the filter answer with everything.
  for await (const row of allRows(context, {
    path,
    page: experimentPage,
    query: { feature_flag_id: flagId, ...query },
  }))
    if (row.feature_flag?.id === flagId) rows.push(row);
  return rows;
}

/** The state a write starts from: the experiment, and who else its flag serves. */
export async function readStateBefore(id: number, context: CallContext): Promise<StateBefore> {
  const experiment = await readExperiment(id, context);
  const flagId = experiment.feature_flag?.id;
  const onFlag = flagId === undefined ? [] : await allOnFlag(flagId, context);
  return { experiment, sharers: onFlag.filter((other) => other.id !== id).map(sharer) };
}

function sharer(experiment: Experiment): FlagSharer {
  const { id, name, archived, tags } = experiment;
  return {
    id,
    name,
    status: statusOf(experiment),
    ...(archived ? { archived } : {}),
    ...(tags?.length ? { tags } : {}),
  };
}
