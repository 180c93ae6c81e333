import { metricFingerprint } from '../store/fingerprint.js';
import type { ExperimentRow, HoldoutRow, JsonObject, SavedMetricLink, SavedMetricRow } from '../store/model.js';
import type { Store } from '../store/store.js';
import { effectiveQuery, isCountable, withActionNames } from './metrics.js';

export function holdoutJson({ project_id: _project, ...holdout }: HoldoutRow, store: Store): JsonObject {
  return { ...holdout, user_access_level: store.access.level };
}

export function savedMetricJson({ project_id: _project, ...metric }: SavedMetricRow, store: Store): JsonObject {
  return { ...metric, query: withActionNames(metric.query, store), user_access_level: store.access.level };
}

/** The experiment's holdout; null where it has none. */
export function holdoutOf(row: Pick<ExperimentRow, 'holdout_id'>, store: Store): HoldoutRow | null {
  return row.holdout_id === null ? null : (store.holdouts.get(row.holdout_id) ?? null);
}

/** A link's saved metric; deleting one deletes its links. */
export function savedMetricOf(link: SavedMetricLink, store: Store): SavedMetricRow {
  const metric = store.savedMetrics.get(link.saved_metric);
  if (!metric) throw new Error(`Link ${link.id} has no saved metric row.`);
  return metric;
}

/** The queries of the linked saved metrics, in the order of the links. */
export function linkedQueries(row: Pick<ExperimentRow, 'saved_metrics'>, store: Store): JsonObject[] {
  return row.saved_metrics.map((link) => savedMetricOf(link, store).query);
}

/**
 * The link as experiments embed it: with the metric's name, its query and what of it this experiment counts. The fingerprint
 * is that of what is counted.
 */
export function linkJson(link: SavedMetricLink, row: ExperimentRow, store: Store): JsonObject {
  const { name, query } = savedMetricOf(link, store);
  const effective = effectiveQuery(query, link);
  const fingerprint = metricFingerprint(effective, row);
  return {
    ...link,
    experiment: row.id,
    query: { ...withActionNames(query, store), fingerprint },
    effective_query: isCountable(query) ? withActionNames(effective, store) : null,
    name,
  };
}

/** True where a metric of the experiment, own or linked, has a format older than `ExperimentMetric`. */
export function isLegacy(row: ExperimentRow, store: Store): boolean {
  const metrics = [...row.metrics, ...row.metrics_secondary, ...linkedQueries(row, store)];
  return metrics.some((metric) => metric.kind !== 'ExperimentMetric');
}

/** What a flag stores of a holdout. */
export function flagHoldout(holdout: HoldoutRow | null): JsonObject | null {
  if (holdout === null) return null;
  return { id: holdout.id, exclusion_percentage: holdout.filters[0]?.rollout_percentage ?? 0 };
}
