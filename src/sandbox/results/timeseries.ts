import { invalid } from '../http/api-error.js';
import type { Answer, Context } from '../http/router.js';
import { findExperiment, type Target } from '../rows/lookup.js';
import { isObject } from '../store/json.js';
import type { JsonObject } from '../store/model.js';
import type { DailySeries } from '../store/results.js';
import type { Store } from '../store/store.js';
import { body as asBody } from '../validation/drf.js';
import { addSeries, type DailyPoint, findSeries, inputsNow, pointsOf } from './daily.js';

function statusOf(points: readonly DailyPoint[]): string {
  const outcomes = points.flatMap(({ outcome }) => (outcome ? [outcome] : []));
  if (outcomes.length === 0) return 'pending';
  const completed = outcomes.filter(({ result }) => result !== null).length;
  if (completed === 0) return 'failed';
  return completed === points.length ? 'completed' : 'partial';
}

function formatted(points: readonly DailyPoint[]): string {
  const lines = points.map(({ date, outcome }) => {
    const baseline = isObject(outcome?.result?.baseline) ? outcome.result.baseline : null;
    return `${date}: ${baseline ? `${baseline.number_of_samples} samples in ${baseline.key}` : 'no result'}`;
  });
  return lines.join('\n');
}

/** The job moves on by one stage each time the series is looked at: pending, in progress, done. */
function moveOn(series: DailySeries, target: Target, store: Store): void {
  const { job } = series;
  if (job?.status === 'pending') job.status = 'in_progress';
  else if (job?.status === 'in_progress') {
    series.inputs = inputsNow(target, job.metric, store);
    series.job = null;
  }
}

function seriesJson(points: readonly DailyPoint[], series: DailySeries | undefined): JsonObject {
  const errors = points.flatMap(({ date, outcome }) => (outcome?.error_message ? [[date, outcome.error_message]] : []));
  const calculated = series?.inputs?.computed_at ?? null;
  return {
    status: statusOf(points),
    timeseries: Object.fromEntries(points.map(({ date, outcome }) => [date, outcome?.result ?? null])),
    errors: errors.length > 0 ? Object.fromEntries(errors) : null,
    computed_at: calculated,
    created_at: calculated && (series?.created_at ?? null),
    updated_at: calculated,
    recalculation_status: series?.job?.status ?? null,
    recalculation_created_at: series?.job?.created_at ?? null,
    formatted_results: formatted(points),
  };
}

/** GET the cumulative daily results of one metric under one fingerprint. Source: PostHog API docs. */
export function timeseriesResults(context: Context): Answer {
  const { store, query } = context;
  const target = findExperiment(context);
  const metric_uuid = query.get('metric_uuid');
  const fingerprint = query.get('fingerprint');
  if (!metric_uuid) throw invalid('metric_uuid query parameter is required');
  if (!fingerprint) throw invalid('fingerprint query parameter is required');
  if (target.row.start_date === null) throw invalid('Experiment has not been started yet');
  const series = findSeries({ experiment: target.row.id, metric_uuid, fingerprint }, store);
  if (series) moveOn(series, target, store);
  const points = pointsOf(series?.inputs ?? null, target.row, store);
  return { status: 200, body: { experiment_id: target.row.id, metric_uuid, ...seriesJson(points, series) } };
}

/** POST: drops the stored days of a metric and calculates them anew, unless that is under way. Source: PostHog API docs. */
export function recalculateTimeseries(context: Context): Answer {
  const { store } = context;
  const target = findExperiment(context);
  const { metric, fingerprint } = asBody(context.body);
  if (!isObject(metric) || Object.keys(metric).length === 0) throw invalid('metric is required');
  if (typeof fingerprint !== 'string' || fingerprint === '') throw invalid('fingerprint is required');
  if (target.row.start_date === null) {
    throw invalid("Cannot recalculate timeseries for experiment that hasn't started");
  }
  const key = {
    experiment: target.row.id,
    metric_uuid: typeof metric.uuid === 'string' ? metric.uuid : '',
    fingerprint,
  };
  const series = findSeries(key, store) ?? addSeries(key, store);
  const existing = series.job;
  const job = existing ?? { id: store.uuid(), status: 'pending' as const, created_at: store.timestamp(), metric };
  if (!existing) Object.assign(series, { inputs: null, job });
  const { id, status, created_at } = job;
  const body = { id, experiment_id: target.row.id, metric_uuid: key.metric_uuid, fingerprint, status, created_at };
  return { status: existing ? 200 : 201, body };
}
