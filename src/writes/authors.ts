import { z } from 'zod';
import { ToolError } from '../errors.js';
import { apiPath } from '../posthog/path.js';
import { experimentWire } from '../schema/experiment.js';
import { quoted } from '../schema/quote.js';
import type { CallContext } from '../tool.js';

const person = z.looseObject({ email: z.string().nullish(), first_name: z.string().nullish() });
const log = z.looseObject({
  results: z.array(z.looseObject({ created_at: z.string(), user: person.nullish() })),
});

/** The newest entries of a log; more than these do not come about within one call. */
const ENTRIES = 20;

/**
 * The person who changed an experiment since it was read as `was`, where that was somebody else than the owner of the
 * key alone; null where the owner was among them, where the log does not tell, and for things that have no log.
 */
export async function changedByOther(was: unknown, is: unknown, context: CallContext): Promise<string | null> {
  const before = experimentWire.safeParse(was);
  const now = experimentWire.safeParse(is);
  const since = Date.parse(before.data?.updated_at ?? '');
  if (!now.success || before.data?.id !== now.data.id || Number.isNaN(since)) return null;
  const { api, project } = context;
  try {
    const path = apiPath`/api/projects/${project}/experiments/${now.data.id}/activity/`;
    const [{ results }, me] = await Promise.all([
      api.get(path, log, { limit: ENTRIES }),
      api.get(apiPath`/api/users/@me/`, person),
    ]);
    const authors = results.filter(({ created_at }) => Date.parse(created_at) > since).map(({ user }) => user);
    const [first] = authors;
    const mine = authors.some((user) => !user?.email || user.email === me.email);
    return first === undefined || mine ? null : quoted(first?.first_name ?? 'somebody else');
  } catch (error) {
    if (error instanceof ToolError) return null;
    throw error;
  }
}
