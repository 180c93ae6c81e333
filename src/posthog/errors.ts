import { ToolError } from '../errors.js';
import type { Redact } from '../log.js';
import { plainOrQuoted, quoted } from '../schema/quote.js';
import type { RequestInfo } from './attempt.js';
import { parseErrorBody } from './error-body.js';
import { outcomeUnknown } from './failures.js';
import { notFound, type Refusal, stoppedBefore, unauthenticated } from './misdirected.js';
import { deedOf, type Subject, subjectOf } from './subject.js';

export interface ErrorAnswer {
  status: number;
  /** At most the first 64 KiB. */
  text: string;
  /** For what is taken out of the text. */
  redact?: Redact;
  /** Seconds, by header or by PostHog's words. */
  retryAfterSeconds?: number;
  /** Target of a redirect, redacted. */
  location?: string;
}

/**
 * The cause behind an answer that is not a success, whatever its body is: PostHog's standard error, one of its others, a
 * proxy's page, or nothing (PostHog API docs and behaviour).
 */
export function statusError(answer: ErrorAnswer, info: RequestInfo): ToolError {
  const { status } = answer;
  const body = parseErrorBody(answer.text, answer.redact);
  const fields = {
    status,
    ...(body.detail !== undefined && { detail: body.detail }),
    ...(answer.retryAfterSeconds !== undefined && { retry_after_seconds: answer.retryAfterSeconds }),
  };
  const refusal: Refusal = { info, subject: subjectOf(info.path), status, body, fields };
  if (status >= 500) return serverError(refusal);
  if (status < 400) return redirected(refusal, answer.location);
  if ((status === 401 || status === 403) && !body.isJson && body.detail !== undefined) return stoppedBefore(refusal);
  return BY_STATUS[status]?.(refusal) ?? refused(refusal);
}

const BY_STATUS: Readonly<Record<number, (refusal: Refusal) => ToolError>> = {
  401: unauthenticated,
  402: paymentRequired,
  403: forbidden,
  404: notFound,
  405: methodNotAllowed,
  408: givenUp,
  409: conflict,
  413: tooLarge,
  415: unsupported,
  429: rateLimited,
  499: givenUp,
};

function refused({ info, subject, status, body, fields }: Refusal): ToolError {
  if (body.code === 'policy_conflict') {
    const hint =
      body.guidance === undefined
        ? 'Split the change into separate calls.'
        : `PostHog advises: ${quoted(body.guidance)}`;
    return new ToolError(
      'policy_conflict',
      `Several approval policies apply to ${deedOf(subject, info.isRead)}.`,
      hint,
      fields,
    );
  }
  const field = fieldOf(info, subject, body.attr);
  return new ToolError(
    'refused',
    `PostHog refused ${deedOf(subject, info.isRead)} (${status}).`,
    field === undefined
      ? 'Change what PostHog objects to, or the state it objects to, and call again.'
      : `Correct what went into ${plainOrQuoted(field)} and call again.`,
    { ...fields, ...(field !== undefined && { field }) },
  );
}

/** PostHog blames `key` for the flag key of a new experiment; the argument has another name. */
function fieldOf(info: RequestInfo, subject: Subject, attr: string | undefined): string | undefined {
  const isFlagKey = attr === 'key' && subject.resource === 'experiments' && !info.isRead;
  return isFlagKey ? 'feature_flag_key' : attr;
}

function paymentRequired({ fields }: Refusal): ToolError {
  return new ToolError(
    'payment_required',
    "The organization's PostHog plan or quota does not cover this (402).",
    'Somebody with access to billing has to change the plan or the limit; repeating the call will not help.',
    fields,
  );
}

function forbidden({ info, subject, body, fields }: Refusal): ToolError {
  const detail = body.detail ?? '';
  const scope = /missing required scope '([\w:*-]+)'/.exec(detail)?.[1];
  if (scope !== undefined) {
    return new ToolError(
      'missing_scope',
      `The API key lacks the scope ${scope}, which this call needs.`,
      `Add ${scope} to the key in PostHog's settings (${info.origin}/settings/user-api-keys); the key itself stays valid.`,
      { ...fields, missing_scope: scope },
    );
  }
  const project = /requested project: ID (\d+)/.exec(detail)?.[1] ?? subject.project;
  if (/(?:requested|to the) project\b/.test(detail)) {
    return new ToolError(
      'forbidden',
      `The API key has no access to ${project === null ? 'the project' : `project ${project}`}.`,
      'Set POSTHOG_PROJECT_ID to a project that the key may use, or give the key access to this one.',
      fields,
    );
  }
  return new ToolError(
    'forbidden',
    `PostHog does not allow this to the owner of the API key (${subject.name}, 403).`,
    'Somebody with the rights that PostHog names has to do it or grant them; repeating the call will not help.',
    fields,
  );
}

function methodNotAllowed({ info, subject, fields }: Refusal): ToolError {
  const hint = 'PostHog does not offer this operation; use another tool.';
  return new ToolError(
    'method_not_allowed',
    `PostHog does not allow ${info.method} on ${subject.name} (405).`,
    hint,
    fields,
  );
}

function conflict(refusal: Refusal): ToolError {
  const { subject, body, fields } = refusal;
  if (body.changeRequestId !== undefined) {
    const pending = body.code === 'change_request_pending' ? 'is waiting already' : 'was opened';
    return new ToolError(
      'approval_required',
      `This change to ${subject.name} needs approval; a change request ${pending}. Nothing has changed yet.`,
      'After somebody approved it in PostHog, the feature flag changes by itself but the experiment does not: repeat the call then.',
      {
        ...fields,
        change_request_id: body.changeRequestId,
        ...(body.changeRequestFor !== undefined && { change_request_for: body.changeRequestFor }),
        ...(body.approvers !== undefined && { approvers: body.approvers }),
      },
    );
  }
  if (body.conflicts === undefined) return refused(refusal);
  const which =
    body.conflicts.length > 0 ? ` Both sides changed: ${body.conflicts.map(plainOrQuoted).join(', ')}.` : '';
  return new ToolError(
    'version_conflict',
    `Somebody else changed ${subject.name} in the meantime, so nothing was changed.${which}`,
    `Read it again with ${subject.stateTool}, then repeat the change if it is still wanted.`,
    { ...fields, next_tool: subject.stateTool },
  );
}

function tooLarge({ subject, fields }: Refusal): ToolError {
  const hint = 'Send less: fewer metrics, shorter texts.';
  return new ToolError('refused', `The request about ${subject.name} is too large for PostHog (413).`, hint, fields);
}

function unsupported({ info, fields }: Refusal): ToolError {
  const hint = 'Check that POSTHOG_HOST is the PostHog itself; otherwise this is a defect of this server.';
  return new ToolError('internal', `${info.origin} does not take JSON here (415).`, hint, fields);
}

function rateLimited({ fields }: Refusal): ToolError {
  const wait = fields.retry_after_seconds;
  return new ToolError(
    'rate_limited',
    'PostHog took too many requests from this API key and did not carry this one out (429).',
    `Wait ${wait === undefined ? 'a minute' : `${wait} seconds`}, then repeat the call.`,
    fields,
  );
}

/** PostHog, or a proxy before it, stopped waiting; what had arrived by then may still have been carried out. */
function givenUp({ info, subject, status, fields }: Refusal): ToolError {
  if (!info.isRead) return outcomeUnknown(info, `The request was given up on the way (${status})`, fields);
  return new ToolError(
    'upstream_error',
    `The request about ${subject.name} was given up on the way (${status}).`,
    'Try again in a minute.',
    fields,
  );
}

function serverError({ info, subject, status, fields }: Refusal): ToolError {
  // A gateway lost PostHog's answer, not the request.
  if (!info.isRead && (status === 502 || status === 504)) {
    return outcomeUnknown(info, `A gateway answered in PostHog's place (${status})`, fields);
  }
  const wait = fields.retry_after_seconds;
  const later = wait === undefined ? 'Try again in a minute' : `Try again in ${wait} seconds`;
  if (!info.isRead) {
    return new ToolError(
      'upstream_error',
      `PostHog failed in the middle of ${deedOf(subject, false)} (${status}).`,
      `It may have done a part: read the state with ${subject.stateTool} before repeating the call.`,
      { ...fields, next_tool: subject.stateTool },
    );
  }
  const hint = status === 512 ? 'Ask for a shorter time range.' : `${later}.`;
  return new ToolError(
    'upstream_error',
    `PostHog failed while answering about ${subject.name} (${status}).`,
    hint,
    fields,
  );
}

function redirected({ info, fields }: Refusal, location: string | undefined): ToolError {
  const target =
    location !== undefined && URL.canParse(location, info.origin) ? new URL(location, info.origin).origin : null;
  return new ToolError(
    'unexpected_response',
    `${info.origin} redirects${target === null ? '' : ` to ${target}`} (${fields.status}); redirects are not followed, so that the key goes nowhere else.`,
    'Set POSTHOG_HOST to the origin that serves the API itself.',
    fields,
  );
}
