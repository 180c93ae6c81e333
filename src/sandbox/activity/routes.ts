import type { Route } from '../http/router.js';
import { EXPERIMENT } from '../http/routes.js';
import { experimentActivity } from './activity.js';

export const ACTIVITY_ROUTES: readonly Route[] = [
  { method: 'GET', path: `${EXPERIMENT}/activity`, scope: 'activity_log:read', handle: experimentActivity },
];
