import { z } from 'zod';
import { apiPath } from '../src/posthog/path.js';
import { compact, experimentView, experimentWire, viewExperiment } from '../src/schema/experiment.js';
import { detailLevel, idNumber, pageLimit, pageOffset } from '../src/schema/ids.js';
import { itemUrl } from '../src/schema/link.js';
import { listOutput, pageFacts, shownPageWire } from '../src/schema/page.js';
import { plainOrQuoted } from '../src/schema/quote.js';
import { tag } from '../src/schema/tag.js';
import { defineReadTool } from '../src/tool.js';

const STATUSES = ['draft', 'running', 'paused', 'exposure_frozen', 'stopped', 'all'] as const;
const FIELDS = [
  'created_at',
  'updated_at',
  'name',
  'start_date',
  'end_date',
  'duration',
  'status',
  'conclusion',
] as const;
const ORDERS = FIELDS.flatMap((field) => [field, `-${field}`] as const);

const row = experimentView
  .pick({ id: true, name: true, status: true, feature_flag_key: true, start_date: true, end_date: true })
  .extend({
    conclusion: z.string().optional(),
    archived: z.boolean().optional(),
    split: z.string().optional(),
    rollout_percentage: z.number().optional(),
    flag_active: z.boolean().optional(),
    flag_problem: z.string().optional(),
    unreadable: z.array(z.string()).optional(),
    tags: z.array(z.string()).optional(),
    created_by: z.string().optional(),
    created_by_id: z.number().optional(),
    description: z.string().optional(),
    conclusion_comment: z.string().optional(),
    url: z.string().optional(),
    updated_at: z.string().optional(),
  });

const page = shownPageWire(experimentWire);

const ARCHIVED_ELSEWHERE = 'Archived experiments are left out; archived: true looks among them.';

export const experimentList = defineReadTool({
  name: 'experiment-list',
  title: 'List experiments',
  searchHint: 'list A/B tests, running experiments',
  toolset: 'experiments',
  access: 'read',
  idempotent: true,
  description: [
    'Find experiments by status, name, flag key, creator or tag.',
    'Archived ones are left out; archived: true shows only those. Deleted ones are never listed. Rows carry no metrics: use experiment-get.',
    'running excludes paused (flag off) and exposure_frozen (no new users).',
  ].join('\n'),
  input: z.strictObject({
    status: z.enum(STATUSES).default('all').describe('Lifecycle'),
    archived: z.boolean().default(false).describe('Only these'),
    search: z.string().max(400).optional().describe('Part of name or flag key'),
    feature_flag_id: idNumber('On this flag').optional(),
    created_by_id: idNumber('From detail: full').optional(),
    tags: z.array(tag).max(20).optional().describe('Any of them'),
    order: z
      .string()
      .pipe(z.enum(ORDERS))
      .default('-created_at')
      .describe('Such as -start_date, name, duration, conclusion'),
    limit: pageLimit,
    offset: pageOffset,
    detail: detailLevel,
  }),
  output: listOutput(row).extend({ item_url: z.string().optional(), note: z.string().optional() }),
  run: async ({ detail, status, tags, ...query }, { api, project }) => {
    const answer = await api.get(apiPath`/api/projects/${project}/experiments/`, page, {
      ...query,
      ...(status === 'all' ? {} : { status }),
      ...(tags?.length ? { tags: JSON.stringify(tags) } : {}),
    });
    return {
      items: answer.results.map((experiment) => {
        const view = viewExperiment(experiment, { origin: api.origin, project });
        const { description, conclusion_comment, url, updated_at, ...rest } = view;
        const variants = view.feature_flag?.variants?.map(
          ({ key, split_percent }) => `${plainOrQuoted(key)} ${split_percent}%`,
        );
        return {
          ...rest,
          split: variants?.join(' / '),
          rollout_percentage: view.feature_flag?.rollout_percentage,
          flag_active: view.feature_flag?.active,
          flag_problem: view.feature_flag?.problem,
          ...(detail === 'full'
            ? compact({ description, conclusion_comment, url, updated_at, created_by_id: experiment.created_by?.id })
            : {}),
        };
      }),
      ...pageFacts(answer),
      ...itemUrl({ origin: api.origin, project }, answer.results),
      ...(answer.count === 0 && !query.archived ? { note: ARCHIVED_ELSEWHERE } : {}),
    };
  },
});
