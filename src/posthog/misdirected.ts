import { ToolError, type ToolErrorFields } from '../errors.js';
import type { RequestInfo } from './attempt.js';
import type { ErrorBody } from './error-body.js';
import type { Subject } from './subject.js';

/** Everything that a mapping needs, read from the answer once. */
export interface Refusal {
  info: RequestInfo;
  subject: Subject;
  status: number;
  body: ErrorBody;
  /** `status` and `detail`, which every error carries. */
  fields: ToolErrorFields;
}

const OTHER_REGION: Readonly<Record<string, string>> = {
  'https://us.posthog.com': 'https://eu.posthog.com',
  'https://eu.posthog.com': 'https://us.posthog.com',
};

/** A page of a firewall, or the login of a proxy: the key and its rights were never looked at. */
export function stoppedBefore({ info, status, fields }: Refusal): ToolError {
  return new ToolError(
    'unexpected_response',
    `${info.origin} answered ${status}, and it was not the PostHog API that said so; something in front of it refused the request.`,
    'Have the proxy or firewall in front of PostHog let this server through, or check POSTHOG_HOST.',
    fields,
  );
}

/** PostHog answers a key of the other region and a wrong key alike, so both causes are named. */
export function unauthenticated({ info, fields }: Refusal): ToolError {
  const other = OTHER_REGION[info.origin];
  return new ToolError(
    'unauthenticated',
    `${info.origin} did not accept the API key: it is invalid${other === undefined ? ', or of another PostHog' : ' or belongs to another region'}.`,
    other === undefined
      ? `Check POSTHOG_HOST, and set POSTHOG_PERSONAL_API_KEY to a personal API key (phx_…) made at ${info.origin}.`
      : `If the key was made at ${other}, set POSTHOG_HOST=${other}; otherwise set POSTHOG_PERSONAL_API_KEY to a valid personal API key (phx_…).`,
    fields,
  );
}

/** A missing project, a missing thing, a missing part of it, or a host that has no such endpoint at all. */
export function notFound({ info, subject, body, fields }: Refusal): ToolError {
  if (body.detail === 'Project not found.') {
    const message = `${subject.project === null ? 'The project' : `Project ${subject.project}`} was not found at ${info.origin}.`;
    const hint =
      'Set POSTHOG_PROJECT_ID to a project of this host, or leave it out for the current project of the key.';
    return new ToolError('not_found', message, hint, fields);
  }
  if (!body.isJson) {
    const message = `${info.origin} has no ${info.method} ${info.path} (404), and it was not the PostHog API that said so.`;
    return new ToolError('not_found', message, 'Check that POSTHOG_HOST is the origin of a PostHog.', fields);
  }
  if (subject.id === null) {
    const message = `${info.origin} has no endpoint ${info.method} ${info.path} (404).`;
    return new ToolError('not_found', message, 'This PostHog may be too old for it; use another tool.', fields);
  }
  const [first = '', ...rest] = subject.name;
  const name = `${first.toUpperCase()}${rest.join('')}`;
  // Not of a write: after a restore that failed it would send the model in circles.
  const restoreHint =
    info.isRead && subject.resource === 'experiments'
      ? ' If it was deleted, experiment-update restore: true brings it back.'
      : '';
  const part = info.isRead && subject.action !== null ? `${subject.action} of ${subject.name} was` : `${name} was`;
  return new ToolError(
    'not_found',
    `${part} not found in project ${subject.project ?? '?'}.`,
    `Find the right id with ${subject.listTool}. Deleted ones cannot be seen.${restoreHint}`,
    { ...fields, next_tool: subject.listTool },
  );
}
