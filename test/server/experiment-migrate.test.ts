import { describe, expect, it } from 'vitest';
import { makeLegacy } from '../helpers/furnish.js';
import { DRAFT, RUNNING } from '../helpers/shop.js';
import { expectRefused, sent, settled, warningCodes } from '../helpers/state.js';
import { openWorld, takeBack } from '../helpers/world.js';

const tool = 'experiment-migrate';
const TWIN = 8;

describe('experiment-migrate', () => {
  it('makes a twin with current metrics on the same flag, and leaves the old one as it is', async () => {
    const world = await openWorld();
    makeLegacy(world, DRAFT);
    const before = await world.stored(DRAFT);
    expect(await world.call(tool, { id: DRAFT })).toMatchSnapshot();
    expect(await world.stored(DRAFT)).toMatchObject({ metrics: before.metrics, is_legacy: true });
    expect(await world.stored(TWIN)).toMatchObject({ is_legacy: false, feature_flag_key: before.feature_flag_key });
  });

  it('sends one request that writes', async () => {
    const world = await openWorld();
    makeLegacy(world, DRAFT);
    await world.call(tool, { id: DRAFT });
    expect(sent(world)).toEqual([{ request: `POST experiments/${DRAFT}/migrate`, body: undefined }]);
  });

  it('answers a second call with the first twin', async () => {
    const world = await openWorld();
    makeLegacy(world, DRAFT);
    await world.call(tool, { id: DRAFT });
    const again = await world.call(tool, { id: DRAFT });
    expect(again.data).toMatchObject({ experiment: { id: TWIN }, changes: [] });
    expect(warningCodes(again)).toContain('migrated_before');
    expect(again.data.undo).toEqual({ not_reversible_because: 'the twin was there before this call' });
    expect(world.sandbox.store.experiments.size).toBe(TWIN);
  });

  it('is taken back by the undo it offers', async () => {
    const world = await openWorld();
    makeLegacy(world, RUNNING);
    const before = await settled(world, RUNNING);
    const undone = await takeBack(world, await world.call(tool, { id: RUNNING }));
    expect(undone.isError, undone.text).toBe(false);
    const { stats_config: _, ...kept } = before;
    expect(await settled(world, RUNNING)).toMatchObject(kept);
    expect(world.sandbox.store.experiments.get(TWIN)?.deleted).toBe(true);
  });

  it('passes on that there is nothing to migrate', async () => {
    await expectRefused(await openWorld(), {
      tool,
      args: { id: RUNNING },
      detail: 'This experiment already uses the new engine.',
      next: 'nothing to migrate',
    });
  });
});
