import { z } from 'zod';
import { apiPath } from '../src/posthog/path.js';
import { exclusionOf, type Holdout, holdoutWire } from '../src/schema/holdout.js';
import { idNumber } from '../src/schema/ids.js';
import { defineSubjectTool } from '../src/tool.js';
import { HOLDOUTS, type HoldoutBefore } from '../src/writes/subjects/holdout.js';
import { exclusionEffects, linkedWarnings, reachesAnybody } from '../src/writes/subjects/holdout-plan.js';

const input = z
  .strictObject({
    id: idNumber('Holdout id'),
    name: z.string().trim().min(1).max(400).optional().describe('New name'),
    description: z.string().trim().max(400).optional().describe('Empty text removes it'),
    exclusion_percent: z.number().min(0).max(100).optional().describe('Share of users held OUT'),
  })
  .refine(({ id: _, ...rest }) => Object.values(rest).some((value) => value !== undefined), {
    error: 'give at least one of name, description and exclusion_percent',
  });

export const experimentHoldoutsPartialUpdate = defineSubjectTool<typeof input, HoldoutBefore, Holdout, number>({
  name: 'experiment-holdouts-partial-update',
  title: 'Update holdout',
  searchHint: 'change holdout, holdback group',
  toolset: 'holdouts',
  access: 'destructive',
  varies: true,
  idempotent: true,
  description: [
    'Change a holdout.',
    'Another exclusion_percent rewrites the flags of ALL experiments that use it at once, so users enter or drop out of running ones: tell the user which (experiment-holdouts-retrieve) and confirm. Undo: the same tool with the old values; the bias stays.',
  ].join('\n'),
  input,
  subject: HOLDOUTS,
  target: ({ id }) => id,
  plan: (wanted, { holdout, linked, sharers }) => {
    const reached = [...linked, ...sharers];
    const { exclusion_percent, name, description } = wanted;
    const from = exclusionOf(holdout);
    const to = exclusion_percent ?? from;
    const same =
      (name ?? holdout.name) === holdout.name &&
      (description ?? holdout.description ?? '') === (holdout.description ?? '');
    return {
      level: from !== to && reachesAnybody(reached) ? 'destructive' : 'write',
      after: { ...holdout, ...bodyOf(wanted, holdout) },
      effects: exclusionEffects(from, to, reached),
      warnings: from === to ? [] : linkedWarnings(reached),
      ...(from === to && same ? { alreadyDone: 'The holdout has these values already.' } : {}),
    };
  },
  run: async (wanted, { api, project }, { holdout }) => {
    const path = apiPath`/api/projects/${project}/experiment_holdouts/${wanted.id}/`;
    return { after: await api.patch(path, holdoutWire, bodyOf(wanted, holdout)) };
  },
  undoTools: ['experiment-holdouts-partial-update'],
  undo: ({ id, name, description, exclusion_percent }, { holdout }) => ({
    tool: 'experiment-holdouts-partial-update',
    arguments: {
      id,
      ...(name === undefined ? {} : { name: holdout.name }),
      ...(description === undefined ? {} : { description: holdout.description ?? '' }),
      ...(exclusion_percent === undefined ? {} : { exclusion_percent: exclusionOf(holdout) }),
    },
  }),
});

function bodyOf({ id: _, exclusion_percent, ...rest }: z.output<typeof input>, { filters: stored }: Holdout) {
  const [first, ...others] = stored ?? [];
  const filters = [{ properties: [], ...first, rollout_percentage: exclusion_percent }, ...others];
  return { ...rest, ...(exclusion_percent === undefined ? {} : { filters }) };
}
