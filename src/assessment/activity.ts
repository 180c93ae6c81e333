import { z } from 'zod';
import { ToolError } from '../errors.js';
import { unlessOlderBuild } from '../posthog/older-builds.js';
import { apiPath } from '../posthog/path.js';
import { readExperiment } from '../reads/snapshot.js';
import { activityDetail, isMetricLink } from '../schema/activity.js';
import { personName } from '../schema/experiment.js';
import { readRows } from '../schema/odd-rows.js';
import { quoted, shortened } from '../schema/quote.js';
import { wireCount, wireTime } from '../schema/wire.js';
import type { CallContext } from '../tool.js';

const entryWire = z.looseObject({
  created_at: wireTime,
  activity: z.string(),
  scope: z.string().nullish(),
  user: z.looseObject({ first_name: z.string().nullish(), last_name: z.string().nullish() }).nullish(),
  detail: activityDetail.nullish(),
});

const pageShape = z.looseObject({
  results: z.array(z.unknown()),
  next: z.unknown(),
  total_count: wireCount.nullish(),
});

/** Longest value shown of a change. Characters. */
const MAX_VALUE = 200;

function brief(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null');
  return shortened(text, MAX_VALUE);
}

/** What an entry is about, where that is not the experiment itself. */
function onOf({ scope, detail }: Pick<z.output<typeof entryWire>, 'scope' | 'detail'>): { on?: string } {
  if (isMetricLink(detail)) return { on: `link to shared metric ${quoted(detail?.name ?? '')}` };
  return scope && scope !== 'Experiment' ? { on: scope } : {};
}

/** PostHog pages this log by number; `offset` must therefore be a multiple of `limit`. */
export async function activityAnswer(input: { id: number; limit: number; offset: number }, context: CallContext) {
  const { id, limit, offset } = input;
  const { api, project } = context;
  if (offset % limit !== 0) {
    throw new ToolError(
      'invalid_arguments',
      `offset ${offset} is not a multiple of limit ${limit}; PostHog pages this log by whole pages.`,
      'Keep the limit and use next_offset of the answer before.',
      { field: 'offset' },
    );
  }
  // A missing experiment and a missing route are the same 404; this tells them apart.
  await readExperiment(id, context);
  const path = apiPath`/api/projects/${project}/experiments/${id}/activity/`;
  const page = await unlessOlderBuild(
    'the activity of experiments',
    api.get(path, pageShape, { limit, page: offset / limit + 1 }),
  );
  const { rows, unreadable } = readRows(page.results, entryWire);
  return {
    items: rows.map(({ created_at, activity, scope, user, detail }) => ({
      at: created_at,
      who: personName(user) || 'PostHog',
      activity,
      ...onOf({ scope, detail }),
      ...(detail?.changes?.length
        ? {
            changes: detail.changes.map(({ field, before, after }) => ({
              field: field ?? '?',
              before: brief(before),
              after: brief(after),
            })),
          }
        : {}),
    })),
    total: page.total_count ?? offset + page.results.length,
    next_offset: page.next ? offset + limit : null,
    ...(unreadable.length > 0 ? { unreadable } : {}),
  };
}
