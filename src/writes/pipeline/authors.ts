import { z } from 'zod';
import { ToolError } from '../../errors.js';
import { apiPath } from '../../posthog/path.js';
import { activityDetail, changesIn } from '../../schema/activity.js';
import { experimentWire } from '../../schema/experiment.js';
import { quoted } from '../../schema/quote.js';
import { wireId, wireTime } from '../../schema/wire.js';
import type { CallContext } from '../../tool.js';
import { FLAG_COLUMNS } from '../subjects/flag-changes.js';

const person = z.looseObject({ email: z.string().nullish(), first_name: z.string().nullish() });
type Person = z.output<typeof person>;
const made = z.looseObject({ id: wireId, created_by: person.nullish() });
const entry = z.looseObject({
  created_at: wireTime,
  user: person.nullish(),
  detail: activityDetail.nullish(),
});
const log = z.looseObject({ results: z.array(entry) });

/** The newest entries of a log; more than these do not come about within one call. */
const ENTRIES = 20;

/** Who made a change, as far as PostHog tells. */
export interface Authors {
  /** The owner of the key that this server holds was among them. */
  mine: boolean;
  /** Somebody else who was, in quotes. */
  other: string | null;
}

export interface Change {
  was: unknown;
  is: unknown;
  /** Dotted, as changes have them. */
  paths: readonly string[];
}

/**
 * Who has changed these paths of an experiment since it was read as `was`, or who made the thing where it is a new one;
 * null where PostHog does not tell.
 */
export async function authorsOf(change: Change, context: CallContext): Promise<Authors | null> {
  const was = made.safeParse(change.was);
  const is = made.safeParse(change.is);
  if (!is.success) return null;
  try {
    return was.data?.id === is.data.id
      ? await changersOf(change, context)
      : await makerOf(is.data.created_by, was.data?.created_by, context);
  } catch (error) {
    if (error instanceof ToolError) return null;
    throw error;
  }
}

/** A twin keeps the maker of what it is made from, which tells nothing. */
async function makerOf(
  maker: Person | null | undefined,
  original: Person | null | undefined,
  context: CallContext,
): Promise<Authors | null> {
  if (!maker?.email) return null;
  const mine = (await me(context)).email === maker.email;
  if (!mine && maker.email === original?.email) return null;
  return { mine, other: mine ? null : nameOf(maker) };
}

async function changersOf({ was, is, paths }: Change, context: CallContext): Promise<Authors | null> {
  const before = experimentWire.safeParse(was);
  const since = Date.parse(before.data?.updated_at ?? '');
  if (Number.isNaN(since) || !experimentWire.safeParse(is).success) return null;
  const { api, project } = context;
  const path = apiPath`/api/projects/${project}/experiments/${before.data?.id ?? 0}/activity/`;
  const [{ results }, { email }] = await Promise.all([api.get(path, log, { limit: ENTRIES }), me(context)]);
  const fields = new Set(paths.map(loggedField));
  const recent = results.filter(({ created_at }) => Date.parse(created_at) > since);
  const mine = recent.some(({ user }) => !user?.email || user.email === email);
  // The time of the last change does not move with every change of the flag, so older entries can be among these: one
  // by somebody else counts only where it is about what was asked.
  const isAbout = (changes: { field: string }[]) =>
    changes.length === 0 || changes.some(({ field }) => fields.has(field));
  const other = recent.find(({ user, detail }) => user?.email && user.email !== email && isAbout(changesIn(detail)));
  return mine || other ? { mine, other: other ? nameOf(other.user) : null } : null;
}

function me({ api }: CallContext): Promise<Person> {
  return api.get(apiPath`/api/users/@me/`, person);
}

function nameOf(user: Person | null | undefined): string {
  return quoted(user?.first_name || 'somebody else');
}

/** The log names whole columns, of the experiment or of its flag. */
function loggedField(path: string): string {
  const [first = '', second = ''] = path.split('.');
  if (first !== 'feature_flag') return first;
  return FLAG_COLUMNS.includes(second) ? second : 'filters';
}
