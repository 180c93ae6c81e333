import { describe, expect, it } from 'vitest';
import { DRAFT, PAUSED, RUNNING, SHARED, SHARED_TOO, STOPPED } from '../helpers/shop.js';
import {
  expectAlreadyDone,
  expectRefused,
  expectUndone,
  experimentRow,
  flagRow,
  sent,
  settled,
  warningCodes,
} from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-pause';

describe('experiment-pause', () => {
  it('turns the flag off and says that the experiment stays open', async () => {
    const world = await openWorld();
    expect(await world.call(tool, { id: RUNNING })).toMatchSnapshot();
    expect(await world.stored(RUNNING)).toMatchObject({
      status: 'paused',
      end_date: null,
      feature_flag: { active: false },
    });
  });

  it('sends one pause and nothing else that writes', async () => {
    const world = await openWorld();
    await world.call(tool, { id: RUNNING });
    expect(sent(world)).toEqual([{ request: `POST experiments/${RUNNING}/pause`, body: undefined }]);
  });

  it('is taken back by the undo it offers', async () => {
    await expectUndone(await openWorld(), { tool, args: { id: RUNNING } });
  });

  it('answers already_done for a paused experiment', async () => {
    await expectAlreadyDone(await openWorld(), {
      tool,
      args: { id: PAUSED },
      words: 'Experiment is already paused.',
    });
  });

  it.each([
    [DRAFT, 'Experiment has not been launched yet.', 'nobody is in a variant while its flag is off'],
    [
      STOPPED,
      'Experiment has already ended.',
      'experiment-archive or experiment-reset with disable_feature_flag: true',
    ],
  ])('passes on why PostHog refuses to pause experiment %i: %s', async (id, detail, next) => {
    await expectRefused(await openWorld(), { tool, args: { id }, detail, next });
  });

  it('does not send anyone who wants a draft off to the launch', async () => {
    const world = await openWorld();
    flagRow(world, DRAFT).active = true;
    const answer = await world.call(tool, { id: DRAFT });
    expect(answer.data.error).toMatchObject({ next_tool: 'experiment-get' });
    expect(answer.text).toContain('experiment-reset with disable_feature_flag: true turns it off');
    await world.call('experiment-reset', { id: DRAFT, disable_feature_flag: true });
    expect(flagRow(world, DRAFT).active).toBe(false);
  });

  it('warns that the other experiment on the flag stops too, by id, name and status', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: SHARED });
    expect(warningCodes(answer)).toContain('shared_flag');
    expect(answer.text).toContain(`${SHARED_TOO} \\"Signup layout\\" (running)`);
    expect(await settled(world, SHARED_TOO)).toMatchObject({ status: 'paused' });
  });

  it('says nothing about sharing where the flag is not shared', async () => {
    const world = await openWorld();
    expect(warningCodes(await world.call(tool, { id: RUNNING }))).toEqual(['acted_at_once']);
  });

  it.each([
    [tool, {}],
    ['experiment-ship-variant', { variant_key: 'test', override_reason: 'Decided.' }],
  ])('%s names an archived experiment on the flag, whether it runs or has ended', async (name, args) => {
    const world = await openWorld();
    experimentRow(world, SHARED_TOO).archived = true;
    const answer = await world.call(name, { id: SHARED, ...args });
    expect(warningCodes(answer)).toContain('shared_flag');
    expect(answer.text).toContain(`${SHARED_TOO} \\"Signup layout\\" (running, archived)`);
    const ended = await openWorld();
    Object.assign(experimentRow(ended, SHARED_TOO), { archived: true, end_date: '2026-05-31T00:00:00Z' });
    expect((await ended.call(name, { id: SHARED, ...args })).text).toContain('(stopped, archived)');
  });
});
