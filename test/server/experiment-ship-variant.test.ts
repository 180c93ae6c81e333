import { describe, expect, it } from 'vitest';
import { addHoldout, freeze, HOLDOUT } from '../helpers/furnish.js';
import { ARCHIVED, DRAFT, PAUSED, RUNNING, SHARED, SHARED_TOO, STOPPED } from '../helpers/shop.js';
import { effectsOf, expectRefused, expectUndone, flagRow, sent, settled, warningCodes } from '../helpers/state.js';
import { openWorld, type World } from '../helpers/world.js';

const tool = 'experiment-ship-variant';
/** In the test shop nobody was exposed, so that every claim needs a reason. */
const decided = { override_reason: 'The team decided.' };

/** A flag with conditions, payloads, odd characters and keys that this server does not know. */
function dressUp(world: World, id: number): void {
  const city = { key: 'city', type: 'person', operator: 'exact', value: ['Tromsø\u200b', 'Zürich "old" town', 'a\\b'] };
  Object.assign(flagRow(world, id).filters, {
    groups: [
      { properties: [city], rollout_percentage: 20, description: 'Beta' },
      { properties: [], rollout_percentage: null, variant: 'test' },
    ],
    payloads: { test: '{"colour": "green"}' },
    super_groups: [{ properties: [], rollout_percentage: 5 }],
  });
}

describe('experiment-ship-variant', () => {
  it('serves one variant inside the release conditions, ends the experiment and saves the filters', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: RUNNING, variant_key: 'test', ...decided, conclusion: 'won' });
    expect(answer).toMatchSnapshot();
    expect(await world.stored(RUNNING)).toMatchObject({ status: 'stopped', conclusion: 'won' });
    expect(flagRow(world, RUNNING).filters).toMatchObject({
      groups: [{ properties: [], rollout_percentage: 100 }],
      multivariate: { variants: [{ rollout_percentage: 0 }, { rollout_percentage: 100 }] },
    });
  });

  it('always says which release mode it means, and no more than it was told', async () => {
    const world = await openWorld();
    await world.call(tool, { id: RUNNING, variant_key: 'test', ...decided });
    expect(sent(world)).toEqual([
      {
        request: `POST experiments/${RUNNING}/ship_variant`,
        body: {
          variant_key: 'test',
          release_to_everyone: false,
          conclusion_comment: expect.stringContaining(decided.override_reason),
        },
      },
    ]);
  });

  it('keeps a 20% rollout at 20%, and says so', async () => {
    const world = await openWorld();
    flagRow(world, RUNNING).filters.groups = [{ properties: [], rollout_percentage: 20 }];
    const answer = await world.call(tool, { id: RUNNING, variant_key: 'test', ...decided });
    expect(effectsOf(answer).users).toBe('20% of users see "test" from now on.');
    expect(flagRow(world, RUNNING).filters.groups).toEqual([{ properties: [], rollout_percentage: 20 }]);
  });

  it('puts a catch-all first only where it is to go to everyone', async () => {
    const world = await openWorld();
    dressUp(world, RUNNING);
    const answer = await world.call(tool, { id: RUNNING, variant_key: 'test', ...decided, release_to_everyone: true });
    expect(effectsOf(answer).users).toBe(
      'All users (but early access decides first for users who chose) see "test" from now on.',
    );
    expect(flagRow(world, RUNNING).filters.groups).toMatchObject([
      { properties: [], rollout_percentage: 100 },
      { rollout_percentage: 20, description: 'Beta' },
      { variant: 'test' },
    ]);
  });

  describe.each([false, true])('with release_to_everyone %s', (release_to_everyone) => {
    it.each([RUNNING, PAUSED, STOPPED, ARCHIVED])(
      'is taken back byte for byte, dates and conclusion too (experiment %i)',
      async (id) => {
        const world = await openWorld();
        dressUp(world, id);
        const before = JSON.stringify(flagRow(world, id).filters);
        await expectUndone(world, {
          tool,
          args: {
            id,
            variant_key: 'test',
            ...decided,
            release_to_everyone,
            conclusion: 'won',
            conclusion_comment: 'Clear.',
          },
        });
        expect(JSON.parse(JSON.stringify(flagRow(world, id).filters))).toEqual(JSON.parse(before));
      },
    );
  });

  it('warns that no conclusion is recorded, where none is given and none was', async () => {
    const world = await openWorld();
    const ship = { id: RUNNING, variant_key: 'test', ...decided };
    expect(warningCodes(await world.call(tool, ship))).toContain('no_conclusion');
    const settled = await world.call(tool, { ...ship, variant_key: 'control', conclusion: 'inconclusive' });
    expect(warningCodes(settled)).not.toContain('no_conclusion');
    expect(warningCodes(await world.call(tool, ship))).not.toContain('no_conclusion');
  });

  it('says truly that shipping a paused experiment serves nobody', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: PAUSED, variant_key: 'control', ...decided });
    expect(effectsOf(answer).users).toBe('Nobody yet: the flag is off. Once it is on, all users see "control".');
    expect(warningCodes(answer)).toContain('flag_inactive');
    expect(flagRow(world, PAUSED).active).toBe(false);
  });

  it('works on a stopped experiment without moving its end', async () => {
    const world = await openWorld();
    const { end_date } = await world.stored(STOPPED);
    const answer = await world.call(tool, { id: STOPPED, variant_key: 'test', ...decided });
    expect(effectsOf(answer).analysis).toBe('Unchanged: it had ended.');
    expect(await world.stored(STOPPED)).toMatchObject({ end_date });
    // What was found before is no longer so.
    expect(answer.text).not.toContain('still split');
    expect(String((await world.stored(STOPPED)).conclusion_comment)).not.toContain('ended_still_split');
  });

  it('keeps a conclusion that was set earlier', async () => {
    const world = await openWorld();
    await world.call('experiment-update', { id: RUNNING, conclusion: 'inconclusive', conclusion_comment: 'Early.' });
    await world.call(tool, { id: RUNNING, variant_key: 'test', ...decided });
    expect(await world.stored(RUNNING)).toMatchObject({
      conclusion: 'inconclusive',
      conclusion_comment: expect.stringMatching(/^Early\.\n\nOverride: /),
    });
  });

  it('says that a freeze goes, whom the variant then reaches, and freezes again when undone', async () => {
    const world = await openWorld();
    const cohort = { key: 'id', type: 'cohort', operator: 'in', value: 7 };
    flagRow(world, RUNNING).filters.groups = [
      { properties: [cohort], rollout_percentage: 100, exposure_frozen: true, exposure_frozen_cohort: 7 },
    ];
    const answer = await expectUndone(world, { tool, args: { id: RUNNING, variant_key: 'test', ...decided } });
    expect(warningCodes(answer)).toContain('freeze_removed');
    expect(effectsOf(answer).users).toBe('All users see "test" from now on.');
  });

  it('warns that other experiments on the flag are no longer split', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: SHARED, variant_key: 'test', ...decided });
    expect(warningCodes(answer)).toContain('shared_flag');
    expect(await settled(world, SHARED_TOO)).toMatchObject({ status: 'running', feature_flag: { active: true } });
  });

  it('answers already_done where the variant is shipped, and ships again where more is asked', async () => {
    const world = await openWorld();
    await world.call(tool, { id: RUNNING, variant_key: 'test', ...decided });
    const again = await world.call(tool, { id: RUNNING, variant_key: 'test', ...decided });
    expect(again.data).toMatchObject({ status: 'already_done', changes: [] });
    const concluded = await world.call(tool, { id: RUNNING, variant_key: 'test', ...decided, conclusion: 'won' });
    expect(concluded.data.status).toBe('applied');
  });

  it('ships again where another experiment on the flag has been frozen since, which kept new users out', async () => {
    const world = await openWorld();
    const args = { id: SHARED, variant_key: 'test', ...decided };
    await world.call(tool, args);
    freeze(world, SHARED_TOO);
    const again = await world.call(tool, args);
    expect(again.data.status).toBe('applied');
    expect(warningCodes(again)).toContain('freeze_removed');
    expect(flagRow(world, SHARED).filters.groups).toEqual([{ properties: [], rollout_percentage: 100 }]);
    expect((await world.call(tool, args)).data.status).toBe('already_done');
  });

  it('ships to everyone where the first release group forces another variant on all', async () => {
    const world = await openWorld();
    const args = { id: RUNNING, variant_key: 'test', ...decided, release_to_everyone: true };
    await world.call(tool, { ...args, release_to_everyone: false });
    const group = { properties: [], rollout_percentage: 100 };
    flagRow(world, RUNNING).filters.groups = [{ ...group, variant: 'control' }];
    expect((await world.call(tool, args)).data.status).toBe('applied');
    flagRow(world, RUNNING).filters.groups = [{ ...group, variant: 'test' }];
    expect((await world.call(tool, args)).data.status).toBe('already_done');
  });

  it.each([true, false])(
    'leaves the holdout out of those it reaches (to everyone: %s)',
    async (release_to_everyone) => {
      const world = await openWorld();
      addHoldout(world, { exclusion: 20, linked: [RUNNING] });
      const answer = await world.call(tool, { id: RUNNING, variant_key: 'test', ...decided, release_to_everyone });
      expect(effectsOf(answer).users).toBe('All users outside the 20% holdout see "test" from now on.');
      expect(flagRow(world, RUNNING).filters.holdout).toEqual({ id: HOLDOUT, exclusion_percentage: 20 });
    },
  );

  it('refuses a draft and a variant that the flag does not have', async () => {
    const world = await openWorld();
    await expectRefused(world, {
      tool,
      args: { id: DRAFT, variant_key: 'test', ...decided },
      detail: 'Experiment has not been launched yet.',
      next: 'there is nothing to pause, resume, end or ship',
    });
    const unknown = await world.call(tool, { id: RUNNING, variant_key: 'tset', ...decided });
    expect(unknown.data.error).toMatchObject({ code: 'invalid_arguments', field: 'variant_key' });
    expect(unknown.text).toContain('Its variants are control, test.');
    expect(sent(world)).toHaveLength(1);
  });

  it('says who keeps another variant because a release group forces it, unless it goes to everyone', async () => {
    const world = await openWorld();
    flagRow(world, RUNNING).filters.groups = [
      { properties: [], rollout_percentage: 20, variant: 'control' },
      { properties: [], rollout_percentage: 50, variant: 'test' },
    ];
    const answer = await expectUndone(world, { tool, args: { id: RUNNING, variant_key: 'test', ...decided } });
    expect(answer.text).toContain('Shipping does not reach the users of group 1 (20% of users, always');
    expect(effectsOf(answer).users).toMatch(/except where a release group forces another one\.$/);
    const args = { id: RUNNING, variant_key: 'test', ...decided, release_to_everyone: true };
    expect(warningCodes(await world.call(tool, args))).not.toContain('variant_forced');
  });

  it('does not offer an undo that a cut answer would break', async () => {
    const world = await openWorld();
    const value = Array.from({ length: 3000 }, (_, index) => `city-${index}`);
    flagRow(world, RUNNING).filters.groups = [
      { properties: [{ key: 'city', type: 'person', operator: 'exact', value }], rollout_percentage: 100 },
    ];
    const answer = await world.call(tool, { id: RUNNING, variant_key: 'test', ...decided });
    expect(answer.data.undo).toEqual({ not_reversible_because: expect.stringContaining('too many conditions') });
  });
});
