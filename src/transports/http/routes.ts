import type { IncomingMessage } from 'node:http';
import { type Refusal, refusal } from './refusal.js';

export const MCP_PATH = '/mcp';
export const SSE_PATH = '/sse';
export const MESSAGES_PATH = '/messages';
export const METRICS_PATH = '/metrics';
export const HEALTH_PATH = '/healthz';
export const READY_PATH = '/readyz';

/** Methods by path, for callers. */
export type Routes = Readonly<Record<string, readonly string[]>>;

/** @param sessions whether clients of 2025 revisions open sessions, which have a stream and an end */
export function routesOf(sessions: boolean): Routes {
  return {
    [MCP_PATH]: sessions ? ['POST', 'GET', 'DELETE'] : ['POST'],
    [SSE_PATH]: ['GET'],
    [MESSAGES_PATH]: ['POST'],
    [METRICS_PATH]: ['GET'],
    // Answered to anybody before the guards where the method is right.
    [HEALTH_PATH]: ['GET'],
    [READY_PATH]: ['GET'],
  };
}

/** The path as it was sent: compared whole, so there is nothing to normalise. */
export function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '';
}

/** Known to everybody, so it asks for no authentication: a client that looks for an OAuth server is told that there is none. */
export function pathRefusal(path: string, routes: Routes): Refusal | null {
  return Object.hasOwn(routes, path) ? null : refusal(404, `Not found; MCP is served at ${MCP_PATH}.`);
}

export function methodRefusal(path: string, method: string | undefined, routes: Routes): Refusal | null {
  const allowed = routes[path] ?? [];
  if (method !== undefined && allowed.includes(method)) return null;
  return refusal(405, 'Method not allowed.', { allow: allowed.join(', ') });
}
