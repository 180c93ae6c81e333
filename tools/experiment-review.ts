import { z } from 'zod';
import { reviewAnswer } from '../src/assessment/review.js';
import { pageLimit, pageOffset } from '../src/schema/ids.js';
import { listOutput } from '../src/schema/page.js';
import { defineReadTool } from '../src/tool.js';

const severity = z.enum(['blocker', 'warning', 'info']);

const item = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string(),
  severity,
  findings: z.array(z.object({ code: z.string(), severity, title: z.string(), evidence: z.looseObject({}) })),
  next: z.object({ tool: z.string(), arguments: z.looseObject({}) }),
});

export const experimentReview = defineReadTool({
  name: 'experiment-review',
  title: 'Review all experiments',
  searchHint: 'overview of all A/B tests, what needs attention',
  toolset: 'context',
  access: 'read',
  idempotent: true,
  description: [
    'Which experiments need attention: all live, lately ended and draft ones, each once, worst first, with its findings and next call.',
    'include_results looks into the results of paused and ended ones too; slow.',
  ].join('\n'),
  input: z.strictObject({
    stopped_within_days: z.number().int().min(0).max(3650).default(30).describe('Of ended ones'),
    include_results: z.boolean().default(false).describe('Of up to 100'),
    limit: pageLimit,
    offset: pageOffset,
  }),
  output: listOutput(item).extend({
    project_id: z.number(),
    reviewed: z.record(z.string(), z.number()),
    totals: z.record(z.string(), z.number()),
    item_url: z.string().optional(),
    note: z.string().optional(),
    missing: z.array(z.string()).optional(),
  }),
  view: 'review',
  run: reviewAnswer,
});
