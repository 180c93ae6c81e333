import { describe, expect, it } from 'vitest';
import { ToolError } from '../../src/errors.js';
import { approversInWords } from '../../src/posthog/approvers.js';
import type { RequestInfo } from '../../src/posthog/attempt.js';
import { createBreaker } from '../../src/posthog/breaker.js';
import { parseErrorBody } from '../../src/posthog/error-body.js';
import { statusError } from '../../src/posthog/errors.js';
import { unlessOlderBuild } from '../../src/posthog/older-builds.js';
import { deedOf, subjectOf } from '../../src/posthog/subject.js';

describe('the subject of a path', () => {
  it.each([
    ['/api/projects/1/experiments/77/', 'experiment 77', null, 'experiment-list', 'experiment-get'],
    ['/api/projects/12/experiments/77/launch/', 'experiment 77', 'launch', 'experiment-list', 'experiment-get'],
    ['/api/projects/1/experiments/', 'the experiments', null, 'experiment-list', 'experiment-list'],
    ['/api/projects/1/experiments/stats/', 'the experiments', 'stats', 'experiment-list', 'experiment-list'],
    ['/api/projects/1/experiments/2x/', 'the experiments', '2x', 'experiment-list', 'experiment-list'],
    ['/api/projects/1/experiments/x2/', 'the experiments', 'x2', 'experiment-list', 'experiment-list'],
    ['/api/projects/1/experiments/a-b%20c/', 'experiment a-b c', null, 'experiment-list', 'experiment-get'],
    ['/api/projects/1/feature_flags/4/', 'feature flag 4', null, 'experiment-list', 'feature-flag-get'],
    ['/api/projects/1/cohorts/4/', 'cohort 4', null, 'experiment-list', 'experiment-get'],
    ['/api/projects/1/event_definitions/', 'the events', null, 'event-search', 'event-search'],
    [
      '/api/projects/1/experiment_holdouts/3/',
      ...(['holdout 3', null, 'experiment-holdouts-list', 'experiment-holdouts-retrieve'] as const),
    ],
    [
      '/api/projects/1/experiment_saved_metrics/3/',
      ...(['saved metric 3', null, 'experiment-saved-metrics-list', 'experiment-saved-metrics-retrieve'] as const),
    ],
    ['/api/projects/1/unheard/3/', 'the request', null, 'experiment-list', 'experiment-get'],
    ['/api/users/@me/', 'the request', null, 'experiment-list', 'experiment-list'],
    ['/elsewhere/api/projects/1/experiments/77/', 'the request', null, 'experiment-list', 'experiment-list'],
  ])('%s is %s', (path, name, action, listTool, stateTool) => {
    expect(subjectOf(path)).toMatchObject({ name, action, listTool, stateTool });
  });

  it('has the project as it stands in the path', () => {
    expect(subjectOf('/api/projects/@current/experiments/').project).toBe('@current');
    expect(subjectOf('/api/users/@me/').project).toBeNull();
  });

  it.each([
    ['/api/projects/1/experiments/77/', true, 'the request about experiment 77'],
    ['/api/projects/1/experiments/', false, 'the creation of this experiment'],
    ['/api/projects/1/experiments/bulk_update_tags/', false, 'this change to the experiments'],
    ['/api/projects/1/experiments/77/', false, 'this change to experiment 77'],
    ['/api/projects/1/unheard/', false, 'the creation of this object'],
  ])('%s, read %s, wants %s', (path, isRead, deed) => {
    expect(deedOf(subjectOf(path), isRead)).toBe(deed);
  });
});

describe('an endpoint that older builds lack', () => {
  const refused = (status: number, detail?: string) =>
    unlessOlderBuild(
      'holdouts',
      Promise.reject(new ToolError('not_found', 'm', 'h', { status, ...(detail === undefined ? {} : { detail }) })),
    );

  it.each([
    [405, 'Method "GET" not allowed.'],
    [404, 'Not found.'],
    [404, 'not found'],
    [404, 'Endpoint not found.'],
    [404, undefined],
  ])('is said not to be offered: %d %s', async (status, detail) => {
    await expect(refused(status, detail)).rejects.toMatchObject({
      code: 'not_supported',
      message: 'This PostHog does not offer holdouts.',
      hint: 'It is an older build; the other tools work. PostHog Cloud and newer self-hosted builds have it.',
      fields: { status },
    });
  });

  it.each([
    [404, 'Holdout was not found.'],
    [404, 'Not found. It is gone'],
    [400, 'Not found.'],
  ])('is not meant by %d %s', async (status, detail) => {
    await expect(refused(status, detail)).rejects.toMatchObject({ code: 'not_found', message: 'm' });
  });

  it('answers where it is there, and passes on what is no answer', async () => {
    await expect(unlessOlderBuild('holdouts', Promise.resolve(7))).resolves.toBe(7);
    await expect(unlessOlderBuild('holdouts', Promise.reject(new Error('other')))).rejects.toThrow('other');
  });
});

describe('who has to approve', () => {
  it.each<[unknown, string | undefined]>([
    [{ quorum: 1, users: [4], roles: [] }, 'an approval by user 4'],
    [{ users: ['4', 5], roles: [] }, 'an approval by users 4 or 5'],
    [{ quorum: 2, users: [1, 2, 3], roles: ['Leads'] }, '2 approvals by users 1, 2 or 3 or role Leads'],
    [{ quorum: 2, users: [], roles: [{ name: 'Leads' }, { id: 9 }] }, '2 approvals by roles Leads or 9'],
    [{ users: [{ first_name: 'Ann', last_name: 'Lee', email: 'a@b.c' }] }, 'an approval by user Ann Lee'],
    [{ users: [{ first_name: 'Ann' }] }, 'an approval by user Ann'],
    [{ users: [{ email: 'a@b.c', id: 3 }] }, 'an approval by user a@b.c'],
    [{ users: [{}] }, 'an approval by user unnamed'],
    [{ quorum: 3 }, '3 approvals'],
    [{ quorum: 1 }, 'an approval'],
    [{ quorum: 0, users: 'all' }, undefined],
    [{}, undefined],
    ['two of us', undefined],
  ])('%j: %s', (value, words) => {
    expect(approversInWords(value)).toBe(words);
  });
});

describe('the body of an error', () => {
  it.each<[string, object]>([
    ['{"detail":"","message":"Said"}', { detail: 'Said' }],
    ['{"detail":["","First"]}', { detail: 'First' }],
    ['{"detail":[7,{"message":"Inner"}]}', { detail: 'Inner' }],
    ['{"error":{"detail":"Deep"}}', { detail: 'Deep' }],
    ['{"detail":"A","name":["B"]}', { detail: 'A' }],
    ['{"name":["This field is required."]}', { detail: 'This field is required.', attr: 'name' }],
    ['{"detail":"{\\"no-events\\":true,\\"other\\":false}"}', { detail: 'no-events' }],
    ['{"detail":"{\\"other\\":false}"}', { detail: '{"other":false}' }],
    ['{"detail":"{broken"}', { detail: '{broken' }],
    ['{"detail":"x","guidance":"Reload."}', { detail: 'x', guidance: 'Reload.' }],
    ['{"detail":"x","conflicting_fields":["name"]}', { detail: 'x', conflicts: ['name'] }],
    ['{"detail":"x","current_version":3}', { detail: 'x', conflicts: [] }],
    ['["Just a list"]', { detail: 'Just a list' }],
    ['"Just a text"', { detail: 'Just a text' }],
    ['""', {}],
  ])('%s', (raw, expected) => {
    expect(parseErrorBody(raw)).toEqual({ isJson: true, ...expected });
  });

  it('is shortened beyond 2,000 characters and told from what is no JSON', () => {
    expect(parseErrorBody(JSON.stringify({ detail: 'd'.repeat(2_000) })).detail).toHaveLength(2_000);
    expect(parseErrorBody(JSON.stringify({ detail: 'd'.repeat(2_001) })).detail).toBe(`${'d'.repeat(1_999)}…`);
    expect(parseErrorBody('Sign in')).toEqual({ isJson: false, detail: 'Sign in' });
    expect(parseErrorBody('')).toEqual({ isJson: false });
  });
});

describe('an answer of a status', () => {
  const info: RequestInfo = {
    ...{ method: 'GET', path: '/api/projects/1/experiments/77/', origin: 'https://us.posthog.com', isRead: true },
  };
  const write: RequestInfo = { ...info, method: 'POST', path: `${info.path}launch/`, isRead: false };
  const told = (status: number, body: object | string, of: RequestInfo = info, more: object = {}) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const { code, message, hint, fields } = statusError({ status, text, ...more }, of);
    return { code, message, hint, fields };
  };

  it.each<[string, number, object | string, RequestInfo, object]>([
    ['a key that is not taken', 401, { detail: 'Bad key.' }, info, {}],
    ['a key that is not taken elsewhere', 401, {}, { ...info, origin: 'https://my.posthog.dev' }, {}],
    ['a missing project', 404, { detail: 'Project not found.' }, info, {}],
    ['a missing project of no path', 404, { detail: 'Project not found.' }, { ...info, path: '/api/x/' }, {}],
    ['a host that is no PostHog', 404, '<html>nginx</html>', info, {}],
    ['a missing endpoint', 404, {}, { ...info, path: '/api/projects/1/experiments/stats/' }, {}],
    ['a missing experiment', 404, { detail: 'Not found.' }, info, {}],
    ['a missing experiment of a write', 404, {}, write, {}],
    ['a missing flag', 404, {}, { ...info, path: '/api/projects/1/feature_flags/3/' }, {}],
    ['a missing part', 404, {}, { ...write, isRead: true }, {}],
    ['a conflict with guidance', 409, { detail: 'x', conflicting_fields: ['name'], guidance: 'Reload.' }, write, {}],
    ['a conflict without fields', 409, { detail: 'x', current_version: 2 }, write, {}],
    ['a pending approval', 409, { code: 'change_request_pending', detail: 'x', change_request_id: 'c' }, write, {}],
    [
      'an approval that is asked for',
      409,
      { code: 'approval_required', detail: 'x', change_request_id: 'c' },
      write,
      {},
    ],
    [
      'an approval with approvers',
      409,
      { code: 'approval_required', change_request_id: 'c', required_approvers: { users: [4] } },
      write,
      {},
    ],
    ['a throttled read', 429, { detail: 'Request was throttled.' }, info, {}],
    ['a throttled read with a wait', 429, {}, info, { retryAfterSeconds: 7 }],
    ['a gateway', 502, '<html>', info, {}],
    ['a gateway with a wait', 503, '', info, { retryAfterSeconds: 7 }],
    ['a gateway of a write', 502, '<html>', write, {}],
    ['a timeout of a gateway', 504, '', write, {}],
    ['a request given up', 499, '', info, {}],
    ['an error of its own', 500, { detail: 'Oops.' }, info, {}],
    ['an error of its own on a write', 500, {}, write, {}],
    ['a status beyond all', 512, '', info, {}],
    ['a redirect', 302, '', info, { location: 'https://elsewhere.example/x' }],
    ['a redirect to nowhere', 301, '', info, {}],
    ['a forbidden project', 403, { detail: 'API key does not have access to the requested project: ID 12.' }, info, {}],
    ['a missing scope', 403, { detail: "API key missing required scope 'experiment:write'" }, write, {}],
    ['another refusal', 403, { detail: 'You may not.' }, info, {}],
    ['a field', 400, { detail: 'Bad.', attr: 'name' }, write, {}],
    ['no field', 400, {}, write, {}],
    ['a body that is too large', 413, '', write, {}],
    ['an unknown status', 418, { detail: 'Teapot.' }, info, {}],
  ])('for %s says what happened and what to do', (_, status, body, of, more) => {
    expect(told(status, body, of, more)).toMatchSnapshot();
  });
});

describe('the breaker', () => {
  it('says for how long nothing is sent, and for a second at least', () => {
    const clock = { now: 0 };
    const breaker = createBreaker(() => clock.now);
    for (let failure = 0; failure < 5; failure += 1) breaker.enter({}).end(false);
    const refusal = (seconds: number) =>
      expect.objectContaining({
        code: 'connection_failed',
        message: 'PostHog has failed several times in a row, so nothing was sent.',
        hint: `PostHog is tried again in ${seconds} seconds; call then.`,
        fields: { retry_after_seconds: seconds },
      });
    expect(() => breaker.check()).toThrow(refusal(15));
    clock.now = 14_900;
    expect(() => breaker.check()).toThrow(refusal(1));
  });
});
