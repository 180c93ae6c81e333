import { z } from 'zod';
import { ToolError } from '../../errors.js';
import { apiPath } from '../../posthog/path.js';
import { resolveProject } from '../../posthog/project.js';
import type { ApiPath, PostHogApi } from '../../posthog/types.js';
import { quoted } from '../../schema/quote.js';
import { wireId } from '../../schema/wire.js';
import { SCOPE_OBJECTS, type ScopeObject } from './scopes.js';

/** not_probed: nothing harmless tells it. unknown: what would tell it failed. */
export type Right = 'yes' | 'no' | 'unknown' | 'not_probed';

export interface Reading {
  read: Right;
  write: Right;
  /** Why it could not be read, where that is not a missing scope. */
  note?: string;
  /** What to do about that. */
  remedy?: string;
}

export type Readings = ReadonlyMap<ScopeObject, Reading>;

export interface Findings {
  /** What keeps everything from working: no connection, no PostHog, a key that is not taken. */
  failure: ToolError | null;
  /** Null where it could not be found out. */
  project: { id: number; name: string | null } | null;
  /** The project cannot be found out, is not there, or is not for this key. */
  projectError: ToolError | null;
  /** Has every scope. */
  readings: Readings;
}

type Attempts = Partial<Record<ScopeObject, Attempt>>;

const NOTHING: Reading = { read: 'unknown', write: 'unknown' };
const anything = z.unknown();
const projectWire = z.looseObject({ id: wireId, name: z.string() });
const firstRow = z.looseObject({ results: z.array(z.looseObject({ id: wireId })) });
const keyWire = z.looseObject({ scopes: z.array(z.string()) });

interface Probe {
  path(project: number, experiment: number): ApiPath;
  /** A 404 of PostHog is an answer as well: the scope was looked at before. */
  mayBeMissing?: boolean;
}

/** A read within the project that takes the scope; the first three scopes are read on the way there. */
const PROBES: Readonly<Partial<Record<ScopeObject, Probe>>> = {
  feature_flag: { path: (project) => apiPath`/api/projects/${project}/feature_flags/` },
  query: { path: (project) => apiPath`/api/projects/${project}/query/${'doctor-asks'}/`, mayBeMissing: true },
  activity_log: {
    path: (project, experiment) => apiPath`/api/projects/${project}/experiments/${experiment}/activity/`,
    mayBeMissing: true,
  },
  event_definition: { path: (project) => apiPath`/api/projects/${project}/event_definitions/` },
  experiment_holdout: { path: (project) => apiPath`/api/projects/${project}/experiment_holdouts/` },
  experiment_saved_metric: { path: (project) => apiPath`/api/projects/${project}/experiment_saved_metrics/` },
};

/** Asks PostHog what the key may do, with reads that change nothing. Never rejects. */
export async function lookAround(
  api: PostHogApi,
  { configured, isPersonal }: { configured: number | '@current'; isPersonal: boolean },
): Promise<Findings> {
  const user = await attempt(api.get(apiPath`/api/users/@me/`, anything));
  if (user.error !== null && !isRefused(user.error)) {
    return { failure: user.error, project: null, projectError: null, readings: readingsOf({}, null) };
  }
  // An OAuth token is no personal API key and would be turned away here.
  const key = isPersonal ? await attempt(api.get(apiPath`/api/personal_api_keys/@current/`, keyWire)) : null;
  const scopes = key?.value?.scopes ?? null;
  const { value: id, error } = await attempt(resolveProject(api, configured));
  if (id === null) return { failure: null, project: null, projectError: error, readings: readingsOf({ user }, scopes) };
  const [named, experiment] = await Promise.all([
    attempt(api.get(apiPath`/api/projects/${id}/`, projectWire)),
    attempt(api.get(apiPath`/api/projects/${id}/experiments/`, firstRow, { limit: 1 })),
  ]);
  const project = { id, name: named.value?.name ?? null };
  const projectError = [named.error, experiment.error].find(isAboutProject) ?? null;
  if (projectError !== null) return { failure: null, project, projectError, readings: readingsOf({ user }, scopes) };
  const probed = await probeAll(api, id, experiment.value?.results[0]?.id ?? 1);
  const readings = readingsOf({ user, project: named, experiment, ...probed }, scopes);
  return { failure: null, project, projectError, readings };
}

interface Attempt<T = unknown> {
  value: T | null;
  error: ToolError | null;
}

async function attempt<T>(request: Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await request, error: null };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return { value: null, error };
  }
}

async function probeAll(api: PostHogApi, project: number, experiment: number): Promise<Attempts> {
  const probes = Object.entries(PROBES).map(async ([scope, { path, mayBeMissing = false }]) => {
    const asked = api.get(path(project, experiment), anything, mayBeMissing ? {} : { limit: 1 });
    const { value, error } = await attempt(asked);
    return [scope, { value, error: mayBeMissing && error?.code === 'not_found' ? null : error }] as const;
  });
  return Object.fromEntries(await Promise.all(probes));
}

function readingsOf(attempts: Attempts, scopes: readonly string[] | null): Readings {
  return new Map(SCOPE_OBJECTS.map((scope) => [scope, readingOf(scope, attempts[scope], scopes)]));
}

/** What was tried counts for more than what the key says of itself: its owner may have fewer rights than the key. */
function readingOf(scope: ScopeObject, tried: Attempt | undefined, scopes: readonly string[] | null): Reading {
  if (tried === undefined && scopes === null) return NOTHING;
  const says = (level: 'read' | 'write'): Right => {
    if (scopes === null) return 'not_probed';
    const enough = ['*', `${scope}:write`, `${scope}:${level}`];
    return scopes.some((one) => enough.includes(one)) ? 'yes' : 'no';
  };
  if (tried === undefined) return { read: says('read'), write: says('write') };
  const { error } = tried;
  if (error === null) return { read: 'yes', write: says('write') };
  if (error.code === 'missing_scope') return { read: 'no', write: 'no' };
  if (error.code === 'forbidden') {
    const remedy = `Give the owner of the key access to ${scope} in PostHog; another scope does not help.`;
    const { detail } = error.fields;
    return { read: 'no', write: 'no', note: detail === undefined ? error.message : quoted(detail), remedy };
  }
  const isGone = error.code === 'not_found' || error.code === 'method_not_allowed';
  const remedy = isGone ? 'Serve other toolsets (--toolsets): this PostHog has no such endpoint.' : error.hint;
  return { ...NOTHING, note: error.message, remedy };
}

function isRefused({ code }: ToolError): boolean {
  return code === 'missing_scope' || code === 'forbidden';
}

/** The project is not there, or the key is not for it; PostHog says so whatever is asked of the project. */
function isAboutProject(error: ToolError | null): boolean {
  if (error === null) return false;
  return ['forbidden', 'not_found'].includes(error.code) && /project/i.test(error.fields.detail ?? '');
}
