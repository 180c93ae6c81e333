import { invalid } from '../http/api-error.js';
import { page } from '../http/paging.js';
import type { Answer, Context } from '../http/router.js';
import { isObject } from '../store/json.js';
import type { ExperimentRow, FlagRow } from '../store/model.js';
import { flagOf, type Store } from '../store/store.js';
import { linkedQueries } from './related.js';
import { experimentListRow } from './serialize.js';
import { type Status, statusOf } from './status.js';

interface Listed {
  row: ExperimentRow;
  flag: FlagRow;
  status: Status;
}

type SortKey = string | number | null;

const STATUS_RANK: Record<Status, number> = { draft: 0, running: 1, paused: 1, exposure_frozen: 1, stopped: 2 };
const CONCLUSION_RANK = ['won', 'lost', 'inconclusive', 'stopped_early', 'invalid'];

function duration({ row }: Listed, now: Date): SortKey {
  if (row.start_date === null) return null;
  return (row.end_date === null ? now.getTime() : Date.parse(row.end_date)) - Date.parse(row.start_date);
}

const time = (value: string | null): SortKey => (value === null ? null : Date.parse(value));

const SORT_KEYS: Record<string, (item: Listed, now: Date) => SortKey> = {
  created_at: ({ row }) => time(row.created_at),
  updated_at: ({ row }) => time(row.updated_at),
  start_date: ({ row }) => time(row.start_date),
  end_date: ({ row }) => time(row.end_date),
  created_by: ({ row }) => row.created_by.id,
  name: ({ row }) => row.name,
  status: ({ status }) => STATUS_RANK[status],
  conclusion: ({ row }) => (row.conclusion === null ? null : CONCLUSION_RANK.indexOf(row.conclusion)),
  duration,
};

/** Throws 400 for an order that does not exist; an absent or empty one is the default. */
export function assertOrder(query: URLSearchParams): void {
  const order = query.get('order');
  if (order && !Object.hasOwn(SORT_KEYS, order.replace(/^-/, ''))) throw invalid(`Invalid order field: '${order}'`);
}

/** Whether name or flag key contains the text, in any case. */
export function matchesSearch(row: ExperimentRow, flag: FlagRow, search: string | null): boolean {
  if (!search) return true;
  const text = search.toLowerCase();
  return row.name.toLowerCase().includes(text) || flag.key.toLowerCase().includes(text);
}

function compareKeys(a: SortKey, b: SortKey): number {
  if (a === b) return 0;
  return a !== null && b !== null && a < b ? -1 : 1;
}

/** Rows without a value come last in both directions; equal ones go by id in the direction asked for. */
function sorted(rows: readonly Listed[], order: string, now: Date): Listed[] {
  const sign = order.startsWith('-') ? -1 : 1;
  const keyOf = SORT_KEYS[order.replace(/^-/, '')] ?? ((item: Listed) => item.row.id);
  const keyed = rows.map((item) => ({ item, id: item.row.id, key: keyOf(item, now) }));
  keyed.sort((a, b) => {
    if ((a.key === null) !== (b.key === null)) return a.key === null ? 1 : -1;
    return sign * compareKeys(a.key, b.key) || sign * (a.id - b.id);
  });
  return keyed.map(({ item }) => item);
}

function statusFilter(value: string | null): (item: Listed) => boolean {
  const wanted = value?.toLowerCase() === 'complete' ? 'stopped' : value?.toLowerCase();
  const known = ['draft', 'running', 'paused', 'exposure_frozen', 'stopped'];
  return wanted !== undefined && known.includes(wanted) ? ({ status }) => status === wanted : () => true;
}

function jsonList(value: string | null): unknown[] | null {
  if (value === null) return null;
  try {
    const parsed: unknown = JSON.parse(value);
    return Array.isArray(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

function creatorFilter(value: string | null): (item: Listed) => boolean {
  if (!value) return () => true;
  const ids = new Set((jsonList(value) ?? value.split(',')).map(Number));
  return ({ row }) => ids.has(row.created_by.id);
}

function flagFilter(value: string | null): (item: Listed) => boolean {
  if (!value) return () => true;
  if (!/^\d+$/.test(value)) throw invalid('feature_flag_id must be an integer');
  return ({ flag }) => flag.id === Number(value);
}

function tagFilter(query: URLSearchParams): (item: Listed) => boolean {
  const wanted = jsonList(query.get('tags')) ?? [];
  const unwanted = jsonList(query.get('excluded_tags')) ?? [];
  return ({ row }) =>
    (wanted.length === 0 || row.tags.some((tag) => wanted.includes(tag))) &&
    !row.tags.some((tag) => unwanted.includes(tag));
}

function mentionsEvent(value: unknown, event: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ('event' in value && value.event === event) return true;
  return Object.values(value).some((item) => mentionsEvent(item, event));
}

function promptFilter(name: string | null): (item: Listed) => boolean {
  if (!name) return () => true;
  return ({ row }) => isObject(row.parameters.prompt_metadata) && row.parameters.prompt_metadata.name === name;
}

function eventFilter(event: string | null, store: Store): (item: Listed) => boolean {
  if (!event) return () => true;
  return ({ row }) => mentionsEvent([row.metrics, row.metrics_secondary, linkedQueries(row, store)], event);
}

/** What the query asks for, in its order. An unknown status filters nothing; `archived` shows either kind, never both. */
function selected(context: Context): Listed[] {
  const { store, project, query } = context;
  assertOrder(query);
  const archived = query.get('archived')?.toLowerCase() === 'true';
  const filters = [
    statusFilter(query.get('status')),
    creatorFilter(query.get('created_by_id')),
    flagFilter(query.get('feature_flag_id')),
    tagFilter(query),
    eventFilter(query.get('event'), store),
    promptFilter(query.get('prompt_name')),
  ];
  const rows: Listed[] = [];
  for (const row of store.experiments.values()) {
    if (row.project_id !== project.id || row.deleted || row.archived !== archived) continue;
    const flag = flagOf(row, store);
    const item = { row, flag, status: statusOf(row, flag) };
    if (matchesSearch(row, flag, query.get('search')) && filters.every((keep) => keep(item))) rows.push(item);
  }
  return sorted(rows, query.get('order') || '-created_at', store.now());
}

/** GET experiments: light rows. */
export function listExperiments(context: Context): Answer {
  return page(context, selected(context), (item) => experimentListRow(item.row, item.flag, context.store));
}

/** The ids that the list would have over all its pages. */
export function matchingIds(context: Context): Answer {
  const ids = selected(context).map(({ row }) => row.id);
  return { status: 200, body: { ids, total: ids.length } };
}
