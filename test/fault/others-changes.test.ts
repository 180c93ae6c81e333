import { describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { openBroken } from '../helpers/broken.js';
import { DRAFT, PAUSED, RUNNING } from '../helpers/shop.js';
import { sent, warningCodes } from '../helpers/state.js';
import { type Answer, openWorld, type World } from '../helpers/world.js';

// A machine that is busy with other things takes its time to start processes and to load modules.
vi.setConfig({ testTimeout: 60_000 });

const START = Date.parse('2026-06-01T12:00:00Z');

/** A clock that moves with every look at it, as the log tells by time what came since. */
function ticking(): () => Date {
  let at = START;
  return () => {
    at += 10;
    return new Date(at);
  };
}

const open = (tool: string) => openBroken(tool, undefined, { now: ticking() });

/** A request of a colleague, past the proxy. */
async function colleague({ sandbox }: World, method: string, path: string, body?: object): Promise<void> {
  const response = await fetch(`${sandbox.url}/api/projects/1/${path}`, {
    method,
    headers: { authorization: `Bearer ${sandbox.otherUserKey}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(response.ok, await response.text()).toBe(true);
}

function message({ data }: Answer, code: string): string {
  const warnings = z.array(z.object({ code: z.string(), message: z.string() })).parse(data.warnings);
  return warnings.find((warning) => warning.code === code)?.message ?? '';
}

const SAME: readonly [string, Record<string, unknown>, [string, string, object?]][] = [
  ['experiment-pause', { id: RUNNING }, ['POST', `experiments/${RUNNING}/pause/`]],
  ['experiment-resume', { id: PAUSED }, ['POST', `experiments/${PAUSED}/resume/`]],
  ['experiment-launch', { id: DRAFT }, ['POST', `experiments/${DRAFT}/launch/`]],
  ['experiment-end', { id: RUNNING }, ['POST', `experiments/${RUNNING}/end/`]],
  ['experiment-update', { id: DRAFT, name: 'Other' }, ['PATCH', `experiments/${DRAFT}/`, { name: 'Other' }]],
  [
    'experiments-bulk-update-tags-create',
    { ids: [DRAFT], action: 'add', tags: ['q3'] },
    ['PATCH', `experiments/${DRAFT}/`, { tags: ['q3'] }],
  ],
];

describe('a write that never arrived while a colleague made the same change', () => {
  it.each(SAME.filter(([tool]) => !tool.startsWith('experiments-')))('%s', async (tool, args, theirs) => {
    const { world, proxy } = await open(tool);
    proxy.breakAt('before_request');
    proxy.meanwhile(() => colleague(world, ...theirs));
    const answer = await world.call(tool, args);
    expect(answer.data, answer.text).toMatchObject({ status: 'not_applied' });
    expect(message(answer, 'changed_by_other')).toContain('"Robin" made the change');
    expect(answer.data.undo).toEqual({ not_reversible_because: 'this call changed nothing' });
    expect(sent(world)).toHaveLength(1);
  });
});

describe('a write that was carried out', () => {
  it.each(SAME)('is ours although a colleague made another change before: %s', async (tool, args) => {
    const { world, proxy } = await open(tool);
    const id = Number(args.id ?? DRAFT);
    proxy.breakAt('applied_no_byte');
    proxy.meanwhile(() =>
      tool === 'experiment-update'
        ? Promise.resolve()
        : colleague(world, 'PATCH', `experiments/${id}/`, { description: 'Theirs' }),
    );
    const answer = await world.call(tool, args);
    expect(answer.data, answer.text).toMatchObject({ status: 'applied' });
  });

  it('is ours where the log shows a change of the flag from before our read, by somebody else', async () => {
    const { world, proxy } = await open('experiment-pause');
    const flag = world.sandbox.store.experiments.get(RUNNING)?.flag_id;
    await colleague(world, 'PATCH', `feature_flags/${flag}/`, { name: 'A name' });
    proxy.breakAt('applied_no_byte');
    expect((await world.call('experiment-pause', { id: RUNNING })).data).toMatchObject({ status: 'applied' });
  });
});

describe('a write that never arrived while a colleague changed something else', () => {
  it('is not applied, and says what changed and that it is not ours to take back', async () => {
    const { world, proxy } = await open('experiment-pause');
    proxy.breakAt('before_request');
    proxy.meanwhile(() => colleague(world, 'PATCH', `experiments/${RUNNING}/`, { description: 'Theirs' }));
    const answer = await world.call('experiment-pause', { id: RUNNING });
    expect(answer.data).toMatchObject({
      status: 'not_applied',
      changes: [{ path: 'description', before: '', after: 'Theirs' }],
      undo: { not_reversible_because: 'this call made none of these changes' },
    });
    expect(message(answer, 'changed_meanwhile')).toContain('"Robin" changed it');
    expect(warningCodes(answer)).not.toContain('partly_applied');
  });
});

describe('a call of several steps that breaks while a colleague changes something else', () => {
  it('tells both, and offers no undo that would take back the colleague’s change', async () => {
    const { world, proxy } = await open('experiment-reset');
    proxy.breakAt('before_request', 1);
    proxy.meanwhile(() => colleague(world, 'PATCH', `experiments/${RUNNING}/`, { description: 'Theirs' }));
    const answer = await world.call('experiment-reset', { id: RUNNING, disable_feature_flag: true });
    expect(answer.data, answer.text).toMatchObject({
      status: 'not_applied',
      undo: { not_reversible_because: expect.stringContaining('somebody else changed it') },
    });
    expect(warningCodes(answer)).toEqual(expect.arrayContaining(['partly_applied', 'changed_meanwhile']));
  });
});

describe('something new that never came about while a colleague made one like it', () => {
  it.each([
    [
      'experiment-create',
      { name: 'New', feature_flag_key: 'new' },
      'experiments/',
      { name: 'New', feature_flag_key: 'new' },
    ],
    [
      'experiment-duplicate',
      { id: RUNNING, feature_flag_key: 'copy' },
      `experiments/${RUNNING}/duplicate/`,
      { feature_flag_key: 'copy' },
    ],
    [
      'experiment-holdouts-create',
      { name: 'Kept out', exclusion_percent: 5 },
      'experiment_holdouts/',
      { name: 'Kept out', filters: [{ properties: [], rollout_percentage: 5 }] },
    ],
  ])('%s', async (tool, args, path, body) => {
    const { world, proxy } = await open(tool);
    proxy.breakAt('before_request');
    proxy.meanwhile(() => colleague(world, 'POST', path, body));
    const answer = await world.call(tool, args);
    expect(answer.data, answer.text).toMatchObject({ status: 'not_applied' });
    expect(message(answer, 'changed_by_other')).toContain('"Robin"');
    expect(answer.data.undo).toEqual({ not_reversible_because: 'this call changed nothing' });
  });

  it('is told apart from one on the same key with another name', async () => {
    const { world, proxy } = await open('experiment-create');
    const theirs = { name: 'Theirs', feature_flag_key: 'new' };
    proxy.meanwhile(() => colleague(world, 'POST', 'experiments/', theirs));
    proxy.breakAt('applied_no_byte');
    const ours = await world.call('experiment-create', { name: '  Ours ', feature_flag_key: 'new' });
    expect(ours.data, ours.text).toMatchObject({ status: 'applied', experiment: { name: 'Ours' } });
  });
});

describe('a version conflict of experiment-update', () => {
  const racing = async (theirs: object, confirm: 'off' | 'token') => {
    const { world, proxy } = await openBroken('experiment-update', undefined, { now: ticking(), confirm });
    proxy.meanwhile(() => colleague(world, 'PATCH', `experiments/${DRAFT}/`, theirs));
    return world;
  };

  it.each(['off', 'token'] as const)('merges changes that do not touch, confirmation %s', async (confirm) => {
    const world = await racing({ description: 'Theirs' }, confirm);
    const answer = await world.call('experiment-update', { id: DRAFT, name: 'Ours' });
    expect(answer.data, answer.text).toMatchObject({
      status: 'applied',
      changes: [{ path: 'name', before: 'Button colour', after: 'Ours' }],
    });
    expect(await world.stored(DRAFT)).toMatchObject({ name: 'Ours', description: 'Theirs' });
  });

  it('refuses those that touch where nobody is asked', async () => {
    const world = await racing({ name: 'Theirs' }, 'off');
    const answer = await world.call('experiment-update', { id: DRAFT, name: 'Ours' });
    expect(answer.data.error).toMatchObject({ code: 'version_conflict' });
    expect(await world.stored(DRAFT)).toMatchObject({ name: 'Theirs' });
  });

  it('shows those that touch anew, and makes the change once it is confirmed', async () => {
    const world = await racing({ name: 'Theirs' }, 'token');
    const shown = await world.call('experiment-update', { id: DRAFT, name: 'Ours' });
    expect(shown.data, shown.text).toMatchObject({
      status: 'confirmation_required',
      changes: [{ path: 'name', before: 'Theirs', after: 'Ours' }],
    });
    expect(await world.stored(DRAFT)).toMatchObject({ name: 'Theirs' });
    const { confirmation_token } = shown.data;
    const done = await world.call('experiment-update', { id: DRAFT, name: 'Ours', confirmation_token });
    expect(done.data, done.text).toMatchObject({ status: 'applied' });
    expect(await world.stored(DRAFT)).toMatchObject({ name: 'Ours' });
  });

  it('answers already_done where the colleague made the very change', async () => {
    const world = await racing({ name: 'Ours' }, 'off');
    const answer = await world.call('experiment-update', { id: DRAFT, name: 'Ours' });
    expect(answer.data, answer.text).toMatchObject({ status: 'already_done', changes: [] });
    expect(message(answer, 'already_done')).toContain('Somebody else brought it about');
  });
});

describe('a lifecycle call whose goal a colleague reached first', () => {
  it('changes nothing', async () => {
    const world = await openWorld();
    await colleague(world, 'POST', `experiments/${RUNNING}/pause/`);
    expect((await world.call('experiment-pause', { id: RUNNING })).data).toMatchObject({ status: 'already_done' });
  });

  it('is already done where it was reached between our read and our request', async () => {
    const { world, proxy } = await open('experiment-pause');
    proxy.meanwhile(() => colleague(world, 'POST', `experiments/${RUNNING}/pause/`));
    const answer = await world.call('experiment-pause', { id: RUNNING });
    expect(answer.data, answer.text).toMatchObject({ status: 'already_done' });
  });
});
