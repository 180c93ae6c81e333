import { describe, expect, it } from 'vitest';
import { scenarioOf } from '../helpers/assess-scenarios.js';
import { DRAFT, RUNNING, shop } from '../helpers/shop.js';
import { flagRow, sent } from '../helpers/state.js';
import { openWorld, takeBack } from '../helpers/world.js';

const decided = { override_reason: 'The team decided.' };

describe('a ship that had to be approved', () => {
  const approvals = ['feature_flag.update'] as const;

  it('needs no reason a second time when it is repeated, and its first answer knows the way back', async () => {
    const world = await openWorld({ scenario: { ...shop, approvals: [...approvals] } });
    const before = JSON.stringify(flagRow(world, RUNNING).filters);
    const ship = { id: RUNNING, variant_key: 'test' };
    const pending = await world.call('experiment-ship-variant', { ...ship, ...decided });
    expect(pending.data).toMatchObject({ status: 'pending_approval', undo: { tool: 'feature-flag-restore' } });
    await world.sandbox.approve(String(pending.data.change_request_id));
    const repeated = await world.call('experiment-ship-variant', ship);
    expect(repeated.data, repeated.text).toMatchObject({ status: 'applied', experiment: { status: 'stopped' } });
    const undone = await takeBack(world, pending);
    await world.sandbox.approve(String(undone.data.change_request_id));
    const after = JSON.stringify(flagRow(world, RUNNING).filters.multivariate);
    expect(after).toBe(JSON.stringify(JSON.parse(before).multivariate));
  });
});

describe('a change of a launched flag', () => {
  it('risk 49: is previewed without PostHog’s own switch, and sent with it once it is confirmed', async () => {
    const world = await openWorld({ confirm: 'token' });
    const args = { id: RUNNING, rollout_percentage: 50 };
    const preview = await world.call('experiment-update', args);
    expect(preview.data.status).toBe('confirmation_required');
    expect(sent(world)).toEqual([]);
    const { confirmation_token } = preview.data;
    const applied = await world.call('experiment-update', { ...args, confirmation_token });
    expect(applied.data.status).toBe('applied');
    expect(sent(world)).toMatchObject([{ body: { update_feature_flag_params: true } }]);
    const draft = await world.call('experiment-update', { id: DRAFT, rollout_percentage: 50 });
    expect(draft.data.status).toBe('applied');
  });
});

describe('a verdict that was overridden and taken back', () => {
  it('comes back by the undo alone, with the reason that it needed', async () => {
    const world = await openWorld({ scenario: scenarioOf({ started_days_ago: 2 }) });
    const won = await world.call('experiment-end', { id: 1, conclusion: 'won', ...decided });
    expect(won.data.status, won.text).toBe('applied');
    const stored = await world.stored(1);
    const taken = await takeBack(world, won);
    const { end_date, conclusion_comment } = stored;
    for (const more of [{}, { conclusion_comment }]) {
      const again = await world.call('experiment-update', { id: 1, end_date, conclusion: 'won', ...more });
      expect(again.data, again.text).toMatchObject({ status: 'confirmation_required', gate: { passes: false } });
    }
    await takeBack(world, taken);
    expect(await world.stored(1)).toMatchObject({ conclusion: 'won', conclusion_comment });
  });
});
