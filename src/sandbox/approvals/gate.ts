import { ApiError } from '../http/api-error.js';
import type { ChangeRequestRow, FlagRow, FlagWrite, JsonObject, ProjectRow } from '../store/model.js';
import { ACTIONS, type Action } from '../store/model.js';
import { writeFlag } from '../store/record.js';
import type { Store } from '../store/store.js';
import { actionsOf, describe } from './actions.js';
import {
  insertRequest,
  type NewRequest,
  needsApproval,
  pendingLike,
  requestJson,
  requiredApprovers,
} from './requests.js';

interface Refusal {
  code: 'approval_required' | 'change_request_pending';
  text: string;
  required_approvers: JsonObject;
}

const ASKED: Refusal = {
  code: 'approval_required',
  text: 'A change request has been created and is pending approval.',
  required_approvers: requiredApprovers(),
};
const ASKED_BEFORE: Refusal = {
  code: 'change_request_pending',
  text: 'A pending approval request already exists for this action',
  required_approvers: {},
};

function refusal({ code, text, required_approvers }: Refusal, row: ChangeRequestRow, store: Store): ApiError {
  return new ApiError(409, {
    ...{ code, status: 'approval_required', detail: text, message: text },
    ...{ resource_type: row.resource_type, resource_id: row.resource_id, change_request_id: row.id },
    ...{ change_request: requestJson(row, null, store), required_approvers },
  });
}

/** Asks for approval, unless that was done before, and throws the 409 that says so. */
export function askApproval(wanted: NewRequest, store: Store): never {
  const pending = pendingLike(wanted, store);
  if (pending) throw refusal(ASKED_BEFORE, pending, store);
  throw refusal(ASKED, insertRequest(wanted, store), store);
}

/** One approval covers one action, so a change that is two of them has to come in parts. */
function policyConflict(actions: readonly Action[], project: ProjectRow): ApiError {
  const conflicting_policies = actions.map((action) => ({
    id: `00000000-0000-4000-c000-${String(ACTIONS.indexOf(action) + 1).padStart(12, '0')}`,
    name: `ApprovalPolicy(${action}, Team ${project.id})`,
  }));
  return new ApiError(400, {
    code: 'policy_conflict',
    error: 'This change matches multiple approval policies',
    conflicting_policies,
    guidance: 'Split your changes into separate API calls to address each policy independently',
  });
}

function flagRequest(action: Action, { flag, write }: { flag: FlagRow; write: FlagWrite }, store: Store): NewRequest {
  const { version } = flag;
  return {
    project_id: flag.project_id,
    action_key: action,
    resource_type: 'feature_flag',
    resource_id: String(flag.id),
    ...describe(action, flag, write),
    stale: () => (flag.version === version ? null : `Flag version mismatch: expected ${version}, got ${flag.version}`),
    apply() {
      writeFlag(flag, write, store);
      return { resource_id: flag.id, resource_version: flag.version };
    },
  };
}

/**
 * Writes to a flag as a user does, who may need approval for it. Callers change nothing before: where this throws its
 * 409 or 400, nothing has happened yet.
 */
export function changeFlag(flag: FlagRow, write: FlagWrite, store: Store): void {
  const project = store.projects.get(flag.project_id);
  const gated = actionsOf(flag, write).filter((action) => needsApproval(project, action));
  const [action, another] = gated;
  if (project && another !== undefined) throw policyConflict(gated, project);
  if (action !== undefined) askApproval(flagRequest(action, { flag, write }, store), store);
  writeFlag(flag, write, store);
}

/** Whether the flag is as an approved change left it: the change came, but not yet what it was a part of. */
export function standsApproved(flag: FlagRow, store: Store): boolean {
  return [...store.changeRequests.values()].some(
    ({ state, result_data: result }) =>
      state === 'applied' && result?.resource_id === flag.id && result.resource_version === flag.version,
  );
}
