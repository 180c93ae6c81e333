import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../src/sandbox/scenario/scenario.js';
import { startSandbox } from '../../src/sandbox/server.js';
import { at, bench } from './support.js';

const NOT_FOUND = { type: 'invalid_request', code: 'not_found', detail: 'Not found.', attr: null };

describe('routes', () => {
  test('take a trailing slash or none', async () => {
    const { draft, get } = await bench();
    await draft();
    expect((await get('/experiments')).status).toBe(200);
    expect((await get('/experiments/1')).json).toEqual((await get('/experiments/1/')).json);
  });

  test.each(['/', '/api/', '/api/nothing/', '/api/projects/1/nothing/', '/api/projects/1/experiments/1/explode/'])(
    '%s is not found',
    async (path) => {
      const { sandbox, get } = await bench();
      const response = await fetch(`${sandbox.url}${path}`);
      expect([response.status, await response.json()]).toEqual([404, NOT_FOUND]);
      expect((await get('/experiments/')).status).toBe(200);
    },
  );

  test.each(['0', '99', 'abc', '1e0', '-1', '99999999999999999999'])('experiment %s is not found', async (id) => {
    const { draft, get } = await bench();
    await draft();
    expect((await get(`/experiments/${id}/`)).json).toEqual(NOT_FOUND);
  });

  test('answer HEAD like GET, without a body', async () => {
    const { sandbox, draft } = await bench();
    const headers = { authorization: `Bearer ${sandbox.key}` };
    const url = `${sandbox.url}/api/projects/1${await draft()}?format=json`;
    const [head, get] = [await fetch(url, { method: 'HEAD', headers }), await fetch(url, { headers })];
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
    await get.text();
  });

  test('refuse other verbs by name', async () => {
    const { draft, call } = await bench();
    await draft();
    const refused = await call('GET', '/experiments/1/launch/');
    expect([refused.status, refused.json]).toEqual([
      405,
      {
        type: 'invalid_request',
        code: 'method_not_allowed',
        detail: 'Method "GET" not allowed.',
        attr: null,
      },
    ]);
    expect((await call('PUT', '/experiments/')).json.detail).toBe('Method "PUT" not allowed.');
  });
});

describe('bodies', () => {
  async function send(init: RequestInit) {
    const { sandbox, draft } = await bench();
    await draft();
    const headers = new Headers({ authorization: `Bearer ${sandbox.key}` });
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    const response = await fetch(`${sandbox.url}/api/projects/1/experiments/1/`, { ...init, method: 'PATCH', headers });
    const body: unknown = await response.json();
    return { status: response.status, body };
  }

  test.each([
    ['name=string', 'JSON parse error - Expecting value: line 1 column 1 (char 0)'],
    ['\n  nope', 'JSON parse error - Expecting value: line 2 column 3 (char 3)'],
    ['  ', 'JSON parse error - Expecting value: line 1 column 3 (char 2)'],
    ['{"name":', expect.stringMatching(/^JSON parse error - ./)],
    ['true false', expect.stringMatching(/^JSON parse error - ./)],
  ])('%j under a JSON type is a parse error', async (body, detail) => {
    const reply = await send({ body, headers: { 'content-type': 'application/json' } });
    expect([reply.status, reply.body]).toEqual([
      400,
      { type: 'invalid_request', code: 'parse_error', detail, attr: null },
    ]);
  });

  test('of a form set fields, as the public documentation sends them', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const reply = await send({ body: 'name=string', headers: form });
    expect([reply.status, at(reply.body, 'name')]).toEqual([200, 'string']);
    const coerced = await send({ body: 'name=a&name=b+c&archived=true&only_count_matured_users=1', headers: form });
    expect(coerced.body).toMatchObject({ name: 'b c', archived: true, only_count_matured_users: true });
    const refused = await send({ body: 'archived=perhaps', headers: form });
    expect([refused.status, at(refused.body, 'attr')]).toEqual([400, 'archived']);
  });

  test('of a form bring a deleted experiment back', async () => {
    const { sandbox, draft, get, patch } = await bench();
    const path = await draft();
    await patch(path, { deleted: true });
    expect((await get(path)).status).toBe(404);
    const init = {
      method: 'PATCH',
      headers: { authorization: `Bearer ${sandbox.key}` },
      body: new URLSearchParams({ deleted: 'False' }),
    };
    const restored = await fetch(`${sandbox.url}/api/projects/1${path}`, init);
    expect([restored.status, (await get(path)).status]).toEqual([200, 200]);
  });

  test('of another type are refused, one without a type too', async () => {
    const text = await send({ body: 'name=x', headers: { 'content-type': 'text/plain' } });
    expect([text.status, text.body]).toEqual([
      415,
      {
        type: 'invalid_request',
        code: 'unsupported_media_type',
        detail: 'Unsupported media type "text/plain" in request.',
        attr: null,
      },
    ]);
    expect((await send({ body: new Uint8Array([123, 125]) })).status).toBe(415);
    const charset = { 'content-type': 'application/json; charset=utf-8' };
    expect((await send({ body: '{"name":"é"}', headers: charset })).body).toMatchObject({ name: 'é' });
  });

  test('over 20 MB are refused, and the next request works', async () => {
    const { sandbox, post, get } = await bench();
    const refused = await post('/experiments/', { name: 'x'.repeat(20 * 1024 * 1024) });
    expect([refused.status, refused.json.type]).toEqual([413, 'invalid_request']);
    expect((await get('/experiments/')).json.count).toBe(0);
    expect(sandbox.requests.map((request) => request.status)).toEqual([413, 200]);
  });

  test('that are lists or null are refused where fields are read', async () => {
    const { draft, patch, post } = await bench();
    const path = await draft();
    expect((await patch(path, [])).json.detail).toBe('Invalid data. Expected a dictionary, but got list.');
    expect((await patch(path, null)).status).toBe(400);
    expect((await post(`${path}end/`, [])).status).toBe(400);
  });
});

describe('robustness', () => {
  const PATHS = [
    ['POST', '/experiments/'],
    ['PATCH', '/experiments/1/'],
    ['PUT', '/experiments/1/'],
    ['POST', '/experiments/1/launch/'],
    ['POST', '/experiments/1/end/'],
    ['POST', '/experiments/1/ship_variant/'],
    ['POST', '/experiments/1/archive/'],
    ['POST', '/experiments/1/reset/'],
    ['POST', '/experiments/1/duplicate/'],
    ['POST', '/feature_flags/'],
    ['PATCH', '/feature_flags/1/'],
  ] as const;
  const REQUIRED = { name: 'A', feature_flag_key: 'flag-1', key: 'flag-2', variant_key: 'test' };
  const FIELDS =
    'name description start_date end_date feature_flag_key feature_flag holdout_id parameters filters archived deleted type metrics metrics_secondary secondary_metrics stats_config exposure_criteria scheduling_config excluded_variants running_time_calculation saved_metrics_ids conclusion conclusion_comment version original_experiment tags repository variant_key release_to_everyone key active only_count_matured_users primary_metrics_ordered_uuids update_feature_flag_params'.split(
      ' ',
    );
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom('checkout', 'control', true, false, null, 0, 1, '2026-09-01T00:00:00Z', {}, []),
    fc.record({
      multivariate: fc.constantFrom(null, {}, { variants: [] }, { variants: [{ key: 'a' }] }),
      groups: fc.constantFrom(null, [], [{}], [{ properties: [], rollout_percentage: 10 }]),
    }),
    fc.record({ filters: fc.jsonValue({ maxDepth: 2 }) }),
  );
  const body = fc.dictionary(fc.constantFrom(...FIELDS), value, { maxKeys: 5 });

  test('no JSON body makes a server error, and every experiment can still be read', async () => {
    const { draft, call, get } = await bench();
    await draft();
    const request = fc.tuple(fc.constantFrom(...PATHS), body);
    await fc.assert(
      fc.asyncProperty(request, async ([[method, path], fuzz]) => {
        const sent = method === 'PATCH' ? fuzz : { ...REQUIRED, ...fuzz };
        const reply = await call(method, path, { body: sent });
        expect(reply.status, `${method} ${path} ${JSON.stringify(sent)}: ${reply.text}`).toBeLessThan(500);
        expect((await get('/experiments/')).status).toBe(200);
        expect((await get('/experiments/1/')).status).toBeLessThan(500);
      }),
      { numRuns: 400, seed: 20260901 },
    );
  });
});

describe('a sandbox', () => {
  test('records what was asked and how it was answered', async () => {
    const { draft, get, sandbox } = await bench();
    await draft();
    await get('/experiments/7/?search=a%20b');
    expect(sandbox.requests).toEqual([
      {
        method: 'POST',
        path: '/api/projects/1/experiments/',
        query: {},
        body: { name: 'Experiment 1', feature_flag_key: 'flag-1' },
        status: 201,
      },
      { method: 'GET', path: '/api/projects/1/experiments/7/', query: { search: 'a b' }, body: undefined, status: 404 },
    ]);
  });

  test('listens on loopback only and frees its port when closed, with a connection still open', async () => {
    const sandbox = await startSandbox();
    const { hostname, port } = new URL(sandbox.url);
    expect(hostname).toBe('127.0.0.1');
    const socket = connect(Number(port), hostname);
    await new Promise((resolve) => socket.once('connect', resolve));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    await sandbox.close();
    await closed;
    const next = await startSandbox({ port: Number(port) });
    await next.close();
  });

  test('says so when its port is taken', async () => {
    const { sandbox } = await bench();
    const port = Number(new URL(sandbox.url).port);
    await expect(startSandbox({ port })).rejects.toThrow('EADDRINUSE');
  });

  test('takes its project from the scenario', async () => {
    const scenario = parseScenario(JSON.stringify({ project: { id: 42, name: 'Hedgebox' }, events: ['signed_up'] }));
    const { sandbox, get } = await bench({ scenario });
    expect([sandbox.projectId, sandbox.otherProjectId]).toEqual([42, 43]);
    expect((await get('/api/projects/@current/')).json).toMatchObject({ id: 42, name: 'Hedgebox' });
    expect((await get('/event_definitions/')).json.count).toBe(1);
  });
});
