import { z } from 'zod';
import { ToolError } from '../src/errors.js';
import { apiPath } from '../src/posthog/path.js';
import { readExperiment } from '../src/reads/snapshot.js';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { defineReadTool } from '../src/tool.js';

const task = z.object({
  task_id: z.string(),
  run_status: z.string(),
  is_terminal: z.boolean(),
  pr_url: z.string().nullable(),
});

export const experimentCleanupTask = defineReadTool({
  name: 'experiment-cleanup-task',
  title: 'Follow clean-up',
  searchHint: 'remove flag code, clean-up pull request',
  toolset: 'admin',
  access: 'read',
  idempotent: true,
  description: [
    'How far the pull request is that ending or shipping with open_cleanup_pr asked for: run_status and pr_url. Ask again every minute until is_terminal.',
    '404 where none was asked for.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({ id: experimentId }),
  output: task.extend({ project_id: z.number() }),
  run: async ({ id }, context) => {
    const { api, project } = context;
    const path = apiPath`/api/projects/${project}/experiments/${id}/flag_cleanup_task/`;
    try {
      return { ...(await api.get(path, task)), project_id: project };
    } catch (error) {
      if (!(error instanceof ToolError) || error.code !== 'not_found') throw error;
      // PostHog says the same of an experiment that it does not know, which this read tells in its own words.
      await readExperiment(id, context);
      throw error.with({
        message: `Experiment ${id} has no clean-up task: none was asked for, or PostHog started none.`,
        hint: 'experiment-ship-variant with open_cleanup_pr: true asks for one.',
        next_tool: 'experiment-ship-variant',
      });
    }
  },
});
