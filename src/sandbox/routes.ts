import {
  listEventDefinitions,
  listOrganizations,
  listProjects,
  retrieveKey,
  retrieveOrganization,
  retrieveProject,
  retrieveUser,
} from './account.js';
import { APPROVAL_ROUTES } from './approvals/routes.js';
import { createExposureCohort, retrieveCohort } from './experiments/cohorts.js';
import { copyToProject, duplicate } from './experiments/duplicate.js';
import { createExperiment, retrieveExperiment } from './experiments/experiments.js';
import { migrate } from './experiments/migrate.js';
import { bulkUpdateTags } from './experiments/tags.js';
import { patchExperiment, putExperiment } from './experiments/update.js';
import { createFlag, listFlags, patchFlag, retrieveFlag } from './flags/flags.js';
import type { Answer, Context, Route } from './http/router.js';
import { freezeExposure, unfreezeExposure } from './lifecycle/freeze.js';
import { archive, end, launch, pause, reset, resume, unarchive } from './lifecycle/lifecycle.js';
import { shipVariant } from './lifecycle/ship.js';
import { RELATED_ROUTES } from './related/routes.js';
import { RESULT_ROUTES } from './results/routes.js';
import { listExperiments, matchingIds } from './rows/list.js';

const PROJECT = '/projects/:project';
const EXPERIMENTS = `${PROJECT}/experiments`;
const EXPERIMENT = `${EXPERIMENTS}/:id`;
const FLAGS = `${PROJECT}/feature_flags`;

/** Deleting is a PATCH with `deleted`; the verb is refused without a body. */
const refuseDelete = (): Answer => ({ status: 405 });

const ACTIONS: Record<string, (context: Context) => Answer> = {
  launch,
  pause,
  resume,
  end,
  ship_variant: shipVariant,
  reset,
  archive,
  unarchive,
  duplicate,
  create_exposure_cohort_for_experiment: createExposureCohort,
  freeze_exposure: freezeExposure,
  unfreeze_exposure: unfreezeExposure,
  copy_to_project: copyToProject,
  migrate,
};

const actionRoutes: Route[] = Object.entries(ACTIONS).map(([action, handle]) => ({
  method: 'POST',
  path: `${EXPERIMENT}/${action}`,
  scope: 'experiment:write',
  handle,
}));

export const ROUTES: readonly Route[] = [
  ...RESULT_ROUTES,
  { method: 'GET', path: EXPERIMENTS, scope: 'experiment:read', handle: listExperiments },
  { method: 'POST', path: EXPERIMENTS, scope: 'experiment:write', handle: createExperiment },
  { method: 'GET', path: `${EXPERIMENTS}/matching_ids`, scope: 'experiment:read', handle: matchingIds },
  { method: 'POST', path: `${EXPERIMENTS}/bulk_update_tags`, scope: 'experiment:write', handle: bulkUpdateTags },
  { method: 'GET', path: EXPERIMENT, scope: 'experiment:read', handle: retrieveExperiment },
  { method: 'PATCH', path: EXPERIMENT, scope: 'experiment:write', handle: patchExperiment },
  { method: 'PUT', path: EXPERIMENT, scope: 'experiment:write', handle: putExperiment },
  { method: 'DELETE', path: EXPERIMENT, scope: 'experiment:write', handle: refuseDelete },
  ...actionRoutes,
  ...RELATED_ROUTES,
  ...APPROVAL_ROUTES,
  { method: 'GET', path: FLAGS, scope: 'feature_flag:read', handle: listFlags },
  { method: 'POST', path: FLAGS, scope: 'feature_flag:write', handle: createFlag },
  { method: 'GET', path: `${FLAGS}/:id`, scope: 'feature_flag:read', handle: retrieveFlag },
  { method: 'PATCH', path: `${FLAGS}/:id`, scope: 'feature_flag:write', handle: patchFlag },
  { method: 'DELETE', path: `${FLAGS}/:id`, scope: 'feature_flag:write', handle: refuseDelete },
  { method: 'GET', path: `${PROJECT}/cohorts/:id`, scope: 'cohort:read', handle: retrieveCohort },
  {
    method: 'GET',
    path: `${PROJECT}/event_definitions`,
    scope: 'event_definition:read',
    handle: listEventDefinitions,
  },
  { method: 'GET', path: '/projects', scope: 'project:read', unrestrictedOnly: true, handle: listProjects },
  { method: 'GET', path: PROJECT, scope: 'project:read', handle: retrieveProject },
  {
    method: 'GET',
    path: '/organizations',
    scope: 'organization:read',
    unrestrictedOnly: true,
    handle: listOrganizations,
  },
  {
    method: 'GET',
    path: '/organizations/:id',
    scope: 'organization:read',
    unrestrictedOnly: true,
    handle: retrieveOrganization,
  },
  { method: 'GET', path: '/users/@me', scope: 'user:read', handle: retrieveUser },
  { method: 'GET', path: '/personal_api_keys/:id', scope: null, handle: retrieveKey },
];
