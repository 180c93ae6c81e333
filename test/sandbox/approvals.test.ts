import { describe, expect, test } from 'vitest';
import { type Action, asked, gated, stateOf } from './approvals-helpers.js';
import type { Bench, Reply } from './support.js';

const ASKED_BEFORE = 'A pending approval request already exists for this action';
const CATCH_ALL = 'Added automatically when the experiment was ended to keep only one variant.';

interface Gated {
  what: string;
  action: Action;
  /** What is sent to the experiment's path, or below it. */
  send: (ready: Bench, path: string) => Promise<Reply>;
  /** What the approval alone makes of the experiment. */
  approved: object;
  /** What the repeated call makes of it; a refusal where the approval left nothing to do. */
  repeated: object | string;
  start?: 'draft' | 'paused';
}

const SPLIT = [
  { key: 'control', split_percent: 80 },
  { key: 'test', split_percent: 20 },
];

const ROUTES: Gated[] = [
  {
    what: 'a launch',
    action: 'enable',
    start: 'draft',
    send: ({ post }, path) => post(`${path}launch/`),
    approved: { status: 'draft', start_date: null, feature_flag: { active: true } },
    repeated: { status: 'running', start_date: '2026-09-01T12:00:00Z' },
  },
  {
    what: 'a launch by start date',
    action: 'enable',
    start: 'draft',
    send: ({ patch }, path) => patch(path, { start_date: '2026-08-01T00:00:00Z', description: 'Go' }),
    approved: { status: 'draft', description: '', feature_flag: { active: true } },
    repeated: { status: 'running', start_date: '2026-08-01T00:00:00Z', description: 'Go' },
  },
  {
    what: 'a pause',
    action: 'disable',
    send: ({ post }, path) => post(`${path}pause/`),
    approved: { status: 'paused' },
    repeated: 'Experiment is already paused.',
  },
  {
    what: 'a resume',
    action: 'enable',
    start: 'paused',
    send: ({ post }, path) => post(`${path}resume/`),
    approved: { status: 'running' },
    repeated: 'Experiment is not paused.',
  },
  {
    what: 'a ship',
    action: 'update',
    send: ({ post }, path) => post(`${path}ship_variant/`, { variant_key: 'test', conclusion: 'won' }),
    approved: { status: 'running', conclusion: null, end_date: null },
    repeated: { status: 'stopped', conclusion: 'won' },
  },
  {
    what: 'a ship to everyone',
    action: 'update',
    send: ({ post }, path) => post(`${path}ship_variant/`, { variant_key: 'test', release_to_everyone: true }),
    approved: { status: 'running', feature_flag: { filters: { groups: [{ description: CATCH_ALL }, {}] } } },
    repeated: { status: 'stopped', feature_flag: { filters: { groups: [{ description: CATCH_ALL }, {}] } } },
  },
  {
    what: 'another split',
    action: 'update',
    send: ({ patch }, path) =>
      patch(path, {
        description: 'Wider',
        update_feature_flag_params: true,
        parameters: { feature_flag_variants: SPLIT },
      }),
    approved: { description: '', parameters: { feature_flag_variants: SPLIT } },
    repeated: { description: 'Wider', parameters: { feature_flag_variants: SPLIT } },
  },
  {
    what: 'another share of users',
    action: 'update',
    start: 'draft',
    send: ({ patch }, path) => patch(path, { name: 'B', parameters: { rollout_percentage: 20 } }),
    approved: { name: 'Experiment 1', parameters: { rollout_percentage: 20 } },
    repeated: { name: 'B', parameters: { rollout_percentage: 20 } },
  },
  {
    what: 'a change of the flag',
    action: 'disable',
    send: ({ patch }) => patch('/feature_flags/1/', { active: false, name: 'Off' }),
    approved: { status: 'paused', feature_flag: { name: 'Off' } },
    repeated: { active: false, name: 'Off' },
  },
];

describe.each(ROUTES)('$what', ({ action, send, approved, repeated, start }) => {
  async function ready() {
    const sandbox = await gated(action);
    const path = await sandbox.running();
    if (start === 'draft') await sandbox.freely(() => sandbox.post(`${path}reset/`));
    if (start !== undefined) await sandbox.freely(() => sandbox.patch('/feature_flags/1/', { active: false }));
    return { ...sandbox, path };
  }

  test('waits for approval and changes nothing', async () => {
    const world = await ready();
    const before = await stateOf(world, world.path);
    asked(await send(world, world.path));
    expect(await stateOf(world, world.path)).toBe(before);
  });

  test('is told that it waits already when it is repeated', async () => {
    const world = await ready();
    const before = await stateOf(world, world.path);
    const id = asked(await send(world, world.path));
    const again = await send(world, world.path);
    expect([again.status, again.json]).toEqual([
      409,
      expect.objectContaining({
        code: 'change_request_pending',
        status: 'approval_required',
        detail: ASKED_BEFORE,
        message: ASKED_BEFORE,
        change_request_id: id,
        required_approvers: {},
      }),
    ]);
    expect(world.sandbox.store.changeRequests.size).toBe(1);
    expect(await stateOf(world, world.path)).toBe(before);
  });

  test('changes the flag once approved, and the rest when it is repeated', async () => {
    const world = await ready();
    const id = asked(await send(world, world.path));
    expect(world.sandbox.approve(id)).toMatchObject({ status: 'applied' });
    expect((await world.get(world.path)).json).toMatchObject(approved);
    const again = await send(world, world.path);
    if (typeof repeated === 'string') expect(again).toMatchObject({ status: 400, json: { detail: repeated } });
    else expect(again).toMatchObject({ status: 200, json: repeated });
  });

  test('changes nothing once rejected, and asks anew when it is repeated', async () => {
    const world = await ready();
    const before = await stateOf(world, world.path);
    const id = asked(await send(world, world.path));
    expect(world.sandbox.reject(id)).toMatchObject({ status: 'rejected' });
    expect(await stateOf(world, world.path)).toBe(before);
    expect(asked(await send(world, world.path))).not.toBe(id);
  });
});
