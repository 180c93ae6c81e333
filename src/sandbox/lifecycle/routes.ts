import type { Route } from '../http/router.js';
import { experimentAction } from '../http/routes.js';
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
];
