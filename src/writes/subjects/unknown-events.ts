import { z } from 'zod';
import { ToolError } from '../../errors.js';
import { apiPath } from '../../posthog/path.js';
import { allRows } from '../../reads/pages.js';
import { metricWire } from '../../schema/metric.js';
import { eventsOf } from '../../schema/metric-words.js';
import { pageWire } from '../../schema/page.js';
import { quoted } from '../../schema/quote.js';
import type { CallContext, Warning } from '../../tool.js';

const eventPage = pageWire(z.looseObject({ name: z.string() }));

/** Names the events that PostHog took without having seen them, because the caller allowed it. `metrics`: as they were sent. */
export async function trustWarnings(metrics: readonly unknown[], context: CallContext): Promise<Warning[]> {
  const events = new Set(metrics.flatMap((metric) => eventsOf(metricWire.parse(metric))));
  const unseen: string[] = [];
  for (const event of events) if (!(await isKnown(event, context))) unseen.push(quoted(event));
  if (unseen.length === 0) return [];
  const message = `Taken on trust, since PostHog is not known to have received them: ${unseen.join(', ')}. Check the spelling with event-search; metrics stay empty until their events arrive.`;
  return [{ code: 'unknown_events', message }];
}

/** `search` matches parts of names. A key that may not read events leaves all of them in doubt. */
async function isKnown(name: string, context: CallContext): Promise<boolean> {
  const path = apiPath`/api/projects/${context.project}/event_definitions/`;
  try {
    for await (const event of allRows(context, { path, page: eventPage, query: { search: name } }))
      if (event.name === name) return true;
    return false;
  } catch (error) {
    if (error instanceof ToolError) return false;
    throw error;
  }
}
