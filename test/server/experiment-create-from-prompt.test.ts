import { describe, expect, it } from 'vitest';
import { openFor } from '../helpers/furnish.js';
import { sent } from '../helpers/state.js';
import { VALID_CALLS } from '../helpers/valid-calls.js';
import { openWorld, takeBack } from '../helpers/world.js';

const tool = 'experiment-create-from-prompt';
const args = VALID_CALLS[tool] ?? {};

describe('experiment-create-from-prompt', () => {
  it('makes a draft with a variant for each version', async () => {
    const world = await openFor(tool);
    expect(await world.call(tool, args)).toMatchSnapshot();
    expect(sent(world)).toEqual([{ request: 'POST experiments/create_from_prompt', body: args }]);
  });

  it('is taken back by the undo it offers', async () => {
    const world = await openFor(tool);
    const before = world.sandbox.store.experiments.size;
    const answer = await world.call(tool, args);
    await takeBack(world, answer);
    const left = [...world.sandbox.store.experiments.values()].filter(({ deleted }) => !deleted);
    expect(left).toHaveLength(before);
  });

  it.each([
    [{ feature_flag_key: 'signup' }, 'There is already a feature flag with this key.'],
    [{ versions: [1, 9] }, 'has no version(s): 9'],
    [{ prompt_name: 'other' }, 'not found'],
  ])('passes on what PostHog refuses: %j', async (more, detail) => {
    const world = await openFor(tool);
    const answer = await world.call(tool, { ...args, ...more });
    expect(answer.isError).toBe(true);
    expect(answer.text).toContain(detail);
  });

  it('says where the project does not have the feature', async () => {
    const answer = await (await openWorld()).call(tool, args);
    expect(answer.data.error).toMatchObject({ code: 'not_supported' });
  });
});
