import { z } from 'zod';
import { watchFlagKey } from '../src/reads/find.js';
import type { Experiment } from '../src/schema/experiment.js';
import { flagHoldout } from '../src/schema/flag.js';
import { flagInput } from '../src/schema/flag-input.js';
import { flagKey, idNumber, UNPUBLISHED_FIELD } from '../src/schema/ids.js';
import { breakdownNames } from '../src/schema/metric-breakdowns.js';
import { assumedRoles } from '../src/schema/metric-input.js';
import { metricInput } from '../src/schema/metric-json.js';
import { quoted } from '../src/schema/quote.js';
import { SETTINGS_OF_UPDATE, settingsInput } from '../src/schema/settings.js';
import { settingsProblem } from '../src/schema/settings-json.js';
import { rolloutPercentage, variantsInput } from '../src/schema/split.js';
import { defineCreateTool, type Warning } from '../src/tool.js';
import { createDraft } from '../src/writes/subjects/create.js';
import { settingsWarnings } from '../src/writes/update/checks.js';

const { release_conditions: _, ...flagOfNew } = flagInput;

const fields = z.strictObject({
  name: z.string().trim().min(1).max(400).describe('For people'),
  feature_flag_key: flagKey.describe('Key in the code'),
  description: z.string().trim().max(3000).optional().describe('Hypothesis'),
  variants: variantsInput.optional().describe('All of them'),
  rollout_percentage: rolloutPercentage,
  metrics: z.array(metricInput).max(20).optional().describe('Measures'),
  saved_metric_ids: z.array(idNumber('Id')).max(20).optional().describe('As primary'),
  secondary_saved_metric_ids: z.array(idNumber('Id')).max(20).optional().describe('As secondary'),
  saved_metric_breakdowns: breakdownNames,
  ...flagOfNew,
  ...settingsInput,
  allow_unknown_events: z.boolean().default(false).describe('Only if the user confirms'),
});

const input = fields
  .superRefine((wanted, context) => {
    const unfiltered = settingsProblem(wanted, {});
    const unmethodical = (['confidence_level', 'difference_type'] as const).find((name) => wanted[name] !== undefined);
    if (unfiltered) context.addIssue({ code: 'custom', path: [unfiltered[0]], message: unfiltered[1] });
    if (unmethodical && !wanted.stats_method)
      context.addIssue({ code: 'custom', path: [unmethodical], message: 'needs stats_method, which it belongs to' });
    const { saved_metric_breakdowns: by, saved_metric_ids = [], secondary_saved_metric_ids = [] } = wanted;
    if (by && saved_metric_ids.length + secondary_saved_metric_ids.length === 0)
      context.addIssue({
        code: 'custom',
        path: ['saved_metric_breakdowns'],
        message: 'needs saved_metric_ids or secondary_saved_metric_ids, all of which it applies to',
      });
  })
  .meta({ [UNPUBLISHED_FIELD]: ['saved_metric_breakdowns', ...Object.keys(flagOfNew), ...SETTINGS_OF_UPDATE] });

export const experimentCreate = defineCreateTool({
  name: 'experiment-create',
  title: 'Create experiment',
  searchHint: 'new A/B test, split test, set up a test',
  toolset: 'experiments',
  access: 'write',
  idempotent: false,
  description: [
    'Create a draft; nobody sees anything until experiment-launch.',
    'Makes a feature flag, off, or links the one that has the key already, as it is (then give no variants or rollout).',
    'A bare percentage is ambiguous, so ask: split_percent divides users inside, rollout_percentage is the share who enter.',
    'The baseline is the variant control, else the first. Default: control 50, test 50, rollout 100. Takes the settings of experiment-update; release_conditions follow on the draft.',
    'Find events with event-search; one never seen needs allow_unknown_events.',
  ].join('\n'),
  input,
  target: () => null,
  plan: ({ feature_flag_key, metrics = [] }) => ({
    makesOn: feature_flag_key,
    effects: {
      users: 'Nothing changes for users: a new flag is off, one that existed stays as it is.',
      analysis: `Nothing counts before the launch.${assumedRoles(metrics)}`,
    },
  }),
  watch: ({ feature_flag_key: key, name }, context) => watchFlagKey({ key, name }, context),
  run: async (wanted, context) => {
    const sent = await createDraft(wanted, context);
    return {
      ...sent,
      warnings: [
        ...(sent.warnings ?? []),
        ...settingsWarnings(wanted, sent.after),
        ...holdoutWarnings(wanted.holdout_id, sent.after),
      ],
    };
  },
  undoTools: ['experiment-delete'],
  undo: (_input, _before, after) => ({
    tool: 'experiment-delete',
    arguments: { id: after.id },
    note: `Feature flag ${quoted(after.feature_flag_key)} stays in PostHog.`,
  }),
});

/** PostHog writes the holdout to a flag that it makes, and not to one that was there. */
function holdoutWarnings(wanted: number | undefined, { id, feature_flag: flag }: Experiment): Warning[] {
  if (wanted === undefined || !flag || flagHoldout(flag.filters)?.id === wanted) return [];
  const message = `Nobody is held out yet: flag ${quoted(flag.key)} existed, and PostHog did not write holdout ${wanted} to it. To apply it, clear holdout_id of experiment ${id} with experiment-update and set it again; that reaches everyone the flag serves.`;
  return [{ code: 'holdout_not_on_flag', message }];
}
