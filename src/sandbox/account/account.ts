import { invalid } from '../http/api-error.js';
import { forbidden } from '../http/auth.js';
import { page } from '../http/paging.js';
import { type Answer, type Context, notFound } from '../http/router.js';
import { eventDefinitionJson, projectJson } from '../rows/serialize.js';
import type { EventRow } from '../store/model.js';
import { ORGANIZATION } from '../store/store.js';

/** Projects, organization, user, key and event names: what surrounds experiments, read-only. */

export function listProjects(context: Context): Answer {
  return page(context, [...context.store.projects.values()], projectJson);
}

export function retrieveProject({ project }: Context): Answer {
  return { status: 200, body: projectJson(project) };
}

/** Members may read it; whether a personal key may is not documented, so scenarios choose. */
export function retrieveExperimentsConfig({ project }: Context): Answer {
  if (project.experiments_config === null) throw forbidden('This action does not support personal API key access');
  return { status: 200, body: project.experiments_config };
}

export function retrieveOrganization({ id }: Context): Answer {
  if (id !== '@current' && id !== ORGANIZATION.id) throw notFound();
  return { status: 200, body: ORGANIZATION };
}

export function listOrganizations(context: Context): Answer {
  return page(context, [ORGANIZATION], (organization) => organization);
}

export function retrieveUser({ store, project }: Context): Answer {
  const organization = { ...ORGANIZATION, membership_level: 15 };
  const { id: _internal, ...user } = store.currentUser;
  const team = {
    id: project.id,
    uuid: project.uuid,
    organization: ORGANIZATION.id,
    name: project.name,
    timezone: 'UTC',
  };
  return { status: 200, body: { ...user, team, organization, organizations: [ORGANIZATION] } };
}

/** A personal API key may look at itself and at no other, whatever its scopes. Source: PostHog's `PersonalAPIKeyViewSet`. */
export function retrieveKey({ id, principal, store }: Context): Answer {
  if (id !== '@current') throw notFound();
  const { scopes, projects } = principal;
  const at = store.timestamp();
  return {
    status: 200,
    body: {
      ...{ id: 'SandboxKey', label: 'Sandbox', value: null, mask_value: 'phx_...box1' },
      ...{ created_at: at, last_used_at: at, last_rolled_at: null, user_id: store.currentUser.id },
      ...{ scopes, scoped_teams: projects ?? [], scoped_organizations: [] },
    },
  };
}

const EVENT_TYPES: Readonly<Record<string, (name: string) => boolean>> = {
  event: () => true,
  event_custom: (name) => !name.startsWith('$'),
  event_posthog: (name) => name.startsWith('$'),
};

/** Last seen on the newest day first, then by name. */
export function listEventDefinitions(context: Context): Answer {
  const { query, project } = context;
  const type = query.get('event_type') ?? 'event';
  const isOfType = Object.hasOwn(EVENT_TYPES, type) ? EVENT_TYPES[type] : undefined;
  if (!isOfType) throw invalid(`"${type}" is not a valid choice.`, 'event_type', 'invalid_choice');
  const words = (query.get('search') ?? '').toLowerCase().split(/\s+/);
  const names = query.get('names')?.split(',') ?? null;
  const events = project.events.filter(({ name }) => {
    const isNamed = names === null || names.includes(name);
    return isNamed && isOfType(name) && words.every((word) => name.toLowerCase().includes(word));
  });
  const day = ({ last_seen_at: at }: EventRow) => at?.slice(0, 10) ?? '';
  events.sort((a, b) => (day(a) === day(b) ? (a.name < b.name ? -1 : 1) : day(a) < day(b) ? 1 : -1));
  return page(context, events, eventDefinitionJson);
}
