import { ApiError } from '../http/api-error.js';
import { variantKeys } from '../rows/guards.js';
import type { Target } from '../rows/lookup.js';
import { metricFingerprint } from '../store/fingerprint.js';
import type { ExperimentRow, ExperimentsConfig, JsonObject } from '../store/model.js';
import type { MetricOutcome } from '../store/results.js';
import type { Store } from '../store/store.js';
import { computeMetric, type MetricQuestion } from './compute.js';
import { measureOf } from './measure.js';

/** The result, or PostHog's words for why there is none. */
export function attempt(question: MetricQuestion): Pick<MetricOutcome, 'result' | 'error_message'> {
  try {
    return { result: computeMetric(question), error_message: null };
  } catch (error) {
    if (error instanceof ApiError) return { result: null, error_message: error.message };
    throw error;
  }
}

/** Null where scenarios leave the team's defaults unread: then they are the product's own. */
export function teamOf(row: ExperimentRow, store: Store): ExperimentsConfig | null {
  return store.projects.get(row.project_id)?.experiments_config ?? null;
}

/** Calculates one metric of an experiment as it stands. */
export function calculate({ row, flag }: Target, metric: JsonObject, store: Store): MetricOutcome {
  const metric_uuid = String(metric.uuid);
  const measure = measureOf(row, flag, store);
  const outcome = attempt({
    experiment: row,
    variantKeys: variantKeys(flag),
    metric,
    team: teamOf(row, store),
    measure,
  });
  return { metric_uuid, fingerprint: metricFingerprint(metric, row), ...outcome };
}

/** A result as runs and daily series store it: without the sessions of each step. */
function stored(result: JsonObject | null): JsonObject | null {
  if (result === null) return null;
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).filter(([key]) => key !== 'step_sessions');
    return Object.fromEntries(entries.map(([key, inner]) => [key, strip(inner)]));
  };
  const entries = Object.entries(result).map(([key, value]) => [key, key === 'metric' ? value : strip(value)]);
  return Object.fromEntries(entries);
}

/** One entry of a run's `results`. */
export function outcomeJson({ metric_uuid, result, error_message }: MetricOutcome): JsonObject {
  const status = result === null ? 'failed' : 'completed';
  return { metric_uuid, status, result: stored(result), error_message };
}

/** Whether a stored fingerprint is still that of the metric; edits that change what results mean make it another. */
export function matches(outcome: MetricOutcome, metrics: readonly JsonObject[], row: ExperimentRow): boolean {
  const metric = metrics.find(({ uuid }) => uuid === outcome.metric_uuid);
  return metric !== undefined && metricFingerprint(metric, row) === outcome.fingerprint;
}
