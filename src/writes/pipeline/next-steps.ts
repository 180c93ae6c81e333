import type { ToolError } from '../../errors.js';

interface NextStep {
  /** Part of PostHog's own words. */
  when: string;
  hint: string;
  tool: string;
}

/**
 * What to do about each refusal of PostHog's experiment lifecycle. Matched by a part of the text, since builds word the
 * rest differently.
 */
const NEXT_STEPS: readonly NextStep[] = [
  {
    when: 'already been launched',
    hint: 'Only a draft can be launched. Paused: use experiment-resume. Ended: use experiment-duplicate for a new run, or experiment-reset to start over.',
    tool: 'experiment-get',
  },
  {
    when: 'not been launched',
    hint: 'It is a draft: nobody is in a variant while its flag is off, so there is nothing to pause, resume, end or ship. Should the flag be on (experiment-get shows it), experiment-reset with disable_feature_flag: true turns it off. Use experiment-launch only if the user wants it to start.',
    tool: 'experiment-get',
  },
  {
    when: 'already ended',
    hint: 'It has ended. To switch its variants off use experiment-archive or experiment-reset with disable_feature_flag: true, or reopen it (experiment-update, clear end_date) and pause it then. To serve one variant use experiment-ship-variant; to change conclusion or end date use experiment-update.',
    tool: 'experiment-update',
  },
  {
    when: 'already paused',
    hint: 'It is paused already; experiment-resume takes it up again.',
    tool: 'experiment-resume',
  },
  { when: 'not paused', hint: 'It is serving variants already; nothing needs resuming.', tool: 'experiment-get' },
  {
    when: 'must be ended before',
    hint: 'End one that was launched with experiment-end, then archive it. A draft that nobody needs goes with experiment-delete.',
    tool: 'experiment-end',
  },
  {
    when: 'already archived',
    hint: 'It is archived already. To turn its flag off too, use experiment-unarchive and archive it again with disable_feature_flag: true.',
    tool: 'experiment-unarchive',
  },
  { when: 'not archived', hint: 'It is not archived; nothing needs doing.', tool: 'experiment-get' },
  {
    when: 'already in draft state',
    hint: 'It is a draft already; nothing needs doing. Use experiment-launch only if the user wants it to start.',
    tool: 'experiment-get',
  },
  {
    when: 'does not have a start date',
    hint: 'It is a draft: nobody has been exposed yet, so there is no one to put into a cohort.',
    tool: 'experiment-get',
  },
  {
    when: 'already has an exposure cohort',
    hint: 'experiment-get shows its exposure_cohort_id.',
    tool: 'experiment-get',
  },
  {
    when: 'at least 2 variants',
    hint: 'Set two or more variants with experiment-update, then launch.',
    tool: 'experiment-update',
  },
  {
    when: 'not found on feature flag',
    hint: 'Use a variant key exactly as experiment-get lists it under feature_flag.variants.',
    tool: 'experiment-get',
  },
  {
    when: 'update_feature_flag_params',
    hint: 'The experiment was launched after this call read it. Repeat the call to see what it would do to users now.',
    tool: 'experiment-update',
  },
  {
    when: "Can't update feature_flag_variants",
    hint: 'After launch only the split can change, not the set of variants. Use experiment-duplicate with a new feature_flag_key for other variants; a split of 0 retires one.',
    tool: 'experiment-duplicate',
  },
  {
    when: 'No events with these names',
    hint: 'Find the right name with event-search. Only if the user confirms that the event will be sent later, repeat with allow_unknown_events: true.',
    tool: 'event-search',
  },
  {
    when: 'already exists; the experiment links to it',
    hint: 'Leave out variants and rollout_percentage to use the flag as it is, or choose another feature_flag_key. feature-flag-get shows it.',
    tool: 'feature-flag-get',
  },
  {
    when: 'feature flag has been deleted',
    hint: 'Its feature flag must be restored in PostHog first.',
    tool: 'feature-flag-get',
  },
  {
    when: 'freeze a paused experiment',
    hint: 'While it is paused nobody is enrolled. To freeze it, resume it first with experiment-resume, which enrols users again until the freeze.',
    tool: 'experiment-resume',
  },
  {
    when: 'No users have been exposed',
    hint: 'Freeze it once experiment-results shows exposures. To stop it for everybody now use experiment-pause.',
    tool: 'experiment-results',
  },
  {
    when: 'exposure is not frozen',
    hint: 'experiment-get shows its status. A paused one has to be resumed first (experiment-resume), which keeps a freeze.',
    tool: 'experiment-get',
  },
  ...['have their exposure frozen', 'freezing cannot stop', 'conditions to freeze', 'too many exposed users'].map(
    (when) => ({
      when,
      hint: 'It cannot be frozen as it is. experiment-pause stops it for everybody; experiment-end stops only its measuring.',
      tool: 'experiment-get',
    }),
  ),
  {
    when: "Can't update holdout",
    hint: 'The holdout stays from the launch on. Use experiment-duplicate with a new feature_flag_key and set holdout_id on the copy before its launch.',
    tool: 'experiment-duplicate',
  },
  {
    when: 'already uses the new engine',
    hint: 'It is not legacy, so there is nothing to migrate; experiment-duplicate makes a copy.',
    tool: 'experiment-get',
  },
  {
    when: 'not supported for experiments using legacy metrics',
    hint: 'Make a twin with current metrics by experiment-migrate, and copy that one.',
    tool: 'experiment-migrate',
  },
  {
    when: 'shared metric with this name already exists',
    hint: 'Attach that one (experiment-saved-metrics-list finds it, experiment-update add_saved_metric_id attaches it), or choose another name.',
    tool: 'experiment-saved-metrics-list',
  },
  {
    when: 'legacy query format',
    hint: 'Make a new one with experiment-saved-metrics-create and attach it with experiment-update add_saved_metric_id.',
    tool: 'experiment-saved-metrics-create',
  },
  {
    when: 'legacy metric',
    hint: 'Legacy experiments can only change name, description and end date. experiment-migrate makes a twin in the current format; or define it anew with experiment-create.',
    tool: 'experiment-create',
  },
];

/** Adds the next step to a refusal that is known; leaves every other error as it is. */
export function withNextStep(error: ToolError): ToolError {
  const text = error.fields.detail;
  if (error.code !== 'refused' || text === undefined) return error;
  const step = NEXT_STEPS.find((candidate) => text.toLowerCase().includes(candidate.when.toLowerCase()));
  return step ? error.with({ hint: step.hint, next_tool: step.tool }) : error;
}
