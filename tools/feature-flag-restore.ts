import { z } from 'zod';
import { ToolError } from '../src/errors.js';
import { experimentsOnFlag } from '../src/reads/snapshot.js';
import { CONCLUSIONS, conclusionComment } from '../src/schema/conclusion.js';
import { dateTime } from '../src/schema/date.js';
import type { Experiment } from '../src/schema/experiment.js';
import { type Flag, flagFiltersWire } from '../src/schema/flag.js';
import { idNumber } from '../src/schema/ids.js';
import { nowSeen, servedText, sharedFlagWarnings } from '../src/serving/serving.js';
import { defineWriteTool } from '../src/tool.js';
import { verdictClaimOf } from '../src/writes/pipeline/claims.js';
import { flagChanges } from '../src/writes/subjects/flag-changes.js';
import { predicted } from '../src/writes/subjects/predict.js';
import { patchExperiment, patchFlag } from '../src/writes/subjects/requests.js';
import { reopenExperiment, restoreFlag } from '../src/writes/subjects/restore.js';
import { restoreCall, undoOfStartByRestore } from '../src/writes/subjects/undo.js';

export const featureFlagRestore = defineWriteTool({
  name: 'feature-flag-restore',
  title: 'Restore feature flag',
  searchHint: 'undo, roll back a shipped variant, revert a flag',
  toolset: 'admin',
  access: 'live',
  idempotent: true,
  gated: 'plain',
  stepwise: true,
  description: [
    "Put an experiment's feature flag back as the undo of another call says; users get the old split and conditions at once.",
    'With reopen_experiment_id the experiment gets the given dates, conclusion and archived; those left out are cleared, so without end_date it runs again.',
    'Needs scope feature_flag:write. Send exactly what the undo holds; not for designing a flag.',
  ].join('\n'),
  input: z.strictObject({
    id: idNumber('Feature flag id'),
    filters: z.string().min(2).max(1_000_000).describe('Saved JSON'),
    active: z.boolean().optional().describe('On or off'),
    reopen_experiment_id: idNumber('Put back too').optional(),
    start_date: dateTime('Of a draft').optional(),
    end_date: dateTime('Left out: not ended').optional(),
    archived: z.boolean().default(false).describe('In the archive'),
    conclusion: z.string().pipe(z.enum(CONCLUSIONS)).optional().describe('Verdict'),
    conclusion_comment: conclusionComment,
  }),
  target: async ({ id, reopen_experiment_id }, context) => {
    if (reopen_experiment_id !== undefined) return reopen_experiment_id;
    const [experiment] = await experimentsOnFlag(id, context);
    if (experiment) return experiment.id;
    throw new ToolError(
      'not_found',
      `No experiment in project ${context.project} uses feature flag ${id}.`,
      'This tool restores flags of experiments only. For an archived experiment give reopen_experiment_id.',
      { next_tool: 'feature-flag-get' },
    );
  },
  plan: (input, { experiment, sharers }) => {
    const flag = experiment.feature_flag;
    if (flag?.id !== input.id) throw otherFlag(input.id, experiment.id);
    const active = input.active ?? (launches(input, experiment) || flag.active);
    const restored = { ...flag, active, filters: parseFilters(input.filters) };
    const reopens = input.reopen_experiment_id !== undefined;
    return {
      claims: reopens ? verdictClaimOf(input, experiment) : [],
      after: predicted(experiment, { ...(reopens ? reopened(input, experiment) : commented(input)), flag: restored }),
      // A start date turns the flag on before it is turned off again.
      keeps: input.active === undefined ? [] : ['feature_flag.active'],
      effects: {
        users: usersOf(experiment, restored),
        analysis: analysisOf(input, experiment),
      },
      warnings: sharedFlagWarnings(sharers),
    };
  },
  run: async (input, context, { experiment }) => {
    // The flag first: where PostHog refuses it, nothing has changed.
    await restoreFlag(experiment, { filters: parseFilters(input.filters), active: input.active }, context);
    if (input.reopen_experiment_id !== undefined) await reopenExperiment(experiment, input, context);
    // Why filters were restored that ship a variant against the evidence.
    else if (input.conclusion_comment !== undefined) await patchExperiment(experiment.id, commented(input), context);
    // A start date turns the flag of a draft on.
    if (launches(input, experiment) && input.active === false) await patchFlag(input.id, { active: false }, context);
    return { after: experiment };
  },
  undoTools: ['experiment-reset', 'feature-flag-restore'],
  undo: (input, { experiment }, after) =>
    launches(input, experiment)
      ? undoOfStartByRestore(experiment, after)
      : restoreCall(experiment, after, { withStart: true }),
});

interface Reopening {
  reopen_experiment_id?: number | undefined;
  start_date?: string | undefined;
  end_date?: string | undefined;
  archived: boolean;
  conclusion?: string | undefined;
  conclusion_comment?: string | undefined;
}

function commented({ conclusion_comment }: Pick<Reopening, 'conclusion_comment'>) {
  return conclusion_comment === undefined ? {} : { conclusion_comment };
}

function reopened(input: Reopening, experiment: Experiment) {
  return {
    start_date: input.start_date ?? experiment.start_date,
    end_date: input.end_date ?? null,
    archived: input.archived,
    conclusion: input.conclusion ?? null,
    conclusion_comment: input.conclusion_comment ?? null,
  };
}

function launches(input: Reopening, experiment: Experiment): boolean {
  return input.reopen_experiment_id !== undefined && input.start_date !== undefined && !experiment.start_date;
}

function analysisOf(input: Reopening, experiment: Experiment): string {
  if (input.reopen_experiment_id === undefined) return 'Unchanged.';
  const start = input.start_date ?? experiment.start_date;
  if (!start) return 'The experiment is a draft: nothing counts yet.';
  return input.end_date
    ? `The experiment counts data from ${start} to ${input.end_date}.`
    : `The experiment is open and counts all data since ${start}.`;
}

/** What the words on who gets which variant cover. */
const IN_WORDS = /^feature_flag\.(active|variants|variant_order|holdout|release_groups$)/;

function usersOf(experiment: Experiment, restored: Flag): string {
  const paths = flagChanges(experiment.feature_flag, restored).map(({ path }) => path);
  if (paths.length === 0) return `Unchanged. ${nowSeen(experiment)}`;
  const served = servedText(restored);
  const users = restored.active
    ? `From now on ${served}.`
    : `Nobody is in a variant: the flag is off. Once it is on, ${served}.`;
  const others = paths.filter((path) => !IN_WORDS.test(path)).map((path) => path.replace('feature_flag.', ''));
  return others.length > 0 ? `${users} Other settings of the flag change too: ${others.join(', ')}.` : users;
}

function otherFlag(id: number, experimentId: number): ToolError {
  return new ToolError(
    'invalid_arguments',
    `Experiment ${experimentId} does not use feature flag ${id}.`,
    'Send id and reopen_experiment_id together as the undo holds them.',
    { field: 'id', next_tool: 'experiment-get' },
  );
}

function parseFilters(text: string) {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const filters = flagFiltersWire.safeParse(value);
  if (filters.success && filters.data.groups) return filters.data;
  throw new ToolError(
    'invalid_arguments',
    'filters is not the JSON text of saved flag filters.',
    'Send the string exactly as the undo holds it; it starts with {"groups":.',
    { field: 'filters' },
  );
}
