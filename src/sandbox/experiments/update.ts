import { changeFlag } from '../approvals/gate.js';
import { type FlagChange, planFlagChange, withHoldout } from '../flags/change.js';
import { invalid } from '../http/api-error.js';
import type { Answer, Context } from '../http/router.js';
import { startExperiment } from '../lifecycle/lifecycle.js';
import { originalKey } from '../rows/flag-key.js';
import { assertLaunchable, baselineOf, variantKeys } from '../rows/guards.js';
import { answerWith, findExperiment, type Target } from '../rows/lookup.js';
import { isLegacy } from '../rows/related.js';
import { isObject } from '../store/json.js';
import type { ExperimentRow, JsonObject } from '../store/model.js';
import { recordWrite } from '../store/record.js';
import type { Store } from '../store/store.js';
import { validateExcludedVariants, validateStatsConfig } from '../validation/config.js';
import { parseExperimentBody } from '../validation/fields.js';
import { parseFlagConfig } from '../validation/flag-config.js';
import { type Columns, columnsOf, metricColumns } from './columns.js';
import { reconcile } from './concurrency.js';
import { assertHoldout } from './experiments.js';
import { savedMetricLinks } from './links.js';

/** What an experiment with metrics of an old format may still change. */
const LEGACY_KEYS = ['name', 'description', 'end_date', 'deleted'];

function assertKeys({ row, flag }: Target, body: JsonObject, store: Store): void {
  const locked = ['type'].filter((key) => body[key] !== undefined);
  if ((body._create_in_folder ?? null) !== null) locked.push('_create_in_folder');
  const key = body.feature_flag_key;
  if (key !== undefined && key !== originalKey(flag)) locked.push('get_feature_flag_key');
  if (locked.length > 0) throw invalid(`Can't update keys: ${locked.sort().join(', ')} on Experiment`);
  const other = Object.keys(columnsOf(body)).filter((name) => !LEGACY_KEYS.includes(name));
  const metrics = ['metrics', 'metrics_secondary', 'saved_metrics_ids'].filter((name) => body[name] !== undefined);
  const refused = [...other, ...metrics].sort();
  if (!isLegacy(row, store) || refused.length === 0) return;
  throw invalid(
    `This experiment uses legacy metric formats and can only have its name, description, or end_date updated. Cannot update: ${refused.join(', ')}`,
  );
}

function assertRestorable({ row, flag }: Target): void {
  if (!row.deleted || !flag.deleted) return;
  throw invalid(
    'Cannot restore experiment: the linked feature flag has been deleted. Restore the feature flag first, then restore the experiment.',
  );
}

type Patch = Columns & Partial<Pick<ExperimentRow, 'metrics' | 'metrics_secondary' | 'saved_metrics'>>;

interface Plan {
  patch: Patch;
  flagChange: FlagChange | null;
}

/** Everything that can be refused is refused here, before the flag or the experiment is touched. */
function planUpdate(target: Target, body: JsonObject, context: Context): Plan {
  const { row, flag } = target;
  const saved = savedMetricLinks(body, row.saved_metrics, context);
  const linked = saved ?? row.saved_metrics;
  const metrics = metricColumns({ body, row, projectId: row.project_id, store: context.store, linked });
  const columns = columnsOf(body);
  const wanted = { id: columns.holdout_id, store: context.store };
  const flagChange = withHoldout(target, planFlagChange(target, parseFlagConfig(body), body), wanted);
  const nextFlag = flagChange ? { ...flag, filters: flagChange.filters } : flag;
  const keys = variantKeys(nextFlag);
  validateStatsConfig(body.stats_config, keys);
  const stats = columns.stats_config === undefined ? row.stats_config : columns.stats_config;
  const excluded = validateExcludedVariants(body.excluded_variants, keys, baselineOf(stats, keys));
  const patch: Patch = {
    ...columns,
    ...metrics,
    ...(body.excluded_variants === undefined ? {} : { excluded_variants: excluded }),
    ...(saved === undefined ? {} : { saved_metrics: saved }),
  };
  if (launches(row, patch)) assertLaunchable({ ...row, ...patch }, nextFlag);
  return { patch, flagChange };
}

/** A start date that is sent to a draft launches it. */
function launches(row: ExperimentRow, { start_date: start }: Patch): boolean {
  return row.start_date === null && typeof start === 'string';
}

/** Whether a body asks for a deleted row back; read before the fields are parsed, in JSON or in a form. */
function restores(sent: unknown): boolean {
  return isObject(sent) && String(sent.deleted).toLowerCase() === 'false';
}

function update(context: Context, mode: 'update' | 'replace'): Answer {
  const { store, body: sent } = context;
  const target = findExperiment(context, { deleted: restores(sent) });
  const parsed = parseExperimentBody(sent, mode);
  const body = reconcile(target, parsed, store);
  assertHoldout(body, context);
  if (parsed.deleted === false) assertRestorable(target);
  assertKeys(target, body, store);
  const { patch, flagChange } = planUpdate(target, body, context);
  const { row, flag } = target;
  const before = { ...row };
  const launched = launches(row, patch);
  const enabled = launched && !flag.active ? { active: true } : null;
  if (flagChange || enabled) changeFlag(flag, { ...flagChange, ...enabled }, store);
  Object.assign(row, patch);
  if (launched && typeof patch.start_date === 'string') startExperiment(target, patch.start_date);
  recordWrite(row, store, { activity: 'updated', before });
  return answerWith(target, context.store);
}

/** PATCH: each key that is sent replaces the stored value whole. */
export function patchExperiment(context: Context): Answer {
  return update(context, 'update');
}

/** PUT: like PATCH, but asks for name and flag key and resets `archived` and `deleted` where they are left out. */
export function putExperiment(context: Context): Answer {
  return update(context, 'replace');
}
