import { describe, expect, it } from 'vitest';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-stats';

describe('experiment-stats', () => {
  it('counts what was launched, what is active and what has ended', async () => {
    const world = await openWorld();
    expect(await world.call(tool)).toMatchSnapshot();
    expect(world.requests()).toEqual(['GET /api/projects/1/experiments/stats/']);
  });

  it('says of an older build that it does not count', async () => {
    const body = { type: 'invalid_request', code: 'not_found', detail: 'Not found.', attr: null };
    const world = await openWorld({
      faults: { respond: ({ path }) => (path.endsWith('/stats/') ? { status: 404, body } : undefined) },
    });
    const answer = await world.call(tool);
    expect(answer.data.error).toMatchObject({ code: 'not_supported', status: 404 });
    expect(answer.text).toContain('experiment counts');
  });
});
