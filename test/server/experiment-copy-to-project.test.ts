import { describe, expect, it } from 'vitest';
import { addHoldout, makeLegacy } from '../helpers/furnish.js';
import { DRAFT, RUNNING } from '../helpers/shop.js';
import { expectRefused, sent, settled, warningCodes } from '../helpers/state.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-copy-to-project';
const args = { id: RUNNING, target_project: 2 };

describe('experiment-copy-to-project', () => {
  it('makes a draft in the other project, and says where it is', async () => {
    const world = await openWorld();
    addHoldout(world, { linked: [RUNNING] });
    const before = await settled(world, RUNNING);
    expect(await world.call(tool, args)).toMatchSnapshot();
    expect(await settled(world, RUNNING)).toEqual(before);
  });

  it('sends one copy and reads nothing in the other project', async () => {
    const world = await openWorld();
    await world.call(tool, { ...args, feature_flag_key: 'there', name: 'Mine' });
    const body = { target_team_id: 2, feature_flag_key: 'there', name: 'Mine' };
    expect(sent(world)).toEqual([{ request: `POST experiments/${RUNNING}/copy_to_project`, body }]);
    for (const request of world.requests()) expect(request).toContain(' /api/projects/1/');
  });

  it('says of a flag that was there that it is used as it is, and that it is on', async () => {
    const world = await openWorld();
    world.sandbox.store.insertFlag({
      ...{ project_id: 2, key: 'checkout-steps', created_at: '2026-01-01T00:00:00Z' },
      filters: {
        groups: [{ properties: [], rollout_percentage: 7 }],
        multivariate: {
          variants: [
            { key: 'control', rollout_percentage: 50 },
            { key: 'b', rollout_percentage: 50 },
          ],
        },
      },
    });
    const answer = await world.call(tool, args);
    expect(warningCodes(answer)).toContain('linked_existing_flag');
    expect(answer.data.experiment).toMatchObject({ feature_flag: { rollout_percentage: 7, active: true } });
    expect(answer.text).toContain('existed in project 2 and is on, so it serves users there already');
  });

  it('says that there is no such project, not that the experiment is missing', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { ...args, target_project: 77 });
    expect(answer.data.error).toMatchObject({
      code: 'not_found',
      status: 404,
      detail: 'Target team not found.',
      field: 'target_project',
      next_tool: 'project-list',
    });
    expect(answer.text).not.toContain('Experiment 2 was not found');
  });

  it('leaves copies within the project to experiment-duplicate', async () => {
    const world = await openWorld();
    const answer = await world.call(tool, { ...args, target_project: 1 });
    const error = { code: 'invalid_arguments', field: 'target_project', next_tool: 'experiment-duplicate' };
    expect(answer.data.error).toMatchObject(error);
    expect(sent(world)).toEqual([]);
  });

  it('says that the key may not write there', async () => {
    const detail = 'You do not have write access to the target project.';
    const world = await openWorld({
      faults: { respond: ({ method }) => (method === 'POST' ? { status: 403, body: { detail } } : undefined) },
    });
    const answer = await world.call(tool, args);
    expect(answer.data.error).toMatchObject({ code: 'forbidden', status: 403, detail, field: 'target_project' });
    expect(answer.text).toContain('could not be copied to project 2');
  });

  it('passes on that a legacy experiment cannot be copied, with what to do first', async () => {
    const world = await openWorld();
    makeLegacy(world, DRAFT);
    await expectRefused(world, {
      tool,
      args: { ...args, id: DRAFT },
      detail: 'Copying is not supported for experiments using legacy metrics.',
      next: 'experiment-migrate',
    });
  });
});
