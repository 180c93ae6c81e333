import type { Experiment } from '../../schema/experiment.js';
import { type Flag, type FlagFilters, flagHoldout } from '../../schema/flag.js';
import { assumedRoles, redefines } from '../../schema/metric-input.js';
import { quoted } from '../../schema/quote.js';
import { flagShift, isUnnoticed, shiftWarnings, usersAfterShift } from '../../serving/flag-shift.js';
import {
  archivedWarnings,
  LIVE_STATUSES,
  nowSeen,
  servedText,
  sharedFlagWarnings,
  stillSplitWarnings,
} from '../../serving/serving.js';
import type { CallContext, Plan, Sent, StateBefore, Warning } from '../../tool.js';
import { verdictClaimOf } from '../pipeline/claims.js';
import { droppedWarnings } from '../subjects/dropped-keys.js';
import { predicted } from '../subjects/predict.js';
import { patchExperiment, patchFlag } from '../subjects/requests.js';
import { trustWarnings } from '../subjects/unknown-events.js';
import { checkAgainst, checkInput, datesAfter, launches, refusedUpdate, settingsWarnings } from './checks.js';
import { draftFlagPatch, wantedFilters } from './flag-request.js';
import { touchesFlag } from './flag-undo.js';
import { holdoutIdOf, storedMetric, updateBody, wantedMetric } from './request.js';
import type { Update } from './wanted.js';

/** Null where a deleted experiment is restored: it cannot be read before. */
export type UpdateBefore = StateBefore | null;

const READABLE_AGAIN: Plan = {
  level: 'write',
  effects: { users: 'Unchanged: the flag stays as it is.', analysis: 'The experiment is listed and readable again.' },
};

export function planUpdate(input: Update, before: UpdateBefore): Plan {
  checkInput(input);
  if (!before) return READABLE_AGAIN;
  const { experiment, sharers } = before;
  if (input.restore) return { ...READABLE_AGAIN, alreadyDone: 'The experiment is not deleted.' };
  checkAgainst(input, experiment);
  const starts = launches(input, experiment);
  const flag = flagsOf(input, experiment);
  const body = updateBody(input, experiment);
  const unchanged = Object.keys(body).length === 0 && draftFlagPatch(input, experiment) === undefined;
  return {
    claims: verdictClaimOf(input, experiment),
    refused: refusedUpdate(input, body, experiment),
    after: afterUpdate(body, experiment, flag),
    level: starts || reachesUsers(flag, before) ? 'live' : 'write',
    effects: {
      users: usersAfter(input, experiment, flag),
      analysis: analysisAfter(input, experiment, flag),
    },
    warnings: [
      ...(flag || starts ? sharedFlagWarnings(sharers) : []),
      ...(flag ? shiftWarnings(experiment, flag.now, flag.wanted) : []),
      ...(opensAgain(input, experiment) && input.archived !== false ? archivedWarnings(experiment) : []),
      ...draftWarnings(input, experiment),
      ...(input.end_date !== undefined && !experiment.end_date ? stillSplitWarnings(experiment) : []),
      ...settingsWarnings(input, experiment, input.clear),
      ...retypeWarnings(input, experiment),
      ...orderWarnings(input, experiment),
    ],
    ...(unchanged ? { alreadyDone: 'The experiment has these values already.' } : {}),
  };
}

interface Flags {
  now: Flag;
  wanted: Flag;
}

/** The flag before and after, where the update names something of it, or the holdout. */
function flagsOf(input: Update, experiment: Experiment): Flags | undefined {
  const { feature_flag: now } = experiment;
  const holdout = now ? wantedHoldout(input, experiment, now) : {};
  if (!now || !(touchesFlag(input) || 'holdout' in holdout)) return undefined;
  const filters: FlagFilters = { ...now.filters, ...wantedFilters(input, experiment), ...holdout };
  const { ensure_experience_continuity = now.ensure_experience_continuity } = input;
  return { now, wanted: { ...now, filters, ensure_experience_continuity } };
}

/** PostHog writes another holdout to the flag at once, and leaves the flag alone where the experiment has that one. */
function wantedHoldout(input: Update, experiment: Experiment, { filters }: Flag): { holdout?: unknown } {
  const id = input.holdout_id ?? (input.clear?.includes('holdout_id') ? null : undefined);
  if (id === undefined || id === (holdoutIdOf(experiment) ?? null)) return {};
  if (id === null) return { holdout: null };
  return { holdout: flagHoldout(filters)?.id === id ? filters.holdout : { id } };
}

/** The experiment as PostHog is to store it; a new link of a shared metric shows by its id alone. */
function afterUpdate(body: Record<string, unknown>, experiment: Experiment, flag: Flags | undefined): Experiment {
  const { feature_flag: _, saved_metrics_ids: links, ...fields } = body;
  const saved_metrics = Array.isArray(links) ? links.map(({ id, metadata }) => ({ saved_metric: id, metadata })) : null;
  const starts = Boolean(fields.start_date) && !experiment.start_date;
  const flagNow = { ...flag?.wanted, ...(starts ? { active: true } : {}) };
  return predicted(experiment, { ...fields, ...(saved_metrics ? { saved_metrics } : {}), flag: flagNow });
}

function reachesUsers(flag: Flags | undefined, { experiment, sharers }: StateBefore): boolean {
  if (!flag || isUnnoticed(flagShift(flag.now, flag.wanted))) return false;
  return (
    Boolean(experiment.start_date) || flag.now.active || sharers.some(({ status }) => LIVE_STATUSES.includes(status))
  );
}

/** What a metric loses by becoming one of another type. */
function retypeWarnings({ metric, replace_metric_uuid: uuid }: Update, experiment: Experiment): Warning[] {
  const stored = metric && uuid !== undefined ? storedMetric(uuid, experiment) : undefined;
  return metric && stored ? droppedWarnings(stored, metric) : [];
}

/** PostHog stores any order without a word, and ignores what it does not find in it. */
function orderWarnings({ primary_order = [], secondary_order = [] }: Update, experiment: Experiment): Warning[] {
  const own = [...(experiment.metrics ?? []), ...(experiment.metrics_secondary ?? [])];
  const shared = (experiment.saved_metrics ?? []).map(({ query }) => query);
  const known = new Set([...own, ...shared].map((metric) => metric?.uuid));
  const unknown = [...primary_order, ...secondary_order].filter((uuid) => !known.has(uuid));
  if (unknown.length === 0) return [];
  const message = `No metric of the experiment has the uuid ${unknown.map(quoted).join(', ')}; PostHog ignores it in the order.`;
  return [{ code: 'unknown_in_order', message }];
}

function opensAgain(input: Update, experiment: Experiment): boolean {
  return Boolean(experiment.start_date && experiment.end_date) && input.clear?.includes('end_date') === true;
}

/** PostHog takes an end and a conclusion of what never began; neither means anything there. */
function draftWarnings(input: Update, experiment: Experiment): Warning[] {
  if (datesAfter(input, experiment).start) return [];
  const concludes = input.conclusion !== undefined || input.conclusion_comment !== undefined;
  return [
    ...(input.end_date === undefined ? [] : [{ code: 'draft_has_end', message: DRAFT_HAS_END }]),
    ...(concludes
      ? [{ code: 'draft_concluded', message: 'It is a draft: there is no data yet that this could be concluded from.' }]
      : []),
  ];
}

const DRAFT_HAS_END =
  'It is a draft, so the end date ends nothing; left in place, it makes the experiment stopped as soon as it is launched.';

function usersAfter(input: Update, experiment: Experiment, flag: Flags | undefined): string {
  const { feature_flag } = experiment;
  if (flag) return usersAfterShift(experiment, flag.now, flag.wanted);
  if (launches(input, experiment) && feature_flag && !feature_flag.active)
    return `The flag goes on at once: ${servedText(feature_flag)}.`;
  return `Unchanged. ${nowSeen(experiment)}`;
}

/** Inputs that results are computed from; PostHog applies a change of them to the whole run. */
const RESULT_INPUTS = [
  'remove_metric_uuid',
  'add_saved_metric_id',
  'remove_saved_metric_id',
  'saved_metric_role',
  'saved_metric_breakdowns',
  'stats_method',
  'filter_test_accounts',
  'multiple_variant_handling',
  'exposure_event',
  'exposure_filters',
  'confidence_level',
  'difference_type',
  'sequential_testing',
  'cuped',
  'baseline_variant',
  'excluded_variants',
  'only_count_matured_users',
  'stored_settings',
] as const;

function analysisAfter(input: Update, experiment: Experiment, flag: Flags | undefined): string {
  const touches = (name: string) => Reflect.get(input, name) !== undefined || input.clear?.some((it) => it === name);
  const shifts = flag !== undefined && !isUnnoticed(flagShift(flag.now, flag.wanted));
  const sentences = [
    ...(touches('end_date') || touches('start_date') ? [countedTime(input, experiment)] : []),
    ...(shifts ? ['Data from before and after the change do not compare.'] : []),
    ...(RESULT_INPUTS.some(touches) || remeasures(input)
      ? ['Results are computed anew for the whole run with the change.']
      : []),
  ];
  if (sentences.length === 0) return 'Unchanged.';
  const counted = datesAfter(input, experiment).start ? sentences.join(' ') : 'Nothing counts before the launch.';
  const added = input.metric && input.replace_metric_uuid === undefined ? [input.metric] : [];
  return `${counted}${assumedRoles(added)}`;
}

/** A new metric, or a new definition of one; a new name, goal or role leaves the results as they are. */
function remeasures({ metric, replace_metric_uuid }: Update): boolean {
  return metric !== undefined && (replace_metric_uuid === undefined || redefines(metric));
}

function countedTime(input: Update, experiment: Experiment): string {
  const { start, end } = datesAfter(input, experiment);
  return end
    ? `It counts as stopped, with the data from ${start} to ${end}.`
    : `It is open and counts all data since ${start}.`;
}

/** Sends the change with the version it was computed from, so that somebody else's change is not lost. */
export async function sendUpdate(input: Update, context: CallContext, before: UpdateBefore): Promise<Sent> {
  if (!before) {
    const restored = await patchExperiment(input.id, { deleted: false }, context);
    return { ...restored, changes: [{ path: 'deleted', before: true, after: false }] };
  }
  const { experiment } = before;
  const { allow_unknown_events } = input;
  const filters = draftFlagPatch(input, experiment);
  if (filters && experiment.feature_flag) {
    const feature_flag = await patchFlag(experiment.feature_flag.id, { filters }, context);
    return { after: { ...experiment, feature_flag } };
  }
  const body = updateBody(input, experiment);
  const wanted = allow_unknown_events && remeasures(input) ? wantedMetric(input, experiment) : undefined;
  const trusted = wanted ? await trustWarnings([wanted], context) : [];
  const sent = await patchExperiment(
    input.id,
    {
      ...body,
      ...(input.allow_unknown_events ? { allow_unknown_events: true } : {}),
      // PostHog's own switch for a launched flag: the call was confirmed with what it does to users in view.
      ...('feature_flag' in body && experiment.start_date ? { update_feature_flag_params: true } : {}),
      ...(experiment.version === null || experiment.version === undefined ? {} : { version: experiment.version }),
    },
    context,
  );
  const inFuture = input.end_date !== undefined && Date.parse(input.end_date) > context.now().getTime();
  return { ...sent, warnings: [...(inFuture ? [ENDED_ALREADY] : []), ...trusted] };
}

const ENDED_ALREADY = {
  code: 'ends_at_once',
  message:
    'end_date lies in the future, but PostHog schedules nothing: it counts the experiment as stopped from now on.',
};
