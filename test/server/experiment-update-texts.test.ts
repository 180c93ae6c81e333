import { describe, expect, it } from 'vitest';
import { RUNNING } from '../helpers/shop.js';
import { experimentRow, sent } from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-update';

describe('experiment-update of texts', () => {
  it('takes tags in lower case, as PostHog stores them', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: RUNNING, tags: ['Checkout', 'Q3'] });
    expect(answer.data.experiment).toMatchObject({ tags: ['checkout', 'q3'] });
    expect((await world.call(tool, { id: RUNNING, tags: ['Checkout', 'Q3'] })).data.status).toBe('already_done');
    expect(sent(world)).toHaveLength(1);
  });

  it('says that invisible characters of a text do not come back', async () => {
    const world = await openWorld();
    experimentRow(world, RUNNING).description = 'Grow\u200bing\u2060 fast';
    const answer = await world.call(tool, { id: RUNNING, description: 'Other' });
    expect(answer.data.undo).toMatchObject({
      arguments: { description: 'Growing fast' },
      note: expect.stringContaining('Invisible characters'),
    });
    const plain = await world.call(tool, { id: RUNNING, description: 'Third' });
    expect(plain.data.undo).not.toHaveProperty('note');
  });
});
