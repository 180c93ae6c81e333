import { type Context, notFound } from '../http/router.js';
import type { ExperimentRow, FlagRow } from '../store/model.js';
import { flagOf, type Store } from '../store/store.js';
import { assertOrder, matchesSearch } from './list.js';
import { fullExperiment } from './serialize.js';

/** An experiment with its flag, as every action on one experiment needs it. */
export interface Target {
  row: ExperimentRow;
  flag: FlagRow;
}

/** Finds by the path's id. `search` and `order` of the list apply here too: they filter every route of PostHog's. */
export function findExperiment(context: Context, { deleted = false } = {}): Target {
  const { store, project, id, query } = context;
  assertOrder(query);
  const row = /^\d+$/.test(id) ? store.experiments.get(Number(id)) : undefined;
  if (row?.project_id !== project.id || (row.deleted && !deleted)) throw notFound();
  const flag = flagOf(row, store);
  if (!matchesSearch(row, flag, query.get('search'))) throw notFound();
  return { row, flag };
}

export function answerWith({ row, flag }: Target, store: Store, status = 200): { status: number; body: object } {
  return { status, body: fullExperiment(row, flag, store) };
}
