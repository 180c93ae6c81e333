import type { ProjectRow } from '../store/model.js';
import type { Store } from '../store/store.js';
import { ApiError } from './api-error.js';
import { authenticate, forbidden, type Principal, requireScope, requireUnrestricted, resolveProject } from './auth.js';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** What a handler knows: who asks for which project, with what. */
export interface Context {
  store: Store;
  principal: Principal;
  project: ProjectRow;
  /** The path's `:id`; empty for routes without one. */
  id: string;
  /** The path's `:child`, something below `:id`; empty for routes without one. */
  child: string;
  query: URLSearchParams;
  body: unknown;
  /** Absolute address of the request without its query, for page links. */
  address: string;
}

export interface Answer {
  status: number;
  /** JSON; undefined for an empty body. */
  body?: object;
}

export interface Route {
  method: Method;
  /** Below `/api`, without a trailing slash. `:project`, `:id` and `:child` stand for one segment each; the first match counts. */
  path: string;
  /** Scope that the key needs; null where any valid key will do. */
  scope: string | null;
  /** True for what a key of the project itself may ask too. */
  projectSecret?: boolean;
  /** True for URLs that keys restricted to projects cannot use. */
  unrestrictedOnly?: boolean;
  handle(context: Context): Answer | Promise<Answer>;
}

/** One request as the router sees it; the body is read only after the key was checked. */
export interface Incoming {
  method: string;
  path: string;
  query: URLSearchParams;
  authorization: string | undefined;
  /** `X-PostHog-Client`. */
  client: string | null;
  readBody: () => unknown;
  origin: string;
}

export function notFound(): ApiError {
  return new ApiError(404, { type: 'invalid_request', code: 'not_found', detail: 'Not found.', attr: null });
}

function segmentsOf(path: string): string[] {
  const segments = path.replace(/\/$/, '').split('/').slice(1);
  if (segments[0] === 'api') segments.shift();
  if (segments[0] === 'environments') segments[0] = 'projects';
  return segments;
}

/** Values of the variable segments, or null where the pattern is another path's. */
function matchPath(pattern: string, segments: readonly string[]): Record<string, string> | null {
  const parts = pattern.split('/').slice(1);
  if (parts.length !== segments.length) return null;
  const values: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith(':')) values[part.slice(1)] = segment;
    else if (part !== segment) return null;
  }
  return values;
}

/** No body at all reads as an empty object, JSON `null` does not. */
function bodyOrEmpty(body: unknown): unknown {
  return body === undefined ? {} : body;
}

function methodNotAllowed(method: string): ApiError {
  return new ApiError(405, {
    type: 'invalid_request',
    code: 'method_not_allowed',
    detail: `Method "${method}" not allowed.`,
    attr: null,
  });
}

/** Checks in PostHog's order: route 404, key 401, verb 405, scope 403, project 403 and 404, body 400, then the handler. */
export function dispatch(routes: readonly Route[], incoming: Incoming, store: Store): Answer | Promise<Answer> {
  const segments = segmentsOf(incoming.path);
  const matches = routes.flatMap((route) => {
    const values = matchPath(route.path, segments);
    return values ? [{ route, values }] : [];
  });
  if (!incoming.path.startsWith('/api/') || matches.length === 0) throw notFound();
  const principal = authenticate(incoming.authorization, store);
  // Node sends no body in answer to HEAD.
  const method = incoming.method === 'HEAD' ? 'GET' : incoming.method;
  const match = matches.find(({ route }) => route.method === method);
  if (!match) throw methodNotAllowed(incoming.method);
  const { route, values } = match;
  if (principal.level === null && !route.projectSecret) {
    throw forbidden('This action does not support Project Secret API Key access');
  }
  if (route.scope !== null) requireScope(principal, route.scope);
  if (route.unrestrictedOnly) requireUnrestricted(principal);
  const { project } = values;
  const context: Context = {
    store,
    principal,
    project: project === undefined ? principal.currentProject : resolveProject(project, principal, store),
    id: values.id ?? '',
    child: values.child ?? '',
    query: incoming.query,
    body: bodyOrEmpty(incoming.readBody()),
    address: `${incoming.origin}${incoming.path}`,
  };
  const access = { client: incoming.client, level: principal.level };
  return store.actAs(principal.user, () => route.handle(context), access);
}
