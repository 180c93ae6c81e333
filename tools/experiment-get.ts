import { z } from 'zod';
import { findExperimentByFlagKey } from '../src/reads/find.js';
import { readExperiment } from '../src/reads/snapshot.js';
import { experimentView, viewExperiment } from '../src/schema/experiment.js';
import { detailLevel, EXPERIMENT_ID_ALIASES, experimentId, flagKey } from '../src/schema/ids.js';
import { defineReadTool } from '../src/tool.js';

export const experimentGet = defineReadTool({
  name: 'experiment-get',
  title: 'Get experiment',
  toolset: 'experiments',
  access: 'read',
  idempotent: true,
  description: [
    'One experiment by id or feature_flag_key: status, dates, variants, rollout, metrics with uuid, exposure rules, plan, conclusion. No results.',
    'paused = launched with the flag off, exposure_frozen = running without new users, stopped = ended (the flag may still serve).',
    'Several on one key are named instead of guessing. 404 for deleted ones.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z
    .strictObject({
      id: experimentId.optional(),
      feature_flag_key: flagKey.optional().describe('Exact key, instead of id'),
      detail: detailLevel,
    })
    .refine((input) => (input.id === undefined) !== (input.feature_flag_key === undefined), {
      error: 'give exactly one of id and feature_flag_key',
    }),
  output: experimentView.extend({ project_id: z.number() }),
  run: async ({ id, feature_flag_key = '', detail }, context) => {
    const experiment =
      id === undefined ? await findExperimentByFlagKey(feature_flag_key, context) : await readExperiment(id, context);
    const { api, project } = context;
    return { ...viewExperiment(experiment, { origin: api.origin, project, detail }), project_id: project };
  },
});
