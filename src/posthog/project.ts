import { z } from 'zod';
import { ToolError } from '../errors.js';
import { apiPath } from './path.js';
import type { PostHogApi } from './types.js';

const projectId = z.number().int().positive();
const me = z.looseObject({ team: z.looseObject({ id: projectId }).nullish() });
const currentProject = z.looseObject({ id: projectId });

/**
 * The numeric project. `@current` follows what the key's owner last opened in PostHog, so it is resolved once and the
 * number used from then on: first by the user (`user:read`), then by the project (`project:read`).
 * @throws ToolError that says to set POSTHOG_PROJECT_ID where neither can tell.
 */
export async function resolveProject(api: PostHogApi, configured: number | '@current'): Promise<number> {
  if (configured !== '@current') return configured;
  try {
    const user = await api.get(apiPath`/api/users/@me/`, me);
    if (user.team) return user.team.id;
  } catch (error) {
    if (!isAboutRights(error)) throw error;
  }
  try {
    return (await api.get(apiPath`/api/projects/@current/`, currentProject)).id;
  } catch (error) {
    if (!(error instanceof ToolError) || !(isAboutRights(error) || error.code === 'not_found')) throw error;
    const scope = error.fields.missing_scope;
    const orScope = scope === undefined ? '' : `, or add the scope ${scope} to the key`;
    throw error.with({
      message: 'The current project of the API key could not be found out.',
      hint: `Set POSTHOG_PROJECT_ID to the number of the project${orScope}.`,
    });
  }
}

function isAboutRights(error: unknown): boolean {
  return error instanceof ToolError && (error.code === 'missing_scope' || error.code === 'forbidden');
}
