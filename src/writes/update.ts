import { type Experiment, isLive } from '../schema/experiment.js';
import type { CallContext, Plan, Sent, StateBefore } from '../tool.js';
import { patchExperiment } from './requests.js';
import { nowSeen, servedText, sharedFlagWarnings } from './serving.js';
import { refuseInput, type Update, updateBody, wantedFilters } from './update-request.js';

/** Null where a deleted experiment is restored: it cannot be read before. */
export type UpdateBefore = StateBefore | null;

/** Fields that say how to change, not what. */
const SWITCHES: readonly string[] = ['id', 'allow_unknown_events', 'update_feature_flag_params', 'restore'];

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
  if (input.replace_metric_uuid && !input.metric)
    throw refuseInput('metric', 'replace_metric_uuid needs the new metric.', 'Give metric, or use remove_metric_uuid.');
}

export function planUpdate(input: Update, before: UpdateBefore): Plan {
  checkInput(input);
  if (!before) {
    return {
      level: 'write',
      effects: {
        users: 'Unchanged: the flag stays as it is.',
        analysis: 'The experiment is listed and readable again.',
      },
    };
  }
  const { experiment, sharers } = before;
  const touchesFlag = input.variants !== undefined || input.rollout_percentage !== undefined;
  const launches = input.start_date !== undefined && !experiment.start_date;
  const flagIsLive = Boolean(experiment.start_date) || experiment.feature_flag?.active === true;
  const unchanged = Object.keys(updateBody(input, experiment)).length === 0;
  return {
    level: launches || (touchesFlag && flagIsLive) ? 'live' : 'write',
    effects: effectsOf(input, experiment, { touchesFlag, launches }),
    warnings: [
      ...(touchesFlag || launches ? sharedFlagWarnings(sharers) : []),
      ...(touchesFlag && isLive(experiment)
        ? [{ code: 'rebucketing', message: 'Some users change variant, so data from before and after do not compare.' }]
        : []),
    ],
    ...(unchanged ? { alreadyDone: 'The experiment has these values already.' } : {}),
  };
}

function effectsOf(input: Update, experiment: Experiment, { touchesFlag = false, launches = false }): Plan['effects'] {
  const flag = experiment.feature_flag;
  const touchesMetrics = Boolean(
    input.metric || input.remove_metric_uuid || input.add_saved_metric_id || input.remove_saved_metric_id,
  );
  const dates = input.end_date !== undefined || input.start_date !== undefined || input.clear?.includes('end_date');
  const wanted =
    flag && touchesFlag
      ? servedText({ ...flag, filters: { ...flag.filters, ...wantedFilters(input, experiment) } })
      : '';
  const users = launches
    ? 'The flag goes on: users are enrolled as by a launch.'
    : touchesFlag
      ? flag?.active
        ? `From now on ${wanted}.`
        : `Nobody yet, the flag is off. Once it is on, ${wanted}.`
      : `Unchanged. ${nowSeen(experiment)}`;
  const analysis = touchesMetrics
    ? 'Results are computed anew for the whole run with the changed metrics.'
    : dates
      ? 'The measured time changes, and results with it.'
      : 'Unchanged.';
  return { users, analysis };
}

/** Sends the change with the version it was computed from, so that somebody else's change is not lost. */
export async function sendUpdate(input: Update, context: CallContext, before: UpdateBefore): Promise<Sent> {
  if (!before) {
    const restored = await patchExperiment(input.id, { deleted: false }, context);
    return { ...restored, changes: [{ path: 'deleted', before: true, after: false }] };
  }
  const { experiment } = before;
  return patchExperiment(
    input.id,
    {
      ...updateBody(input, experiment),
      ...(input.allow_unknown_events ? { allow_unknown_events: true } : {}),
      ...(input.update_feature_flag_params ? { update_feature_flag_params: true } : {}),
      ...(experiment.version === null || experiment.version === undefined ? {} : { version: experiment.version }),
    },
    context,
  );
}
