import { expect, it } from 'vitest';
import { openFor } from '../helpers/furnish.js';
import { openWorld } from '../helpers/world.js';

const tool = 'experiment-prompt-templates';

it('experiment-prompt-templates lists the metrics with what each measures', async () => {
  const world = await openFor(tool);
  expect(await world.call(tool)).toMatchSnapshot();
  expect(world.requests()).toEqual(['GET /api/projects/1/experiments/prompt_templates/']);
});

it('experiment-prompt-templates says where the project does not have the feature', async () => {
  const answer = await (await openWorld()).call(tool);
  expect(answer.data.error).toMatchObject({ code: 'not_supported', status: 404 });
  expect(answer.text).toContain('experiments from prompts');
});
