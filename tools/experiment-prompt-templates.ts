import { z } from 'zod';
import { unlessOlderBuild } from '../src/posthog/older-builds.js';
import { apiPath } from '../src/posthog/path.js';
import { defineReadTool } from '../src/tool.js';

const template = z.object({ key: z.string(), label: z.string(), description: z.string() });

export const experimentPromptTemplates = defineReadTool({
  name: 'experiment-prompt-templates',
  title: 'Prompt templates',
  searchHint: 'metrics for A/B tests of LLM prompts',
  toolset: 'beta',
  access: 'read',
  idempotent: true,
  description: [
    'Metrics that experiment-create-from-prompt can compare versions of a prompt by, with what each measures. Changes nothing.',
    'Not in every project: PostHog is still bringing it to them.',
  ].join('\n'),
  input: z.strictObject({}),
  output: z.object({ items: z.array(template), project_id: z.number() }),
  run: async (_, { api, project }) => {
    const path = apiPath`/api/projects/${project}/experiments/prompt_templates/`;
    const items = await unlessOlderBuild('experiments from prompts', api.get(path, z.array(template)));
    return { items, project_id: project };
  },
});
