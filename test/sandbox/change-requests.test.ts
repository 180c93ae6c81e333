import { describe, expect, test } from 'vitest';
import { asked, gated } from './approvals-helpers.js';
import { at, listAt } from './support.js';

describe('a change request', () => {
  async function waiting() {
    const world = await gated('disable');
    const path = await world.running();
    const id = asked(await world.post(`${path}pause/`));
    return { ...world, path, id, request: `/change_requests/${id}/` };
  }

  test('is found, approved over HTTP by a colleague, and applied in the name of who asked', async () => {
    const { call, get, post, path, id, request, sandbox } = await waiting();
    expect(listAt((await get('/change_requests/?state=pending')).json, 'results')).toMatchObject([{ id }]);
    const reply = await call('POST', `${request}approve/`, { key: sandbox.otherUserKey, body: { reason: 'Fine' } });
    expect([reply.status, reply.json]).toEqual([
      200,
      {
        status: 'applied',
        message: 'Quorum reached. Change applied successfully.',
        change_request: expect.objectContaining({
          state: 'applied',
          user_decision: 'approved',
          is_requester: false,
          approvals: [expect.objectContaining({ decision: 'approved', reason: 'Fine' })],
        }),
        result: { resource_id: 1, resource_version: 3 },
      },
    ]);
    expect((await get(path)).json.status).toBe('paused');
    const [entry] = listAt((await get(`${path}activity/`)).json, 'results');
    expect([at(entry, 'scope'), at(entry, 'user', 'first_name')]).toEqual(['FeatureFlag', 'Sandy']);
    expect((await get('/change_requests/?state=pending,expired')).json.count).toBe(0);
    const late = await post(`${request}approve/`);
    expect([late.status, late.json.detail]).toEqual([403, 'Only pending change requests can be approved']);
  });

  test('can be approved by who asked, without a body', async () => {
    const { get, post, path, request } = await waiting();
    expect((await post(`${request}approve/`)).json.status).toBe('applied');
    expect((await get(path)).json.status).toBe('paused');
  });

  test('is rejected with a reason only', async () => {
    const { get, post, path, request } = await waiting();
    const bare = await post(`${request}reject/`);
    expect([bare.status, bare.json]).toEqual([400, { error: 'A reason is required for rejection.' }]);
    const rejected = await post(`${request}reject/`, { reason: 'Too early' });
    expect(rejected.json).toMatchObject({ status: 'rejected', change_request: { state: 'rejected' } });
    expect((await get(path)).json.status).toBe('running');
  });

  test('fails once the flag has moved on', async () => {
    const { get, patch, path, id, request, sandbox } = await waiting();
    await patch('/feature_flags/1/', { name: 'Renamed' });
    expect(sandbox.approve(id)).toEqual({
      status: 'failed',
      message: 'Quorum reached but application failed: Flag version mismatch: expected 2, got 3',
    });
    expect((await get(request)).json).toMatchObject({ state: 'failed', applied_at: null });
    expect((await get(path)).json.status).toBe('running');
  });

  test('expires after two weeks', async () => {
    const { advance, get, post, path, id, request, sandbox } = await waiting();
    advance(14 * 86_400_000);
    expect((await get(request)).json.state).toBe('expired');
    expect(() => sandbox.approve(id)).toThrow('Only pending change requests can be approved');
    expect(asked(await post(`${path}pause/`))).not.toBe(id);
  });

  test("is nobody else's: another project, a read-only key, an unknown id", async () => {
    const { call, get, request, sandbox } = await waiting();
    const elsewhere = `/api/projects/${sandbox.otherProjectId}${request}`;
    expect((await get(elsewhere)).status).toBe(404);
    expect((await get('/change_requests/unknown/')).status).toBe(404);
    const read = { key: sandbox.readOnlyKey };
    expect((await call('GET', request, read)).status).toBe(200);
    const refused = await call('POST', `${request}approve/`, read);
    expect([refused.status, refused.json.detail]).toEqual([403, "API key missing required scope 'approvals:write'"]);
    expect(() => sandbox.approve('unknown')).toThrow('no change request unknown');
  });
});
