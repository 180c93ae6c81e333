import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../src/sandbox/scenario/scenario.js';
import { ASKED, gated, stateOf } from './approvals-helpers.js';
import { at } from './support.js';

describe('the refusal', () => {
  test('carries the change request whole', async () => {
    const { running, post } = await gated('disable');
    const path = await running();
    const { json } = await post(`${path}pause/`);
    const id = json.change_request_id;
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(json).toEqual({
      code: 'approval_required',
      status: 'approval_required',
      detail: ASKED,
      message: ASKED,
      resource_type: 'feature_flag',
      resource_id: '1',
      change_request_id: id,
      change_request: expect.objectContaining({
        id,
        action_key: 'feature_flag.disable',
        resource_type: 'feature_flag',
        resource_id: '1',
        state: 'pending',
        intent: expect.objectContaining({ flag_key: 'flag-1', gated_changes: { active: false } }),
        intent_display: {
          description: "Disable feature flag 'flag-1'",
          before: { active: true },
          after: { active: false },
        },
        policy_snapshot: expect.objectContaining({ quorum: 1 }),
        created_by: expect.objectContaining({ email: 'sandy@example.com' }),
        expires_at: '2026-09-15T12:00:00Z',
      }),
      required_approvers: { quorum: 1, users: [1, 2], roles: [] },
    });
  });

  test('tells each percentage that would change', async () => {
    const { running, post } = await gated('update');
    const { json } = await post(`${await running()}ship_variant/`, { variant_key: 'test' });
    expect(at(json, 'change_request', 'intent_display', 'description')).toBe(
      "Update rollout percentage for feature flag 'flag-1': rollout percentage at multivariate.variants[0].rollout_percentage: 50% -> 0%; rollout percentage at multivariate.variants[1].rollout_percentage: 50% -> 100%",
    );
  });

  test('is a conflict of policies where one change is two actions', async () => {
    const world = await gated('disable', 'update');
    const path = await world.running();
    const before = await stateOf(world, path);
    const groups = [{ properties: [], rollout_percentage: 5 }];
    const refused = await world.patch('/feature_flags/1/', { active: false, filters: { groups } });
    expect([refused.status, refused.json]).toEqual([
      400,
      {
        code: 'policy_conflict',
        error: 'This change matches multiple approval policies',
        conflicting_policies: [
          { id: expect.any(String), name: 'ApprovalPolicy(feature_flag.disable, Team 1)' },
          { id: expect.any(String), name: 'ApprovalPolicy(feature_flag.update, Team 1)' },
        ],
        guidance: 'Split your changes into separate API calls to address each policy independently',
      },
    ]);
    expect(world.sandbox.store.changeRequests.size).toBe(0);
    expect(await stateOf(world, path)).toBe(before);
  });

  test('comes after those of the state: what cannot be done is not asked for', async () => {
    const { draft, post, sandbox } = await gated('disable', 'update');
    const path = await draft();
    expect((await post(`${path}pause/`)).status).toBe(400);
    expect((await post(`${path}ship_variant/`, { variant_key: 'test' })).status).toBe(400);
    expect(sandbox.store.changeRequests.size).toBe(0);
  });
});

describe('no approval is needed', () => {
  test('for a freeze and for its end', async () => {
    const { running, post, sandbox } = await gated('enable', 'disable', 'update');
    const path = await running();
    const row = sandbox.store.experiments.get(1);
    if (row) row.data.exposures = { control: 10, test: 10 };
    expect((await post(`${path}freeze_exposure/`)).status).toBe(200);
    expect((await post(`${path}unfreeze_exposure/`)).status).toBe(200);
  });

  test('for targeting, names, ends, resets and archives without the flag', async () => {
    const { running, post, patch } = await gated('enable', 'disable', 'update');
    const path = await running();
    const properties = [{ key: 'email', type: 'person', value: 'a', operator: 'icontains' }];
    const targeting = { filters: { groups: [{ properties, rollout_percentage: 100 }] } };
    const replies = [
      await patch('/feature_flags/1/', targeting),
      await patch(path, { name: 'B' }),
      await post(`${path}end/`),
      await post(`${path}archive/`),
      await post(`${path}reset/`),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });

  test('for an action that no policy names, nor in the other project', async () => {
    const { running, post, call, sandbox } = await gated('enable', 'disable');
    const path = await running();
    expect((await post(`${path}ship_variant/`, { variant_key: 'test' })).status).toBe(200);
    const other = `/api/projects/${sandbox.otherProjectId}/experiments/`;
    const created = await call('POST', other, { body: { name: 'A', feature_flag_key: 'a' } });
    expect((await call('POST', `${other}${created.json.id}/launch/`)).status).toBe(200);
  });
});

describe('archiving with the flag', () => {
  test('is refused where disabling needs approval, and archives nothing', async () => {
    const world = await gated('disable');
    const path = await world.running();
    await world.post(`${path}end/`);
    const before = await stateOf(world, path);
    const refused = await world.post(`${path}archive/`, { disable_feature_flag: true });
    expect([refused.status, refused.json.detail]).toEqual([
      403,
      'Disabling this feature flag requires approval. Disable it from the feature flag page to go through the approval flow, then archive the experiment.',
    ]);
    expect(await stateOf(world, path)).toBe(before);
  });

  test('goes through where the flag is off already', async () => {
    const { running, freely, post, patch } = await gated('disable');
    const path = await running();
    await post(`${path}end/`);
    await freely(() => patch('/feature_flags/1/', { active: false }));
    expect((await post(`${path}archive/`, { disable_feature_flag: true })).status).toBe(200);
  });
});

test('a scenario names only actions that PostHog has policies for', () => {
  expect(() => parseScenario('{"approvals":["feature_flag.update","experiment.launch"]}')).toThrow(
    'approvals[1]: must be one of feature_flag.enable, feature_flag.disable, feature_flag.update',
  );
});
