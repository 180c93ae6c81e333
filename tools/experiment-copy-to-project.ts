import { z } from 'zod';
import { ToolError } from '../src/errors.js';
import { unlessOlderBuild } from '../src/posthog/older-builds.js';
import { apiPath } from '../src/posthog/path.js';
import { type Experiment, experimentWire } from '../src/schema/experiment.js';
import { EXPERIMENT_ID_ALIASES, experimentId, flagKey, idNumber } from '../src/schema/ids.js';
import { quoted } from '../src/schema/quote.js';
import { defineWriteTool } from '../src/tool.js';

export const experimentCopyToProject = defineWriteTool({
  name: 'experiment-copy-to-project',
  title: 'Copy to another project',
  searchHint: 'copy an A/B test to another project',
  toolset: 'admin',
  access: 'write',
  idempotent: false,
  description: [
    'Copy an experiment as a draft into another project of the same organization: settings and metrics, not holdout, shared metrics, dates or results.',
    'Confirm the project by name (project-list).',
    'If that project has a flag with the key already, the copy uses it as it is. 404 "Target team not found.", 403 without write access there, 400 for legacy metrics.',
    'Cannot be undone from here: this server acts in its own project only.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({
    id: experimentId,
    target_project: idNumber('Id from project-list'),
    feature_flag_key: flagKey.optional().describe('Key there; left out, the same'),
    name: z.string().trim().min(1).max(400).optional().describe('Of the copy'),
  }),
  target: ({ id }) => id,
  plan: ({ target_project, feature_flag_key }, { experiment }) => ({
    elsewhere: `Have somebody look for the copy in project ${target_project}`,
    effects: {
      users: 'Unchanged: the copy is a draft, and a flag that was there stays as it is.',
      analysis: 'The copy starts without data.',
    },
    warnings: [
      {
        code: 'other_project',
        message: `The copy is in project ${target_project}, on flag ${quoted(feature_flag_key ?? experiment.feature_flag_key)} there; one with this key that existed is used as it is.`,
      },
    ],
  }),
  run: async ({ id, target_project, ...rest }, { api, project }) => {
    if (target_project === project) throw ownProject(project);
    const path = apiPath`/api/projects/${project}/experiments/${id}/copy_to_project/`;
    const copying = api.post(path, experimentWire, { ...rest, target_team_id: target_project });
    const after = await unlessOlderBuild('copying to other projects', blamingTarget(target_project, copying));
    // This server reads its own project only, so the answer itself stands for the copy.
    return { after, readable: false, warnings: flagWarnings(after, target_project) };
  },
  undo: ({ target_project }, _before, after) => ({
    not_reversible_because: `the copy ${after.id} is in project ${target_project}; delete it there`,
  }),
});

/** PostHog would make a duplicate, which has its own tool with its own warnings and undo. */
function ownProject(project: number): ToolError {
  return new ToolError(
    'invalid_arguments',
    `Project ${project} is the one that the experiment is in; nothing was sent.`,
    'Use experiment-duplicate for a copy in the same project, or another project from project-list.',
    { field: 'target_project', next_tool: 'experiment-duplicate' },
  );
}

/** A missing or closed target is no fault of the experiment or of the key's own project, which the path names. */
async function blamingTarget<T>(target: number, copying: Promise<T>): Promise<T> {
  try {
    return await copying;
  } catch (error) {
    if (!(error instanceof ToolError) || !/\btarget (team|project)\b/i.test(error.fields.detail ?? '')) throw error;
    const blamed = { ...error.fields, field: 'target_project', next_tool: 'project-list' };
    const hint = 'Take an id from project-list; the key must have write access there and the organization be the same.';
    throw new ToolError(error.code, `The experiment could not be copied to project ${target}.`, hint, blamed);
  }
}

/** A flag that a copy makes is off, so one that is on was there before. */
function flagWarnings({ feature_flag: flag }: Experiment, target: number) {
  if (!flag?.active) return [];
  const message = `No flag was made: ${quoted(flag.key)} existed in project ${target} and is on, so it serves users there already.`;
  return [{ code: 'linked_existing_flag', message }];
}
