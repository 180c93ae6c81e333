import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { confirm, openTokenWorld, preview, REASON, tokenOf, wholeStore } from '../helpers/consent.js';
import { addHoldout, HOLDOUT } from '../helpers/furnish.js';
import { DRAFT, PAUSED, RUNNING, STOPPED } from '../helpers/shop.js';
import { type Call, experimentRow, flagRow, sent, warningCodes } from '../helpers/state.js';
import { type Answer, openWorld, type World } from '../helpers/world.js';

type Action = 'feature_flag.enable' | 'feature_flag.disable' | 'feature_flag.update';

interface Gated {
  call: Call;
  action: Action;
  /** What the repeated call answers once the change is approved. */
  repeated: 'applied' | 'already_done' | 'not_found';
  /** What the approval leaves to do reaches no user. */
  harmlessRest?: true;
  prepare?: (world: World) => unknown;
}

const SPLIT = ['control', 'test'].map((key, at) => ({ key, split_percent: at === 0 ? 80 : 20 }));

const GATED: Readonly<Record<string, Gated>> = {
  'a launch': {
    call: { tool: 'experiment-launch', args: { id: DRAFT } },
    action: 'feature_flag.enable',
    repeated: 'applied',
  },
  'a pause': {
    call: { tool: 'experiment-pause', args: { id: RUNNING } },
    action: 'feature_flag.disable',
    repeated: 'already_done',
  },
  'a resume': {
    call: { tool: 'experiment-resume', args: { id: PAUSED } },
    action: 'feature_flag.enable',
    repeated: 'already_done',
  },
  'a ship': {
    call: { tool: 'experiment-ship-variant', args: { id: RUNNING, variant_key: 'test', override_reason: REASON } },
    action: 'feature_flag.update',
    repeated: 'applied',
  },
  'another split': {
    call: {
      tool: 'experiment-update',
      args: { id: RUNNING, variants: SPLIT, description: 'Wider.', update_feature_flag_params: true },
    },
    action: 'feature_flag.update',
    repeated: 'applied',
    harmlessRest: true,
  },
  'an update of the split alone': {
    call: { tool: 'experiment-update', args: { id: RUNNING, variants: SPLIT, update_feature_flag_params: true } },
    action: 'feature_flag.update',
    repeated: 'already_done',
  },
  'a reset with the flag': {
    call: { tool: 'experiment-reset', args: { id: RUNNING, disable_feature_flag: true } },
    action: 'feature_flag.disable',
    repeated: 'applied',
  },
  'a holdout’s share': {
    call: { tool: 'experiment-holdouts-partial-update', args: { id: HOLDOUT, exclusion_percent: 30 } },
    action: 'feature_flag.update',
    repeated: 'already_done',
    prepare: (world) => addHoldout(world, { linked: [RUNNING] }),
  },
  'a holdout’s deletion': {
    call: { tool: 'experiment-holdouts-destroy', args: { id: HOLDOUT } },
    action: 'feature_flag.update',
    repeated: 'not_found',
    prepare: (world) => addHoldout(world, { linked: [RUNNING] }),
  },
};
const CASES = Object.entries(GATED);

async function openGated({ action, prepare }: Gated): Promise<World> {
  const world = await openWorld();
  prepare?.(world);
  world.sandbox.store.mainProject.approvals.push(action);
  return world;
}

/** All that is stored, but for what waits. */
function withoutRequests(world: World): unknown {
  return { ...Object(wholeStore(world)), changeRequests: [] };
}

const pendingShape = z.object({
  status: z.literal('pending_approval'),
  change_request_id: z.string(),
  url: z.string(),
});

/** Expects that the call waits for an approval and has changed nothing; returns the id of the change request. */
async function expectPending(world: World, { tool, args }: Call): Promise<{ id: string; answer: Answer }> {
  const before = withoutRequests(world);
  const answer = await world.call(tool, args);
  const { change_request_id: id, url } = pendingShape.parse(answer.data, { error: () => answer.text });
  expect(url).toBe(`http://sandbox/project/1/approvals/${id}`);
  expect(answer).toMatchObject({
    isError: false,
    data: { changes: [], undo: expect.any(Object) },
  });
  const { undo } = answer.data;
  if (!('not_reversible_because' in Object(undo)))
    expect(undo).toMatchObject({ note: expect.stringContaining('Only once it is approved: nothing has changed yet.') });
  expect(warningCodes(answer)).toContain('pending_approval');
  expect(world.sandbox.store.changeRequests.has(id)).toBe(true);
  expect(withoutRequests(world)).toEqual(before);
  return { id, answer };
}

function codeOf({ data }: Answer): unknown {
  return data.status ?? Reflect.get(Object(data.error), 'code');
}

describe.each(CASES)('%s', (_, gated) => {
  const { call, repeated } = gated;

  it('waits for its approval, changes nothing, and waits still when it is repeated', async () => {
    const world = await openGated(gated);
    const { id, answer } = await expectPending(world, call);
    expect(answer.text).toMatch(/It waits for an approval by users? [\w, ]+\./);
    expect(answer.text).toContain(call.tool.includes('holdouts') ? 'nothing to repeat' : 'repeat this call then');
    const again = await expectPending(world, call);
    expect(again.id).toBe(id);
    expect(again.answer.text).toContain('waiting already');
    expect(world.sandbox.store.changeRequests.size).toBe(1);
  });

  it(`is ${repeated} when it is repeated after its approval`, async () => {
    const world = await openGated(gated);
    const { id } = await expectPending(world, call);
    expect(world.sandbox.approve(id)).toMatchObject({ status: 'applied' });
    const done = await world.call(call.tool, call.args);
    expect(codeOf(done), done.text).toBe(repeated);
    expect(world.sandbox.store.changeRequests.size).toBe(1);
  });

  it('asks anew when it is repeated after it was rejected', async () => {
    const world = await openGated(gated);
    const { id } = await expectPending(world, call);
    world.sandbox.reject(id, 'Too early.');
    expect((await expectPending(world, call)).id).not.toBe(id);
  });

  it('spends its token, and is shown anew when it is repeated', async () => {
    const world = await openTokenWorld();
    gated.prepare?.(world);
    world.sandbox.store.mainProject.approvals.push(gated.action);
    const shown = await preview(world, call);
    const confirmed = { ...call, args: { ...call.args, confirmation_token: tokenOf(shown) } };
    const { id } = await expectPending(world, confirmed);
    const again = await preview(world, confirmed);
    expect(warningCodes(again)).toContain('token_used');
    world.sandbox.approve(id);
    const late = await world.call(call.tool, confirmed.args);
    if (repeated !== 'applied' || gated.harmlessRest) expect(codeOf(late)).toBe(repeated);
    else {
      expect(late.data).toMatchObject({ status: 'confirmation_required' });
      const done = await confirm(world, call, late);
      expect(done.data, done.text).toMatchObject({ status: 'applied' });
    }
  });
});

describe('a change of the flag that several policies apply to', () => {
  it('is explained with what to do, and changes nothing', async () => {
    const world = await openWorld();
    world.sandbox.store.mainProject.approvals.push('feature_flag.update', 'feature_flag.disable');
    const { id, filters } = flagRow(world, RUNNING);
    const wanted = { ...filters, groups: [{ properties: [], rollout_percentage: 10 }] };
    const before = wholeStore(world);
    const args = { id, filters: JSON.stringify(wanted), active: false };
    const answer = await world.call('feature-flag-restore', args);
    expect(answer.data.error).toMatchObject({ code: 'policy_conflict', status: 400 });
    expect(answer.text).toContain('Several approval policies apply');
    expect(answer.text).toContain('Split your changes into separate API calls');
    expect(wholeStore(world)).toEqual(before);
  });
});

describe('an approval that comes too late', () => {
  it('changes nothing where the flag moved on, and the call asks anew', async () => {
    const world = await openGated({
      call: { tool: '', args: {} },
      action: 'feature_flag.disable',
      repeated: 'applied',
    });
    const pause: Call = { tool: 'experiment-pause', args: { id: RUNNING } };
    const { id } = await expectPending(world, pause);
    flagRow(world, RUNNING).version += 1;
    expect(world.sandbox.approve(id)).toMatchObject({ status: 'failed' });
    expect((await expectPending(world, pause)).id).not.toBe(id);
  });
});

describe('a restore of several steps', () => {
  it('waits as a whole, and is done as a whole when it is repeated', async () => {
    const world = await openWorld();
    Object.assign(experimentRow(world, STOPPED), { conclusion: 'inconclusive' });
    const { id, filters } = flagRow(world, STOPPED);
    const wanted = { ...filters, groups: [{ properties: [], rollout_percentage: 10 }] };
    const args = { id, filters: JSON.stringify(wanted), reopen_experiment_id: STOPPED };
    const call: Call = { tool: 'feature-flag-restore', args };
    world.sandbox.store.mainProject.approvals.push('feature_flag.update');
    world.sandbox.approve((await expectPending(world, call)).id);
    expect(await world.stored(STOPPED)).toMatchObject({ status: 'stopped', conclusion: 'inconclusive' });
    expect((await world.call(call.tool, call.args)).data).toMatchObject({ status: 'applied' });
    expect(await world.stored(STOPPED)).toMatchObject({ status: 'running', conclusion: null });
    expect(sent(world).filter(({ request }) => request.startsWith('PATCH feature_flags'))).toHaveLength(2);
  });
});
