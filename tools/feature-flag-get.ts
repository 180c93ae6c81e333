import { z } from 'zod';
import { ToolError } from '../src/errors.js';
import { apiPath } from '../src/posthog/path.js';
import { findFlag } from '../src/reads/find.js';
import { shownOnFlag } from '../src/reads/snapshot.js';
import { statusOf } from '../src/schema/experiment.js';
import { flagView, flagWire, viewFlag } from '../src/schema/flag.js';
import { detailLevel, flagKey, idNumber } from '../src/schema/ids.js';
import { flagUrl, itemUrl } from '../src/schema/link.js';
import { unreadableView } from '../src/schema/odd-rows.js';
import { quoted } from '../src/schema/quote.js';
import { defineReadTool } from '../src/tool.js';

export const featureFlagGet = defineReadTool({
  name: 'feature-flag-get',
  title: 'Get feature flag',
  searchHint: 'feature flag, rollout, who sees which variant',
  toolset: 'context',
  access: 'read',
  idempotent: true,
  description: [
    'One feature flag by id or exact key: whether it is on, variants, rollout, and the experiments that share it.',
    'Use it before reusing a key, and to see whom a change of the flag reaches. detail: full shows the release conditions.',
  ].join('\n'),
  input: z
    .strictObject({
      id: idNumber('Feature flag id').optional(),
      key: flagKey.optional().describe('Exact key, instead of id'),
      detail: detailLevel,
    })
    .refine((input) => (input.id === undefined) !== (input.key === undefined), {
      error: 'give exactly one of id and key',
    }),
  output: flagView.extend({
    project_id: z.number(),
    url: z.string(),
    experiments: z.array(z.object({ id: z.number(), name: z.string(), status: z.string() })),
    unreadable: z.array(unreadableView).optional(),
    item_url: z.string().optional(),
  }),
  run: async ({ id, key = '', detail }, context) => {
    const { api, project } = context;
    const flag =
      id === undefined
        ? await findFlag(key, context)
        : await api.get(apiPath`/api/projects/${project}/feature_flags/${id}/`, flagWire);
    if (!flag) throw unknownKey(key, project);
    const { rows: experiments, unreadable } = await shownOnFlag(flag.id, context);
    const place = { origin: api.origin, project };
    return {
      ...viewFlag(flag, detail),
      project_id: project,
      url: flagUrl(place, flag.id),
      experiments: experiments.map((row) => ({ id: row.id, name: row.name, status: statusOf(row) })),
      ...(unreadable.length > 0 ? { unreadable } : {}),
      ...itemUrl(place, experiments),
    };
  },
});

function unknownKey(key: string, project: number): ToolError {
  return new ToolError(
    'not_found',
    `No feature flag in project ${project} has the key ${quoted(key)}.`,
    'Check the spelling; experiment-list search finds flags of experiments. A new experiment with this key would make the flag.',
    { field: 'key', next_tool: 'experiment-list' },
  );
}
