import { z } from 'zod';
import { defaultsOf } from '../src/decision/defaults.js';
import { findExperimentByFlagKey, type Miss } from '../src/reads/find.js';
import { readExperiment } from '../src/reads/snapshot.js';
import { defaultsView, experimentView, statusOf, viewExperiment } from '../src/schema/experiment.js';
import { exposureEventOf, exposureEventView } from '../src/schema/exposure-event.js';
import { detailLevel, EXPERIMENT_ID_ALIASES, experimentId, flagKey } from '../src/schema/ids.js';
import { nowSeen } from '../src/serving/serving.js';
import { defineReadTool } from '../src/tool.js';

const miss = {
  found: z.boolean().optional(),
  reason: z.enum(['no_flag', 'no_experiment', 'ambiguous']).optional(),
  next: z.string().optional(),
  candidates: z
    .array(z.object({ id: z.number(), name: z.string(), status: z.string(), archived: z.boolean() }))
    .optional(),
};

const NEXT: Readonly<Record<Miss, string>> = {
  no_flag: 'No feature flag has exactly this key. Look for the experiment with experiment-list search.',
  no_experiment: 'No experiment uses this key; feature-flag-get shows the flag, experiment-list search finds others.',
  ambiguous: 'Several experiments use this key. Ask which one is meant, then call again with its id.',
};

export const experimentGet = defineReadTool({
  name: 'experiment-get',
  title: 'Get experiment',
  searchHint: 'show, open, look up an A/B test',
  toolset: 'experiments',
  access: 'read',
  idempotent: true,
  description: [
    'One experiment by id or feature_flag_key: status, dates, variants, rollout, metrics with uuid, exposure rules, plan, conclusion. No results.',
    'paused = launched with the flag off, exposure_frozen = running without new users, stopped = ended (the flag may still serve).',
    'found: false names candidates instead of guessing. 404 for deleted ones.',
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
  output: experimentView.partial().extend({
    ...exposureEventView.partial().shape,
    ...miss,
    defaults: defaultsView.optional(),
    served: z.string().optional(),
    project_id: z.number(),
  }),
  run: async ({ id, feature_flag_key = '', detail }, context) => {
    const { api, project } = context;
    const found =
      id === undefined
        ? await findExperimentByFlagKey(feature_flag_key, context)
        : { experiment: await readExperiment(id, context) };
    if (!('experiment' in found)) {
      const candidates = found.candidates.map((row) => ({
        id: row.id,
        name: row.name,
        status: statusOf(row),
        archived: row.archived === true,
      }));
      return { found: false, reason: found.reason, next: NEXT[found.reason], candidates, project_id: project };
    }
    const { experiment } = found;
    const view = viewExperiment(experiment, { origin: api.origin, project, detail });
    return {
      ...view,
      ...exposureEventOf(experiment),
      defaults: defaultsOf(experiment),
      served: nowSeen(experiment),
      project_id: project,
    };
  },
});
