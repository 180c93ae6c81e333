import { z } from 'zod';
import { apiPath } from '../src/posthog/path.js';
import { compact } from '../src/schema/experiment.js';
import { pageLimit, pageOffset } from '../src/schema/ids.js';
import { listOutput, pageFacts, shownPageWire } from '../src/schema/page.js';
import { wireTime } from '../src/schema/wire.js';
import { defineReadTool } from '../src/tool.js';

const eventPage = shownPageWire(
  z.looseObject({
    name: z.string(),
    description: z.string().nullish(),
    last_seen_at: wireTime.nullish(),
    verified: z.boolean().nullish(),
  }),
);

export const eventSearch = defineReadTool({
  name: 'event-search',
  title: 'Search events',
  searchHint: 'find event names, tracking, what we track',
  toolset: 'context',
  access: 'read',
  idempotent: true,
  description: [
    'Find the exact names of events that the project has received, for metrics; PostHog refuses names it has never seen.',
    'last_seen_at tells whether one still arrives.',
  ].join('\n'),
  input: z.strictObject({
    search: z.string().max(400).optional().describe('Part of the name'),
    limit: pageLimit,
    offset: pageOffset,
  }),
  output: listOutput(
    z.object({
      name: z.string(),
      description: z.string().optional(),
      last_seen_at: z.string().optional(),
      verified: z.boolean().optional(),
    }),
  ),
  run: async (query, { api, project }) => {
    const page = await api.get(apiPath`/api/projects/${project}/event_definitions/`, eventPage, query);
    return {
      items: page.results.map(({ name, description, last_seen_at, verified }) => ({
        name,
        ...compact({ description, last_seen_at, verified }),
      })),
      ...pageFacts(page),
    };
  },
});
