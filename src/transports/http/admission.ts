import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Role, reaches } from '../../mcp/calls/caller.js';
import type { Answers } from './answers.js';
import { calledTools } from './body.js';
import { type Auth, authenticate, forgetSecret, outOfScope } from './callers.js';
import { allowedNames, foreignRefusal } from './origins.js';
import type { Pace } from './pace.js';
import { type Refusal, refusal } from './refusal.js';
import { MCP_PATH, methodRefusal, pathRefusal, type Routes } from './routes.js';
import { type View, viewOf, withoutKey } from './view.js';

export interface Admitted {
  req: IncomingMessage;
  res: ServerResponse;
  path: string;
  view: View;
}

interface AdmissionOptions {
  bind: string;
  allowHosts: readonly string[];
  allowOrigins: readonly string[];
  auth: Auth;
  routes: Routes;
  pace: Pace;
  answers: Answers;
}

/** Who may come in, in the order in which the first refusal is the answer. */
export function createAdmission({ bind, allowHosts, allowOrigins, auth, routes, pace, answers }: AdmissionOptions) {
  const allowed = allowedNames(bind, allowHosts, allowOrigins);
  return async (req: IncomingMessage, res: ServerResponse, path: string): Promise<Admitted | Refusal> => {
    const foreign = foreignRefusal(req, allowed) ?? pathRefusal(path, routes);
    if (foreign) return foreign;
    const authenticated = authenticate(req.headers.authorization, auth);
    forgetSecret(req);
    if ('refused' in authenticated) return authenticated.refused;
    const { caller } = authenticated;
    answers.watch(res, caller.id);
    const refused = methodRefusal(path, req.method, routes) ?? (await pace.enter(caller.id));
    if (refused) return refused;
    const seen = viewOf(caller, req.headers);
    if ('refused' in seen) return seen.refused;
    // The stream of a session makes no calls, and what it holds it holds for as long as it is open.
    const isCalling = path !== MCP_PATH || req.method !== 'GET';
    return { req, res, path, view: isCalling ? seen.view : withoutKey(seen.view) };
  };
}

/** A call that goes beyond the caller's role, or beyond what the request itself asks for, is refused as HTTP knows it. */
export function beyondView(
  body: unknown,
  { caller, readOnly }: View,
  roleOf: (tool: string) => Role | undefined,
): Refusal | null {
  const needed = calledTools(body).flatMap((tool) => roleOf(tool) ?? []);
  const beyond = needed.find((role) => !reaches(caller.role, role));
  if (beyond) return outOfScope(caller, beyond);
  if (!readOnly || needed.every((role) => role === 'read')) return null;
  return refusal(403, 'Forbidden: the request carries X-MCP-Read-Only, and the call would make changes.');
}
