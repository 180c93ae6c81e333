import { z } from 'zod';
import { ToolError } from '../../errors.js';
import { apiPath } from '../../posthog/path.js';
import type { PostHogApi } from '../../posthog/types.js';

/** What the other region of PostHog Cloud says of a key that this one does not take. */
export interface OtherRegion {
  origin: string;
  /** Null where it did not tell. */
  takesKey: boolean | null;
}

/** The other of two regions; null for a host that is neither, whose key is nobody else's to see. */
export function otherOf(origin: string, regions: readonly string[]): string | null {
  return regions.includes(origin) ? (regions.find((region) => region !== origin) ?? null) : null;
}

/** Asks with one read. Never rejects. */
export async function askRegion(api: PostHogApi): Promise<OtherRegion> {
  const { origin } = api;
  try {
    await api.get(apiPath`/api/users/@me/`, z.unknown());
    return { origin, takesKey: true };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    // Only who knows a key says what it lacks.
    if (error.code === 'missing_scope' || error.code === 'forbidden') return { origin, takesKey: true };
    return { origin, takesKey: error.code === 'unauthenticated' ? false : null };
  }
}
