import type { Answer, Context } from '../http/router.js';
import { findExperiment } from '../rows/lookup.js';
import type { ActivityRow, ExperimentRow, JsonObject } from '../store/model.js';

const DEFAULT_LIMIT = 10;

function positive(value: string | null, otherwise: number): number {
  return value !== null && /^\d{1,9}$/.test(value) && Number(value) > 0 ? Number(value) : otherwise;
}

function actionOf(before: unknown, after: unknown): string {
  if (before === undefined || before === null) return after === undefined || after === null ? 'changed' : 'created';
  return after === undefined || after === null ? 'deleted' : 'changed';
}

function changeJson({ field, before, after }: ActivityRow['changes'][number], type: string): JsonObject {
  const values = { before: before ?? null, after: after ?? null };
  return { type, action: actionOf(before, after), field, ...values };
}

/** An entry's id by its place in the log. Not a counted uuid: looking at a log must not move the ids that come after. */
function entryId(row: ExperimentRow, place: number): string {
  const hex = (value: number) => value.toString(16).padStart(6, '0');
  return `00000000-0000-4000-8002-${hex(row.id)}${hex(place)}`;
}

function entryJson(entry: ActivityRow, row: ExperimentRow): JsonObject {
  const { first_name, last_name, email } = entry.user;
  const about = entry.about ?? { scope: 'Experiment', id: row.id, name: row.name };
  const { scope, id, name, type = null } = about;
  const model = type === null ? scope : 'ExperimentToSavedMetric';
  const changes = entry.changes.map((change) => changeJson(change, model));
  return {
    id: entryId(row, row.activity.indexOf(entry)),
    user: { first_name, last_name, email },
    is_system: false,
    was_impersonated: false,
    client: entry.client ?? null,
    activity: entry.activity,
    scope,
    item_id: String(id),
    detail: { id: String(id), name, type, short_id: null, changes, merge: null, trigger: null },
    created_at: entry.at,
  };
}

function pageLink({ address, query }: Context, page: number): string {
  const params = new URLSearchParams(query);
  params.set('page', String(page));
  return `${address}?${params}`;
}

/** GET the log of one experiment and its flag, newest first, by `limit` (10) and `page` (from 1). Source: PostHog API docs. */
export function experimentActivity(context: Context): Answer {
  const { row } = findExperiment(context);
  const limit = positive(context.query.get('limit'), DEFAULT_LIMIT);
  const page = positive(context.query.get('page'), 1);
  const newestFirst = row.activity.toReversed();
  const body = {
    results: newestFirst.slice((page - 1) * limit, page * limit).map((entry) => entryJson(entry, row)),
    next: page * limit < newestFirst.length ? pageLink(context, page + 1) : null,
    previous: page > 1 ? pageLink(context, page - 1) : null,
    total_count: newestFirst.length,
  };
  return { status: 200, body };
}
