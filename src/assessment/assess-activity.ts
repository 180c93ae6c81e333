import { z } from 'zod';
import type { ActivityFact } from '../decision/facts.js';
import { apiPath } from '../posthog/path.js';
import { activityDetail, changesIn } from '../schema/activity.js';
import { readRows } from '../schema/odd-rows.js';
import { wireTime } from '../schema/wire.js';
import type { CallContext } from '../tool.js';

const PAGE_SIZE = 100;
/** Entries beyond this many pages are too old to matter for nearly all runs; that they are left out is said. */
const MAX_PAGES = 5;

const entryWire = z.looseObject({
  created_at: wireTime,
  activity: z.string(),
  scope: z.string().nullish(),
  detail: activityDetail.nullish(),
});

const pageShape = z.looseObject({ results: z.array(z.unknown()), next: z.unknown() });

type Entry = z.output<typeof entryWire>;

function factOf({ created_at, activity, scope, detail }: Entry): ActivityFact {
  return {
    at: Date.parse(created_at),
    activity,
    scope: scope ?? 'Experiment',
    changes: changesIn(detail),
  };
}

export interface ActivityRead {
  entries: ActivityFact[];
  /** Whether the log goes back beyond what was read. */
  cut: boolean;
  /** How many entries could not be read: what they tell of is not known. */
  unreadable: number;
}

/** The activity since a time (milliseconds since 1970), newest first. */
export async function readActivity(id: number, since: number, { api, project }: CallContext): Promise<ActivityRead> {
  const path = apiPath`/api/projects/${project}/experiments/${id}/activity/`;
  const entries: ActivityFact[] = [];
  let unreadable = 0;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { results, next } = await api.get(path, pageShape, { limit: PAGE_SIZE, page });
    const read = readRows(results, entryWire);
    entries.push(...read.rows.map(factOf));
    unreadable += read.unreadable.length;
    const oldest = entries.at(-1);
    if (!next || results.length === 0 || (oldest && oldest.at <= since)) return { entries, cut: false, unreadable };
  }
  return { entries, cut: true, unreadable };
}
