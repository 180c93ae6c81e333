import { z } from 'zod';
import { apiPath } from '../src/posthog/path.js';
import { readExperiment } from '../src/reads/snapshot.js';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { wireId } from '../src/schema/wire.js';
import { defineWriteTool } from '../src/tool.js';

const cohortAnswer = z.looseObject({ cohort: z.looseObject({ id: wireId }) });

export const experimentCreateExposureCohort = defineWriteTool({
  name: 'experiment-create-exposure-cohort',
  title: 'Create exposure cohort',
  searchHint: 'cohort of users who saw the A/B test',
  toolset: 'admin',
  access: 'write',
  idempotent: true,
  description: [
    'Make a cohort of the users exposed to a launched experiment ($feature_flag_called since its start). Changes nothing for users.',
    'Once per experiment, already_done after that; 400 "Experiment does not have a start date" for a draft.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({ id: experimentId }),
  target: ({ id }) => id,
  plan: (_, { experiment }) => ({
    effects: { users: 'Unchanged.', analysis: 'Unchanged; the cohort can be used elsewhere in PostHog.' },
    ...(experiment.exposure_cohort
      ? { alreadyDone: `Cohort ${experiment.exposure_cohort} exists: "Experiment already has an exposure cohort".` }
      : {}),
  }),
  watch:
    async ({ id }) =>
    async (context) => {
      const experiment = await readExperiment(id, context);
      return experiment.exposure_cohort ? experiment : null;
    },
  run: async ({ id }, { api, project }, { experiment }) => {
    const path = apiPath`/api/projects/${project}/experiments/${id}/create_exposure_cohort_for_experiment/`;
    const { cohort } = await api.post(path, cohortAnswer);
    return {
      after: { ...experiment, exposure_cohort: cohort.id },
      warnings: [{ code: 'cohort_created', message: 'The cohort fills up in the background.' }],
    };
  },
  undo: () => ({ not_reversible_because: 'a cohort can only be deleted in PostHog itself' }),
});
