/**
 * The closed set of things that can go wrong, named by cause. `WHO_ACTS` says whose move it is; the wording of an error
 * follows from that (a model can fix an argument, only a person can fix a key).
 */
export const WHO_ACTS = {
  invalid_arguments: 'model',
  not_found: 'model',
  refused: 'model',
  version_conflict: 'model',
  method_not_allowed: 'us',
  not_configured: 'user',
  unauthenticated: 'user',
  missing_scope: 'user',
  forbidden: 'user',
  read_only: 'user',
  approval_required: 'user',
  policy_conflict: 'user',
  payment_required: 'user',
  rate_limited: 'model',
  upstream_error: 'operator',
  timeout: 'operator',
  connection_failed: 'operator',
  proxy_failed: 'operator',
  unexpected_response: 'operator',
  response_too_large: 'operator',
  not_supported: 'operator',
  outcome_unknown: 'model',
  cancelled: 'model',
  declined: 'user',
  outside_limits: 'user',
  journal_failed: 'operator',
  store_unavailable: 'operator',
  internal: 'us',
} as const;

export type ErrorCode = keyof typeof WHO_ACTS;

export interface ToolErrorFields {
  /** HTTP status that PostHog answered with, where it answered. */
  status?: number;
  /** PostHog's own words, verbatim. */
  detail?: string;
  /** The request field that PostHog blames (`attr` of its error body). */
  field?: string;
  /** Seconds to wait before the same call can succeed. */
  retry_after_seconds?: number;
  /** API key scope that the call needs and the key lacks. */
  missing_scope?: string;
  /** Name of the tool that helps next. */
  next_tool?: string;
  /** Id of the pending approval, where one was opened. */
  change_request_id?: string;
  /** What that would change, in PostHog's words: `feature_flag 7`. */
  change_request_for?: string;
  /** Who can approve it, as PostHog names them. */
  approvers?: string;
  /** What a call of several steps had changed before it failed. */
  changes?: { path: string; before: unknown; after: unknown }[];
  /** The call that takes those changes back. */
  undo?: object;
}

/**
 * The only error that may leave a tool. `message` says what happened, `hint` what to do next; both are written for the
 * model that reads them and hold no secret, stack or path.
 */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly fields: ToolErrorFields;

  constructor(code: ErrorCode, message: string, hint: string, fields: ToolErrorFields = {}) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.fields = fields;
  }

  /** A copy with another hint or further fields; the cause stays what it was. */
  with(change: { message?: string; hint?: string } & ToolErrorFields): ToolError {
    const { message = this.message, hint = this.hint, ...fields } = change;
    return new ToolError(this.code, message, hint, { ...this.fields, ...fields });
  }
}

/** Wrong usage or configuration: `main` prints the message as one line on stderr and exits with 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
