import { type Experiment, isLive } from '../schema/experiment.js';
import type { CallContext, Plan, Sent, StateBefore } from '../tool.js';
import { patchExperiment } from './requests.js';
import { nowSeen, servedText, sharedFlagWarnings } from './serving.js';
import { refuseInput, type Update, updateBody, wantedFilters } from './update-request.js';

/** Null where a deleted experiment is restored: it cannot be read before. */
export type UpdateBefore = StateBefore | null;

/** Fields that say how to change, not what. */
const SWITCHES: readonly string[] = ['id', 'allow_unknown_events', 'update_feature_flag_params', 'restore'];

const READABLE_AGAIN: Plan = {
  level: 'write',
  effects: { users: 'Unchanged: the flag stays as it is.', analysis: 'The experiment is listed and readable again.' },
};

function namedChanges(input: Update): string[] {
  return Object.entries(input).flatMap(([name, value]) =>
    value === undefined || SWITCHES.includes(name) ? [] : [name],
  );
}

function checkInput(input: Update): void {
  const named = namedChanges(input);
  if (input.restore && named.length > 0)
    throw refuseInput('restore', 'restore cannot be combined with other changes.', 'Restore first, then change.');
  if (!input.restore && named.length === 0)
    throw refuseInput('id', 'The call names nothing to change.', 'Give at least one field besides id.');
  const both = (input.clear ?? []).find((name) => input[name] !== undefined);
  if (both) throw refuseInput(both, `${both} is given and cleared in the same call.`, 'Give it or clear it.');
  if (input.remove_metric_uuid && (input.metric || input.replace_metric_uuid))
    throw refuseInput(
      'remove_metric_uuid',
      'remove_metric_uuid cannot be combined with metric or replace_metric_uuid.',
      'To put another metric in its place use replace_metric_uuid with metric; otherwise make two calls.',
    );
  if (input.replace_metric_uuid && !input.metric)
    throw refuseInput('metric', 'replace_metric_uuid needs the new metric.', 'Give metric, or use remove_metric_uuid.');
}

/** A start date that is given to a draft launches it. */
export function launches(input: Update, experiment: Experiment): boolean {
  return input.start_date !== undefined && !experiment.start_date;
}

/** What may come along when a draft gets its start date back, because one reset takes all of it away again. */
const WITH_START: readonly string[] = ['start_date', 'end_date', 'conclusion', 'conclusion_comment', 'archived'];

function checkAgainst(input: Update, experiment: Experiment): void {
  const other = namedChanges(input).find((name) => !WITH_START.includes(name));
  if (launches(input, experiment) && other !== undefined)
    throw refuseInput(
      'start_date',
      `start_date launches this draft, so it cannot be combined with ${other}.`,
      `Change ${other} first, then launch with experiment-launch.`,
    );
  if (input.start_date === undefined && input.end_date === undefined) return;
  const start = input.start_date ?? experiment.start_date;
  const end = input.end_date ?? (input.clear?.includes('end_date') ? null : experiment.end_date);
  if (start && end && Date.parse(end) <= Date.parse(start))
    throw refuseInput(
      input.end_date === undefined ? 'start_date' : 'end_date',
      `The end, ${end}, must be after the start, ${start}.`,
      'Give an earlier start_date or a later end_date.',
    );
}

export function planUpdate(input: Update, before: UpdateBefore): Plan {
  checkInput(input);
  if (!before) return READABLE_AGAIN;
  const { experiment, sharers } = before;
  if (input.restore) return { ...READABLE_AGAIN, alreadyDone: 'The experiment is not deleted.' };
  checkAgainst(input, experiment);
  const touchesFlag = input.variants !== undefined || input.rollout_percentage !== undefined;
  const starts = launches(input, experiment);
  const flagIsLive = Boolean(experiment.start_date) || experiment.feature_flag?.active === true;
  const unchanged = Object.keys(updateBody(input, experiment)).length === 0;
  return {
    level: starts || (touchesFlag && flagIsLive) ? 'live' : 'write',
    effects: {
      users: usersAfter(input, experiment, { touchesFlag, starts }),
      analysis: analysisAfter(input, experiment),
    },
    warnings: [
      ...(touchesFlag || starts ? sharedFlagWarnings(sharers) : []),
      ...(touchesFlag && isLive(experiment)
        ? [
            {
              code: 'rebucketing',
              message: `${input.variants ? 'Some users change variant' : 'Other users enter'}, so data from before and after do not compare.`,
            },
          ]
        : []),
    ],
    ...(unchanged ? { alreadyDone: 'The experiment has these values already.' } : {}),
  };
}

function usersAfter(
  input: Update,
  experiment: Experiment,
  { touchesFlag, starts }: { touchesFlag: boolean; starts: boolean },
): string {
  const flag = experiment.feature_flag;
  if (starts) return 'The flag goes on: users are enrolled as by a launch.';
  if (!flag || !touchesFlag) return `Unchanged. ${nowSeen(experiment)}`;
  const wanted = servedText({ ...flag, filters: { ...flag.filters, ...wantedFilters(input, experiment) } });
  return flag.active ? `From now on ${wanted}.` : `Nobody yet, the flag is off. Once it is on, ${wanted}.`;
}

/** Inputs that results are computed from; PostHog applies a change of them to the whole run. */
const RESULT_INPUTS = [
  'metric',
  'remove_metric_uuid',
  'add_saved_metric_id',
  'remove_saved_metric_id',
  'stats_method',
  'filter_test_accounts',
  'multiple_variant_handling',
  'exposure_event',
] as const;

function analysisAfter(input: Update, experiment: Experiment): string {
  const touches = (name: string) => Reflect.get(input, name) !== undefined || input.clear?.some((it) => it === name);
  if (touches('end_date') || touches('start_date')) return 'The measured time changes, and results with it.';
  if (!RESULT_INPUTS.some(touches)) return 'Unchanged.';
  return experiment.start_date
    ? 'Results are computed anew for the whole run with the change.'
    : 'Nothing counts before the launch.';
}

/** Sends the change with the version it was computed from, so that somebody else's change is not lost. */
export async function sendUpdate(input: Update, context: CallContext, before: UpdateBefore): Promise<Sent> {
  if (!before) {
    const restored = await patchExperiment(input.id, { deleted: false }, context);
    return { ...restored, changes: [{ path: 'deleted', before: true, after: false }] };
  }
  const { experiment } = before;
  const sent = await patchExperiment(
    input.id,
    {
      ...updateBody(input, experiment),
      ...(input.allow_unknown_events ? { allow_unknown_events: true } : {}),
      ...(input.update_feature_flag_params ? { update_feature_flag_params: true } : {}),
      ...(experiment.version === null || experiment.version === undefined ? {} : { version: experiment.version }),
    },
    context,
  );
  const inFuture = input.end_date !== undefined && Date.parse(input.end_date) > context.now().getTime();
  return inFuture ? { ...sent, warnings: [ENDED_ALREADY] } : sent;
}

const ENDED_ALREADY = {
  code: 'ends_at_once',
  message:
    'end_date lies in the future, but PostHog schedules nothing: it counts the experiment as stopped from now on.',
};
