import { forbidden } from '../http/auth.js';
import { page } from '../http/paging.js';
import { type Answer, type Context, notFound } from '../http/router.js';
import { eventDefinitionJson, projectJson } from '../rows/serialize.js';
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

export function listEventDefinitions(context: Context): Answer {
  const search = context.query.get('search')?.toLowerCase() ?? '';
  const events = context.project.events.filter((event) => event.name.toLowerCase().includes(search));
  events.sort((a, b) => (a.name < b.name ? -1 : 1));
  return page(context, events, eventDefinitionJson);
}
