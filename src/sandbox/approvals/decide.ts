import { ApiError } from '../http/api-error.js';
import { forbidden } from '../http/auth.js';
import type { ChangeRequestRow } from '../store/model.js';
import type { Store } from '../store/store.js';
import { stateOf } from './requests.js';

/** What became of a change request, as its routes answer. */
export interface Decision {
  status: 'applied' | 'failed' | 'rejected';
  message: string;
}

function vote(row: ChangeRequestRow, store: Store, given: { decision: 'approved' | 'rejected'; reason: string }): void {
  const created_at = store.timestamp();
  row.updated_at = created_at;
  row.approvals.push({ id: store.uuid(), created_by: store.currentUser, ...given, created_at });
}

function assertPending(row: ChangeRequestRow, store: Store): void {
  if (stateOf(row, store) !== 'pending') throw forbidden('Only pending change requests can be approved');
}

/**
 * One approval is enough: the change is made at once, in the name of who asked for it, unless what it changes has
 * moved on since. Throws 403 for a request that waits no longer.
 */
export function approve(row: ChangeRequestRow, reason: string, store: Store): Decision {
  assertPending(row, store);
  vote(row, store, { decision: 'approved', reason });
  const stale = row.stale();
  if (stale !== null) {
    row.state = 'failed';
    row.apply_error = `Precondition failed: ${stale}`;
    return { status: 'failed', message: `Quorum reached but application failed: ${stale}` };
  }
  row.result_data = store.actAs(row.created_by, row.apply);
  row.state = 'applied';
  row.applied_at = store.timestamp();
  return { status: 'applied', message: 'Quorum reached. Change applied successfully.' };
}

/** Throws 403 for a request that waits no longer, and 400 without a reason. */
export function reject(row: ChangeRequestRow, reason: string, store: Store): Decision {
  assertPending(row, store);
  if (reason === '') throw new ApiError(400, { error: 'A reason is required for rejection.' });
  vote(row, store, { decision: 'rejected', reason });
  row.state = 'rejected';
  return { status: 'rejected', message: 'Change request rejected.' };
}
