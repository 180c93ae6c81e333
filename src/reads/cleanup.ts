import { z } from 'zod';
import { ToolError } from '../errors.js';
import { apiPath } from '../posthog/path.js';
import type { CallContext } from '../tool.js';

const cleanupTarget = z.object({
  repository: z.string().nullable(),
  source: z.string(),
  candidates: z.array(z.string()),
});

/** Where PostHog would open a pull request that removes the flag's code: what it found, or what it said instead. */
export type CleanupTarget = z.output<typeof cleanupTarget> | { refusal: string };

export async function readCleanupTarget(id: number, { api, project }: CallContext): Promise<CleanupTarget> {
  const path = apiPath`/api/projects/${project}/experiments/${id}/flag_cleanup_target/`;
  try {
    return await api.get(path, cleanupTarget);
  } catch (error) {
    if (error instanceof ToolError && error.code !== 'cancelled')
      return { refusal: error.fields.detail ?? error.message };
    throw error;
  }
}
