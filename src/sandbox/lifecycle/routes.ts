import type { Route } from '../http/router.js';
import { EXPERIMENT, experimentAction } from '../http/routes.js';
import { retrieveCleanupTarget, retrieveCleanupTask } from './cleanup-task.js';
import { freezeExposure, unfreezeExposure } from './freeze.js';
import { archive, end, launch, pause, reset, resume, unarchive } from './lifecycle.js';
import { shipVariant } from './ship.js';

export const LIFECYCLE_ROUTES: readonly Route[] = [
  experimentAction('launch', launch),
  experimentAction('pause', pause),
  experimentAction('resume', resume),
  experimentAction('end', end),
  experimentAction('ship_variant', shipVariant),
  experimentAction('reset', reset),
  experimentAction('archive', archive),
  experimentAction('unarchive', unarchive),
  experimentAction('freeze_exposure', freezeExposure),
  experimentAction('unfreeze_exposure', unfreezeExposure),
  {
    method: 'GET',
    path: `${EXPERIMENT}/flag_cleanup_target`,
    scope: 'experiment:read',
    handle: retrieveCleanupTarget,
  },
  { method: 'GET', path: `${EXPERIMENT}/flag_cleanup_task`, scope: 'experiment:read', handle: retrieveCleanupTask },
];
