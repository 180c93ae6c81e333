import { z } from 'zod';
import { type Experiment, isLive } from '../src/schema/experiment.js';
import { EXPERIMENT_ID_ALIASES, experimentId } from '../src/schema/ids.js';
import { isForced, isOn, soleVariant, whyNobody } from '../src/serving/served.js';
import { archivedWarnings, nowSeen, servedText, sharedFlagWarnings } from '../src/serving/serving.js';
import { defineWriteTool, type Warning } from '../src/tool.js';
import { NOW, predicted } from '../src/writes/subjects/predict.js';
import { patchExperiment, postAction } from '../src/writes/subjects/requests.js';
import { undoOfStart } from '../src/writes/subjects/undo.js';

export const experimentLaunch = defineWriteTool({
  name: 'experiment-launch',
  title: 'Launch experiment',
  searchHint: 'start, launch, go live, begin an A/B test',
  toolset: 'lifecycle',
  access: 'live',
  idempotent: true,
  gated: 'plain',
  stepwise: true,
  description: [
    'Start a draft: turns its feature flag on and sets start_date to now, so real users are enrolled at once.',
    'Needs no metrics, so check them before. Set variants before: after launch only their split can change.',
    'already_done if it is running; 400 if it is paused (experiment-resume), or if the flag is deleted or has under 2 variants.',
  ].join('\n'),
  idAliases: EXPERIMENT_ID_ALIASES,
  input: z.strictObject({ id: experimentId }),
  target: ({ id }) => id,
  plan: ({ conclusion_comment }: Launch, { experiment, sharers }) => {
    const flag = experiment.feature_flag;
    const ends = !experiment.start_date && Boolean(experiment.end_date);
    const running = isLive(experiment) && flag?.active === true;
    return {
      effects: {
        users:
          flag?.active || flag?.deleted
            ? `Unchanged. ${nowSeen(experiment)}`
            : flag
              ? `The flag goes on at once: ${servedText(flag)}.`
              : 'Unknown: no feature flag.',
        analysis: ends
          ? 'Nothing counts: PostHog takes it for stopped as soon as it is launched.'
          : 'Exposures and metrics count from the launch on.',
      },
      refused: refusalOf(experiment),
      after: predicted(experiment, {
        start_date: NOW,
        conclusion_comment: conclusion_comment ?? experiment.conclusion_comment,
        flag: { active: true },
      }),
      warnings: [
        ...sharedFlagWarnings(sharers),
        ...archivedWarnings(experiment),
        ...(ends ? [{ code: 'stopped_at_once', message: stoppedAtOnce(experiment) }] : []),
        ...splitWarnings(experiment),
        ...(experiment.metrics?.length || experiment.saved_metrics?.length ? [] : [NO_METRICS]),
      ],
      ...(running
        ? { alreadyDone: `It runs since ${experiment.start_date}: "Experiment has already been launched."` }
        : {}),
    };
  },
  run: async ({ id, conclusion_comment }: Launch, context) => {
    // First, so that nothing is launched without its reason.
    if (conclusion_comment !== undefined) await patchExperiment(id, { conclusion_comment }, context);
    return postAction('launch', id, context);
  },
  undoTools: ['experiment-reset'],
  undo: (_, { experiment }) => undoOfStart(experiment),
});

/** What PostHog says to a launch, where the state tells. */
function refusalOf({ start_date, feature_flag: flag }: Experiment): string | undefined {
  if (start_date) return 'Experiment has already been launched.';
  if (flag?.deleted) return 'Experiment cannot be launched because its feature flag has been deleted.';
  const variants = flag?.filters.multivariate?.variants ?? [];
  return flag && variants.length < 2
    ? 'Feature flag must have at least 2 variants (a baseline and at least one test variant)'
    : undefined;
}

/** With the comment that says why it was launched although it serves one variant to everybody. */
interface Launch {
  id: number;
  conclusion_comment?: string | undefined;
}

const NO_METRICS = {
  code: 'no_metrics',
  message: 'The experiment has no primary metric: add one with experiment-update.',
};

function stoppedAtOnce({ end_date }: Experiment): string {
  return `The draft has an end date, ${end_date}, so the launch makes it stopped while its flag goes on. Clear end_date with experiment-update first.`;
}

const FORCED =
  'Every release condition names the variant that its users get, so nobody gets one by chance: clear the variant of a condition in PostHog.';

/** What a flag of before does to the comparison that starts now. */
function splitWarnings({ feature_flag: flag, start_date }: Experiment): Warning[] {
  if (!flag) return [];
  const nobody = whyNobody({ ...flag, active: true });
  const early = 'The flag was already on, so users saw variants before the launch.';
  const whole = 'Everybody inside gets one variant, so there is nothing to compare: set it with experiment-update.';
  return [
    ...(isOn(flag) && !start_date ? [{ code: 'flag_already_active', message: early }] : []),
    ...(nobody === undefined ? [] : [{ code: 'nobody_enters', message: `Nobody can enter: ${nobody}.` }]),
    ...(soleVariant(flag.filters) !== undefined
      ? [{ code: 'flag_not_split', message: whole }]
      : isForced(flag.filters)
        ? [{ code: 'flag_not_split', message: FORCED }]
        : []),
  ];
}
