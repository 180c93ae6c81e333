import { describe, expect, it } from 'vitest';
import { ARCHIVED, DRAFT, PAUSED, RUNNING, STOPPED } from '../helpers/shop.js';
import { expectUndone, flagRow, sent, warningCodes } from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-delete';

describe('experiment-delete', () => {
  it('hides a draft from every read and says how to bring it back', async () => {
    const world = await openWorld();
    expect(await world.call(tool, { id: DRAFT })).toMatchSnapshot();
    const read = await world.call('experiment-get', { id: DRAFT });
    expect(read.data.error).toMatchObject({ code: 'not_found', next_tool: 'experiment-list' });
    const list = await world.call('experiment-list', { search: 'Button' });
    expect(list.data).toMatchObject({ items: [], total: 0 });
  });

  it('sends only the soft delete, and never DELETE', async () => {
    const world = await openWorld();
    await world.call(tool, { id: RUNNING });
    expect(sent(world)).toEqual([{ request: `PATCH experiments/${RUNNING}`, body: { deleted: true } }]);
  });

  it.each([DRAFT, RUNNING, PAUSED, STOPPED, ARCHIVED])(
    'is taken back by the undo it offers (experiment %i)',
    async (id) => {
      await expectUndone(await openWorld(), { tool, args: { id } });
    },
  );

  it('leaves the flag on and warns of that where the experiment had not ended', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { id: RUNNING });
    expect(warningCodes(answer)).toContain('deleted_while_live');
    expect(flagRow(world, RUNNING)).toMatchObject({ active: true, deleted: false });
    expect(warningCodes(await world.call(tool, { id: STOPPED }))).not.toContain('deleted_while_live');
  });

  it('answers not_found for one that is deleted already', async () => {
    const world = await openWorld();
    await world.call(tool, { id: DRAFT });
    const again = await world.call(tool, { id: DRAFT });
    expect(again.isError).toBe(true);
    expect(again.text).toContain(`Experiment ${DRAFT} was not found in project 1.`);
    expect(sent(world)).toHaveLength(1);
  });
});
