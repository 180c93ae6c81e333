import { ToolError } from '../../errors.js';
import { canonical } from '../../schema/canonical.js';
import type { Experiment } from '../../schema/experiment.js';
import { type Metric, whyUnreadable, withoutServerFields } from '../../schema/metric.js';
import type { MetricPatch } from '../../schema/metric-input.js';
import { changedMetricJson, toMetricJson } from '../../schema/metric-json.js';
import { idAndName, quoted } from '../../schema/quote.js';
import { settingsBody } from '../../schema/settings-json.js';
import { flagBody } from './flag-request.js';
import { linksOf, savedMetricsBody } from './links.js';
import { ORDERS, PLAIN_FIELDS, refuseInput, type Update } from './wanted.js';

export function holdoutIdOf({ holdout_id, holdout }: Experiment): number | undefined {
  return holdout_id ?? holdout?.id;
}

/** The PATCH body: only what differs from what is stored; empty where nothing does. */
export function updateBody(input: Update, experiment: Experiment): Record<string, unknown> {
  const clear = input.clear ?? [];
  const plain = Object.fromEntries([
    ...PLAIN_FIELDS.flatMap((field) => (input[field] === undefined ? [] : [[field, input[field]]])),
    ...(['description', 'end_date', 'conclusion', 'conclusion_comment', 'holdout_id'] as const).flatMap((field) =>
      clear.includes(field) ? [[field, field === 'description' ? '' : null]] : [],
    ),
    ...(clear.includes('tags') ? [['tags', []]] : []),
    ...ORDERS.flatMap(([field, column]) =>
      input[field] !== undefined || clear.includes(field) ? [[column, input[field] ?? null]] : [],
    ),
  ]);
  const wanted = { ...plain, ...settingsBody(input, experiment, clear), ...metricsBody(input, experiment) };
  const stored: Record<string, unknown> = {
    ...experiment,
    metrics: sendable(experiment, 'metrics'),
    metrics_secondary: sendable(experiment, 'metrics_secondary'),
    holdout_id: holdoutIdOf(experiment),
    saved_metrics_ids: linksOf(experiment),
  };
  const differing = Object.entries(wanted).filter(
    ([name, value]) => !(isDate(name) ? sameTime : sameValue)(stored[name], value),
  );
  return { ...Object.fromEntries(differing), ...flagBody(input, experiment) };
}

function isDate(name: string): boolean {
  return name === 'start_date' || name === 'end_date';
}

function sameTime(stored: unknown, wanted: unknown): boolean {
  if (typeof stored !== 'string' || typeof wanted !== 'string') return sameValue(stored, wanted);
  return Date.parse(stored) === Date.parse(wanted);
}

function sameValue(stored: unknown, wanted: unknown): boolean {
  const plain = (value: unknown) => (value === undefined || value === '' || value === false ? null : value);
  const [a, b] = [plain(stored), plain(wanted)];
  return canonical(a) === canonical(b) || (a === null && Array.isArray(b) && b.length === 0);
}

/** The metric that is added or changed, as it is sent; undefined where none is. */
export function wantedMetric(input: Update, experiment: Experiment): Record<string, unknown> | undefined {
  const { metric, replace_metric_uuid: uuid } = input;
  if (!metric) return undefined;
  if (uuid === undefined) return toMetricJson(metric);
  const stored = storedMetric(uuid, experiment);
  return stored && changedMetricJson(stored, metric);
}

export function storedMetric(uuid: string, experiment: Experiment): Metric | undefined {
  const all = METRIC_LISTS.flatMap((list) => experiment[list] ?? []);
  return all.find((metric) => metric.uuid === uuid);
}

/** Whole metric arrays, as PostHog wants them, with one change made: callers never resend what they do not change. */
function metricsBody(input: Update, experiment: Experiment): Record<string, unknown> {
  const { metric, replace_metric_uuid, remove_metric_uuid } = input;
  const uuid = remove_metric_uuid ?? replace_metric_uuid;
  const wanted = wantedMetric(input, experiment);
  if (uuid === undefined)
    return {
      ...(metric ? { [listOf(metric.role)]: [...resendable(experiment, listOf(metric.role)), wanted] } : {}),
      ...savedMetricsBody(input, experiment),
    };
  const field = METRIC_LISTS.find((name) => experiment[name]?.some((candidate) => candidate.uuid === uuid));
  if (!field) throw unknownMetric(remove_metric_uuid ? 'remove_metric_uuid' : 'replace_metric_uuid', uuid, experiment);
  const list = resendable(experiment, field);
  const rest = list.filter((candidate) => candidate.uuid !== uuid);
  const target = metric?.role ? listOf(metric.role) : field;
  const moved = wanted && target !== field;
  const inPlace = list.map((candidate) => (candidate.uuid === uuid ? wanted : candidate));
  return {
    [field]: moved || !wanted ? rest : inPlace,
    ...(moved ? { [target]: [...resendable(experiment, target), wanted] } : {}),
    ...savedMetricsBody(input, experiment),
  };
}

const METRIC_LISTS = ['metrics', 'metrics_secondary'] as const;
type MetricList = (typeof METRIC_LISTS)[number];

function listOf(role: MetricPatch['role']): MetricList {
  return role === 'secondary' ? 'metrics_secondary' : 'metrics';
}

/**
 * PostHog takes whole lists of metrics, so changing one metric means to send the others as well.
 *
 * @throws ToolError `not_supported` where one of them could not be read, and would be lost
 */
function resendable(experiment: Experiment, list: MetricList): Record<string, unknown>[] {
  const lost = experiment[list]?.find((metric) => whyUnreadable(metric) !== undefined);
  if (!lost) return sendable(experiment, list);
  throw new ToolError(
    'not_supported',
    `A metric of experiment ${experiment.id} cannot be read (${list}, uuid ${quoted(lost.uuid ?? 'none')}: ${whyUnreadable(lost)}), and changing the others would overwrite it. Nothing was sent.`,
    'Change metrics in PostHog itself, or with a newer version of this server.',
    { next_tool: 'experiment-get' },
  );
}

function sendable(experiment: Experiment, list: MetricList): Record<string, unknown>[] {
  return (experiment[list] ?? []).map(withoutServerFields);
}

function unknownMetric(field: string, uuid: string, experiment: Experiment): ToolError {
  const known = [...(experiment.metrics ?? []), ...(experiment.metrics_secondary ?? [])];
  const names = known.map((metric) => idAndName({ id: metric.uuid ?? '?', name: metric.name ?? '' })).join(', ');
  return refuseInput(
    field,
    `Experiment ${experiment.id} has no metric with uuid ${uuid}.`,
    names
      ? `Its metrics are ${names}.`
      : 'It has no metrics of its own; saved metrics are detached by remove_saved_metric_id.',
  );
}
