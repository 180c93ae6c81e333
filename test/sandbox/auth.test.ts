import { describe, expect, test } from 'vitest';
import { KEYS, keyWithScopes } from '../../src/sandbox/http/auth.js';
import { at, bench, listAt } from './support.js';

function denied(detail: string) {
  return { type: 'authentication_error', code: 'permission_denied', detail, attr: null };
}

describe('keys', () => {
  test.each([undefined, '', 'Bearer', 'Bearer ', 'Basic abc', 'phx_sandbox_full_access'])(
    'an Authorization header of %j is no credentials',
    async (authorization) => {
      const { sandbox } = await bench();
      const headers = new Headers();
      if (authorization !== undefined) headers.set('authorization', authorization);
      const response = await fetch(`${sandbox.url}/api/users/@me/`, { headers });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({
        type: 'authentication_error',
        code: 'not_authenticated',
        detail: 'Authentication credentials were not provided.',
        attr: null,
      });
    },
  );

  test.each(['phx_unknown', 'phc_project_key', 'phs_secret'])('%s is an invalid key', async (key) => {
    const { call } = await bench();
    const refused = await call('GET', '/experiments/', { key });
    expect(refused.status).toBe(401);
    expect(refused.json).toEqual({
      type: 'authentication_error',
      code: 'authentication_failed',
      detail: 'Personal API key found in request Authorization header is invalid.',
      attr: null,
    });
  });

  test.each([
    ['POST', '/experiments/', 'experiment:write'],
    ['PATCH', '/experiments/1/', 'experiment:write'],
    ['PUT', '/experiments/1/', 'experiment:write'],
    ['DELETE', '/experiments/1/', 'experiment:write'],
    ['POST', '/experiments/1/launch/', 'experiment:write'],
    ['POST', '/experiments/1/ship_variant/', 'experiment:write'],
    ['PATCH', '/feature_flags/1/', 'feature_flag:write'],
    ['POST', '/feature_flags/', 'feature_flag:write'],
  ])('a read-only key may not %s %s', async (method, path, scope) => {
    const { call, draft, get, sandbox } = await bench();
    await draft();
    const before = (await get('/experiments/1/')).json;
    const refused = await call(method, path, { key: sandbox.readOnlyKey, body: { name: 'x' } });
    expect([refused.status, refused.json]).toEqual([403, denied(`API key missing required scope '${scope}'`)]);
    expect((await get('/experiments/1/')).json).toEqual(before);
  });

  test('a write scope allows reads of the same thing and of nothing else', async () => {
    const { call } = await bench();
    const key = KEYS.experimentsOnly;
    expect((await call('GET', '/experiments/', { key })).status).toBe(200);
    expect((await call('GET', '/feature_flags/', { key })).json).toEqual(
      denied("API key missing required scope 'feature_flag:read'"),
    );
  });

  test('a key may name its own scopes, and has these and no others', async () => {
    const { call } = await bench();
    const key = keyWithScopes(['experiment:read', 'feature_flag:write']);
    expect((await call('GET', '/experiments/', { key })).status).toBe(200);
    expect((await call('POST', '/experiments/', { key, body: {} })).json).toEqual(
      denied("API key missing required scope 'experiment:write'"),
    );
    expect((await call('GET', '/feature_flags/', { key })).status).toBe(200);
    for (const broken of ['phx_sandbox_scopes_', 'phx_sandbox_scopes_experiment', `${key}-x`])
      expect((await call('GET', '/experiments/', { key: broken })).status).toBe(401);
  });

  test.each([
    [KEYS.fullAccess, ['*'], []],
    [KEYS.experimentsOnly, ['experiment:write'], []],
    [KEYS.otherProject, ['*'], [2]],
    [keyWithScopes(['query:read']), ['query:read'], []],
  ])('%s may look at itself, and is told its scopes and projects', async (key, scopes, scoped_teams) => {
    const { call } = await bench();
    const answer = await call('GET', '/api/personal_api_keys/@current/', { key });
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({ scopes, scoped_teams, scoped_organizations: [], value: null });
    expect(JSON.stringify(answer.json)).not.toContain(key);
    expect((await call('GET', '/api/personal_api_keys/other/', { key })).status).toBe(404);
  });

  test('a key of the other project is refused in this one, before anything is looked up', async () => {
    const { call, sandbox } = await bench();
    const key = sandbox.otherProjectKey;
    const refused = await call('GET', '/experiments/404/', { key });
    expect([refused.status, refused.json]).toEqual([
      403,
      denied('API key does not have access to the requested project: ID 1.'),
    ]);
    expect((await call('GET', `/api/projects/${sandbox.otherProjectId}/experiments/`, { key })).status).toBe(200);
    expect((await call('GET', '/api/projects/', { key })).json).toEqual(
      denied('API keys with scoped projects are only supported on project-based endpoints.'),
    );
    expect((await call('GET', '/api/users/@me/', { key })).json).toMatchObject({ team: { id: 2 } });
  });

  test("a colleague's key acts as somebody else in the same projects", async () => {
    const { call, draft, get, sandbox } = await bench();
    const key = sandbox.otherUserKey;
    expect((await call('GET', '/api/users/@me/', { key })).json).toMatchObject({
      email: 'robin@example.com',
      team: { id: 1 },
    });
    const path = await draft();
    await call('PATCH', path, { key, body: { description: 'Theirs' } });
    const body = { name: 'Theirs', feature_flag_key: 'theirs' };
    const created = await call('POST', '/experiments/', { key, body });
    expect(created.json.created_by).toMatchObject({ id: 2, first_name: 'Robin' });
    const [theirs, ours] = listAt((await get(`${path}activity/`)).json, 'results');
    expect([at(theirs, 'user', 'first_name'), at(ours, 'user', 'first_name')]).toEqual(['Robin', 'Sandy']);
  });

  test('the full key writes to both projects, which do not see each other', async () => {
    const { call, get, sandbox } = await bench();
    const other = `/api/projects/${sandbox.otherProjectId}/experiments/`;
    const body = { name: 'There', feature_flag_key: 'there' };
    expect((await call('POST', other, { body })).status).toBe(201);
    expect((await get('/experiments/1/')).status).toBe(404);
    expect((await get(other)).json.count).toBe(1);
  });
});

describe('projects', () => {
  test('@current is the project of the key, and environments is another word for projects', async () => {
    const { call, draft, sandbox } = await bench();
    await draft();
    expect((await call('GET', '/api/projects/@current/')).json).toMatchObject({ id: 1 });
    expect((await call('GET', '/api/projects/@current/', { key: sandbox.otherProjectKey })).json.id).toBe(2);
    expect((await call('GET', '/api/environments/1/experiments/1/')).json).toMatchObject({ id: 1 });
  });

  test.each(['99', 'x', '-1', '1.5'])('project %s is not found', async (id) => {
    const { call } = await bench();
    const missing = await call('GET', `/api/projects/${id}/experiments/`);
    expect([missing.status, missing.json]).toEqual([
      404,
      { type: 'invalid_request', code: 'not_found', detail: 'Project not found.', attr: null },
    ]);
  });

  test('both are listed, and so is the one organization', async () => {
    const { get } = await bench();
    expect(listAt((await get('/api/projects/')).json, 'results').map((row) => row.id)).toEqual([1, 2]);
    const user = (await get('/api/users/@me/')).json;
    expect(user).toMatchObject({ email: 'sandy@example.com', team: { id: 1 } });
    expect((await get('/api/organizations/@current/')).json).toMatchObject({ name: 'Sandbox organization' });
    expect((await get('/api/organizations/unknown/')).status).toBe(404);
    expect((await get('/api/organizations/')).json.count).toBe(1);
  });
});

describe('event definitions', () => {
  test('are found by part of their name and paged', async () => {
    const { get, sandbox } = await bench();
    for (const name of ['signed_up', 'purchase_completed', 'purchase_started']) {
      sandbox.store.insertEvent(sandbox.projectId, name);
      sandbox.store.insertEvent(sandbox.projectId, name);
    }
    const names = async (query: string) =>
      listAt((await get(`/event_definitions/${query}`)).json, 'results').map((row) => row.name);
    expect(await names('')).toEqual(['purchase_completed', 'purchase_started', 'signed_up']);
    expect(await names('?search=PURCHASE')).toEqual(['purchase_completed', 'purchase_started']);
    expect(await names('?limit=1&offset=1')).toEqual(['purchase_started']);
  });

  test('of the project itself reads experiments, whose access levels are null', async () => {
    const { call, draft, post } = await bench();
    await post('/experiment_holdouts/', { name: 'H', filters: [{ rollout_percentage: 5 }] });
    const path = await draft({ holdout_id: 1 });
    const key = KEYS.projectSecret;
    const list = await call('GET', '/experiments/', { key });
    const detail = await call('GET', path, { key });
    expect([list.status, detail.status]).toEqual([200, 200]);
    for (const json of [at(list.json, 'results', 0), detail.json]) {
      expect(json).toMatchObject({ user_access_level: null, holdout: { user_access_level: null } });
    }
  });

  test.each([
    ['POST', '/experiments/'],
    ['PATCH', '/experiments/1/'],
    ['POST', '/experiments/1/launch/'],
    ['GET', '/experiments/stats/'],
    ['GET', '/experiments/1/activity/'],
    ['GET', '/feature_flags/'],
    ['GET', '/api/projects/2/experiments/'],
  ])('of the project itself may not %s %s', async (method, path) => {
    const { call, draft } = await bench();
    await draft();
    expect((await call(method, path, { key: KEYS.projectSecret })).status).toBe(403);
  });
});
