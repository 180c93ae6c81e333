import type { ProjectRow, UserRow } from '../store/model.js';
import type { Access, Store } from '../store/store.js';
import { CURRENT_USER, OTHER_USER } from '../store/users.js';
import { ApiError } from './api-error.js';

const READ_SCOPES = [
  'activity_log:read',
  'approvals:read',
  'cohort:read',
  'event_definition:read',
  'experiment:read',
  'experiment_holdout:read',
  'experiment_saved_metric:read',
  'feature_flag:read',
  'organization:read',
  'project:read',
  'property_definition:read',
  'query:read',
  'user:read',
];

/** The personal API keys that every sandbox knows. They open nothing but a sandbox. */
export const KEYS = {
  fullAccess: 'phx_sandbox_full_access',
  readOnly: 'phx_sandbox_read_only',
  /** All scopes, in the other project only. */
  otherProject: 'phx_sandbox_other_project',
  /** May write experiments and nothing else: no flags, no tasks. */
  experimentsOnly: 'phx_sandbox_experiments_only',
  /** A colleague's, with all scopes. */
  otherUser: 'phx_sandbox_other_user',
  /** The project's own, which belongs to no user: it reads experiments, and flags as SDKs do. */
  projectSecret: 'phs_sandbox_project_secret',
} as const;

/** A key that names its own scopes: `phx_sandbox_scopes_experiment-write--query-read`. */
const SCOPES_KEY = /^phx_sandbox_scopes_((?:[a-z_]+-(?:read|write))(?:--[a-z_]+-(?:read|write))*)$/;

/** The key that every sandbox takes for one with exactly these scopes. */
export function keyWithScopes(scopes: readonly string[]): string {
  return `phx_sandbox_scopes_${scopes.map((scope) => scope.replace(':', '-')).join('--')}`;
}

/** Who asks: a key, what it may do, and where. */
export interface Principal {
  user: UserRow;
  scopes: readonly string[];
  /** Projects that the key is restricted to; null for a key without restriction. */
  projects: readonly number[] | null;
  /** What `@current` means for the key's owner. */
  currentProject: ProjectRow;
  /** What the key may do with a single thing; null for one that belongs to no user. */
  level: Access['level'];
}

/** A 403 with one of PostHog's own sentences about access. */
export function forbidden(detail: string): ApiError {
  return new ApiError(403, { type: 'authentication_error', code: 'permission_denied', detail, attr: null });
}

function unauthenticated(code: string, detail: string): ApiError {
  const body = { type: 'authentication_error', code, detail, attr: null };
  return new ApiError(401, body, { 'www-authenticate': 'Bearer' });
}

/** Throws the 401 that PostHog gives for a missing or an unknown key. */
export function authenticate(header: string | undefined, store: Store): Principal {
  const key = header?.match(/^Bearer\s+(\S+)\s*$/)?.[1];
  if (key === undefined) throw unauthenticated('not_authenticated', 'Authentication credentials were not provided.');
  const anywhere = { user: CURRENT_USER, projects: null, currentProject: store.mainProject, level: 'manager' as const };
  switch (key) {
    case KEYS.fullAccess:
      return { ...anywhere, scopes: ['*'] };
    case KEYS.readOnly:
      return { ...anywhere, scopes: READ_SCOPES };
    case KEYS.experimentsOnly:
      return { ...anywhere, scopes: ['experiment:write'] };
    case KEYS.otherProject:
      return { ...anywhere, scopes: ['*'], projects: [store.otherProject.id], currentProject: store.otherProject };
    case KEYS.projectSecret:
      return {
        ...anywhere,
        scopes: ['experiment:read', 'feature_flag:read'],
        projects: [store.mainProject.id],
        level: null,
      };
    case KEYS.otherUser:
      return { ...anywhere, user: OTHER_USER, scopes: ['*'] };
  }
  const named = SCOPES_KEY.exec(key)?.[1];
  if (named !== undefined) return { ...anywhere, scopes: named.split('--').map((scope) => scope.replace('-', ':')) };
  throw unauthenticated('authentication_failed', 'Personal API key found in request Authorization header is invalid.');
}

export function hasScope(principal: Principal, scope: string): boolean {
  const { scopes } = principal;
  return scopes.includes('*') || scopes.includes(scope) || scopes.includes(scope.replace(/:read$/, ':write'));
}

/** Throws 403 where the key lacks the scope; `X:write` satisfies `X:read`. */
export function requireScope(principal: Principal, scope: string): void {
  if (!hasScope(principal, scope)) throw forbidden(`API key missing required scope '${scope}'`);
}

/** The project that a path names: an id, or `@current`. Throws 403 for a key of another project, 404 for no project. */
export function resolveProject(segment: string, principal: Principal, store: Store): ProjectRow {
  if (segment === '@current') return principal.currentProject;
  const id = /^\d+$/.test(segment) ? Number(segment) : null;
  if (id !== null && principal.projects !== null && !principal.projects.includes(id)) {
    throw forbidden(`API key does not have access to the requested project: ID ${id}.`);
  }
  const project = id === null ? undefined : store.projects.get(id);
  if (!project) {
    throw new ApiError(404, {
      type: 'invalid_request',
      code: 'not_found',
      detail: 'Project not found.',
      attr: null,
    });
  }
  return project;
}

/** Throws the 403 that a key restricted to projects gets on URLs outside of them. */
export function requireUnrestricted(principal: Principal): void {
  if (principal.projects === null) return;
  throw forbidden('API keys with scoped projects are only supported on project-based endpoints.');
}
