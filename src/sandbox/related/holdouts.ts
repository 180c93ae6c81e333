import { changeHoldout } from '../approvals/holdout.js';
import { invalid } from '../http/api-error.js';
import { page } from '../http/paging.js';
import { type Answer, type Context, notFound } from '../http/router.js';
import { flagHoldout, holdoutJson } from '../rows/related.js';
import type { HoldoutRow, JsonObject } from '../store/model.js';
import { writeFlag } from '../store/record.js';
import { flagOf, type Store } from '../store/store.js';
import { body as asBody, char, dict, type Field, list, nullable, optional, required } from '../validation/drf.js';
import { MAX_NAME } from '../validation/fields.js';

const MAX_DESCRIPTION = 400;

const excludedShare = (filter: JsonObject, attr: string | null): JsonObject => {
  const { rollout_percentage: percent } = filter;
  if (percent === undefined || percent === null) throw invalid('Rollout percentage must be present.', attr);
  if (typeof percent === 'number' && percent >= 0 && percent <= 100) return filter;
  throw invalid('Rollout percentage must be between 0 and 100.', attr);
};

const filtersField: Field<JsonObject[]> = (value, attr) => {
  const filters = list(dict)(value, attr);
  if (filters.length === 0) throw invalid('Filters must not be empty.', attr);
  return filters.map((filter) => excludedShare(filter, attr));
};

function parse(context: Context, whole: boolean) {
  const source = asBody(context.body);
  const name = char({ max: MAX_NAME });
  return {
    name: whole ? required(source, 'name', name) : optional(source, 'name', name),
    description: optional(source, 'description', nullable(char({ max: MAX_DESCRIPTION, blank: true }))),
    filters: optional(source, 'filters', filtersField),
  };
}

/** Filters as they are stored: with the pseudo-variant that held-out users count for. */
function stamped(id: number, filters: readonly JsonObject[]): JsonObject[] {
  return filters.map((filter) => ({ ...filter, variant: `holdout-${id}` }));
}

function find({ store, project, id }: Context): HoldoutRow {
  const holdout = /^\d+$/.test(id) ? store.holdouts.get(Number(id)) : undefined;
  if (holdout?.project_id !== project.id) throw notFound();
  return holdout;
}

/** Writes the holdout, or its absence, to the flag of every experiment that is linked to it. */
function cascade(id: number, value: HoldoutRow | null, store: Store): void {
  const linked = [...store.experiments.values()].filter((row) => row.holdout_id === id);
  for (const flag of new Set(linked.map((row) => flagOf(row, store)))) {
    writeFlag(flag, { filters: { ...flag.filters, holdout: flagHoldout(value) } }, store);
  }
}

export function listHoldouts(context: Context): Answer {
  const { store, project } = context;
  const rows = [...store.holdouts.values()].filter((row) => row.project_id === project.id);
  rows.sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at) || b.id - a.id);
  return page(context, rows, (row) => holdoutJson(row, context.store));
}

export function createHoldout(context: Context): Answer {
  const { store, project } = context;
  const { name = '', description = null, filters } = parse(context, true);
  if (filters === undefined) throw invalid('Filters are required to create an holdout group');
  const id = store.nextId('holdout');
  const at = store.timestamp();
  const holdout = {
    ...{ id, project_id: project.id, name, description, filters: stamped(id, filters) },
    ...{ created_by: store.currentUser, created_at: at, updated_at: at },
  };
  store.holdouts.set(id, holdout);
  return { status: 201, body: holdoutJson(holdout, store) };
}

export function retrieveHoldout(context: Context): Answer {
  return { status: 200, body: holdoutJson(find(context), context.store) };
}

function update(context: Context, whole: boolean): Answer {
  const { store } = context;
  const holdout = find(context);
  const { name = holdout.name, description = holdout.description, filters } = parse(context, whole);
  const apply = () => {
    Object.assign(holdout, { name, description, updated_at: store.timestamp() });
    if (filters === undefined) return;
    holdout.filters = stamped(holdout.id, filters);
    cascade(holdout.id, holdout, store);
  };
  const share = (filters ?? holdout.filters)[0]?.rollout_percentage;
  changeHoldout(holdout, { kind: 'update', share, apply }, store);
  return { status: 200, body: holdoutJson(holdout, store) };
}

/** PATCH: other filters reach every linked flag at once. */
export function patchHoldout(context: Context): Answer {
  return update(context, false);
}

/** PUT: like PATCH, but asks for the name. */
export function putHoldout(context: Context): Answer {
  return update(context, true);
}

/** Deletes for good: held-out users become eligible in every linked experiment. */
export function deleteHoldout(context: Context): Answer {
  const { store } = context;
  const holdout = find(context);
  const { id } = holdout;
  const apply = () => {
    cascade(id, null, store);
    for (const row of store.experiments.values()) if (row.holdout_id === id) row.holdout_id = null;
    store.holdouts.delete(id);
  };
  changeHoldout(holdout, { kind: 'delete', apply }, store);
  return { status: 204 };
}
