import { z } from 'zod';
import { holdoutView, viewHoldout } from '../src/schema/holdout.js';
import { idNumber } from '../src/schema/ids.js';
import { itemUrl } from '../src/schema/link.js';
import { defineReadTool } from '../src/tool.js';
import { reachedByHoldout, readHoldout } from '../src/writes/subjects/holdout.js';

export const experimentHoldoutsRetrieve = defineReadTool({
  name: 'experiment-holdouts-retrieve',
  title: 'Get holdout',
  searchHint: 'show holdout, holdback group',
  toolset: 'holdouts',
  access: 'read',
  idempotent: true,
  description: [
    'One holdout with the experiments that use it, archived ones too; serves: its flag is on.',
    'Read it before changing or deleting the holdout: that reaches all of them.',
  ].join('\n'),
  input: z.strictObject({ id: idNumber('Holdout id') }),
  output: holdoutView.extend({ project_id: z.number(), item_url: z.string().optional() }),
  run: async ({ id }, context) => {
    const [holdout, { linked }] = await Promise.all([readHoldout(id, context), reachedByHoldout(id, context)]);
    const { api, project } = context;
    return {
      ...viewHoldout(holdout),
      experiments: [...linked],
      project_id: project,
      ...itemUrl({ origin: api.origin, project }, linked),
    };
  },
});
