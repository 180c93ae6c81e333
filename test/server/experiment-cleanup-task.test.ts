import { describe, expect, it } from 'vitest';
import { openFor } from '../helpers/furnish.js';
import { RUNNING, STOPPED } from '../helpers/shop.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-cleanup-task';

describe('experiment-cleanup-task', () => {
  it('follows the work on a pull request to its address', async () => {
    const world = await openFor(tool);
    expect(await world.call(tool, { id: STOPPED })).toMatchSnapshot();
    await world.call(tool, { id: STOPPED });
    const { data } = await world.call(tool, { id: STOPPED });
    expect(data).toMatchObject({ is_terminal: true, pr_url: 'https://github.com/acme/web/pull/1' });
  });

  it('says where no pull request was asked for how to ask for one', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: RUNNING });
    expect(answer.data.error).toMatchObject({ code: 'not_found', next_tool: 'experiment-ship-variant' });
    expect(answer.text).toContain('open_cleanup_pr');
  });
});
