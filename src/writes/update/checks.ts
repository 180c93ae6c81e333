import { z } from 'zod';
import { ToolError } from '../../errors.js';
import { canonical } from '../../schema/canonical.js';
import { type Experiment, statusOf } from '../../schema/experiment.js';
import { variantsOf } from '../../schema/flag.js';
import { newMetricProblems } from '../../schema/metric-json.js';
import { fractionDoubt, type Settings } from '../../schema/settings.js';
import { methodOf, settingsBody, settingsProblem } from '../../schema/settings-json.js';
import type { Warning } from '../../tool.js';
import { draftOnly } from './flag-request.js';
import { refuseInput, type Update } from './wanted.js';

/** Fields that say how to change, not what. */
const SWITCHES: readonly string[] = ['id', 'allow_unknown_events', 'update_feature_flag_params', 'restore'];

function namedChanges(input: Update): string[] {
  return Object.entries(input).flatMap(([name, value]) =>
    value === undefined || SWITCHES.includes(name) ? [] : [name],
  );
}

/** What contradicts itself, whatever the experiment is. */
export function checkInput(input: Update): void {
  const named = namedChanges(input);
  if (input.restore && named.length > 0)
    throw refuseInput('restore', 'restore cannot be combined with other changes.', 'Restore first, then change.');
  if (!input.restore && named.length === 0)
    throw refuseInput('id', 'The call names nothing to change.', 'Give at least one field besides id.');
  const both = (input.clear ?? []).find((name) => input[name] !== undefined);
  if (both) throw refuseInput(both, `${both} is given and cleared in the same call.`, 'Give it or clear it.');
  const ofLink = named.find((name) => name === 'saved_metric_role' || name === 'saved_metric_breakdowns');
  if (ofLink && input.add_saved_metric_id === undefined)
    throw refuseInput(
      ofLink,
      `${ofLink} does not say of which saved metric.`,
      'Give add_saved_metric_id too; one that is attached already is changed.',
    );
  const [ofFlag] = draftOnly(input);
  const beside = named.find((name) => name !== 'clear' && !draftOnly(input).includes(name));
  const cleared = input.clear?.find((name) => !draftOnly(input).includes(name));
  if (ofFlag && (beside ?? cleared))
    throw refuseInput(
      ofFlag,
      `${ofFlag} is written to the flag itself, so it cannot be combined with ${beside ?? cleared}.`,
      'Make two calls.',
    );
  if (input.remove_metric_uuid && (input.metric || input.replace_metric_uuid))
    throw refuseInput(
      'remove_metric_uuid',
      'remove_metric_uuid cannot be combined with metric or replace_metric_uuid.',
      'To put another metric in its place use replace_metric_uuid with metric; otherwise make two calls.',
    );
  if (input.replace_metric_uuid && !input.metric)
    throw refuseInput(
      'metric',
      'replace_metric_uuid needs the new metric.',
      'Give metric with what changes, or use remove_metric_uuid.',
    );
  if (input.metric && Object.values(input.metric).every((value) => value === undefined))
    throw refuseInput('metric', 'metric is empty.', 'Give what changes, such as name.');
}

/** What a new metric lacks. Whether a change fits is only known beside the stored metric. */
export function metricProblems({ metric, replace_metric_uuid }: Pick<Update, 'metric' | 'replace_metric_uuid'>) {
  return metric && replace_metric_uuid === undefined ? newMetricProblems(metric) : [];
}

/** PostHog would take it, turn the flag on at once, and count nothing until then. */
export function refuseFutureStart({ start_date }: Pick<Update, 'start_date'>, now: Date): void {
  if (start_date === undefined || Date.parse(start_date) <= now.getTime()) return;
  throw refuseInput(
    'start_date',
    `start_date, ${start_date}, lies in the future, and PostHog schedules nothing.`,
    'Leave a draft as it is until then and use experiment-launch; an experiment that runs started in the past.',
  );
}

/** A start date that is given to a draft launches it. */
export function launches(input: Update, experiment: Experiment): boolean {
  return input.start_date !== undefined && !experiment.start_date;
}

/** The dates as the update leaves them. */
export function datesAfter(input: Update, experiment: Experiment) {
  return {
    start: input.start_date ?? experiment.start_date ?? null,
    end: input.end_date ?? (input.clear?.includes('end_date') ? null : experiment.end_date) ?? null,
  };
}

/** What may come along when a draft gets its start date back, because one reset takes all of it away again. */
const WITH_START: readonly string[] = ['start_date', 'end_date', 'conclusion', 'conclusion_comment', 'archived'];

/** What PostHog would take without a word and the state of the experiment speaks against. */
export function checkAgainst(input: Update, experiment: Experiment): void {
  const other = namedChanges(input).find((name) => !WITH_START.includes(name));
  if (launches(input, experiment) && other !== undefined)
    throw refuseInput(
      'start_date',
      `start_date launches this draft, so it cannot be combined with ${other}.`,
      `Change ${other} first, then launch with experiment-launch.`,
    );
  checkFlag(input, experiment);
  const problem = settingsProblem(input, experiment, input.clear);
  if (problem) throw refuseInput(problem[0], `${problem[0]} ${problem[1]}.`, 'Give both in one call.');
  const { start, end } = datesAfter(input, experiment);
  const movesDates = input.start_date !== undefined || input.end_date !== undefined;
  if (movesDates && start && end && Date.parse(end) <= Date.parse(start))
    throw refuseInput(
      input.end_date === undefined ? 'start_date' : 'end_date',
      `The end, ${end}, must be after the start, ${start}.`,
      'Give an earlier start_date or a later end_date.',
    );
  if (input.archived === true && !experiment.archived && !(start && end)) throw notEnded(experiment);
}

/** What would change who is measured, or overwrite what cannot be read. */
function checkFlag(input: Update, { id, start_date, feature_flag: flag }: Experiment): void {
  const [ofDraft] = draftOnly(input);
  if (ofDraft && start_date)
    throw refuseInput(
      ofDraft,
      `Experiment ${id} has been launched, and ${ofDraft} would change who is measured halfway.`,
      'Use experiment-duplicate with a new feature_flag_key and set it on the copy before launch.',
    );
  const groups = flag?.filters.groups?.length ?? 0;
  if (ofDraft && groups > 1)
    throw refuseInput(
      ofDraft,
      `Its flag has ${groups} release groups, and ${ofDraft} cannot say which is meant.`,
      'Change the flag in PostHog itself.',
    );
  const conditions = input.release_conditions !== undefined;
  if (conditions && typeof flag?.filters.aggregation_group_type_index === 'number')
    throw refuseInput(
      'release_conditions',
      'Its flag is released to groups, and release_conditions are about persons.',
      'Clear aggregation_group_type_index first, or change the flag in PostHog itself.',
    );
  const payloads = input.payloads !== undefined || input.clear?.includes('payloads');
  if (payloads && flag?.has_encrypted_payloads === true)
    throw refuseInput('payloads', 'The payloads of its flag are encrypted.', 'Change them in PostHog itself.');
}

/** PostHog guards its archive endpoint with these words, and its form not at all. */
function notEnded(experiment: Experiment): ToolError {
  return new ToolError(
    'refused',
    `Experiment ${experiment.id} is ${statusOf(experiment)}: "Experiment must be ended before it can be archived."`,
    experiment.start_date
      ? 'End it with experiment-end, then use experiment-archive.'
      : 'A draft cannot be archived; experiment-delete takes one out of the list.',
    { field: 'archived', next_tool: experiment.start_date ? 'experiment-end' : 'experiment-get' },
  );
}

/** PostHog's words for what it does not take of a launched experiment. */
export function refusedUpdate(
  input: Update,
  body: Record<string, unknown>,
  experiment: Experiment,
): string | undefined {
  if (!('feature_flag' in body) || !experiment.start_date) return undefined;
  const keys = (variants: readonly { key: string }[]) => variants.map(({ key }) => key).sort();
  const now = keys(variantsOf(experiment.feature_flag?.filters ?? {}));
  const same = input.variants === undefined || canonical(keys(input.variants)) === canonical(now);
  return same ? undefined : "Can't update feature_flag_variants on Experiment";
}

/** For settings that are likely not what was meant, or have no effect beside the others. */
export function settingsWarnings(
  input: Settings,
  stored: Pick<Experiment, 'stats_config'>,
  clear: readonly string[] = [],
): Warning[] {
  const message = fractionDoubt(input.minimum_detectable_effect);
  const after = z.record(z.string(), z.unknown()).safeParse(settingsBody(input, stored, clear).stats_config).data;
  const unused = input.sequential_testing !== undefined && methodOf(after ?? {}) === 'bayesian';
  return [
    ...(message ? [{ code: 'effect_below_one_percent', message }] : []),
    ...(unused ? [{ code: 'sequential_testing_unused', message: SEQUENTIAL_UNUSED }] : []),
  ];
}

const SEQUENTIAL_UNUSED =
  'PostHog stores sequential_testing and does not use it: it belongs to the frequentist method, and this experiment is Bayesian.';
