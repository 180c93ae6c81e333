import type { Action, ChangeRequestRow, JsonObject, ProjectRow, UserRow } from '../store/model.js';
import { formatTimestamp, type Store } from '../store/store.js';
import { CURRENT_USER, OTHER_USER } from '../store/users.js';

/** Both users may approve, also what they asked for themselves: one person alone can play through an approval. */
const APPROVERS = { quorum: 1, users: [CURRENT_USER.id, OTHER_USER.id], roles: [] };
const SNAPSHOT = {
  ...APPROVERS,
  allow_self_approve: true,
  conditions: {},
  bypass_org_membership_levels: [],
  bypass_roles: [],
};
const EXPIRES_AFTER_MS = 14 * 86_400_000;

export type NewRequest = Pick<
  ChangeRequestRow,
  'project_id' | 'action_key' | 'resource_type' | 'resource_id' | 'intent' | 'intent_display' | 'stale' | 'apply'
>;

export function needsApproval(project: ProjectRow | undefined, action: Action): boolean {
  return project?.approvals.includes(action) ?? false;
}

/** Who has to approve, as refusals tell it. */
export function requiredApprovers(): JsonObject {
  return { ...APPROVERS };
}

/** `pending` turns into `expired` by itself. */
export function stateOf(row: ChangeRequestRow, store: Store): ChangeRequestRow['state'] | 'expired' {
  return row.state === 'pending' && Date.parse(row.expires_at) <= store.now().getTime() ? 'expired' : row.state;
}

/** The request for the same action on the same thing that still waits, whatever exactly it asks for. */
export function pendingLike(wanted: NewRequest, store: Store): ChangeRequestRow | undefined {
  const keys = ['project_id', 'action_key', 'resource_type', 'resource_id'] as const;
  return [...store.changeRequests.values()].find(
    (row) => stateOf(row, store) === 'pending' && keys.every((key) => row[key] === wanted[key]),
  );
}

export function insertRequest(wanted: NewRequest, store: Store): ChangeRequestRow {
  const at = store.timestamp();
  const row: ChangeRequestRow = {
    ...wanted,
    id: store.uuid(),
    state: 'pending',
    created_by: store.currentUser,
    created_at: at,
    updated_at: at,
    expires_at: formatTimestamp(new Date(store.now().getTime() + EXPIRES_AFTER_MS)),
    applied_at: null,
    apply_error: '',
    result_data: null,
    approvals: [],
  };
  store.changeRequests.set(row.id, row);
  return row;
}

/** The request as answers show it; `viewer` is null where it is shown to nobody in particular. */
export function requestJson(row: ChangeRequestRow, viewer: UserRow | null, store: Store): JsonObject {
  const { project_id: _project, stale: _stale, apply: _apply, ...shown } = row;
  const state = stateOf(row, store);
  const own = viewer?.id === row.created_by.id;
  return {
    ...shown,
    action_version: 1,
    policy_snapshot: SNAPSHOT,
    validation_status: 'valid',
    validation_errors: null,
    validated_at: null,
    state,
    applied_by: row.applied_at === null ? null : row.created_by,
    can_approve: viewer !== null && APPROVERS.users.includes(viewer.id),
    can_cancel: own && state === 'pending',
    is_requester: own,
    user_decision: row.approvals.find(({ created_by: voter }) => voter.id === viewer?.id)?.decision ?? null,
  };
}
