import { filtersForNewFlag } from '../flags/change.js';
import { invalid } from '../http/api-error.js';
import type { Answer, Context } from '../http/router.js';
import { assertVariants, baselineOf, withPinnedBaseline } from '../rows/guards.js';
import { answerWith, findExperiment } from '../rows/lookup.js';
import { flagHoldout, holdoutOf } from '../rows/related.js';
import { isObject } from '../store/json.js';
import type { FlagFilters, FlagRow, JsonObject } from '../store/model.js';
import { logLinks } from '../store/record.js';
import { validateExcludedVariants, validateStatsConfig } from '../validation/config.js';
import { missingRow } from '../validation/drf.js';
import { parseExperimentBody } from '../validation/fields.js';
import { parseFlagConfig, validateFlagKey } from '../validation/flag-config.js';
import type { FlagConfig } from '../validation/flag-input.js';
import { columnsOf, metricColumns } from './columns.js';
import { savedMetricLinks } from './links.js';

/** GET one experiment. */
export function retrieveExperiment(context: Context): Answer {
  return answerWith(findExperiment(context), context.store);
}

/** Throws for a holdout that the project does not have. */
export function assertHoldout(body: JsonObject, { store, project }: Context): void {
  const id = body.holdout_id;
  if (typeof id !== 'number' || store.holdouts.get(id)?.project_id === project.id) return;
  throw missingRow(id, 'holdout_id');
}

function assertLinkable(flag: FlagRow, body: JsonObject): void {
  if (parseFlagConfig({ feature_flag: body.feature_flag }) === null) return;
  throw invalid(
    `A feature flag with key '${flag.key}' already exists; the experiment links to it as-is, so its config cannot be set here. Omit feature_flag to reuse the existing flag, or edit the flag directly.`,
    'feature_flag',
  );
}

interface FlagPlan {
  /** The flag that exists with the key. */
  existing: FlagRow | undefined;
  key: string;
  filters: FlagFilters;
  config: FlagConfig | null;
}

function planFlag({ store, project }: Context, body: JsonObject): FlagPlan {
  const config = parseFlagConfig(body);
  const existing = store.flagByKey(project.id, String(body.feature_flag_key));
  if (existing) {
    assertLinkable(existing, body);
    return { existing, key: existing.key, filters: existing.filters, config: null };
  }
  const key = validateFlagKey(body.feature_flag_key);
  const holdout = holdoutOf({ holdout_id: typeof body.holdout_id === 'number' ? body.holdout_id : null }, store);
  return { existing, key, filters: { ...filtersForNewFlag(config), holdout: flagHoldout(holdout) }, config };
}

/** The existing flag as it is, or a new one that is active only where the experiment starts at once. */
function linkFlag({ store, project }: Context, plan: FlagPlan, draft: { name: string; launched: boolean }): FlagRow {
  const { existing, key, filters, config } = plan;
  if (existing) return existing;
  return store.insertFlag({
    project_id: project.id,
    key,
    filters,
    name: `Feature Flag for Experiment ${draft.name}`,
    active: draft.launched,
    ensure_experience_continuity: config?.ensure_experience_continuity ?? false,
  });
}

function withDefaults(body: JsonObject): JsonObject {
  const { stats_config: stats, exposure_criteria: exposure } = body;
  const criteria = isObject(exposure) ? exposure : {};
  return {
    ...body,
    description: body.description === undefined ? '' : body.description,
    type: body.type === undefined ? 'product' : body.type,
    stats_config: { method: 'bayesian', ...(isObject(stats) ? stats : {}) },
    exposure_criteria: { ...criteria, filterTestAccounts: criteria.filterTestAccounts ?? true },
    running_time_calculation: body.running_time_calculation ?? {},
  };
}

/** POST: a draft, unless `start_date` is sent. Makes the flag, or links the one that has the key as it is. */
export function createExperiment(context: Context): Answer {
  const { store, project } = context;
  const body = parseExperimentBody(context.body, 'create');
  assertHoldout(body, context);
  const saved_metrics = savedMetricLinks(body, [], context) ?? [];
  const plan = planFlag(context, body);
  const keys = plan.filters.multivariate?.variants.map((variant) => variant.key) ?? [];
  assertVariants(keys, body.type === 'web' ? 'web' : null);
  const metrics = metricColumns({ body, row: null, projectId: project.id, store, linked: saved_metrics });
  validateStatsConfig(body.stats_config, keys);
  const columns = columnsOf(withDefaults(body));
  const stats_config = withPinnedBaseline(columns.stats_config ?? null, keys);
  const excluded_variants = validateExcludedVariants(body.excluded_variants, keys, baselineOf(stats_config, keys));
  const name = columns.name ?? '';
  const flag = linkFlag(context, plan, { name, launched: typeof columns.start_date === 'string' });
  const row = store.insertExperiment({
    ...columns,
    ...metrics,
    saved_metrics,
    name,
    stats_config,
    excluded_variants,
    project_id: project.id,
    flag_id: flag.id,
  });
  logLinks(row, [], store);
  return answerWith({ row, flag }, store, 201);
}
