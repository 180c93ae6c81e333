import { z } from 'zod';
import { ToolError } from '../../errors.js';
import { plainOrQuoted, quoted } from '../../schema/quote.js';
import type { Undo } from '../../tool.js';
import { expectedUndo } from './preview.js';
import type { Outcome, Write, WriteContext } from './types.js';

/** Somebody has to approve the change in PostHog before it happens; PostHog has kept it as a change request. */
export function pendingApproval(write: Write, error: ToolError, { api, project }: WriteContext): Outcome {
  const { subject, was } = write;
  checkAbout(write, error);
  const { change_request_id: id = '', approvers, detail } = error.fields;
  const url = `${api.origin}/project/${project}/approvals/${encodeURIComponent(id)}`;
  const who = approvers === undefined ? '' : ` It waits for ${approvers}.`;
  const words = detail === undefined ? '' : ` PostHog says: ${quoted(detail)}.`;
  const message = `${error.message} Change request ${plainOrQuoted(id)}.${who}${words} ${onceApproved(subject.field)}`;
  return {
    status: 'pending_approval',
    thing: was,
    changes: [],
    effects: { users: was === null ? 'Unchanged.' : subject.unchanged(was), analysis: 'Unchanged.' },
    warnings: [{ code: 'pending_approval', message }],
    undo: onceDone(write),
    extra: { change_request_id: id, url },
  };
}

/** What another change is waited for says nothing of this one. */
function checkAbout({ was }: Write, { fields }: ToolError): void {
  const about = fields.change_request_for ?? '';
  const [, kind = '', id = ''] = /^(feature_flag|experiment_holdout) (\d+)$/.exec(about) ?? [];
  const own = touched.safeParse(was).data;
  const wanted = kind === 'feature_flag' ? own?.feature_flag?.id : own?.id;
  if (kind === '' || wanted === undefined || String(wanted) === id) return;
  throw new ToolError(
    'unexpected_response',
    `PostHog's answer names a change request about ${about}, and this call is about ${kind} ${wanted}. It changed nothing.`,
    'Look at the approvals in PostHog before anything else; something between here and PostHog may mix up answers.',
    fields,
  );
}

const touched = z.looseObject({ id: z.number().optional(), feature_flag: z.looseObject({ id: z.number() }).nullish() });

/** A call that is repeated after the approval starts from the changed flag, so only this one still knows the flag of before. */
function onceDone(write: Write): Undo {
  const undo = expectedUndo(write);
  if ('not_reversible_because' in undo) return undo;
  return { ...undo, note: `Only once it is approved: nothing has changed yet. ${undo.note ?? ''}`.trim() };
}

/** An approval makes the change of a holdout whole; of what is done to an experiment it makes the part of the flag. */
function onceApproved(field: Write['subject']['field']): string {
  return field === 'experiment'
    ? 'Once it is approved the feature flag changes by itself, but the experiment does not: repeat this call then, and not before.'
    : 'Once it is approved the change is made by itself: read the state then, there is nothing to repeat.';
}
