import { ApiError } from './api-error.js';
import { assertVariants, variantKeys, variantsOf } from './guards.js';
import { answerWith, findExperiment, type Target } from './lookup.js';
import type { ExperimentRow, FlagFilters, FlagRow, JsonObject } from './model.js';
import type { Answer, Context } from './router.js';
import { isLegacy } from './serialize.js';
import type { Store } from './store.js';
import { parseDuplicateBody } from './validation/fields.js';
import { validateFlagKey } from './validation/flag-config.js';

function freeName(source: ExperimentRow, store: Store): string {
  const rows = [...store.experiments.values()].filter((row) => row.project_id === source.project_id && !row.deleted);
  const taken = new Set(rows.map((row) => row.name));
  const copy = `${source.name} (Copy)`;
  let name = copy;
  for (let number = 1; taken.has(name); number += 1) name = `${copy} ${number}`;
  return name;
}

/** The source's split, payloads, aggregation and share of users; never its targeting. */
function clonedFilters({ filters }: FlagRow): FlagFilters {
  const { payloads, aggregation_group_type_index: aggregation = null } = filters;
  const aggregated = typeof aggregation === 'number' ? { aggregation_group_type_index: aggregation } : {};
  const rollout = filters.groups[0]?.rollout_percentage ?? 100;
  return {
    groups: [{ properties: [], rollout_percentage: rollout, ...aggregated }],
    multivariate: { variants: variantsOf({ filters }).map((variant) => ({ ...variant })) },
    aggregation_group_type_index: aggregation,
    holdout: null,
    ...(payloads ? { payloads: { ...payloads } } : {}),
  };
}

function flagForCopy({ row, flag }: Target, key: string | undefined, copy: { name: string; store: Store }): FlagRow {
  const { store } = copy;
  if (key === undefined || key === flag.key) return flag;
  const existing = store.flagByKey(row.project_id, key);
  if (existing) {
    assertVariants(variantKeys(existing), row.type);
    return existing;
  }
  return store.insertFlag({
    project_id: row.project_id,
    key: validateFlagKey(key),
    filters: clonedFilters(flag),
    name: `Feature Flag for Experiment ${copy.name}`,
    active: false,
    ensure_experience_continuity: flag.ensure_experience_continuity,
  });
}

/** Metrics with new uuids, and the ordering arrays that name the new ones in place of the old. */
function copiedMetrics(row: ExperimentRow, store: Store) {
  const renamed = new Map<string, string>();
  const copy = (metric: JsonObject): JsonObject => {
    const uuid = store.uuid();
    renamed.set(String(metric.uuid), uuid);
    return { ...structuredClone(metric), uuid };
  };
  const metrics = row.metrics.map(copy);
  const metrics_secondary = row.metrics_secondary.map(copy);
  const remap = (uuids: string[] | null) => uuids?.map((uuid) => renamed.get(uuid) ?? uuid) ?? null;
  return {
    metrics,
    metrics_secondary,
    primary_metrics_ordered_uuids: remap(row.primary_metrics_ordered_uuids),
    secondary_metrics_ordered_uuids: remap(row.secondary_metrics_ordered_uuids),
  };
}

/** A new draft of the same project. Without a key of its own it shares the source's flag. */
export function duplicate(context: Context): Answer {
  const { store, project } = context;
  const source = findExperiment(context);
  const { row } = source;
  const body = parseDuplicateBody(context.body);
  if (isLegacy(row)) {
    throw new ApiError(400, { detail: 'Duplication is not supported for experiments using legacy metrics.' });
  }
  const name = body.name ?? freeName(row, store);
  const flag = flagForCopy(source, body.feature_flag_key, { name, store });
  const { description, type, only_count_matured_users } = row;
  const { parameters, filters, stats_config, scheduling_config, exposure_criteria, running_time_calculation } =
    structuredClone(row);
  const copy = store.insertExperiment({
    project_id: project.id,
    name,
    flag_id: flag.id,
    description,
    type,
    parameters,
    filters,
    stats_config,
    scheduling_config,
    exposure_criteria,
    running_time_calculation,
    only_count_matured_users,
    saved_metrics: row.saved_metrics.map((link) => ({ ...link, id: store.nextId('saved_metric_link') })),
    ...copiedMetrics(row, store),
  });
  return answerWith({ row: copy, flag }, 201);
}
