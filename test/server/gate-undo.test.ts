import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Change, split } from '../helpers/assess-scenarios.js';
import { carryOut, failsGate, openTokenWorld, preview, REASON, tokenOf } from '../helpers/consent.js';
import { CONCLUDING, recommending, SHIPPING, shippedTo } from '../helpers/gate-cases.js';
import { type Call, flagRow, settled, warningCodes } from '../helpers/state.js';
import { type Answer, openWorld, type World } from '../helpers/world.js';

const open = (recommendation: string, change: Change = {}, others = 0) =>
  openTokenWorld({ scenario: recommending(recommendation, change, others) });

function undoOf({ data }: Answer): Call {
  const shape = z.object({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) });
  const { tool, arguments: args } = shape.parse(data.undo);
  return { tool, args };
}

/** Expects the undo to need no reason, and to bring back exactly what was there. */
async function expectPutBack(world: World, call: Call): Promise<void> {
  const before = await settled(world, 1);
  const done = await carryOut(world, call);
  expect(done.data, done.text).toMatchObject({ status: 'applied' });
  const first = await world.call(undoOf(done).tool, undoOf(done).args);
  expect(failsGate(first), first.text).toBe(false);
  const undone = first.data.status === 'applied' ? first : await carryOut(world, undoOf(done));
  expect(undone.data, undone.text).toMatchObject({ status: 'applied' });
  expect(await settled(world, 1)).toEqual(before);
}

/** An experiment that was concluded as won although the evidence does not carry it. */
async function openWon(change: Change = {}): Promise<World> {
  const world = await open('fix_first', change);
  await carryOut(world, { tool: 'experiment-end', args: { id: 1, conclusion: 'won', override_reason: REASON } });
  expect(await world.stored(1)).toMatchObject({ conclusion: 'won', status: 'stopped' });
  return world;
}

describe('a conclusion that stood there', () => {
  it.each<[string, Call]>([
    ['a reset', { tool: 'experiment-reset', args: { id: 1 } }],
    ['a reset with the flag', { tool: 'experiment-reset', args: { id: 1, disable_feature_flag: true } }],
    ['another conclusion', { tool: 'experiment-update', args: { id: 1, conclusion: 'inconclusive' } }],
    ['its removal', { tool: 'experiment-update', args: { id: 1, clear: ['conclusion', 'conclusion_comment'] } }],
    ['reopening', { tool: 'experiment-update', args: { id: 1, clear: ['end_date', 'conclusion'] } }],
    ['shipping', { tool: 'experiment-ship-variant', args: { id: 1, variant_key: 'test', conclusion: 'invalid' } }],
    ['archiving', { tool: 'experiment-archive', args: { id: 1, disable_feature_flag: true } }],
  ])('comes back without a reason by the undo of %s', async (_, call) => {
    await expectPutBack(await openWon(), call);
  });

  it('comes back without a reason after an end with another one', async () => {
    const world = await open('fix_first');
    await carryOut(world, { tool: 'experiment-update', args: { id: 1, conclusion: 'won', override_reason: REASON } });
    await expectPutBack(world, { tool: 'experiment-end', args: { id: 1, conclusion: 'inconclusive' } });
  });
});

describe('a variant that was shipped', () => {
  it.each<[string, Call]>([
    [
      'another split',
      {
        tool: 'experiment-update',
        args: { id: 1, variants: split({ control: 50, test: 50 }), update_feature_flag_params: true },
      },
    ],
    ['the shipping of another', { tool: 'experiment-ship-variant', args: { id: 1, variant_key: 'control' } }],
  ])('comes back without a reason by the undo of %s', async (_, call) => {
    const world = await open('fix_first');
    await carryOut(world, { tool: 'experiment-ship-variant', args: { id: 1, variant_key: 'test' } });
    await expectPutBack(world, call);
  });

  it.each<[string, Call]>([
    [
      'a split',
      {
        tool: 'experiment-update',
        args: { id: 1, variants: split({ control: 40, test: 60 }), update_feature_flag_params: true },
      },
    ],
    ['a reset with the flag', { tool: 'experiment-reset', args: { id: 1, disable_feature_flag: true } }],
    ['archiving with the flag', { tool: 'experiment-archive', args: { id: 1, disable_feature_flag: true } }],
  ])('to nearly all comes back without a reason by the undo of %s', async (_, call) => {
    const world = await open('fix_first');
    const args = { id: 1, variants: split({ control: 3, test: 97 }), update_feature_flag_params: true };
    await carryOut(world, { tool: 'experiment-update', args });
    if (call.tool === 'experiment-archive') await carryOut(world, { tool: 'experiment-end', args: { id: 1 } });
    await expectPutBack(world, call);
  });

  it('by a payload comes back without a reason', async () => {
    const world = await open('fix_first');
    const { filters, id } = flagRow(world, 1);
    filters.payloads = { control: '1', test: '2' };
    const restore = (payloads: object): Call => ({
      tool: 'feature-flag-restore',
      args: { id, filters: JSON.stringify({ ...filters, payloads }) },
    });
    await carryOut(world, restore({ control: '2', test: '2' }));
    await expectPutBack(world, restore({ control: '1', test: '2' }));
  });

  it('to few does not come back to all', async () => {
    const world = await open('fix_first');
    const { filters, id } = flagRow(world, 1);
    const staff = {
      properties: [{ key: 'email', type: 'person', operator: 'exact', value: 'a@b.c' }],
      variant: 'test',
    };
    const groups = [{ ...staff, rollout_percentage: 100 }, ...filters.groups];
    const restore = (changed: object): Call => ({
      tool: 'feature-flag-restore',
      args: { id, filters: JSON.stringify({ ...filters, ...changed }) },
    });
    await carryOut(world, restore({ groups }));
    await carryOut(world, restore({}));
    const toAll = restore(JSON.parse(shippedTo(world, 'test')));
    expect(failsGate(await preview(world, toAll))).toBe(true);
  });
});

describe('a variant that was not served', () => {
  const to = (test: number): Call => ({
    tool: 'experiment-update',
    args: { id: 1, variants: split({ control: 100 - test, test }) },
  });

  it.each(['a draft', 'a run that was reset'])('does not pass for put back because %s had its split', async (which) => {
    const world = await open('fix_first', which === 'a draft' ? { started_days_ago: null } : {});
    if (which !== 'a draft')
      await carryOut(world, { tool: 'experiment-reset', args: { id: 1, disable_feature_flag: true } });
    for (const test of [100, 50]) await carryOut(world, to(test));
    await carryOut(world, { tool: 'experiment-launch', args: { id: 1 } });
    expect(failsGate(await preview(world, to(100)))).toBe(true);
  });

  it('does not pass for put back because there were no payloads before', async () => {
    const world = await open('fix_first');
    const { filters, id } = flagRow(world, 1);
    const restore = (payloads: object): Call => ({
      tool: 'feature-flag-restore',
      args: { id, filters: JSON.stringify({ ...filters, payloads }) },
    });
    await carryOut(world, restore({ control: '"a"', test: '"b"' }));
    expect(failsGate(await preview(world, restore({ control: '"b"', test: '"b"' })))).toBe(true);
  });

  it('does not pass for put back once its reason was cleared', async () => {
    const world = await open('fix_first');
    await carryOut(world, to(100));
    await carryOut(world, { tool: 'experiment-update', args: { id: 1, clear: ['conclusion_comment'] } });
    await carryOut(world, to(50));
    expect(failsGate(await preview(world, to(100)))).toBe(true);
  });

  it('does not pass for put back by another experiment on the flag', async () => {
    const world = await open('fix_first');
    const key = flagRow(world, 1).key;
    const made = await carryOut(world, { tool: 'experiment-create', args: { name: 'Y', feature_flag_key: key } });
    const { id } = Object(made.data.experiment);
    await carryOut(world, undoOf(await carryOut(world, to(100))));
    expect(failsGate(await preview(world, { tool: 'experiment-update', args: { ...to(100).args, id } }))).toBe(true);
  });

  it.each<[string, Call]>([
    ['experiment-ship-variant', { tool: 'experiment-ship-variant', args: { id: 1, variant_key: 'test' } }],
    ['experiment-update', to(100)],
  ])('needs its reason again after the undo of %s, which would drop it', async (_, call) => {
    const world = await open('fix_first');
    const shipped = await carryOut(world, call);
    await carryOut(world, undoOf(shipped));
    expect(failsGate(await preview(world, call))).toBe(true);
  });
});

describe('a verdict whose reason was cleared', () => {
  it.each([{ conclusion: 'inconclusive' }, { clear: ['conclusion'] }])('needs it again after %j', async (args) => {
    const world = await openWon();
    await carryOut(world, { tool: 'experiment-update', args: { id: 1, ...args } });
    await carryOut(world, { tool: 'experiment-update', args: { id: 1, clear: ['conclusion_comment'] } });
    const again = { tool: 'experiment-update', args: { id: 1, conclusion: 'won' } };
    expect(failsGate(await preview(world, again))).toBe(true);
  });
});

describe('a claim that never stood there', () => {
  const concluding = Object.entries(CONCLUDING).filter(([name]) => name !== 'experiment-end');

  it.each(concluding)('needs its reason after a reset, by %s', async (_, to) => {
    const world = await openWon();
    await carryOut(world, { tool: 'experiment-reset', args: { id: 1 } });
    const { tool, args } = to('lost');
    expect(failsGate(await preview(world, { tool, args: args(world) }))).toBe(true);
  });

  it.each(concluding)('needs its reason where another conclusion stood there, by %s', async (_, to) => {
    const world = await open('fix_first', { conclusion: 'inconclusive', ended_days_ago: 1 });
    await carryOut(world, { tool: 'experiment-update', args: { id: 1, conclusion: 'invalid' } });
    const { tool, args } = to('won');
    expect(failsGate(await preview(world, { tool, args: args(world) }))).toBe(true);
  });

  it('needs its reason where only its words stood there, in a description or in a comment', async () => {
    const world = await open('fix_first');
    const said = { description: 'conclusion: won', conclusion_comment: 'won' };
    await carryOut(world, { tool: 'experiment-update', args: { id: 1, ...said } });
    await carryOut(world, { tool: 'experiment-update', args: { id: 1, clear: ['description', 'conclusion_comment'] } });
    expect(failsGate(await preview(world, { tool: 'experiment-end', args: { id: 1, conclusion: 'won' } }))).toBe(true);
  });

  it('needs its reason where it stood there, was taken back, and something else was put in its place', async () => {
    const world = await openWon();
    for (const conclusion of ['inconclusive', 'invalid'])
      await carryOut(world, { tool: 'experiment-update', args: { id: 1, conclusion } });
    const again = { tool: 'experiment-update', args: { id: 1, conclusion: 'won' } };
    expect(failsGate(await preview(world, again))).toBe(true);
  });

  it.each(Object.entries(SHIPPING))('needs its reason where another variant was shipped, by %s', async (_, to) => {
    const world = await open('fix_first');
    await carryOut(world, { tool: 'experiment-ship-variant', args: { id: 1, variant_key: 'control' } });
    const back = { id: 1, variants: split({ control: 50, test: 50 }), update_feature_flag_params: true };
    await carryOut(world, { tool: 'experiment-update', args: back });
    const { tool, args } = to('test');
    expect(failsGate(await preview(world, { tool, args: args(world) }))).toBe(true);
  });

  it('needs its reason where one half of the call stood there and the other did not', async () => {
    const world = await openWon();
    await carryOut(world, { tool: 'experiment-update', args: { id: 1, clear: ['conclusion'] } });
    const both = { tool: 'experiment-ship-variant', args: { id: 1, variant_key: 'test', conclusion: 'won' } };
    expect(failsGate(await preview(world, both))).toBe(true);
  });
});

describe('the mark of an undo', () => {
  const CLEARED: Call = { tool: 'experiment-update', args: { id: 1, clear: ['conclusion', 'conclusion_comment'] } };

  /** A conclusion that was cleared, and the marked undo of that. */
  async function openCleared() {
    const world = await open('fix_first', {}, 1);
    await carryOut(world, { tool: 'experiment-end', args: { id: 1, conclusion: 'won', override_reason: REASON } });
    const undo = undoOf(await carryOut(world, CLEARED));
    expect(undo.args.override_reason).toMatch(/^undo-mark:[\w-]{22}$/);
    return { world, undo };
  }

  const withArgs = ({ tool, args }: Call, more: object): Call => ({ tool, args: { ...args, ...more } });

  it('is given only where the undo would be a claim', async () => {
    const world = await open('fix_first');
    const paused = await carryOut(world, { tool: 'experiment-pause', args: { id: 1 } });
    const renamed = await carryOut(world, { tool: 'experiment-update', args: { id: 1, name: 'Other' } });
    expect(JSON.stringify([undoOf(paused), undoOf(renamed)])).not.toContain('override_reason');
  });

  it.each<[string, (given: { world: World; undo: Call }) => Call | Promise<Call>]>([
    ['with another conclusion', ({ undo }) => withArgs(undo, { conclusion: 'lost' })],
    ['with another comment', ({ undo }) => withArgs(undo, { conclusion_comment: 'Ours.' })],
    ['without the comment', ({ undo: { tool, args } }) => ({ tool, args: { ...args, conclusion_comment: undefined } })],
    ['with a split beside it', ({ undo }) => withArgs(undo, { variants: split({ control: 1, test: 99 }) })],
    ['on another experiment', ({ undo }) => withArgs(undo, { id: 2 })],
    [
      'in another tool',
      ({ undo: { args } }) => ({
        tool: 'experiment-ship-variant',
        args: { id: 1, variant_key: 'test', override_reason: args.override_reason },
      }),
    ],
    ['in capitals', ({ undo }) => withArgs(undo, { override_reason: String(undo.args.override_reason).toUpperCase() })],
    ['in quotes', ({ undo }) => withArgs(undo, { override_reason: `"${String(undo.args.override_reason)}"` })],
    ['cut', ({ undo }) => withArgs(undo, { override_reason: String(undo.args.override_reason).slice(0, -1) })],
    ['made up', ({ undo }) => withArgs(undo, { override_reason: `undo-mark:${'A'.repeat(22)}` })],
    [
      'made of the confirmation of the call',
      async ({ world, undo: { tool, args } }) => {
        const shown = await world.call(tool, { ...args, override_reason: REASON });
        return { tool, args: { ...args, override_reason: `undo-mark:${tokenOf(shown).split('.').at(-1)}` } };
      },
    ],
    [
      'after another change',
      async ({ world, undo }) => {
        await carryOut(world, { tool: 'experiment-update', args: { id: 1, description: 'Words.' } });
        return undo;
      },
    ],
    [
      'after it was used, and the state came back',
      async ({ world, undo }) => {
        await carryOut(world, undo);
        await carryOut(world, CLEARED);
        return undo;
      },
    ],
  ])('does not excuse a call %s, and is no reason either', async (_, change) => {
    const given = await openCleared();
    const { tool, args } = await change(given);
    const before = await settled(given.world, 1);
    const first = await given.world.call(tool, args);
    expect(failsGate(first), first.text).toBe(true);
    expect(warningCodes(first)).toContain('undo_outdated');
    const again = await given.world.call(tool, { ...args, confirmation_token: tokenOf(first) });
    expect(again.data, again.text).toMatchObject({ status: 'confirmation_required' });
    expect(await settled(given.world, 1)).toEqual(before);
    const reasoned = { ...args, confirmation_token: tokenOf(again), override_reason: REASON };
    const done = await given.world.call(tool, reasoned);
    expect(done.data, done.text).toMatchObject({ status: 'applied' });
    expect(JSON.stringify(await given.world.stored(Number(args.id)))).not.toMatch(/undo-mark:/i);
  });

  const ready = { started_days_ago: null, flag_active: false, variants: split({ control: 0, test: 100 }) };

  it.each<[string, Change, (given: { world: World; undo: Call }) => Call]>([
    ['a launch that ships', ready, ({ undo }) => withArgs(undo, { start_date: '2026-05-01' })],
    [
      'turning on the flag of a draft that ships',
      ready,
      ({ world, undo: { args } }) => {
        const { id, filters } = flagRow(world, 1);
        const flag = { id, filters: JSON.stringify(filters), active: true, reopen_experiment_id: 1 };
        return { tool: 'feature-flag-restore', args: { ...args, ...flag } };
      },
    ],
    ['an end with that verdict', {}, ({ undo: { args } }) => ({ tool: 'experiment-end', args })],
  ])('of a verdict does not excuse %s', async (_, change, abuse) => {
    const world = await open('fix_first', change);
    await carryOut(world, { tool: 'experiment-update', args: { id: 1, conclusion: 'won', override_reason: REASON } });
    const refused = await preview(world, abuse({ world, undo: undoOf(await carryOut(world, CLEARED)) }));
    expect(failsGate(refused), refused.text).toBe(true);
    expect(warningCodes(refused)).toContain('undo_outdated');
  });

  it('of one PostHog key does not excuse a call with another', async () => {
    const { world, undo } = await openCleared();
    const consent = { secret: 'another secret that is long enough for it' };
    const other = await openTokenWorld({ on: world, consent });
    const answer = await other.call(undo.tool, undo.args);
    expect(failsGate(answer), answer.text).toBe(true);
  });

  it('is held by the undo of a call that broke halfway, too', async () => {
    const failing = { on: false };
    const respond = ({ method, path }: { method: string; path: string }) =>
      failing.on && method === 'PATCH' && path.includes('/experiments/')
        ? { status: 400, body: { type: 'validation_error', code: 'invalid_input', detail: 'No.', attr: null } }
        : undefined;
    const world = await openTokenWorld({ scenario: recommending('fix_first'), faults: { respond } });
    const { id, filters } = structuredClone(flagRow(world, 1));
    await carryOut(world, { tool: 'experiment-ship-variant', args: { id: 1, variant_key: 'test' } });
    const shipped = await settled(world, 1);
    const back = { id, filters: JSON.stringify(filters), reopen_experiment_id: 1 };
    failing.on = true;
    const broken = await carryOut(world, { tool: 'feature-flag-restore', args: back });
    failing.on = false;
    expect(broken.isError, broken.text).toBe(true);
    const undo = undoOf({ ...broken, data: Object(broken.data.error) });
    expect((await carryOut(world, undo)).data).toMatchObject({ status: 'applied' });
    expect(await settled(world, 1)).toEqual(shipped);
  });

  it('excuses the undo in a process that was started later, without a reason in the comment', async () => {
    const { world, undo } = await openCleared();
    const later = await openTokenWorld({ on: world });
    const done = await carryOut(later, undo);
    expect(done.data, done.text).toMatchObject({ status: 'applied', experiment: { conclusion: 'won' } });
    expect(JSON.stringify(await world.stored(1))).not.toContain('undo-mark:');
  });

  it.each(['undo-mark:', ' "Undo-Mark:x"', 'As before, undo-mark:x'])(
    '%j is no reason where nothing is confirmed',
    async (reason) => {
      const world = await openWorld({ scenario: recommending('fix_first') });
      const call = { tool: 'experiment-end', args: { id: 1, conclusion: 'won', override_reason: reason } };
      const refused = await preview(world, call);
      expect(warningCodes(refused)).toContain('undo_outdated');
    },
  );
});
