import { changeFlag } from '../approvals/gate.js';
import { invalid } from '../http/api-error.js';
import { page } from '../http/paging.js';
import { type Answer, type Context, notFound } from '../http/router.js';
import { keyWhenDeleted, keyWhenRestored } from '../rows/flag-key.js';
import { fullFlag } from '../rows/serialize.js';
import { isLive } from '../rows/status.js';
import type { FlagFilters, FlagRow, FlagWrite, JsonObject } from '../store/model.js';
import type { Store } from '../store/store.js';
import { body as asBody, boolean, char, nullable, optional, required } from '../validation/drf.js';
import { tags } from '../validation/fields.js';
import { validateFlagKey } from '../validation/flag-config.js';
import { validateFlagFilters } from '../validation/flag-filters.js';
import { spreadAggregation } from './change.js';

const EMPTY_FILTERS: FlagFilters = { groups: [{ properties: [], rollout_percentage: null }], multivariate: null };

function find({ store, project, id }: Context): FlagRow {
  const flag = /^\d+$/.test(id) ? store.flags.get(Number(id)) : undefined;
  if (flag?.project_id !== project.id) throw notFound();
  return flag;
}

/** A flag, deleted ones included: they can be looked at and restored. */
export function retrieveFlag(context: Context): Answer {
  return { status: 200, body: fullFlag(find(context), context.store) };
}

function hasType(flag: FlagRow, type: string, store: Store): boolean {
  if (type === 'boolean') return flag.filters.multivariate === null;
  if (type === 'multivariant') return flag.filters.multivariate !== null;
  return type !== 'experiment' || store.experimentsOfFlag(flag.id).length > 0;
}

/** GET flags that are not deleted, newest first; filters `search`, `active`, `type` and `created_by_id`. */
export function listFlags(context: Context): Answer {
  const { store, project, query } = context;
  const search = query.get('search')?.toLowerCase() ?? '';
  const active = query.get('active')?.toLowerCase();
  const creator = query.get('created_by_id');
  const flags = [...store.flags.values()].filter(
    (flag) =>
      flag.project_id === project.id &&
      !flag.deleted &&
      (flag.key.toLowerCase().includes(search) || flag.name.toLowerCase().includes(search)) &&
      (active === undefined || !['true', 'false'].includes(active) || String(flag.active) === active) &&
      (!creator || flag.created_by.id === Number(creator)) &&
      hasType(flag, query.get('type') ?? '', store),
  );
  flags.sort((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at) || b.id - a.id);
  return page(context, flags, (flag) => fullFlag(flag, store));
}

function assertFreeKey(key: string, own: FlagRow | null, { store, project }: Context): void {
  const holder = store.flagByKey(project.id, key);
  if (holder && holder !== own) throw invalid('There is already a feature flag with this key.', 'key', 'unique');
}

/** The scalar fields that the body sets; absent ones stay absent. Throws 400. */
function parseFields(source: JsonObject): Omit<FlagWrite, 'key' | 'filters'> {
  const fields = {
    name: optional(source, 'name', char({ blank: true })),
    active: optional(source, 'active', boolean),
    deleted: optional(source, 'deleted', boolean),
    archived: optional(source, 'archived', boolean),
    ensure_experience_continuity: optional(source, 'ensure_experience_continuity', nullable(boolean)),
    tags: optional(source, 'tags', tags),
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** Merges per top-level key: a key that is left out stays, an explicit null clears. */
function mergeFilters(stored: FlagFilters, sent: unknown): FlagFilters {
  const merged = typeof sent === 'object' && sent !== null && !Array.isArray(sent) ? { ...stored, ...sent } : sent;
  return spreadAggregation(validateFlagFilters(merged));
}

export function createFlag(context: Context): Answer {
  const { store, project } = context;
  const source = asBody(context.body);
  const key = required(source, 'key', (value) => validateFlagKey(value));
  assertFreeKey(key, null, context);
  const fields = parseFields(source);
  const filters = mergeFilters(EMPTY_FILTERS, source.filters ?? {});
  const flag = store.insertFlag({ project_id: project.id, key, filters, ...fields });
  return { status: 201, body: fullFlag(flag, store) };
}

function assertDeletable(flag: FlagRow, store: Store): void {
  const running = store.experimentsOfFlag(flag.id).filter(isLive);
  if (running.length === 0) return;
  const ids = running.map((row) => row.id).join(', ');
  throw invalid(
    `Cannot delete a feature flag that is linked to active experiment(s) with ID(s): ${ids}. Please delete the experiment(s) before deleting the flag.`,
  );
}

/** Variants may be added and their shares changed; a key that users are in stays while an experiment runs. The words are ours. */
function assertVariantsKept(flag: FlagRow, filters: FlagFilters, store: Store): void {
  const after = new Set((filters.multivariate?.variants ?? []).map(({ key }) => key));
  const dropped = (flag.filters.multivariate?.variants ?? []).filter(({ key }) => !after.has(key));
  const running = store.experimentsOfFlag(flag.id).filter(isLive);
  if (dropped.length === 0 || running.length === 0) return;
  const keys = dropped.map(({ key }) => key).join(', ');
  const ids = running.map(({ id }) => id).join(', ');
  throw invalid(
    `Cannot remove or rename variant(s) ${keys}: the feature flag is linked to running experiment(s) with ID(s): ${ids}.`,
    'filters',
  );
}

/** The key of a flag whose caller names none: deleting and restoring change it. */
function keptKey(flag: FlagRow, deleted: boolean | undefined, store: Store): string {
  if (deleted === true) return keyWhenDeleted(flag, store);
  return flag.deleted ? keyWhenRestored(flag, store) : flag.key;
}

/** PATCH: changes the status of every experiment on the flag without touching them. */
export function patchFlag(context: Context): Answer {
  const { store } = context;
  const flag = find(context);
  const source = asBody(context.body);
  const fields = parseFields(source);
  if (flag.deleted && fields.deleted !== false) throw notFound();
  const key = source.key === undefined ? keptKey(flag, fields.deleted, store) : validateFlagKey(source.key);
  assertFreeKey(key, flag, context);
  const filters = source.filters === undefined ? {} : { filters: mergeFilters(flag.filters, source.filters) };
  if (filters.filters && context.project.keeps_variants) assertVariantsKept(flag, filters.filters, store);
  if (fields.deleted === true) assertDeletable(flag, store);
  changeFlag(flag, { ...fields, ...filters, key }, store);
  return { status: 200, body: fullFlag(flag, store) };
}
