import { createHash } from 'node:crypto';
import { ApiError } from '../http/api-error.js';
import { authenticate, hasScope, type Principal } from '../http/auth.js';
import type { WireAnswer } from '../http/http.js';
import { minimalFlag } from '../rows/serialize.js';
import type { ProjectRow } from '../store/model.js';
import { eventsOf, type Store } from '../store/store.js';
import { projectOf, Refusal, type SdkRequest } from './request.js';

/** Who asks; this service words its refusals itself. */
function principalOf({ headers, store }: SdkRequest): Principal {
  if (headers.authorization === undefined) throw new Refusal(401, 'No personal API key provided');
  try {
    return authenticate(headers.authorization, store);
  } catch (error) {
    if (error instanceof ApiError) throw new Refusal(401, 'Invalid personal API key');
    throw error;
  }
}

function assertMayRead(project: ProjectRow, principal: Principal): void {
  const inProject = principal.projects === null || principal.projects.includes(project.id);
  if (inProject && hasScope(principal, 'feature_flag:read')) return;
  throw new Refusal(
    403,
    `The key may not read the feature flags of project ${project.id}: it lacks feature_flag:read there.`,
  );
}

function definitionsOf(project: ProjectRow, store: Store): object {
  const flags = [...store.flags.values()].filter((flag) => flag.project_id === project.id && !flag.deleted);
  const { types } = eventsOf(project.id, store).groups;
  return {
    flags: flags.map((flag) => ({
      ...minimalFlag(flag),
      has_experiment: store.experimentsOfFlag(flag.id).length > 0,
    })),
    group_type_mapping: Object.fromEntries(types.map((type, index) => [index, type])),
    // Cohorts of the sandbox are static: SDKs leave those to the server.
    cohorts: {},
  };
}

/** GET: the flags of a project, from which SDKs evaluate them by themselves. */
export function definitions(request: SdkRequest): WireAnswer {
  const { query, headers, store } = request;
  const project = projectOf(query.get('token'), store);
  assertMayRead(project, principalOf(request));
  const body = definitionsOf(project, store);
  const etag = `W/"${createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 16)}"`;
  const caching = { etag, 'cache-control': 'private, must-revalidate' };
  const isKnown = headers['if-none-match']?.trim().replace(/^W\//, '') === etag.replace(/^W\//, '');
  return isKnown ? { status: 304, headers: caching } : { status: 200, headers: caching, body };
}
