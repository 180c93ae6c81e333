import { type Experiment, statusOf } from '../../schema/experiment.js';
import { flagHoldout } from '../../schema/flag.js';
import { type Metric, type MetricRole, withoutServerFields } from '../../schema/metric.js';
import { redefines } from '../../schema/metric-input.js';
import { settingsOf } from '../../schema/settings-json.js';
import { areGivable } from '../../schema/tag.js';
import type { Undo } from '../../tool.js';
import {
  asciiJson,
  hadOddDates,
  MAX_SAVED_JSON,
  ODD_TAGS,
  restoreCall,
  restoring,
  undoOfStart,
} from '../subjects/undo.js';
import { launches } from './checks.js';
import { flagUndo, touchesFlag } from './flag-undo.js';
import { linksBefore } from './links.js';
import type { UpdateBefore } from './plan.js';
import { holdoutIdOf } from './request.js';
import { isKept, settingsUndo } from './settings-undo.js';
import { CLEARABLE, PLAIN_FIELDS, type Update } from './wanted.js';

/** What each input of `experiment-update` was before. */
function storedInputs(experiment: Experiment) {
  return {
    ...settingsOf(experiment),
    name: experiment.name,
    description: experiment.description,
    start_date: experiment.start_date,
    end_date: experiment.end_date,
    archived: experiment.archived ?? false,
    conclusion: experiment.conclusion,
    conclusion_comment: experiment.conclusion_comment,
    holdout_id: holdoutIdOf(experiment),
    tags: experiment.tags?.length ? experiment.tags : null,
    excluded_variants: experiment.excluded_variants,
    only_count_matured_users: experiment.only_count_matured_users ?? false,
    primary_order: experiment.primary_metrics_ordered_uuids,
    secondary_order: experiment.secondary_metrics_ordered_uuids,
  };
}

/** The call that puts back what this update changed, and nothing else. */
export function undoOfUpdate(input: Update, before: UpdateBefore, after: Experiment): Undo {
  if (!before) return { tool: 'experiment-delete', arguments: { id: input.id } };
  const { experiment } = before;
  if (launches(input, experiment)) return undoOfStart(experiment);
  const lost = unrestorable(input, experiment);
  if (lost) return { not_reversible_because: lost };
  const stored = storedInputs(experiment);
  const named = [...PLAIN_FIELDS, ...CLEARABLE].filter(
    (name) => input[name] !== undefined || input.clear?.some((cleared) => cleared === name),
  );
  const settings = settingsUndo(input, named, { before: experiment, after });
  const links = linksBefore(input, experiment);
  const stored_settings = asciiJson({ ...settings.whole, ...(links.whole ? { saved_metrics_ids: links.whole } : {}) });
  if (stored_settings.length > MAX_SAVED_JSON)
    return { not_reversible_because: 'the settings before are too long to save here' };
  const touched = [...named.filter((name) => !isKept(name)), ...settings.names];
  const metrics: Record<string, unknown> = {
    ...(stored_settings === '{}' ? {} : { stored_settings }),
    ...metricBefore(input, experiment, after),
    ...links.fields,
  };
  const fields = Object.fromEntries(touched.map((name) => [name, stored[name]]));
  const rest: Record<string, unknown> = { ...restoring(fields), ...metrics };
  const flag = touchesFlag(input) ? experiment.feature_flag : undefined;
  const ofFlag = flag ? flagUndo(input, flag) : { fields: {}, exact: true };
  if (!ofFlag?.exact && Object.keys(rest).length === 0 && input.ensure_experience_continuity === undefined)
    return restoreCall(experiment, after);
  if (!ofFlag) return { not_reversible_because: ODD_FLAG };
  if (rest.archived === true && statusOf(experiment) !== 'stopped') {
    if (Object.keys(rest).length === 1 && !flag) return restoreCall(experiment, after);
    return { not_reversible_because: 'it was archived without having ended, which only feature-flag-restore can do' };
  }
  if ((rest.start_date || rest.end_date) && hadOddDates(experiment, after)) {
    if (!flag && [...touched, ...Object.keys(metrics)].every((name) => RESTORED.includes(name)))
      return restoreCall(experiment, after, { withStart: true });
    return { not_reversible_because: 'its dates before were such as only feature-flag-restore can set' };
  }
  const note = noteOf(input, experiment);
  return {
    tool: 'experiment-update',
    arguments: { id: input.id, ...restoring({ ...fields, ...ofFlag.fields }), ...metrics },
    ...(note ? { note } : {}),
  };
}

const ODD_FLAG = 'the flag before had settings that only feature-flag-restore can set';

/** What `feature-flag-restore` puts back besides the flag. */
const RESTORED: readonly string[] = ['start_date', 'end_date', 'conclusion', 'conclusion_comment', 'archived'];

/** Things that have no input of their own, so that an update cannot bring them back. */
function unrestorable(input: Update, experiment: Experiment): string | undefined {
  const flag = experiment.feature_flag;
  const holds = input.holdout_id !== undefined && input.holdout_id !== holdoutIdOf(experiment);
  if (
    (holds || input.clear?.includes('holdout_id')) &&
    flag &&
    flagHoldout(flag.filters)?.id !== holdoutIdOf(experiment)
  )
    return 'the flag before had another holdout than the experiment, which only PostHog can set again';
  const tagged = input.tags !== undefined || input.clear?.includes('tags');
  if (tagged && !areGivable(experiment.tags ?? [])) return ODD_TAGS;
  const found = replacedMetric(input, experiment);
  if (found && !labelsBefore(input, found) && asciiJson(found.metric).length > MAX_SAVED_JSON)
    return 'the metric before is too long to save here';
  return undefined;
}

interface FoundMetric {
  metric: Metric;
  role: MetricRole;
  isLast: boolean;
}

function findMetric(experiment: Experiment, uuid: string): FoundMetric | undefined {
  for (const role of ['primary', 'secondary'] as const) {
    const list = (role === 'primary' ? experiment.metrics : experiment.metrics_secondary) ?? [];
    const metric = list.find((candidate) => candidate.uuid === uuid);
    if (metric) return { metric, role, isLast: list.at(-1) === metric };
  }
  return undefined;
}

function replacedMetric(input: Update, experiment: Experiment): FoundMetric | undefined {
  const uuid = input.remove_metric_uuid ?? input.replace_metric_uuid;
  return uuid === undefined ? undefined : findMetric(experiment, uuid);
}

/** The whole metric as `query_json`; the nulls keep the input's defaults from adding what was not there. */
function asInput({ metric, role }: FoundMetric): Record<string, unknown> {
  return {
    name: metric.name || 'Metric',
    metric_type: metric.metric_type,
    role,
    query_json: asciiJson({ name: null, goal: null, ...withoutServerFields(metric) }),
  };
}

/** Name, goal and role as they were, where these are all that changed; undefined where they do not say it all. */
function labelsBefore({ metric, replace_metric_uuid }: Update, found: FoundMetric): Record<string, string> | undefined {
  if (!metric || replace_metric_uuid === undefined || redefines(metric)) return undefined;
  const before = { name: found.metric.name, goal: found.metric.goal, role: found.role };
  const labels = (['name', 'goal', 'role'] as const).filter((label) => metric[label] !== undefined);
  const entries = labels.flatMap((label) => {
    const value = before[label];
    return value ? [[label, value] as const] : [];
  });
  return entries.length === labels.length ? Object.fromEntries(entries) : undefined;
}

function metricBefore(input: Update, before: Experiment, after: Experiment): Record<string, unknown> {
  const found = replacedMetric(input, before);
  if (found) {
    const replaced = input.replace_metric_uuid === undefined ? {} : { replace_metric_uuid: input.replace_metric_uuid };
    const labels = labelsBefore(input, found);
    if (labels) return { metric: labels, ...replaced };
    // PostHog took this very metric before, also where its event was not seen yet.
    return { metric: asInput(found), ...replaced, allow_unknown_events: true };
  }
  if (!input.metric) return {};
  const all = [...(after.metrics ?? []), ...(after.metrics_secondary ?? [])];
  const added = all.find((metric) => metric.uuid && !findMetric(before, metric.uuid));
  return added ? { remove_metric_uuid: added.uuid } : {};
}

function noteOf(input: Update, before: Experiment): string | undefined {
  const moved = replacedMetric(input, before);
  const leaves = input.remove_metric_uuid !== undefined || (input.metric?.role ?? moved?.role) !== moved?.role;
  return moved && leaves && !moved.isLast ? 'The metric comes back as the last one of its list.' : undefined;
}
