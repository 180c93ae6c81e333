import type { Route } from '../http/router.js';
import { PROJECT, refuseDelete } from '../http/routes.js';
import { createFlag, listFlags, patchFlag, retrieveFlag } from './flags.js';

const FLAGS = `${PROJECT}/feature_flags`;

export const FLAG_ROUTES: readonly Route[] = [
  { method: 'GET', path: FLAGS, scope: 'feature_flag:read', handle: listFlags },
  { method: 'POST', path: FLAGS, scope: 'feature_flag:write', handle: createFlag },
  { method: 'GET', path: `${FLAGS}/:id`, scope: 'feature_flag:read', handle: retrieveFlag },
  { method: 'PATCH', path: `${FLAGS}/:id`, scope: 'feature_flag:write', handle: patchFlag },
  { method: 'DELETE', path: `${FLAGS}/:id`, scope: 'feature_flag:write', handle: refuseDelete },
];
