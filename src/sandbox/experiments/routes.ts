import type { Route } from '../http/router.js';
import { EXPERIMENT, EXPERIMENTS, experimentAction, PROJECT, refuseDelete } from '../http/routes.js';
import { listExperiments, matchingIds } from '../rows/list.js';
import { createExposureCohort, retrieveCohort } from './cohorts.js';
import { copyToProject, duplicate } from './duplicate.js';
import { createExperiment, retrieveExperiment } from './experiments.js';
import { migrate } from './migrate.js';
import { createFromPrompt, listPromptTemplates } from './prompts.js';
import { bulkUpdateTags } from './tags.js';
import { patchExperiment, putExperiment } from './update.js';

export const EXPERIMENT_ROUTES: readonly Route[] = [
  { method: 'GET', path: EXPERIMENTS, scope: 'experiment:read', projectSecret: true, handle: listExperiments },
  { method: 'POST', path: EXPERIMENTS, scope: 'experiment:write', handle: createExperiment },
  { method: 'GET', path: `${EXPERIMENTS}/matching_ids`, scope: 'experiment:read', handle: matchingIds },
  { method: 'POST', path: `${EXPERIMENTS}/bulk_update_tags`, scope: 'experiment:write', handle: bulkUpdateTags },
  { method: 'POST', path: `${EXPERIMENTS}/create_from_prompt`, scope: 'experiment:write', handle: createFromPrompt },
  { method: 'GET', path: `${EXPERIMENTS}/prompt_templates`, scope: 'experiment:read', handle: listPromptTemplates },
  { method: 'GET', path: EXPERIMENT, scope: 'experiment:read', projectSecret: true, handle: retrieveExperiment },
  { method: 'PATCH', path: EXPERIMENT, scope: 'experiment:write', handle: patchExperiment },
  { method: 'PUT', path: EXPERIMENT, scope: 'experiment:write', handle: putExperiment },
  { method: 'DELETE', path: EXPERIMENT, scope: 'experiment:write', handle: refuseDelete },
  experimentAction('duplicate', duplicate),
  experimentAction('copy_to_project', copyToProject),
  experimentAction('migrate', migrate),
  experimentAction('create_exposure_cohort_for_experiment', createExposureCohort),
  { method: 'GET', path: `${PROJECT}/cohorts/:id`, scope: 'cohort:read', handle: retrieveCohort },
];
