import { describe, expect, it } from 'vitest';
import type { ErrorCode, ToolErrorFields } from '../../src/errors.js';
import type { RequestInfo } from '../../src/posthog/attempt.js';
import { statusError } from '../../src/posthog/errors.js';

const ORIGIN = 'https://us.posthog.com';
const get = (path = '/api/projects/1/experiments/77/'): RequestInfo => ({
  method: 'GET',
  path,
  origin: ORIGIN,
  isRead: true,
});
const post = (path = '/api/projects/1/experiments/77/launch/'): RequestInfo => ({
  method: 'POST',
  path,
  origin: ORIGIN,
  isRead: false,
});
const CREATE = post('/api/projects/1/experiments/');

function errorFor(status: number, body: unknown, info = get(), extra: object = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return statusError({ status, text, ...extra }, info);
}

const standard = (type: string, code: string, detail: string, attr: string | null = null) => ({
  type,
  code,
  detail,
  attr,
});

describe('statusError', () => {
  const rows: [string, number, unknown, RequestInfo, ErrorCode, ToolErrorFields][] = [
    [
      'a rule of the lifecycle',
      400,
      standard('validation_error', 'invalid_input', 'Experiment has already ended.'),
      post(),
      'refused',
      { detail: 'Experiment has already ended.' },
    ],
    [
      'a field',
      400,
      standard('validation_error', 'invalid_input', 'Bad.', 'feature_flag__filters__groups'),
      post(),
      'refused',
      { detail: 'Bad.', field: 'feature_flag__filters__groups' },
    ],
    [
      'the flag key of a new experiment',
      400,
      standard('validation_error', 'invalid_key', 'Bad key.', 'key'),
      CREATE,
      'refused',
      { detail: 'Bad key.', field: 'feature_flag_key' },
    ],
    [
      'the key of a flag itself',
      400,
      standard('validation_error', 'invalid_key', 'Bad key.', 'key'),
      post('/api/projects/1/feature_flags/'),
      'refused',
      { detail: 'Bad key.', field: 'key' },
    ],
    ['a bare detail', 400, { detail: 'Cannot duplicate.' }, post(), 'refused', { detail: 'Cannot duplicate.' }],
    [
      'a bare error',
      400,
      { error: 'Invalid limit or offset' },
      get(),
      'refused',
      { detail: 'Invalid limit or offset' },
    ],
    ['a bare message', 400, { message: 'No.' }, get(), 'refused', { detail: 'No.' }],
    ['a list of texts', 400, ['No.'], get(), 'refused', { detail: 'No.' }],
    ['a text', 400, '"No."', get(), 'refused', { detail: 'No.' }],
    [
      'bare fields',
      400,
      { name: ['This field is required.'] },
      CREATE,
      'refused',
      { detail: 'This field is required.', field: 'name' },
    ],
    ['a nested detail', 400, { detail: { detail: 'Inner.' } }, get(), 'refused', { detail: 'Inner.' }],
    [
      'JSON within the detail',
      400,
      { code: 'no-results', detail: '{"no-events": true, "no-flag-info": true, "no-control-variant": false}' },
      get(),
      'refused',
      { detail: 'no-events, no-flag-info' },
    ],
    [
      'JSON with a text within the detail',
      400,
      { detail: '{"detail": "Inner."}' },
      get(),
      'refused',
      { detail: 'Inner.' },
    ],
    ['a brace that is not JSON', 400, { detail: '{x}' }, get(), 'refused', { detail: '{x}' }],
    ['nothing', 400, '', post(), 'refused', {}],
    ['null', 400, 'null', post(), 'refused', {}],
    ['odd types', 400, { detail: 7, code: [], attr: {} }, post(), 'refused', {}],
    ['plain text', 400, 'Bad\n  request', post(), 'refused', { detail: 'Bad request' }],
    [
      'several policies',
      400,
      { code: 'policy_conflict', error: 'This change matches multiple approval policies', guidance: 'Split it' },
      post(),
      'policy_conflict',
      { detail: 'This change matches multiple approval policies' },
    ],
    [
      'a bad key',
      401,
      standard('authentication_error', 'authentication_failed', 'Invalid.'),
      get(),
      'unauthenticated',
      { detail: 'Invalid.' },
    ],
    [
      'a plan',
      402,
      { detail: 'Upgrade.', code: 'payment_required' },
      get(),
      'payment_required',
      { detail: 'Upgrade.' },
    ],
    [
      'a scope',
      403,
      standard('authentication_error', 'permission_denied', "API key missing required scope 'experiment:write'"),
      post(),
      'missing_scope',
      { detail: "API key missing required scope 'experiment:write'", missing_scope: 'experiment:write' },
    ],
    [
      'a project',
      403,
      { detail: 'API key does not have access to the requested project: ID 7.' },
      get(),
      'forbidden',
      { detail: 'API key does not have access to the requested project: ID 7.' },
    ],
    [
      'a right',
      403,
      { detail: 'You do not have editor access to this resource.' },
      post(),
      'forbidden',
      {
        detail: 'You do not have editor access to this resource.',
      },
    ],
    [
      'a missing thing',
      404,
      standard('invalid_request', 'not_found', 'Not found.'),
      get(),
      'not_found',
      {
        detail: 'Not found.',
        next_tool: 'experiment-list',
      },
    ],
    ['a missing project', 404, { detail: 'Project not found.' }, get(), 'not_found', { detail: 'Project not found.' }],
    ['a delete', 405, '', post(), 'method_not_allowed', {}],
    [
      'an approval',
      409,
      { code: 'approval_required', message: 'Needs approval', change_request_id: 'c-1', required_approvers: {} },
      post(),
      'approval_required',
      { detail: 'Needs approval', change_request_id: 'c-1' },
    ],
    [
      'a stale version',
      409,
      { detail: 'This experiment changed.', current_version: 0 },
      post(),
      'version_conflict',
      { detail: 'This experiment changed.', next_tool: 'experiment-get' },
    ],
    ['another conflict', 409, { detail: 'Already exists.' }, post(), 'refused', { detail: 'Already exists.' }],
    ['a large request', 413, '<h1>Too large</h1>', CREATE, 'refused', { detail: 'Too large' }],
    [
      'a wrong type',
      415,
      { detail: 'Unsupported media type' },
      CREATE,
      'internal',
      { detail: 'Unsupported media type' },
    ],
    [
      'a throttle',
      429,
      standard('throttled_error', 'throttled', 'Throttled.'),
      get(),
      'rate_limited',
      { detail: 'Throttled.' },
    ],
    ['an unheard-of refusal', 418, '', get(), 'refused', {}],
    [
      'a crash',
      500,
      { detail: 'A server error occurred.' },
      get(),
      'upstream_error',
      { detail: 'A server error occurred.' },
    ],
    ['a crash within a write', 500, '', post(), 'upstream_error', { next_tool: 'experiment-get' }],
    [
      "a gateway's page",
      502,
      '<html><style>p{}</style><p>Bad gateway</p></html>',
      get(),
      'upstream_error',
      { detail: 'Bad gateway' },
    ],
    [
      "a gateway's page for a write",
      504,
      '<p>Timeout</p>',
      post(),
      'outcome_unknown',
      {
        detail: 'Timeout',
        next_tool: 'experiment-get',
      },
    ],
    ['a read that a proxy gave up', 408, '', get(), 'upstream_error', {}],
    ['a write that PostHog stopped waiting for', 408, '', post(), 'outcome_unknown', { next_tool: 'experiment-get' }],
    ['a write that a proxy gave up', 499, '', post(), 'outcome_unknown', { next_tool: 'experiment-get' }],
    ['an expensive query', 512, { detail: 'Too long.' }, get(), 'upstream_error', { detail: 'Too long.' }],
  ];

  it.each(rows)('explains %s (%i)', (_name, status, body, info, code, fields) => {
    const error = errorFor(status, body, info);
    expect(error.code).toBe(code);
    expect(error.fields).toEqual({ status, ...fields });
    expect(error.message).toMatch(/\S.*\.$/);
    expect(error.hint).not.toBe('');
  });

  it('names the invalid key and the wrong region, the origin asked and the other one', () => {
    const error = errorFor(401, { detail: 'Personal API key found in request Authorization header is invalid.' });
    expect(error.message).toMatch(/https:\/\/us\.posthog\.com did not accept .* invalid or belongs to another region/);
    expect(error.hint).toContain('POSTHOG_HOST=https://eu.posthog.com');
    const own = errorFor(401, '', { ...get(), origin: 'https://ph.example.org' });
    expect(own.message).toContain('https://ph.example.org');
    expect(own.hint).not.toContain('eu.posthog.com');
  });

  it.each([401, 403])('does not blame the key for a %i that came from something in front of PostHog', (status) => {
    const error = errorFor(status, '<html><body>Access denied by the firewall</body></html>');
    expect(error.code).toBe('unexpected_response');
    expect(error.message).toContain('it was not the PostHog API that said so');
    expect(`${error.message} ${error.hint}`).not.toMatch(/key|owner/);
    expect(error.hint).toMatch(/proxy or firewall/);
    expect(error.fields.detail).toContain('Access denied');
  });

  it('names the project that a key may not use', () => {
    expect(errorFor(403, { detail: 'API key does not have access to the requested project: ID 7.' }).message).toContain(
      'no access to project 7.',
    );
    const error = errorFor(403, { detail: "You don't have access to the project." });
    expect(error.message).toContain('no access to project 1.');
    expect(error.hint).toContain('POSTHOG_PROJECT_ID');
  });

  it.each([
    [get(), 'Experiment 77 was not found in project 1.', 'experiment-list'],
    [post(), 'Experiment 77 was not found in project 1.', 'experiment-list'],
    [get('/api/projects/1/feature_flags/5/'), 'Feature flag 5 was not found in project 1.', 'experiment-list'],
    [get('/api/projects/1/cohorts/5/'), 'Cohort 5 was not found in project 1.', 'experiment-list'],
    [
      get('/api/projects/1/experiment_holdouts/5/'),
      'Holdout 5 was not found in project 1.',
      'experiment-holdouts-list',
    ],
    [
      get('/api/projects/1/experiments/77/metrics_recalculation/latest/'),
      'metrics_recalculation of experiment 77 was not found in project 1.',
      'experiment-list',
    ],
  ])('says what was not found and where to look', (info, message, tool) => {
    const error = errorFor(404, { detail: 'Not found.' }, info);
    expect(error.message).toBe(message);
    expect(error.fields.next_tool).toBe(tool);
    expect(error.hint).toContain('Deleted ones cannot be seen');
  });

  it('tells a missing project, a missing endpoint and a foreign server from a missing thing', () => {
    expect(errorFor(404, { detail: 'Project not found.' }).hint).toContain('POSTHOG_PROJECT_ID');
    expect(errorFor(404, { detail: 'Not found.' }, get('/api/projects/1/experiments/stats/')).message).toContain(
      'no endpoint GET /api/projects/1/experiments/stats/',
    );
    expect(errorFor(404, '<h1>Nothing here</h1>').hint).toContain('POSTHOG_HOST');
  });

  it('says that an approval waits already, and to repeat the call once it is given', () => {
    const error = errorFor(409, { code: 'change_request_pending', detail: 'x', change_request_id: 'c-1' }, post());
    expect(error.message).toContain('waiting already');
    expect(error.hint).toContain('repeat the call');
  });

  it('names what both sides changed', () => {
    const body = { detail: 'x', current_version: 4, conflicting_fields: ['name'], conflicting_metric_uuids: ['u-1'] };
    expect(errorFor(409, body, post()).message).toContain('name, u-1');
  });

  it('passes on how long to wait', () => {
    for (const status of [429, 503]) {
      const error = errorFor(status, '', get(), { retryAfterSeconds: 37 });
      expect(error.fields.retry_after_seconds).toBe(37);
      expect(error.hint).toContain('37 seconds');
    }
  });

  it('tells the target of a redirect by its origin only', () => {
    const error = errorFor(302, '', get(), { location: 'https://login.example.org/x?token=1' });
    expect(error.message).toContain('redirects to https://login.example.org (302)');
    expect(errorFor(301, '', get(), { location: 'http://[' }).message).toContain('redirects (301)');
  });

  it('cuts a detail that is far too long', () => {
    expect(errorFor(400, { detail: 'x'.repeat(5_000) }).fields.detail).toHaveLength(2_000);
  });

  it('speaks of a creation where there is no thing yet', () => {
    expect(errorFor(400, { detail: 'x' }, CREATE).message).toBe(
      'PostHog refused the creation of this experiment (400).',
    );
  });
});
