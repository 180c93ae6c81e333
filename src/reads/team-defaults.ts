import { z } from 'zod';
import { ToolError } from '../errors.js';
import { apiPath } from '../posthog/path.js';
import { wireNumber } from '../schema/wire.js';
import type { CallContext } from '../tool.js';

const teamDefaults = z.looseObject({
  default_cuped_enabled: z.boolean().nullish(),
  default_minimum_detectable_effect: wireNumber.nullish(),
  default_only_count_matured_users: z.boolean().nullish(),
  default_sequential_testing_enabled: z.boolean().nullish(),
  default_sequential_tuning_parameter: wireNumber.nullish(),
});

export type TeamDefaults = z.output<typeof teamDefaults>;

/** What experiments of the team have where they set nothing; null where this key or this PostHog does not tell. */
export async function readTeamDefaults({ api, project }: CallContext): Promise<TeamDefaults | null> {
  try {
    return await api.get(apiPath`/api/projects/${project}/experiments_config/`, teamDefaults);
  } catch (error) {
    if (error instanceof ToolError && error.code !== 'cancelled') return null;
    throw error;
  }
}
