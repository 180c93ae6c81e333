import type { Route } from '../http/router.js';
import { PROJECT } from '../http/routes.js';
import {
  listEventDefinitions,
  listOrganizations,
  listProjects,
  retrieveExperimentsConfig,
  retrieveKey,
  retrieveOrganization,
  retrieveProject,
  retrieveUser,
} from './account.js';
import { listEventValues, listPropertyDefinitions } from './property-definitions.js';

export const ACCOUNT_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: `${PROJECT}/property_definitions`,
    scope: 'property_definition:read',
    handle: listPropertyDefinitions,
  },
  { method: 'GET', path: `${PROJECT}/events/values`, scope: 'query:read', handle: listEventValues },
  {
    method: 'GET',
    path: `${PROJECT}/event_definitions`,
    scope: 'event_definition:read',
    handle: listEventDefinitions,
  },
  { method: 'GET', path: '/projects', scope: 'project:read', unrestrictedOnly: true, handle: listProjects },
  { method: 'GET', path: PROJECT, scope: 'project:read', handle: retrieveProject },
  { method: 'GET', path: `${PROJECT}/experiments_config`, scope: null, handle: retrieveExperimentsConfig },
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
