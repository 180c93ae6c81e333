import { ACCOUNT_ROUTES } from './account/routes.js';
import { ACTIVITY_ROUTES } from './activity/routes.js';
import { APPROVAL_ROUTES } from './approvals/routes.js';
import { EXPERIMENT_ROUTES } from './experiments/routes.js';
import { FLAG_ROUTES } from './flags/routes.js';
import type { Route } from './http/router.js';
import { LIFECYCLE_ROUTES } from './lifecycle/routes.js';
import { RELATED_ROUTES } from './related/routes.js';
import { RESULT_ROUTES } from './results/routes.js';

/** The first route that matches answers, so fixed paths stand before those with an id: results before experiments. */
export const ROUTES: readonly Route[] = [
  ...RESULT_ROUTES,
  ...EXPERIMENT_ROUTES,
  ...LIFECYCLE_ROUTES,
  ...ACTIVITY_ROUTES,
  ...RELATED_ROUTES,
  ...APPROVAL_ROUTES,
  ...FLAG_ROUTES,
  ...ACCOUNT_ROUTES,
];
