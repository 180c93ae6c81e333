import { z } from 'zod';
import { unlessOlderBuild } from '../src/posthog/older-builds.js';
import { apiPath } from '../src/posthog/path.js';
import { watchFlagKey } from '../src/reads/find.js';
import { experimentWire } from '../src/schema/experiment.js';
import { flagKey } from '../src/schema/ids.js';
import { quoted } from '../src/schema/quote.js';
import { defineCreateTool } from '../src/tool.js';

const input = z.strictObject({
  prompt_name: z.string().trim().min(1).max(400).describe('As in LLM analytics'),
  versions: z.array(z.number().int().min(1)).min(2).max(10).describe('First: control'),
  templates: z
    .array(z.enum(['cost', 'latency', 'eval_pass_rate']))
    .min(1)
    .max(3)
    .describe('Metrics'),
  feature_flag_key: flagKey.describe('New key'),
  name: z.string().trim().min(1).max(400).optional().describe('For people'),
  description: z.string().trim().max(3000).optional().describe('Hypothesis'),
});

export const experimentCreateFromPrompt = defineCreateTool({
  name: 'experiment-create-from-prompt',
  title: 'Create from prompt',
  searchHint: 'A/B test of LLM prompts',
  toolset: 'beta',
  access: 'write',
  idempotent: false,
  description: [
    'Create a draft that compares versions of a prompt: one variant each, split evenly, with the version as payload of a new flag that is off.',
    'experiment-prompt-templates lists the metrics. 400 for a key that is taken or a version that does not exist.',
  ].join('\n'),
  input,
  target: () => null,
  plan: ({ feature_flag_key }) => ({
    makesOn: feature_flag_key,
    effects: {
      users: 'Nothing changes for users: the new flag is off.',
      analysis: 'Nothing counts before the launch.',
    },
  }),
  watch: ({ feature_flag_key: key, name }, context) => watchFlagKey({ key, name }, context),
  run: async (body, { api, project }) => {
    const path = apiPath`/api/projects/${project}/experiments/create_from_prompt/`;
    return { after: await unlessOlderBuild('experiments from prompts', api.post(path, experimentWire, body)) };
  },
  undoTools: ['experiment-delete'],
  undo: (_input, _before, after) => ({
    tool: 'experiment-delete',
    arguments: { id: after.id },
    note: `Feature flag ${quoted(after.feature_flag_key)} stays in PostHog.`,
  }),
});
