import { z } from 'zod';
import { unlessOlderBuild } from '../src/posthog/older-builds.js';
import { apiPath } from '../src/posthog/path.js';
import { watchName } from '../src/reads/pages.js';
import { type Holdout, holdoutWire } from '../src/schema/holdout.js';
import { pageWire } from '../src/schema/page.js';
import { defineSubjectTool } from '../src/tool.js';
import { HOLDOUTS, type HoldoutBefore } from '../src/writes/subjects/holdout.js';

const page = pageWire(holdoutWire);

const input = z.strictObject({
  name: z.string().trim().min(1).max(400).describe('For people'),
  description: z.string().trim().max(400).optional().describe('What it is for'),
  exclusion_percent: z.number().min(0).max(100).describe('Share of users held OUT of its experiments'),
});

export const experimentHoldoutsCreate = defineSubjectTool<typeof input, HoldoutBefore | null, Holdout, number>({
  name: 'experiment-holdouts-create',
  title: 'Create holdout',
  searchHint: 'holdout, holdback group',
  toolset: 'holdouts',
  access: 'write',
  idempotent: false,
  description: [
    'Make a holdout. It holds nobody out until a draft uses it (experiment-update holdout_id, before launch only).',
    'exclusion_percent is the share kept OUT, not the share that enters. Undo: experiment-holdouts-destroy.',
  ].join('\n'),
  input,
  subject: HOLDOUTS,
  target: () => null,
  plan: () => ({
    effects: { users: 'Nobody is held out until an experiment uses it.', analysis: 'Unchanged.' },
  }),
  watch: ({ name }, context) =>
    watchName(name, { path: apiPath`/api/projects/${context.project}/experiment_holdouts/`, page }, context),
  run: async ({ exclusion_percent, ...rest }, { api, project }) => {
    const body = { ...rest, filters: [{ properties: [], rollout_percentage: exclusion_percent }] };
    const made = api.post(apiPath`/api/projects/${project}/experiment_holdouts/`, holdoutWire, body);
    return { after: await unlessOlderBuild('holdouts', made) };
  },
  undoTools: ['experiment-holdouts-destroy'],
  undo: (_input, _before, after) => ({ tool: 'experiment-holdouts-destroy', arguments: { id: after.id } }),
});
