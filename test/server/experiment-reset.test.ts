import { describe, expect, it } from 'vitest';
import { ARCHIVED, DRAFT, PAUSED, RUNNING, SHARED, STOPPED } from '../helpers/shop.js';
import {
  effectsOf,
  expectAlreadyDone,
  expectUndone,
  experimentRow,
  flagRow,
  sent,
  warningCodes,
} from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-reset';

describe('experiment-reset', () => {
  it('takes a stopped experiment back to draft and says that its flag goes on serving', async () => {
    const world = await openWorld();
    expect(await world.call(tool, { id: STOPPED })).toMatchSnapshot();
    expect(await world.stored(STOPPED)).toMatchObject({
      status: 'draft',
      start_date: null,
      end_date: null,
      feature_flag: { active: true },
    });
  });

  it('does not touch the flag unless asked', async () => {
    const world = await openWorld();
    const { feature_flag } = await world.stored(RUNNING);
    await world.call(tool, { id: RUNNING });
    expect((await world.stored(RUNNING)).feature_flag).toEqual(feature_flag);
    expect(sent(world)).toEqual([{ request: `POST experiments/${RUNNING}/reset`, body: undefined }]);
  });

  it.each([RUNNING, PAUSED, STOPPED, ARCHIVED])('is taken back by the undo it offers (experiment %i)', async (id) => {
    await expectUndone(await openWorld(), { tool, args: { id } });
  });

  it.each([RUNNING, PAUSED, STOPPED, ARCHIVED])(
    'is taken back with the flag turned off too (experiment %i)',
    async (id) => {
      await expectUndone(await openWorld(), { tool, args: { id, disable_feature_flag: true } });
    },
  );

  it('puts dates, conclusion and comment back when undone', async () => {
    const world = await openWorld();
    await world.call('experiment-end', { id: RUNNING, conclusion: 'won', conclusion_comment: 'Clear.' });
    await expectUndone(world, { tool, args: { id: RUNNING } });
  });

  it.each([
    ['starts in the future', { start_date: '2026-07-01T00:00:00Z' }],
    ['ended before it started', { start_date: '2026-05-20T00:00:00Z', end_date: '2026-05-10T00:00:00Z' }],
    ['ended as it started', { start_date: '2026-05-20T00:00:00Z', end_date: '2026-05-20T00:00:00Z' }],
  ])('is taken back for an experiment that %s', async (_, dates) => {
    const world = await openWorld();
    Object.assign(experimentRow(world, RUNNING), dates);
    const answer = await expectUndone(world, { tool, args: { id: RUNNING } });
    expect(answer.data.undo).toMatchObject({ tool: 'feature-flag-restore' });
  });

  it('turns the flag off first where asked, and warns who else it serves', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: SHARED, disable_feature_flag: true });
    expect(sent(world).map(({ request }) => request)).toEqual([
      `POST experiments/${SHARED}/pause`,
      `POST experiments/${SHARED}/reset`,
    ]);
    expect(warningCodes(answer)).toContain('shared_flag');
    expect(effectsOf(answer).users).toBe('The flag goes off: everybody falls back to the default of the code.');
  });

  it('turns only the flag off for a draft whose flag is on', async () => {
    const world = await openWorld();
    flagRow(world, DRAFT).active = true;
    await expectUndone(world, { tool, args: { id: DRAFT, disable_feature_flag: true } });
  });

  it('says who sees variants again where the reset takes a freeze off, and freezes again when undone', async () => {
    const world = await openWorld();
    const cohort = { key: 'id', type: 'cohort', operator: 'in', value: 7 };
    flagRow(world, RUNNING).filters.groups = [
      { properties: [cohort], rollout_percentage: 100, exposure_frozen: true, exposure_frozen_cohort: 7 },
    ];
    const answer = await expectUndone(world, { tool, args: { id: RUNNING } });
    expect(effectsOf(answer).users).toBe(
      'The freeze is taken off. The flag is on: all users are split control 50%, test 50%.',
    );
    expect(await world.stored(RUNNING)).toMatchObject({ status: 'exposure_frozen' });
  });

  it('answers already_done for a draft', async () => {
    await expectAlreadyDone(await openWorld(), {
      tool,
      args: { id: DRAFT },
      words: 'Experiment is already in draft state.',
    });
  });

  it('offers no undo that would fail, where the flag is deleted', async () => {
    const world = await openWorld();
    flagRow(world, STOPPED).deleted = true;
    const answer = await world.call(tool, { id: STOPPED });
    expect(answer.data.undo).toEqual({ not_reversible_because: expect.stringContaining('flag is deleted') });
  });
});
