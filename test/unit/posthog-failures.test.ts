import { describe, expect, it } from 'vitest';
import type { Progress, RequestInfo } from '../../src/posthog/attempt.js';
import { UnreadableBody } from '../../src/posthog/body.js';
import { failureOf, outcomeUnknown } from '../../src/posthog/failures.js';

const ORIGIN = 'https://us.posthog.com';
const READ: RequestInfo = { method: 'GET', path: '/api/projects/1/experiments/77/', origin: ORIGIN, isRead: true };
const WRITE: RequestInfo = { ...READ, method: 'POST', path: `${READ.path}launch/`, isRead: false };

const coded = (code: unknown, name = 'Error') => Object.assign(new Error('boom'), { code, name });

function told(thrown: unknown, info: RequestInfo, progress: Partial<Progress> = {}) {
  const { failure, error } = failureOf(thrown, info, {
    ...{ sent: false, accepted: false, cancelled: false, expired: false },
    ...progress,
    redact: (text) => text.replaceAll('phx_secret', '***'),
  });
  return { failure, code: error.code, message: error.message, hint: error.hint, fields: error.fields };
}

const FINAL = { kind: 'final' };
const UNREACHED = { kind: 'final', unreached: true };
const TIMEOUT = {
  code: 'timeout',
  message: 'PostHog at https://us.posthog.com did not answer in time.',
  hint: 'Try again in a minute; ask for less (a smaller limit, a narrower search) if it happens again.',
  fields: {},
};
const CANCELLED = {
  code: 'cancelled',
  message: 'The call was cancelled; nothing was changed.',
  hint: 'Call again if it is still wanted.',
  fields: {},
};
const CLOSING = {
  code: 'connection_failed',
  message: 'This server is shutting down.',
  hint: 'Start it again and repeat the call.',
  fields: {},
};
const NOT_HTTP = {
  code: 'unexpected_response',
  message: 'https://us.posthog.com does not speak proper HTTP.',
  hint: 'Check POSTHOG_HOST.',
  fields: {},
};

describe('the failure of a read', () => {
  it.each([
    ['a cancelled call', new Error('x'), { cancelled: true, expired: true }, FINAL, CANCELLED],
    ['a deadline that passed', coded('UND_ERR_HEADERS_TIMEOUT'), { expired: true }, FINAL, TIMEOUT],
    ['headers that did not come', coded('UND_ERR_HEADERS_TIMEOUT'), {}, UNREACHED, TIMEOUT],
    ['a body that fell silent', coded('UND_ERR_BODY_TIMEOUT'), {}, UNREACHED, TIMEOUT],
    ['a client that is closed', coded('UND_ERR_CLOSED'), {}, FINAL, CLOSING],
    ['a client that was broken off', coded('UND_ERR_DESTROYED'), {}, FINAL, CLOSING],
    ['an answer that is no HTTP', coded('HPE_INVALID', 'HTTPParserError'), {}, UNREACHED, NOT_HTTP],
    ['headers without end', coded('UND_ERR_HEADERS_OVERFLOW'), {}, UNREACHED, NOT_HTTP],
  ])('by %s has its cause and what to do', (_, thrown, progress, failure, expected) => {
    expect(told(thrown, READ, progress)).toEqual({ failure, ...expected });
  });

  it('by an answer that is too large asks for less', () => {
    expect(told(coded('UND_ERR_RES_EXCEEDED_MAX_SIZE'), READ, { sent: true })).toEqual({
      failure: FINAL,
      code: 'response_too_large',
      message: "PostHog's answer about experiment 77 is larger than this server accepts.",
      hint: 'Ask for less: a smaller limit or a narrower search.',
      fields: {},
    });
  });

  it('by a body that cannot be read shows its beginning, without the key', () => {
    const thrown = new UnreadableBody('is not JSON', '<html>Sign in, phx_secret</html>');
    expect(told(thrown, READ, { sent: true })).toMatchObject({
      failure: FINAL,
      code: 'unexpected_response',
      message: 'The answer of https://us.posthog.com to GET /api/projects/1/experiments/77/ is not JSON.',
      hint: 'Try again; if it stays, a proxy may stand in between or POSTHOG_HOST may not be a PostHog.',
      fields: { detail: expect.stringMatching(/Sign in, \*\*\*/) },
    });
    expect(told(new UnreadableBody('is empty', ''), READ).fields).toEqual({});
  });

  it('by a certificate names what was wrong with it', () => {
    expect(told(coded('CERT_HAS_EXPIRED'), READ)).toMatchObject({
      failure: UNREACHED,
      code: 'connection_failed',
      message: 'The certificate of https://us.posthog.com was not accepted (CERT_HAS_EXPIRED); nothing was sent.',
      hint: expect.stringContaining('renew it'),
    });
  });

  it('by a request that cannot be built says where the odd characters may be', () => {
    expect(told(coded('UND_ERR_INVALID_ARG'), READ)).toEqual({
      failure: FINAL,
      code: 'internal',
      message: 'GET /api/projects/1/experiments/77/ is not a request that can be sent.',
      hint: 'Check POSTHOG_PERSONAL_API_KEY for odd characters; otherwise this is a defect of this server.',
      fields: {},
    });
  });

  it.each<[unknown, string]>([
    [coded('ECONNREFUSED'), ' (ECONNREFUSED)'],
    [coded('not a code'), ''],
    [coded('lower_case'), ''],
    [coded(`X${'X'.repeat(60)}`), ''],
    [coded(7), ''],
    [new Error('without'), ''],
    ['a text', ''],
  ])('by a connection that was not made can be repeated: %s', (thrown, shown) => {
    expect(told(thrown, READ)).toEqual({
      failure: { kind: 'never_sent' },
      code: 'connection_failed',
      message: `PostHog at https://us.posthog.com could not be reached${shown}.`,
      hint: 'Try again in a minute; if it stays, check the network and POSTHOG_HOST.',
      fields: {},
    });
  });

  it('by a connection that broke is told from one that was never made', () => {
    expect(told(coded('ECONNRESET'), READ, { sent: true }).failure).toEqual({ kind: 'broken' });
  });
});

describe('the failure of a write', () => {
  const unknown = (what: string) => ({
    code: 'outcome_unknown',
    message: `${what}, so it is unknown whether PostHog carried out this change to experiment 77. It was not sent again.`,
    hint: 'Read the state first with experiment-get; repeat the call only if the change is not there.',
    fields: { next_tool: 'experiment-get' },
  });

  it.each<[Partial<Progress>, unknown, object, string]>([
    [
      { cancelled: true, accepted: true },
      new Error('x'),
      FINAL,
      'The call was cancelled after the request had been sent',
    ],
    [
      { accepted: true, expired: true },
      new Error('x'),
      FINAL,
      'PostHog accepted the request but its answer could not be read',
    ],
    [{ expired: true }, new Error('x'), FINAL, 'PostHog did not answer in time'],
    [{}, coded('UND_ERR_BODY_TIMEOUT'), UNREACHED, 'PostHog did not answer in time'],
    [{}, coded('ECONNRESET'), UNREACHED, 'The connection broke after the request had been sent'],
  ])('that was sent leaves its outcome unknown: %j', (progress, thrown, failure, what) => {
    expect(told(thrown, WRITE, { sent: true, ...progress })).toEqual({ failure, ...unknown(what) });
  });

  it('that was never sent is told as that of a read', () => {
    expect(told(new Error('x'), WRITE, { cancelled: true })).toEqual({ failure: FINAL, ...CANCELLED });
    expect(told(coded('ECONNREFUSED'), WRITE).failure).toEqual({ kind: 'never_sent' });
  });

  it('keeps what PostHog said of it', () => {
    const { fields } = outcomeUnknown(WRITE, 'It broke', { status: 502, detail: 'Bad gateway' });
    expect(fields).toEqual({ status: 502, detail: 'Bad gateway', next_tool: 'experiment-get' });
  });
});
