import { ApiError } from '../http/api-error.js';
import type { Answer, Context } from '../http/router.js';
import { originalKey } from '../rows/flag-key.js';
import { assertVariants, variantKeys, variantsOf } from '../rows/guards.js';
import { answerWith, findExperiment, type Target } from '../rows/lookup.js';
import { isLegacy } from '../rows/related.js';
import type { ExperimentRow, FlagFilters, FlagRow, JsonObject, ProjectRow, SavedMetricLink } from '../store/model.js';
import { logLinks } from '../store/record.js';
import type { Store } from '../store/store.js';
import { parseCopyBody, parseDuplicateBody } from '../validation/actions.js';
import { validateFlagKey } from '../validation/flag-config.js';

function freeName(source: ExperimentRow, target: ProjectRow, store: Store): string {
  const rows = [...store.experiments.values()].filter((row) => row.project_id === target.id && !row.deleted);
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

interface Copy {
  /** Where the copy goes. */
  project: ProjectRow;
  name: string;
  /** Flag key; the source's where undefined. */
  key: string | undefined;
}

/** The source's own flag, the flag of the target project that has the key, or a new one with the source's split. */
function flagForCopy({ row, flag }: Target, { project, name, key = originalKey(flag) }: Copy, store: Store): FlagRow {
  if (project.id === row.project_id && key === originalKey(flag)) return flag;
  const existing = store.flagByKey(project.id, key);
  if (existing) {
    assertVariants(variantKeys(existing), row.type);
    return existing;
  }
  return store.insertFlag({
    project_id: project.id,
    key: validateFlagKey(key),
    filters: clonedFilters(flag),
    name: `Feature Flag for Experiment ${name}`,
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

function copiedLinks(row: ExperimentRow, project: ProjectRow, store: Store): SavedMetricLink[] {
  if (project.id !== row.project_id) return [];
  const created_at = store.timestamp();
  return row.saved_metrics.map((link) => ({ ...link, id: store.nextId('saved_metric_link'), created_at }));
}

/** A new draft. It has neither the holdout nor anything that happened, and in another project no saved metrics. */
function insertCopy(source: Target, copy: Copy, store: Store): Target {
  const { row } = source;
  const flag = flagForCopy(source, copy, store);
  const { description, type, only_count_matured_users } = row;
  const { parameters, filters, stats_config, scheduling_config, exposure_criteria, running_time_calculation } =
    structuredClone(row);
  const inserted = store.insertExperiment({
    project_id: copy.project.id,
    name: copy.name,
    flag_id: flag.id,
    ...{ description, type, only_count_matured_users, parameters, filters, stats_config, scheduling_config },
    ...{ exposure_criteria, running_time_calculation },
    saved_metrics: copiedLinks(row, copy.project, store),
    ...copiedMetrics(row, store),
  });
  logLinks(inserted, [], store);
  return { row: inserted, flag };
}

/** A new draft of the same project. Without a key of its own it shares the source's flag. */
export function duplicate(context: Context): Answer {
  const { store, project } = context;
  const source = findExperiment(context);
  const body = parseDuplicateBody(context.body);
  if (isLegacy(source.row, store)) {
    throw new ApiError(400, { detail: 'Duplication is not supported for experiments using legacy metrics.' });
  }
  const name = body.name ?? freeName(source.row, project, store);
  return answerWith(insertCopy(source, { project, name, key: body.feature_flag_key }, store), store, 201);
}

function targetProject(id: number, { store, principal }: Context): ProjectRow {
  const project = store.projects.get(id);
  if (!project) throw new ApiError(404, { detail: 'Target team not found.' });
  if (principal.projects === null || principal.projects.includes(id)) return project;
  throw new ApiError(403, { detail: 'You do not have write access to the target project.' });
}

/** A new draft of another project. It links the flag that has the same key there, whatever that flag serves. */
export function copyToProject(context: Context): Answer {
  const { store } = context;
  const source = findExperiment(context);
  const body = parseCopyBody(context.body);
  if (isLegacy(source.row, store)) {
    throw new ApiError(400, { detail: 'Copying is not supported for experiments using legacy metrics.' });
  }
  const project = targetProject(body.target_team_id, context);
  const name = body.name || freeName(source.row, project, store);
  return answerWith(insertCopy(source, { project, name, key: body.feature_flag_key }, store), store, 201);
}
