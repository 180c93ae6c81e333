import { metricFingerprint } from '../store/fingerprint.js';
import type { ExperimentRow, HoldoutRow, JsonObject, SavedMetricLink, SavedMetricRow } from '../store/model.js';
import type { Store } from '../store/store.js';

const ACCESS_LEVEL = 'manager';

export function holdoutJson({ project_id: _project, ...holdout }: HoldoutRow): JsonObject {
  return { ...holdout, user_access_level: ACCESS_LEVEL };
}

export function savedMetricJson({ project_id: _project, ...metric }: SavedMetricRow): JsonObject {
  return { ...metric, user_access_level: ACCESS_LEVEL };
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

/** The link as experiments embed it: with the metric's name and query, fingerprinted for this experiment. */
export function linkJson(link: SavedMetricLink, row: ExperimentRow, store: Store): JsonObject {
  const { name, query } = savedMetricOf(link, store);
  return { ...link, experiment: row.id, query: { ...query, fingerprint: metricFingerprint(query, row) }, name };
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
