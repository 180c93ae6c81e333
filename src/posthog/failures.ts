import { ToolError } from '../errors.js';
import type { Redact } from '../log.js';
import type { AttemptFailure, Progress, RequestInfo } from './attempt.js';
import { excerpt, UnreadableBody } from './body.js';
import { certificateRemedy, isCertificate, ProxyProblem, proxyFailure } from './proxy-problem.js';
import type { Failure } from './retry.js';
import { deedOf, subjectOf } from './subject.js';

const FINAL: Failure = { kind: 'final' };
const UNREACHED: Failure = { kind: 'final', unreached: true };
const TIMEOUTS: readonly string[] = ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'];

/** Turns whatever an attempt threw into its cause. A write that may have reached PostHog is `outcome_unknown`. */
export function failureOf(thrown: unknown, info: RequestInfo, progress: Progress & { redact: Redact }): AttemptFailure {
  const code = codeOf(thrown);
  if (!info.isRead && progress.sent) {
    // What was broken off here, or came and could not be read, says nothing about PostHog.
    const isOurs = progress.cancelled || progress.expired || progress.accepted;
    return { failure: isOurs ? FINAL : UNREACHED, error: outcomeUnknown(info, whatBroke(thrown, progress)) };
  }
  if (progress.cancelled) return { failure: FINAL, error: cancelled() };
  if (progress.expired) return { failure: FINAL, error: timedOut(info) };
  if (thrown instanceof ProxyProblem) return proxyFailure(thrown, info);
  if (TIMEOUTS.includes(code)) return { failure: UNREACHED, error: timedOut(info) };
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return { failure: FINAL, error: tooLarge(info) };
  if (thrown instanceof UnreadableBody) return { failure: FINAL, error: unreadable(thrown, info, progress.redact) };
  if (code === 'UND_ERR_CLOSED' || code === 'UND_ERR_DESTROYED') return { failure: FINAL, error: closed() };
  if (isCertificate(code)) return { failure: UNREACHED, error: badCertificate(info, code) };
  if (code === 'UND_ERR_INVALID_ARG') return { failure: FINAL, error: unbuildable(info) };
  if (isNotHttp(thrown)) return { failure: UNREACHED, error: notHttp(info) };
  return { failure: { kind: progress.sent ? 'broken' : 'never_sent' }, error: unreachable(info, code) };
}

/** A write that may or may not have been carried out. */
export function outcomeUnknown(
  info: RequestInfo,
  what: string,
  fields: { status?: number; detail?: string } = {},
): ToolError {
  const subject = subjectOf(info.path);
  const { stateTool } = subject;
  return new ToolError(
    'outcome_unknown',
    `${what}, so it is unknown whether PostHog carried out ${deedOf(subject, info.isRead)}. It was not sent again.`,
    `Read the state first with ${stateTool}; repeat the call only if the change is not there.`,
    { ...fields, next_tool: stateTool },
  );
}

export function cancelled(): ToolError {
  return new ToolError(
    'cancelled',
    'The call was cancelled; nothing was changed.',
    'Call again if it is still wanted.',
  );
}

function whatBroke(thrown: unknown, { accepted, cancelled: wasCancelled, expired }: Progress): string {
  if (wasCancelled) return 'The call was cancelled after the request had been sent';
  if (accepted) return 'PostHog accepted the request but its answer could not be read';
  if (expired || TIMEOUTS.includes(codeOf(thrown))) return 'PostHog did not answer in time';
  return 'The connection broke after the request had been sent';
}

export function timedOut({ origin }: RequestInfo): ToolError {
  return new ToolError(
    'timeout',
    `PostHog at ${origin} did not answer in time.`,
    'Try again in a minute; ask for less (a smaller limit, a narrower search) if it happens again.',
  );
}

function tooLarge({ path }: RequestInfo): ToolError {
  return new ToolError(
    'response_too_large',
    `PostHog's answer about ${subjectOf(path).name} is larger than this server accepts.`,
    'Ask for less: a smaller limit or a narrower search.',
  );
}

function unreadable(
  { problem, text }: UnreadableBody,
  { origin, method, path }: RequestInfo,
  redact: Redact,
): ToolError {
  const start = excerpt(redact(text));
  return new ToolError(
    'unexpected_response',
    `The answer of ${origin} to ${method} ${path} ${problem}.`,
    'Try again; if it stays, a proxy may stand in between or POSTHOG_HOST may not be a PostHog.',
    start === '' ? {} : { detail: start },
  );
}

function closed(): ToolError {
  return new ToolError('connection_failed', 'This server is shutting down.', 'Start it again and repeat the call.');
}

function badCertificate({ origin }: RequestInfo, code: string): ToolError {
  return new ToolError(
    'connection_failed',
    `The certificate of ${origin} was not accepted (${code}); nothing was sent.`,
    `${certificateRemedy(code, 'POSTHOG_HOST')}. Then start this server again.`,
  );
}

function unbuildable({ method, path }: RequestInfo): ToolError {
  const hint = 'Check POSTHOG_PERSONAL_API_KEY for odd characters; otherwise this is a defect of this server.';
  return new ToolError('internal', `${method} ${path} is not a request that can be sent.`, hint);
}

function isNotHttp(thrown: unknown): boolean {
  return (
    thrown instanceof Error && (thrown.name === 'HTTPParserError' || codeOf(thrown) === 'UND_ERR_HEADERS_OVERFLOW')
  );
}

function notHttp({ origin }: RequestInfo): ToolError {
  return new ToolError('unexpected_response', `${origin} does not speak proper HTTP.`, 'Check POSTHOG_HOST.');
}

function unreachable({ origin }: RequestInfo, code: string): ToolError {
  return new ToolError(
    'connection_failed',
    `PostHog at ${origin} could not be reached${code === '' ? '' : ` (${code})`}.`,
    'Try again in a minute; if it stays, check the network and POSTHOG_HOST.',
  );
}

/** The `code` of a system or undici error; '' where there is none. An AggregateError of a dual-stack connect has one too. */
function codeOf(thrown: unknown): string {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'string') return '';
  return /^[A-Z0-9_]{1,60}$/.test(thrown.code) ? thrown.code : '';
}
