import type { ToolError } from '../errors.js';
import type { Outcome } from './outcome.js';
import { NOTHING_TO_TAKE_BACK } from './undo.js';
import type { Write, WriteContext } from './write.js';

/** Somebody has to approve the change in PostHog before it happens; PostHog has kept it as a change request. */
export function pendingApproval({ subject, was }: Write, error: ToolError, { api, project }: WriteContext): Outcome {
  const { change_request_id: id = '', approvers, detail } = error.fields;
  const url = `${api.origin}/project/${project}/approvals/${id}`;
  const who = approvers === undefined ? '' : ` It waits for ${approvers}.`;
  const words = detail === undefined ? '' : ` PostHog says: ${JSON.stringify(detail)}.`;
  const message = `${error.message} Change request ${id}.${who}${words} ${onceApproved(subject.field)}`;
  return {
    status: 'pending_approval',
    thing: was,
    changes: [],
    effects: { users: was === null ? 'Unchanged.' : subject.unchanged(was), analysis: 'Unchanged.' },
    warnings: [{ code: 'pending_approval', message }],
    undo: NOTHING_TO_TAKE_BACK,
    extra: { change_request_id: id, url },
  };
}

/** An approval makes the change of a holdout whole; of what is done to an experiment it makes the part of the flag. */
function onceApproved(field: Write['subject']['field']): string {
  return field === 'experiment'
    ? 'Once it is approved the feature flag changes by itself, but the experiment does not: repeat this call then, and not before.'
    : 'Once it is approved the change is made by itself: read the state then, there is nothing to repeat.';
}
