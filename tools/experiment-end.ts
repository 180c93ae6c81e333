import { z } from 'zod';
import { conclusion, conclusionComment } from '../src/schema/conclusion.js';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { defineWriteTool } from '../src/tool.js';
import { postAction } from '../src/writes/requests.js';
import { nowSeen } from '../src/writes/serving.js';
import { undoOfEnd } from '../src/writes/undo.js';

export const experimentEnd = defineWriteTool({
  name: 'experiment-end',
  title: 'End experiment',
  toolset: 'lifecycle',
  access: 'write',
  idempotent: true,
  description: [
    'End a launched experiment: end_date becomes now and only data up to it counts. Give a conclusion.',
    'The flag is not touched: users keep their variants and exposure events go on. To serve one variant use experiment-ship-variant instead; to switch variants off too, experiment-pause first.',
    '400 "Experiment has not been launched yet." or "Experiment has already ended." Works while paused. A conclusion set earlier is kept unless given. Backdate with experiment-update end_date; undo by clearing it.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({ id: experimentId, conclusion, conclusion_comment: conclusionComment }),
  target: ({ id }) => id,
  plan: (input, { experiment }) => {
    const sameConclusion =
      (input.conclusion ?? experiment.conclusion) === experiment.conclusion &&
      (input.conclusion_comment ?? experiment.conclusion_comment) === experiment.conclusion_comment;
    const ended = Boolean(experiment.start_date && experiment.end_date);
    return {
      effects: {
        users: `Unchanged. ${nowSeen(experiment)}`,
        analysis: 'Only data up to the end date counts.',
      },
      ...(ended && sameConclusion
        ? { alreadyDone: `It ended at ${experiment.end_date}: "Experiment has already ended."` }
        : {}),
    };
  },
  // Without a conclusion in the body PostHog erases one that was set earlier.
  run: (input, context, { experiment }) =>
    postAction('end', input.id, context, {
      conclusion: input.conclusion ?? experiment.conclusion ?? null,
      conclusion_comment: input.conclusion_comment ?? experiment.conclusion_comment ?? null,
    }),
  undoTools: ['experiment-update'],
  undo: ({ id }, { experiment }) => undoOfEnd(id, experiment),
});
