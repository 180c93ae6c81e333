import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/sandbox/http/faults.js';
import { DRAFT, RUNNING } from '../helpers/shop.js';
import { sent, settled, warningCodes } from '../helpers/state.js';
import { openWorld, type World } from '../helpers/world.js';

const MIB = 1024 * 1024;

function authError(detail: string, code: string) {
  return { type: 'authentication_error', code, detail, attr: null };
}

/** Answers the experiment's own path with the fault, until it is mended. */
async function faultyWorld(fault: Fault) {
  const state: { fault: Fault | undefined } = { fault: undefined };
  const world = await openWorld({
    faults: { respond: ({ path }) => (path.includes('/experiments/') ? state.fault : undefined) },
  });
  state.fault = fault;
  return { world, mend: () => (state.fault = undefined) };
}

describe('a key that PostHog does not take', () => {
  it('names both causes and the host that was asked', async () => {
    const body = authError('Invalid personal API key.', 'authentication_failed');
    const { world } = await faultyWorld({ status: 401, body });
    const answer = await world.call('experiment-get', { id: RUNNING });
    expect(answer.data.error).toMatchObject({
      code: 'unauthenticated',
      status: 401,
      detail: 'Invalid personal API key.',
    });
    expect(answer.text).toContain('http://sandbox did not accept the API key: it is invalid, or of another PostHog');
    expect(answer.text).toContain('POSTHOG_HOST');
  });

  it('names the scope that is missing, and changes nothing', async () => {
    const world = await openWorld({ key: 'readOnlyKey' });
    const before = await settled(world, DRAFT);
    const answer = await world.call('experiment-launch', { id: DRAFT });
    expect(answer.data.error).toMatchObject({ code: 'missing_scope', missing_scope: 'experiment:write', status: 403 });
    expect(answer.text).toContain('experiment:write');
    expect(await settled(world, DRAFT)).toEqual(before);
  });

  it('names the project that the key may not use', async () => {
    const world = await openWorld({ key: 'otherProjectKey' });
    const answer = await world.call('experiment-list');
    expect(answer.data.error).toMatchObject({ code: 'forbidden', status: 403 });
    expect(answer.text).toContain('The API key has no access to project 1.');
    expect(answer.text).toContain('POSTHOG_PROJECT_ID');
  });

  it('lets a read-only key read', async () => {
    const world = await openWorld({ key: 'readOnlyKey' });
    for (const tool of ['experiment-list', 'event-search']) expect((await world.call(tool)).isError).toBe(false);
    expect((await world.call('feature-flag-get', { key: 'signup' })).isError).toBe(false);
  });
});

describe('answers that are none', () => {
  const html = '<html><body><h1>502 Bad Gateway</h1></body></html>';
  const page = { 'content-type': 'text/html' };
  const json = { 'content-type': 'application/json' };
  it.each<[string, Fault, string]>([
    ['a page of HTML', { status: 200, headers: page, raw: html }, 'unexpected_response'],
    ['JSON cut in the middle', { status: 200, headers: json, raw: '{"id": 2, "name": "Chec' }, 'unexpected_response'],
    ['nothing', { status: 200, headers: json, raw: '' }, 'unexpected_response'],
    ['JSON of another shape', { status: 200, body: { hello: 'there' } }, 'unexpected_response'],
    ['a list where an object belongs', { status: 200, body: [1, 2] }, 'unexpected_response'],
    ['more than it should be', { status: 200, headers: json, raw: `"${'x'.repeat(17 * MIB)}"` }, 'response_too_large'],
    [
      'a server error',
      { status: 500, body: { type: 'server_error', detail: 'A server error occurred.' } },
      'upstream_error',
    ],
    ['a proxy’s error page', { status: 500, headers: page, raw: html }, 'upstream_error'],
    ['a broken connection', { end: 'destroy' }, 'connection_failed'],
    ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:9/' }, body: {} }, 'unexpected_response'],
    ['too many requests', { status: 429, headers: { 'retry-after': '600' }, body: {} }, 'rate_limited'],
  ])('become a typed error, and the next call works: %s', async (_, fault, code) => {
    const { world, mend } = await faultyWorld(fault);
    const answer = await world.call('experiment-get', { id: RUNNING });
    expect(answer.isError).toBe(true);
    expect(answer.data.error).toMatchObject({
      code,
      message: expect.stringMatching(/\S/),
      next: expect.stringMatching(/\S/),
    });
    expect(answer.text).not.toMatch(/\bat .*\.(ts|js):\d+|node_modules/);
    expect(answer.text.length).toBeLessThan(2_000);
    mend();
    expect((await world.call('experiment-get', { id: RUNNING })).isError).toBe(false);
  });
});

describe('a write whose outcome is unclear', () => {
  async function lostAnswer(applied: boolean): Promise<World> {
    return openWorld({
      faults: { respond: ({ method }) => (method === 'POST' ? { applied, end: 'destroy' } : undefined) },
    });
  }

  it.each([true, false])('is sent once and its outcome read from the state (it arrived: %s)', async (applied) => {
    const world = await lostAnswer(applied);
    const answer = await world.call('experiment-launch', { id: DRAFT });
    expect(answer.data).toMatchObject({ status: applied ? 'applied' : 'not_applied' });
    expect(warningCodes(answer)).toContain(applied ? 'answer_lost' : 'not_applied');
    expect(sent(world)).toHaveLength(1);
    const { data } = await world.call('experiment-get', { id: DRAFT });
    expect(data.status).toBe(applied ? 'running' : 'draft');
  });
});

describe('a write that worked and cannot be read back', () => {
  it('is not shown as a failure', async () => {
    let written = false;
    const world = await openWorld({
      faults: {
        respond: ({ method }) => {
          if (method === 'POST') written = true;
          return written && method === 'GET' ? { status: 500, body: {} } : undefined;
        },
      },
    });
    const answer = await world.call('experiment-launch', { id: DRAFT });
    expect(answer.data).toMatchObject({
      status: 'applied',
      experiment: { status: 'running' },
      warnings: [{ code: 'acted_at_once' }, { code: 'read_back_failed' }],
    });
  });
});

describe('a change that needs approval', () => {
  it('is reported with its change request, and nothing is tried twice', async () => {
    const body = {
      type: 'validation_error',
      code: 'approval_required',
      detail: 'This action requires approval.',
      change_request_id: 'c0ffee',
    };
    const world = await openWorld({
      faults: { respond: ({ method }) => (method === 'POST' ? { status: 409, body } : undefined) },
    });
    const answer = await world.call('experiment-launch', { id: DRAFT });
    expect(answer.data).toMatchObject({ status: 'pending_approval', change_request_id: 'c0ffee', changes: [] });
    expect(answer.text).toContain('Nothing has changed yet.');
    expect(sent(world)).toHaveLength(1);
  });
});

describe('arguments refused before any request', () => {
  it.each([
    ['experiment-end', { id: RUNNING, conclusion: 'win' }, 'conclusion: must be one of won, lost, inconclusive'],
    ['experiment-end', { id: RUNNING, conclusion_comment: '' }, 'conclusion_comment: must be at least 1 character.'],
    [
      'experiment-end',
      { id: RUNNING, conclusion_comment: 'x'.repeat(4001) },
      'conclusion_comment: must be at most 4000 characters.',
    ],
    ['experiment-launch', {}, 'id: is required'],
    ['experiment-launch', { id: 1, experiment_id: 2 }, 'id and experiment_id mean the same'],
    ['experiment-ship-variant', { id: RUNNING }, 'variant_key: is required'],
    [
      'experiment-ship-variant',
      { id: RUNNING, variant_key: 'test', release_to_everyone: 'yes' },
      'release_to_everyone: must be true or false',
    ],
    ['experiment-update', { id: DRAFT, roll_out_percentage: 5 }, 'did you mean rollout_percentage?'],
    ['experiment-update', { id: DRAFT, rollout_percentage: 101 }, 'rollout_percentage: must be at most 100.'],
    [
      'experiment-update',
      { id: DRAFT, rollout_percentage: '50%' },
      'rollout_percentage: must be a number (send the number 50 without quotes)',
    ],
    ['experiment-create', { name: 'x', feature_flag_key: 'a b' }, 'feature_flag_key: may hold only letters'],
    ['experiment-create', { name: '', feature_flag_key: 'a' }, 'name: must be at least 1 character.'],
    ['experiment-create', { feature_flag_key: 'a' }, 'name: is required'],
  ])('%s %j', async (tool, args, words) => {
    const world = await openWorld();
    const answer = await world.call(tool, args);
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments' });
    expect(answer.text).toContain(words);
    expect(answer.text).toContain('nothing was sent');
    expect(world.requests()).toEqual([]);
  });
});
