import { z } from 'zod';
import type { SeenEvent } from '../decision/preflight-facts.js';
import { ToolError } from '../errors.js';
import { apiPath } from '../posthog/path.js';
import { nextOffset, pageWire } from '../schema/page.js';
import { quoted } from '../schema/quote.js';
import { wireTime } from '../schema/wire.js';
import type { CallContext } from '../tool.js';
import { beginningOf } from '../words/likeness.js';
import { settleAll } from './review-parallel.js';

const eventPage = pageWire(z.looseObject({ name: z.string(), last_seen_at: wireTime.nullish() }));

const PAGE = 100;
/** The search matches parts of names; a name that so many longer ones contain is not looked for further. Pages. */
const MAX_PAGES = 10;
/** More events are not looked up. */
const MAX_EVENTS = 40;

/** What of a name can be searched for: half a character cannot be sent, so the longest part without one. */
function searchable(name: string): string {
  const parts = name.split(/\p{Surrogate}/u);
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}

async function lookUp(name: string, { api, project }: CallContext): Promise<SeenEvent> {
  const path = apiPath`/api/projects/${project}/event_definitions/`;
  let offset: number | null = 0;
  for (let page = 0; page < MAX_PAGES && offset !== null; page += 1) {
    const query = { search: searchable(name), limit: PAGE, offset };
    const answer: z.output<typeof eventPage> = await api.get(path, eventPage, query);
    const found = answer.results.find((event) => event.name === name);
    if (found) return { name, last_seen_at: found.last_seen_at ?? null };
    offset = answer.results.length > 0 ? nextOffset(answer.next) : null;
  }
  if (offset === null) return { name };
  throw new ToolError(
    'response_too_large',
    `more than ${MAX_PAGES * PAGE} event names contain ${quoted(name)}`,
    'Use event-search.',
  );
}

/** Names of events that a metric's name may mean: one page of those that contain its beginning. */
export async function alikeEvents(names: readonly string[], { api, project }: CallContext): Promise<string[]> {
  const path = apiPath`/api/projects/${project}/event_definitions/`;
  const beginnings = [...new Set(names.flatMap((name) => beginningOf(searchable(name)) ?? []))].slice(0, MAX_EVENTS);
  const pages = await settleAll(beginnings, (search) => api.get(path, eventPage, { search, limit: PAGE, offset: 0 }));
  return pages.flatMap((page) => {
    if (page.status === 'rejected') throw page.reason;
    return page.value.results.map(({ name }) => name);
  });
}

/** When each event was last received. Rejects where one could not be looked up: "never" must be known. */
export async function lastSeen(names: readonly string[], context: CallContext): Promise<SeenEvent[]> {
  if (names.length > MAX_EVENTS) {
    throw new ToolError('refused', `there are ${names.length} events, more than ${MAX_EVENTS}`, 'Use event-search.');
  }
  const results = await settleAll(names, (name) => lookUp(name, context));
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
