import { describe, expect, it } from 'vitest';
import { ARCHIVED, DRAFT, PAUSED, RUNNING, STOPPED } from '../helpers/shop.js';
import { effectsOf, expectUndone, experimentRow, flagRow, sent, settled, warningCodes } from '../helpers/state.js';
import { openWorld, takeBack } from '../helpers/world.js';

const tool = 'experiment-update';

describe('experiment-update and the archive', () => {
  it.each([DRAFT, RUNNING, PAUSED])('does not archive experiment %i, which has not ended', async (id) => {
    const world = await openWorld();
    const answer = await world.call(tool, { id, archived: true });
    expect(answer.data.error).toMatchObject({ code: 'refused', field: 'archived' });
    expect(answer.text).toContain('"Experiment must be ended before it can be archived."');
    expect(sent(world)).toEqual([]);
  });

  it('does not archive what the same call opens again', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: STOPPED, archived: true, clear: ['end_date'] });
    expect(answer.isError).toBe(true);
    expect(sent(world)).toEqual([]);
  });

  it('archives what the same call ends', async () => {
    await expectUndone(await openWorld(), { tool, args: { id: RUNNING, archived: true, end_date: '2026-05-30' } });
  });

  it('says that an archived experiment runs hidden once it is opened again', async () => {
    const world = await openWorld();
    const answer = await expectUndone(world, { tool, args: { id: ARCHIVED, clear: ['end_date'] } });
    expect(warningCodes(answer)).toContain('archived');
    expect(answer.text).toContain('experiment-unarchive');
    const both = await world.call(tool, { id: ARCHIVED, clear: ['end_date'], archived: false });
    expect(warningCodes(both)).not.toContain('archived');
  });

  it.each([
    ['experiment-unarchive', {}],
    [tool, { archived: false }],
    ['experiment-reset', {}],
  ])('puts an archived experiment that runs back by the undo of %s %j', async (other, args) => {
    const world = await openWorld();
    await world.call(tool, { id: ARCHIVED, clear: ['end_date'] });
    const answer = await expectUndone(world, { tool: other, args: { id: ARCHIVED, ...args } });
    expect(JSON.stringify(answer.data.undo)).not.toContain('Users whose variant changed');
  });

  it('says that it cannot put such a one back together with another field', async () => {
    const world = await openWorld();
    await world.call(tool, { id: ARCHIVED, clear: ['end_date'] });
    const answer = await world.call(tool, { id: ARCHIVED, archived: false, name: 'Other' });
    expect(answer.data.undo).toEqual({ not_reversible_because: expect.stringContaining('without having ended') });
  });
});

describe('experiment-update and dates', () => {
  it.each([DRAFT, RUNNING])('refuses a start in the future before any request (experiment %i)', async (id) => {
    const world = await openWorld();
    const answer = await world.call(tool, { id, start_date: '2026-06-02' });
    expect(answer.data.error).toMatchObject({ code: 'invalid_arguments', field: 'start_date' });
    expect(answer.text).toContain('lies in the future, and PostHog schedules nothing');
    expect(world.requests()).toEqual([]);
  });

  it.each(['2026-05-31', '2026-05-31T00:00:00', '2026-05-31T02:00:00+02:00'])(
    'sends the end %s in UTC',
    async (end_date) => {
      const world = await openWorld();
      await world.call(tool, { id: RUNNING, end_date });
      expect(sent(world)[0]?.body).toMatchObject({ end_date: '2026-05-31T00:00:00Z' });
      const again = await world.call(tool, { id: RUNNING, end_date });
      expect(again.data.status).toBe('already_done');
    },
  );

  it.each([
    [{ start_date: '2026-07-01T00:00:00Z' }, { start_date: '2026-05-01' }],
    [{ start_date: '2026-05-20T00:00:00Z', end_date: '2026-05-10T00:00:00Z' }, { end_date: '2026-05-25' }],
    [{ start_date: '2026-05-20T00:00:00Z', end_date: '2026-05-10T00:00:00Z' }, { clear: ['end_date'] }],
  ])('puts dates back that it would refuse itself: %j before %j', async (dates, args) => {
    const world = await openWorld();
    Object.assign(experimentRow(world, RUNNING), dates);
    await expectUndone(world, { tool, args: { id: RUNNING, ...args } });
    const mixed = await world.call(tool, { id: RUNNING, ...args, description: 'Other' });
    expect(mixed.data.undo).toEqual({ not_reversible_because: expect.stringContaining('its dates before') });
  });

  it('takes a name that is a date for a name', async () => {
    const world = await openWorld();
    await world.call(tool, { id: RUNNING, name: '2026-05-31' });
    expect((await world.call(tool, { id: RUNNING, name: '2026-05-31T00:00Z' })).data.status).toBe('applied');
  });

  it('says that an end date ends no draft, and the launch then that it is stopped at once', async () => {
    const world = await openWorld();
    const answer = await expectUndone(world, { tool, args: { id: DRAFT, end_date: '2026-05-30' } });
    expect(warningCodes(answer)).toEqual(['draft_has_end']);
    expect(effectsOf(answer).analysis).toBe('Nothing counts before the launch.');
    await world.call(tool, { id: DRAFT, end_date: '2026-05-30' });
    const launched = await world.call('experiment-launch', { id: DRAFT });
    expect(warningCodes(launched)).toContain('stopped_at_once');
    expect(effectsOf(launched).analysis).toContain('Nothing counts');
    expect(launched.data.experiment).toMatchObject({ status: 'stopped' });
  });

  it('says that a draft has nothing to conclude', async () => {
    const answer = await (await openWorld()).call(tool, { id: DRAFT, conclusion: 'invalid' });
    expect(warningCodes(answer)).toEqual(['draft_concluded']);
    const stopped = await (await openWorld()).call(tool, { id: STOPPED, conclusion: 'invalid' });
    expect(warningCodes(stopped)).toEqual([]);
  });

  it('names the time that counts once a date has moved', async () => {
    const world = await openWorld();
    const opened = await world.call(tool, { id: STOPPED, clear: ['end_date'] });
    expect(effectsOf(opened).analysis).toBe('It is open and counts all data since 2026-05-02T12:00:00Z.');
    const ended = await world.call(tool, { id: STOPPED, end_date: '2026-05-20' });
    expect(effectsOf(ended).analysis).toBe(
      'It counts as stopped, with the data from 2026-05-02T12:00:00Z to 2026-05-20T00:00:00Z.',
    );
  });

  it('does not say that the flag goes on where the undo of a reset finds it on', async () => {
    const world = await openWorld();
    const before = await settled(world, STOPPED);
    const undone = await takeBack(world, await world.call('experiment-reset', { id: STOPPED }));
    expect(effectsOf(undone).users).toBe('Unchanged. The flag is on: all users are split control 50%, test 50%.');
    expect(await settled(world, STOPPED)).toEqual(before);
    expect(flagRow(world, STOPPED).active).toBe(true);
    expect(experimentRow(world, STOPPED).end_date).not.toBeNull();
  });
});
