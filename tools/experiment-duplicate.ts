import { z } from 'zod';
import { watchFlagKey } from '../src/reads/find.js';
import { EXPERIMENT_ID_ALIASES, experimentId, flagKey } from '../src/schema/ids.js';
import { quoted } from '../src/schema/quote.js';
import { defineWriteTool } from '../src/tool.js';
import { creationOf } from '../src/writes/subjects/experiment-changes.js';
import { flagBefore, linkedWarnings } from '../src/writes/subjects/linked-flag.js';
import { postAction } from '../src/writes/subjects/requests.js';

export const experimentDuplicate = defineWriteTool({
  name: 'experiment-duplicate',
  title: 'Duplicate experiment',
  searchHint: 'clone, copy, rerun an A/B test',
  toolset: 'experiments',
  access: 'write',
  idempotent: false,
  description: [
    'Copy an experiment into a new draft; not dates, conclusion, holdout, tags or results.',
    'Give a new feature_flag_key. Without one both experiments share the same flag, so pausing, shipping or changing one reaches the other. A new key makes a flag that is off, same variants and rollout, no targeting; an existing key links that flag as it is. Not for legacy metrics.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({
    id: experimentId,
    feature_flag_key: flagKey.optional().describe('Of the copy'),
    name: z.string().trim().min(1).max(400).optional().describe('Of the copy'),
  }),
  target: ({ id }) => id,
  plan: (input, { experiment, sharers }) => {
    const shared = input.feature_flag_key === undefined || input.feature_flag_key === experiment.feature_flag_key;
    return {
      makesOn: input.feature_flag_key ?? experiment.feature_flag_key,
      effects: {
        users: 'Nothing changes for users: the copy is a draft, and a flag that existed stays as it is.',
        analysis: 'The copy starts without data.',
      },
      warnings: shared
        ? [
            {
              code: 'shared_flag',
              message: `The copy shares feature flag ${quoted(experiment.feature_flag_key)} with experiment ${experiment.id}${sharers.length ? ` and ${sharers.length} more` : ''}: launching, pausing or shipping one reaches the other. Give a new feature_flag_key to keep them apart.`,
            },
          ]
        : [],
    };
  },
  watch: ({ feature_flag_key, name }, context, { experiment }) =>
    watchFlagKey({ key: feature_flag_key ?? experiment.feature_flag_key, name }, context),
  run: async ({ id, ...body }, context, { experiment }) => {
    const key = body.feature_flag_key;
    const isShared = key === undefined || key === experiment.feature_flag_key;
    const existing = isShared ? null : await flagBefore(key, context);
    const warnings = existing ? await linkedWarnings(existing, context) : [];
    const sent = await postAction('duplicate', id, context, body);
    const made = existing === null ? 'new' : undefined;
    return { ...sent, changes: creationOf(sent.after, isShared || existing ? 'linked' : made), warnings };
  },
  undoTools: ['experiment-delete'],
  undo: (_input, { experiment }, after) => ({
    tool: 'experiment-delete',
    arguments: { id: after.id },
    ...(after.feature_flag_key === experiment.feature_flag_key
      ? {}
      : { note: `Feature flag ${quoted(after.feature_flag_key)} stays in PostHog.` }),
  }),
});
