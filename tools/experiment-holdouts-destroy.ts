import { z } from 'zod';
import { apiPath } from '../src/posthog/path.js';
import { exclusionOf, type Holdout } from '../src/schema/holdout.js';
import { idNumber } from '../src/schema/ids.js';
import { defineSubjectTool } from '../src/tool.js';
import { HOLDOUTS, type HoldoutBefore } from '../src/writes/subjects/holdout.js';
import { exclusionEffects, linkedWarnings } from '../src/writes/subjects/holdout-plan.js';

const input = z.strictObject({ id: idNumber('Holdout id') });

export const experimentHoldoutsDestroy = defineSubjectTool<typeof input, HoldoutBefore, Holdout, number>({
  name: 'experiment-holdouts-destroy',
  title: 'Delete holdout',
  searchHint: 'delete holdout, holdback group',
  toolset: 'holdouts',
  access: 'destructive',
  idempotent: true,
  description: [
    'Delete a holdout for good.',
    'The users it held out enter the experiments that used it at once, running ones too: confirm by name, with experiment-holdouts-retrieve before. Cannot be undone; a new holdout would hold out other users.',
  ].join('\n'),
  input,
  subject: HOLDOUTS,
  target: ({ id }) => id,
  plan: (_, { holdout, linked, sharers }) => ({
    gone: true,
    effects: exclusionEffects(exclusionOf(holdout), 0, [...linked, ...sharers]),
    warnings: linkedWarnings([...linked, ...sharers]),
  }),
  run: async ({ id }, { api, project }, { holdout }) => {
    await api.delete(apiPath`/api/projects/${project}/experiment_holdouts/${id}/`, z.unknown());
    return { after: holdout, readable: false, changes: [{ path: 'deleted', before: false, after: true }] };
  },
  undo: () => ({
    not_reversible_because: 'PostHog deletes holdouts for good, and a new one would hold out other users',
  }),
});
