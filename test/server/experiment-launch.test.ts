import { describe, expect, it } from 'vitest';
import { DRAFT, PAUSED, RUNNING, STOPPED } from '../helpers/shop.js';
import { openWorld, takeBack } from '../helpers/world.js';

describe('experiment-launch', () => {
  it('starts a draft and answers with the state read back, the changes and an undo', async () => {
    const world = await openWorld();
    const answer = await world.call('experiment-launch', { id: DRAFT });
    expect(answer).toMatchSnapshot();
    expect(await world.stored(DRAFT)).toMatchObject({ status: 'running', feature_flag: { active: true } });
  });

  it('sends one launch and nothing else that writes', async () => {
    const world = await openWorld();
    await world.call('experiment-launch', { id: DRAFT });
    expect(world.requests().filter((request) => !request.startsWith('GET'))).toEqual([
      `POST /api/projects/1/experiments/${DRAFT}/launch/`,
    ]);
  });

  it('is taken back by the undo it offers: a draft again, with its flag off', async () => {
    const world = await openWorld();
    const before = await world.stored(DRAFT);
    await takeBack(world, await world.call('experiment-launch', { id: DRAFT }));
    expect(await world.stored(DRAFT)).toMatchObject({
      status: 'draft',
      start_date: null,
      feature_flag: { active: false, filters: (before.feature_flag as { filters: unknown }).filters },
    });
  });

  it('answers already_done for a running experiment, without sending anything', async () => {
    const world = await openWorld();
    const answer = await world.call('experiment-launch', { id: RUNNING });
    expect(answer.data.status).toBe('already_done');
    expect(answer.text).toContain('Experiment has already been launched.');
    expect(world.requests().every((request) => request.startsWith('GET'))).toBe(true);
  });

  it.each([PAUSED, STOPPED])(
    'passes on why PostHog refuses to launch experiment %i, and what to do instead',
    async (id) => {
      const world = await openWorld();
      const before = await world.stored(id);
      const answer = await world.call('experiment-launch', { id });
      expect(answer.isError).toBe(true);
      expect(answer.data.error).toMatchObject({
        code: 'refused',
        status: 400,
        detail: 'Experiment has already been launched.',
      });
      expect(answer.text).toContain('experiment-resume');
      expect(await world.stored(id)).toEqual(before);
    },
  );
});
