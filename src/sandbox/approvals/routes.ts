import { page } from '../http/paging.js';
import { type Answer, type Context, notFound, type Route } from '../http/router.js';
import { PROJECT } from '../http/routes.js';
import type { ChangeRequestRow } from '../store/model.js';
import { body as asBody, char, optional } from '../validation/drf.js';
import { approve, reject } from './decide.js';
import { requestJson, stateOf } from './requests.js';

const REQUESTS = `${PROJECT}/change_requests`;

function find({ store, project, id }: Context): ChangeRequestRow {
  const row = store.changeRequests.get(id);
  if (row?.project_id !== project.id) throw notFound();
  return row;
}

/** GET, newest first, by `state`: one or several with commas. */
function list(context: Context): Answer {
  const { store, project, query } = context;
  const states = query.get('state')?.split(',');
  const rows = [...store.changeRequests.values()].filter(
    (row) => row.project_id === project.id && (states?.includes(stateOf(row, store)) ?? true),
  );
  return page(context, rows.reverse(), (row) => requestJson(row, store.currentUser, store));
}

function retrieve(context: Context): Answer {
  const { store } = context;
  return { status: 200, body: requestJson(find(context), store.currentUser, store) };
}

function decision(decide: typeof approve | typeof reject) {
  return (context: Context): Answer => {
    const { store } = context;
    const row = find(context);
    const reason = optional(asBody(context.body), 'reason', char({ blank: true })) ?? '';
    const decided = decide(row, reason, store);
    const change_request = requestJson(row, store.currentUser, store);
    const result = row.result_data === null ? {} : { result: row.result_data };
    return { status: 200, body: { ...decided, change_request, ...result } };
  };
}

/** Change requests: what waits for an approval, and how it is given. */
export const APPROVAL_ROUTES: readonly Route[] = [
  { method: 'GET', path: REQUESTS, scope: 'approvals:read', handle: list },
  { method: 'GET', path: `${REQUESTS}/:id`, scope: 'approvals:read', handle: retrieve },
  { method: 'POST', path: `${REQUESTS}/:id/approve`, scope: 'approvals:write', handle: decision(approve) },
  { method: 'POST', path: `${REQUESTS}/:id/reject`, scope: 'approvals:write', handle: decision(reject) },
];
