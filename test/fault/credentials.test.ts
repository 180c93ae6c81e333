import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createLog, createRedactor } from '../../src/log.js';
import { apiPath } from '../../src/posthog/path.js';
import { resolveProject } from '../../src/posthog/project.js';
import { type Behaviour, breakMidBody, breakOff, hang, json, raw, startFaultServer } from '../helpers/fault-server.js';
import { ANY, EXPERIMENT, errorOf, KEY, LAUNCH, setUp } from './setup.js';

describe('a request', () => {
  it('carries the key, asks for plain JSON and says who asks', async () => {
    const { server, api } = await setUp([json(200, {})], { version: '1.2.3' });
    await api.get(apiPath`/api/projects/${1}/experiments/`, ANY, {
      search: 'a&b=ü',
      limit: 20,
      archived: false,
      status: undefined,
    });
    await api.patch(EXPERIMENT, ANY, { name: 'é' });
    await api.post(LAUNCH, ANY);
    const [list, patch, launch] = server.hits;
    expect(list).toMatchObject({
      method: 'GET',
      url: '/api/projects/1/experiments/?search=a%26b%3D%C3%BC&limit=20&archived=false',
      body: '',
      headers: {
        authorization: `Bearer ${KEY}`,
        accept: 'application/json',
        'accept-encoding': 'identity',
        'user-agent': 'posthog-experiments-mcp/1.2.3',
        'x-posthog-client': 'mcp',
      },
    });
    expect(patch).toMatchObject({
      method: 'PATCH',
      body: '{"name":"é"}',
      headers: { 'content-type': 'application/json' },
    });
    expect(launch).toMatchObject({ method: 'POST', body: '' });
  });
});

describe('the key', () => {
  it.each([301, 302, 303, 307, 308])('risk 18: does not follow a %i to another server', async (status) => {
    const other = await startFaultServer(json(200, {}));
    const { server, api } = await setUp([raw(status, '', { location: `${other.origin}/api/` })]);
    for (const call of [() => api.get(EXPERIMENT, ANY), () => api.post(LAUNCH, ANY)]) {
      const error = await errorOf(call());
      expect(error).toMatchObject({ code: 'unexpected_response', fields: { status } });
      expect(error.message).toContain(`to ${other.origin}`);
    }
    expect(other.connections.total).toBe(0);
    expect(server.hits).toHaveLength(2);
    await other.close();
  });

  it('risk 17: stays on its origin where a path looks like a URL', async () => {
    const other = await startFaultServer(json(200, {}));
    const { server, api } = await setUp([json(200, {})]);
    await api.get(apiPath`//${new URL(other.origin).host}/api/`, ANY);
    expect(other.connections.total).toBe(0);
    expect(server.hits).toHaveLength(1);
    await other.close();
  });

  it.each(['phx_canary\r\nx-evil: 1', 'phx_canary\u0000', 'phx_canary🦔'])(
    'risk 16: %j never makes a header',
    async (key) => {
      const { server, api } = await setUp([json(200, {})], { key });
      expect(await errorOf(api.get(EXPERIMENT, ANY))).toMatchObject({ code: 'internal' });
      expect(await errorOf(api.post(LAUNCH, ANY))).toMatchObject({ code: 'internal' });
      expect(server.connections.total).toBe(0);
    },
  );

  const echo = json(400, { detail: `bad ${KEY}`, attr: `x ${KEY}`, guidance: KEY, code: KEY });
  it.each<[string, Behaviour]>([
    ['an echo of it in an error', echo],
    ['an echo of it in a page', raw(502, `<b>Authorization: Bearer ${KEY}</b>`, { 'content-type': 'text/html' })],
    ['an echo of it in a success', raw(200, `{"key": "${KEY}"`, { 'content-type': 'application/json' })],
    ['an echo of it in a redirect', raw(302, '', { location: `https://${KEY}.example.org/${KEY}` })],
    ['an echo of it in a policy conflict', json(400, { code: 'policy_conflict', error: KEY, guidance: KEY })],
    ['an echo of it in an approval', json(409, { code: KEY, change_request_id: KEY, detail: KEY })],
    ['an echo of it in a version conflict', json(409, { detail: KEY, current_version: 1, conflicting_fields: [KEY] })],
    ['an echo of it as a missing scope', json(403, { detail: `API key missing required scope '${KEY}'` })],
    ['a broken connection', breakOff],
    ['a broken body', breakMidBody()],
    ['a silence', hang],
  ])('risk 19: is in no error and no line of the log after %s', async (_name, fault) => {
    const lines: string[] = [];
    const log = createLog({ level: 'debug', redact: createRedactor([KEY]), write: (line) => lines.push(line) });
    const { api } = await setUp([fault], { log, limits: { headersMs: 100, bodyIdleMs: 100 } });
    await errorOf(api.get(EXPERIMENT, ANY));
    await errorOf(api.post(LAUNCH, ANY));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join('')).not.toMatch(/canary/i);
  });
});

it('risk 25: read-only mode refuses writes before any connection', async () => {
  const { server, api } = await setUp([json(200, {})], { readOnly: true });
  expect(await errorOf(api.post(LAUNCH, ANY))).toMatchObject({ code: 'read_only' });
  expect(await errorOf(api.patch(EXPERIMENT, ANY, {}))).toMatchObject({ code: 'read_only' });
  expect(server.connections.total).toBe(0);
  await expect(api.get(EXPERIMENT, ANY)).resolves.toEqual({});
});

it('a body that cannot be written as JSON is a defect of ours, said without its content', async () => {
  const { server, api } = await setUp([json(200, {})]);
  expect(await errorOf(api.post(LAUNCH, ANY, { canary: 1n }))).toMatchObject({ code: 'internal' });
  expect(server.connections.total).toBe(0);
});

describe('resolveProject', () => {
  const lacking = (scope: string) => json(403, { detail: `API key missing required scope '${scope}'` });

  it('takes a number as it is', async () => {
    const { server, api } = await setUp([json(200, {})]);
    await expect(resolveProject(api, 7)).resolves.toBe(7);
    expect(server.hits).toHaveLength(0);
  });

  it('asks the user for the current project', async () => {
    const { server, api } = await setUp([json(200, { email: 'x', team: { id: 3, name: 'y' } })]);
    await expect(resolveProject(api, '@current')).resolves.toBe(3);
    expect(server.hits.map((hit) => hit.url)).toEqual(['/api/users/@me/']);
  });

  it.each<[string, Behaviour]>([
    ['may not read the user', lacking('user:read')],
    ['has no current project', json(200, { team: null })],
  ])('asks the project itself where the key %s', async (_name, first) => {
    const { server, api } = await setUp([first, json(200, { id: 4 })]);
    await expect(resolveProject(api, '@current')).resolves.toBe(4);
    expect(server.hits.map((hit) => hit.url)).toEqual(['/api/users/@me/', '/api/projects/@current/']);
  });

  it('says to set POSTHOG_PROJECT_ID where neither may be read', async () => {
    const { api } = await setUp([lacking('user:read'), lacking('project:read')]);
    const error = await errorOf(resolveProject(api, '@current'));
    expect(error).toMatchObject({ code: 'missing_scope', fields: { missing_scope: 'project:read' } });
    expect(error.hint).toContain('Set POSTHOG_PROJECT_ID');
  });

  it('passes on that the key is not accepted', async () => {
    const { server, api } = await setUp([json(401, { detail: 'Invalid' })]);
    expect(await errorOf(resolveProject(api, '@current'))).toMatchObject({ code: 'unauthenticated' });
    expect(server.hits).toHaveLength(1);
  });
});

describe('a key that one call brings', () => {
  const OWN = 'phx_canary_of_a_caller';

  it('takes the place of the other, for this call alone, and is in no line of the log', async () => {
    const lines: string[] = [];
    const log = createLog({ level: 'debug', redact: createRedactor([KEY]), write: (line) => lines.push(line) });
    const { client, server } = await setUp([json(200, {})], { log });
    const shape = z.unknown().transform((): unknown => {
      throw new Error(`${OWN} ${Buffer.from(OWN).toString('base64')}`);
    });
    const { signal } = new AbortController();
    await errorOf(client.forCall({ signal, key: OWN }).get(EXPERIMENT, shape));
    await client.forCall({ signal }).get(EXPERIMENT, ANY);
    expect(server.hits.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${OWN}`, `Bearer ${KEY}`]);
    expect(lines.join('')).toContain('a request failed on our side');
    expect(lines.join('')).not.toMatch(/canary|cGh4X2Nhbm/);
  });
});
