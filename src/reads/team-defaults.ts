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

/** What experiments of the team have where they set nothing; null where this key or this PostHog does not tell. Read once. */
export async function readTeamDefaults(context: CallContext): Promise<TeamDefaults | null> {
  const { project, remembered } = context;
  if (remembered?.has(project)) return teamDefaults.nullable().parse(remembered.get(project));
  try {
    const read = await context.api.get(apiPath`/api/projects/${project}/experiments_config/`, teamDefaults);
    remembered?.set(project, read);
    return read;
  } catch (error) {
    if (!(error instanceof ToolError) || error.code === 'cancelled') throw error;
    // What PostHog refused it goes on refusing; what failed otherwise may succeed with the next call.
    if (REFUSED.includes(error.fields.status ?? 0)) remembered?.set(project, null);
    return null;
  }
}

/** Not for this key, or not in this build. */
const REFUSED: readonly number[] = [403, 404];
