import { z } from 'zod';
import { idIfReadable, readExperimentOrNull } from '../src/reads/snapshot.js';
import { conclusionAsInEnd, conclusionComment } from '../src/schema/conclusion.js';
import { dateTime } from '../src/schema/date.js';
import { flagInput } from '../src/schema/flag-input.js';
import { EXPERIMENT_ID_ALIASES, experimentId, idNumber, UNPUBLISHED_FIELD } from '../src/schema/ids.js';
import { breakdownNames } from '../src/schema/metric-breakdowns.js';
import { metricPatch } from '../src/schema/metric-input.js';
import { settingsInput } from '../src/schema/settings.js';
import { rolloutPercentage, variantsPatch } from '../src/schema/split.js';
import { defineCreateTool } from '../src/tool.js';
import { metricProblems, refuseFutureStart } from '../src/writes/update/checks.js';
import { planUpdate, sendUpdate } from '../src/writes/update/plan.js';

import { undoOfUpdate } from '../src/writes/update/undo.js';
import { CLEARED } from '../src/writes/update/wanted.js';

const metricUuids = z.array(z.string().min(1).max(100)).max(200);

const fields = z.strictObject({
  id: experimentId,
  name: z.string().trim().min(1).max(400).optional().describe('New name'),
  description: z.string().trim().min(1).max(3000).optional().describe('Hypothesis'),
  metric: metricPatch.optional().describe('As in experiment-create'),
  replace_metric_uuid: z.string().min(1).max(100).optional().describe('Metric'),
  remove_metric_uuid: z.string().min(1).max(100).optional().describe('Metric'),
  add_saved_metric_id: idNumber('Or changes it').optional(),
  saved_metric_role: z
    .string()
    .pipe(z.enum(['primary', 'secondary']))
    .optional()
    .describe('primary, secondary'),
  saved_metric_breakdowns: breakdownNames,
  remove_saved_metric_id: idNumber('Detaches it').optional(),
  primary_order: metricUuids.optional().describe('Uuids'),
  secondary_order: metricUuids.optional().describe('Uuids'),
  allow_unknown_events: z.boolean().default(false).describe('Only if the user confirms'),
  variants: variantsPatch.optional().describe('All of them'),
  rollout_percentage: rolloutPercentage,
  ...flagInput,
  update_feature_flag_params: z
    .boolean()
    .default(false)
    .meta({ [UNPUBLISHED_FIELD]: true }),
  conclusion: conclusionAsInEnd,
  conclusion_comment: conclusionComment,
  end_date: dateTime('Backdate').optional(),
  start_date: dateTime('On a draft this launches').optional(),
  archived: z
    .boolean()
    .optional()
    .meta({ [UNPUBLISHED_FIELD]: true }),
  ...settingsInput,
  clear: z
    .array(z.string().pipe(z.enum(CLEARED)))
    .max(CLEARED.length)
    .optional()
    .describe('Such as end_date, or a setting'),
  restore: z
    .boolean()
    .default(false)
    .meta({ [UNPUBLISHED_FIELD]: true }),
});

const input = fields.superRefine((wanted, context) => {
  for (const [field, message] of metricProblems(wanted))
    context.addIssue({ code: 'custom', path: ['metric', field], message });
});

export const experimentUpdate = defineCreateTool({
  name: 'experiment-update',
  title: 'Update experiment',
  searchHint: 'edit, change metric, split or rollout of an A/B test',
  toolset: 'experiments',
  access: 'live',
  varies: true,
  idempotent: false,
  gated: 'plain',
  description: [
    'Change an experiment; what is not named stays. Not for launch, pause, end or ship.',
    'metric alone adds one; with replace_metric_uuid it changes that one. Metric changes recompute the results of the whole run.',
    'After launch, changing split or rollout moves users between variants and biases results. Variants cannot be added, removed or renamed then, nor the holdout changed. A bare percentage is ambiguous: split or rollout?',
    'end_date backdates an end; clear end_date reopens. won and lost need the evidence.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input,
  target: (wanted, context) => {
    refuseFutureStart(wanted, context.now());
    return wanted.restore ? idIfReadable(wanted.id, context) : wanted.id;
  },
  plan: planUpdate,
  // Only where a deleted one is restored there is no state before to compare with.
  watch:
    async ({ id }) =>
    (context) =>
      readExperimentOrNull(id, context),
  run: sendUpdate,
  undoTools: ['experiment-delete', 'experiment-reset', 'experiment-update', 'feature-flag-restore'],
  undo: undoOfUpdate,
});
