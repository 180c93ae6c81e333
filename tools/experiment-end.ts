import { z } from 'zod';
import { conclusion, conclusionComment } from '../src/schema/conclusion.js';
import type { Experiment } from '../src/schema/experiment.js';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { nowSeen, stillSplitWarnings } from '../src/serving/serving.js';
import { defineSubjectTool } from '../src/tool.js';
import { claimOf } from '../src/writes/pipeline/claims.js';
import {
  type BeforeConcluding,
  besidesCleanup,
  CLEANUP_INPUT,
  CONCLUDED,
  cleanupBody,
  cleanupWarnings,
  withCleanupOutcome,
} from '../src/writes/subjects/cleanup.js';
import { NOW, predicted, refusedUnlessLive } from '../src/writes/subjects/predict.js';
import { postAction } from '../src/writes/subjects/requests.js';
import { undoOfEnd } from '../src/writes/subjects/undo.js';

const input = z.strictObject({
  id: experimentId,
  conclusion,
  conclusion_comment: conclusionComment,
  ...CLEANUP_INPUT,
});

export const experimentEnd = defineSubjectTool<
  typeof input,
  BeforeConcluding,
  Experiment,
  { id: number; open_cleanup_pr: boolean }
>({
  name: 'experiment-end',
  title: 'End experiment',
  searchHint: 'stop, finish, conclude, close an A/B test',
  toolset: 'lifecycle',
  access: 'write',
  idempotent: true,
  gated: 'evidence',
  description: [
    'End a launched experiment: end_date becomes now and only data up to it counts. Give a conclusion.',
    'won and lost pass only where experiment-assess says so, else they need override_reason; a comment left out is filled with the evidence.',
    'The flag is not touched: users keep their variants and exposure events go on. To serve one variant use experiment-ship-variant instead; to switch variants off too, experiment-pause first.',
    '400 for a draft; of an ended one only with another conclusion. Works while paused. A conclusion set earlier is kept. Backdate with experiment-update end_date.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input,
  subject: CONCLUDED,
  target: ({ id, open_cleanup_pr }) => ({ id, open_cleanup_pr }),
  plan: (input, { experiment, cleanup }) => {
    const sameConclusion =
      (input.conclusion ?? experiment.conclusion) === experiment.conclusion &&
      (input.conclusion_comment ?? experiment.conclusion_comment) === experiment.conclusion_comment;
    const refused = refusedUnlessLive(experiment);
    const ended = Boolean(experiment.start_date && experiment.end_date);
    return {
      claims: claimOf(input, experiment),
      refused,
      after: predicted(experiment, { end_date: NOW, ...concluded(input, experiment) }),
      effects: {
        users: `Unchanged. ${nowSeen(experiment)}`,
        analysis: 'Only data up to the end date counts.',
      },
      warnings: [
        ...stillSplitWarnings(experiment),
        ...(refused ? [] : cleanupWarnings(input, { cleanup, conclusion: input.conclusion ?? experiment.conclusion })),
      ],
      ...(ended && sameConclusion
        ? { alreadyDone: `It ended at ${experiment.end_date}: "Experiment has already ended."` }
        : {}),
    };
  },
  // Without a conclusion in the body PostHog erases one that was set earlier.
  run: async (input, context, { experiment }) => {
    const body = { ...concluded(input, experiment), ...cleanupBody(input) };
    return withCleanupOutcome(await postAction('end', input.id, context, body), input);
  },
  undoTools: ['experiment-update'],
  undo: (input, { experiment }) => besidesCleanup(undoOfEnd(input.id, experiment), input),
});

interface Concluding {
  conclusion?: string | undefined;
  conclusion_comment?: string | undefined;
}

function concluded({ conclusion, conclusion_comment }: Concluding, experiment: Experiment) {
  return {
    conclusion: conclusion ?? experiment.conclusion ?? null,
    conclusion_comment: conclusion_comment ?? experiment.conclusion_comment ?? null,
  };
}
