import { z } from 'zod';
import { unlessOlderBuild } from '../src/posthog/older-builds.js';
import { watchFlagKey } from '../src/reads/find.js';
import type { Experiment } from '../src/schema/experiment.js';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { quoted } from '../src/schema/quote.js';
import { defineWriteTool, type StateBefore } from '../src/tool.js';
import { postAction } from '../src/writes/subjects/requests.js';

export const experimentMigrate = defineWriteTool({
  name: 'experiment-migrate',
  title: 'Migrate legacy experiment',
  searchHint: 'migrate a legacy A/B test',
  toolset: 'admin',
  access: 'write',
  idempotent: true,
  description: [
    'Make a twin of an experiment with legacy metrics (is_legacy) in the current format: a new experiment on the same feature flag with converted metrics.',
    'The old one stays as it is.',
    'A second call answers with the first twin. 400 if it is not legacy. Undo: experiment-delete on the twin.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({ id: experimentId }),
  target: ({ id }) => id,
  plan: (_, { experiment }) => ({
    makesOn: experiment.feature_flag_key,
    effects: {
      users: 'Unchanged: the flag stays as it is.',
      analysis: 'The twin measures the same with metrics of the current format.',
    },
    warnings: [
      {
        code: 'shared_flag',
        message: `The twin shares feature flag ${quoted(experiment.feature_flag_key)} with experiment ${experiment.id}.`,
      },
    ],
  }),
  watch: (_, context, { experiment }) => watchFlagKey({ key: experiment.feature_flag_key }, context),
  run: async ({ id }, context, before) => {
    const { after } = await unlessOlderBuild('migration', postAction('migrate', id, context));
    if (!wasThere(after, before)) return { after };
    const message = `It was migrated before: experiment ${after.id} is its twin. Nothing was made.`;
    return { after, changes: [], warnings: [{ code: 'migrated_before', message }] };
  },
  undoTools: ['experiment-delete'],
  undo: ({ id }, before, after) =>
    wasThere(after, before)
      ? { not_reversible_because: 'the twin was there before this call' }
      : {
          tool: 'experiment-delete',
          arguments: { id: after.id },
          note: `PostHog goes on taking experiment ${id} for migrated, so a second experiment-migrate may make no other twin.`,
        },
});

/** A twin shares the flag, so one that was there before was seen as a sharer. */
function wasThere(twin: Experiment, { sharers }: StateBefore): boolean {
  return sharers.some(({ id }) => id === twin.id);
}
