import { z } from 'zod';
import { unlessOlderBuild } from '../src/posthog/older-builds.js';
import { apiPath } from '../src/posthog/path.js';
import { idNumber } from '../src/schema/ids.js';
import { tagList } from '../src/schema/tag.js';
import { wireId } from '../src/schema/wire.js';
import { defineSubjectTool } from '../src/tool.js';
import { skippedWarnings, TAGGED, type Tagged, tagsAfter, undoOfTags } from '../src/writes/subjects/tags.js';

const answerWire = z.looseObject({
  updated: z.array(z.looseObject({ id: wireId, tags: z.array(z.string()) })),
  skipped: z.array(z.looseObject({ id: wireId, reason: z.string().nullish() })).nullish(),
});

const input = z.strictObject({
  ids: z.array(idNumber('Experiment id')).min(1).max(500).describe('Experiments, from experiment-list'),
  action: z.enum(['add', 'remove', 'set']).describe('set replaces all tags'),
  tags: tagList.describe('Lower-cased by PostHog'),
});

export const experimentsBulkUpdateTagsCreate = defineSubjectTool<typeof input, Tagged[], Tagged[], number[]>({
  name: 'experiments-bulk-update-tags-create',
  title: 'Tag experiments',
  searchHint: 'tag, label A/B tests',
  toolset: 'admin',
  access: 'write',
  idempotent: true,
  description: [
    'Add, remove or set tags on up to 500 experiments at once. set drops all tags they had. Experiments that cannot be edited are skipped and named.',
    'Changes nothing for users.',
  ].join('\n'),
  input,
  subject: TAGGED,
  target: ({ ids }) => ids,
  plan: (change, before) => ({
    after: before.map((one) => ({ id: one.id, tags: tagsAfter(one, change).tags })),
    effects: { users: 'Unchanged.', analysis: 'Unchanged.' },
    ...(before.length === new Set(change.ids).size && before.every((one) => !tagsAfter(one, change).changed)
      ? { alreadyDone: 'All of them have these tags already.' }
      : {}),
  }),
  run: async (body, { api, project }, before) => {
    const path = apiPath`/api/projects/${project}/experiments/bulk_update_tags/`;
    const { updated, skipped } = await unlessOlderBuild('tagging of several', api.post(path, answerWire, body));
    const now = new Map(updated.map(({ id, tags }) => [id, tags]));
    const left = new Set((skipped ?? []).map(({ id }) => id));
    const after = before.filter(({ id }) => !left.has(id)).map(({ id, tags }) => ({ id, tags: now.get(id) ?? tags }));
    return { after, warnings: skippedWarnings(skipped ?? []) };
  },
  undoTools: ['experiments-bulk-update-tags-create'],
  undo: undoOfTags,
});
