import { z } from 'zod';
import { unlessOlderBuild } from '../src/posthog/older-builds.js';
import { apiPath } from '../src/posthog/path.js';
import { wireCount, wireNumber } from '../src/schema/wire.js';
import { defineReadTool } from '../src/tool.js';

const stats = z.object({
  launched_last_30d: wireCount,
  launched_previous_30d: wireCount,
  percent_change: wireNumber,
  active_experiments: wireCount,
  completed_last_30d: wireCount,
});

export const experimentStats = defineReadTool({
  name: 'experiment-stats',
  title: 'Experiment velocity',
  searchHint: 'how many A/B tests, experimentation velocity',
  toolset: 'admin',
  access: 'read',
  idempotent: true,
  description: [
    'How busy the programme is: experiments launched in the last 30 days and the 30 before, active now, completed lately.',
    'Counts only; experiment-list names them.',
  ].join('\n'),
  input: z.strictObject({}),
  output: stats.extend({ project_id: z.number() }),
  run: async (_, { api, project }) => {
    const path = apiPath`/api/projects/${project}/experiments/stats/`;
    return { ...(await unlessOlderBuild('experiment counts', api.get(path, stats))), project_id: project };
  },
});
