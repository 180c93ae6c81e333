import { variantKeys } from '../rows/guards.js';
import type { Target } from '../rows/lookup.js';
import { metricFingerprint } from '../store/fingerprint.js';
import type { ExperimentRow, JsonObject } from '../store/model.js';
import type { DailyInputs, DailySeries, MetricOutcome } from '../store/results.js';
import type { Store } from '../store/store.js';
import { measureOf } from './measure.js';
import { metricsOf } from './metrics.js';
import { attempt, outcomeJson, teamOf } from './outcome.js';
import { daysOf, MS_PER_DAY, runOf, shareAt } from './run.js';

/** Age up to which a daily result stands in for a run that never was. Source: PostHog behaviour. */
const FALLBACK_DAYS = 1;

export interface SeriesKey {
  experiment: number;
  metric_uuid: string;
  fingerprint: string;
}

export function findSeries(key: SeriesKey, store: Store): DailySeries | undefined {
  return store.results.daily.find(
    (series) =>
      series.experiment_id === key.experiment &&
      series.metric_uuid === key.metric_uuid &&
      series.fingerprint === key.fingerprint,
  );
}

export function addSeries(key: SeriesKey, store: Store): DailySeries {
  const { experiment, metric_uuid, fingerprint } = key;
  const created_at = store.timestamp();
  const series = { experiment_id: experiment, metric_uuid, fingerprint, created_at, inputs: null, job: null };
  store.results.daily.push(series);
  return series;
}

/** What a calculation now would go by; a copy, since edits replace an experiment's fields and leave stored results alone. */
export function inputsNow(
  { row, flag }: Target,
  metric: JsonObject,
  store: Store,
  at = store.timestamp(),
): DailyInputs {
  const team = teamOf(row, store);
  return { experiment: { ...row }, flag: { ...flag }, variantKeys: variantKeys(flag), metric, team, computed_at: at };
}

/** Stores the daily results of all metrics as the nightly job would have left them `at` some time. */
export function seedDaily(target: Target, at: string, store: Store): void {
  for (const metric of metricsOf(target.row, store)) {
    const fingerprint = metricFingerprint(metric, target.row);
    const key = { experiment: target.row.id, metric_uuid: String(metric.uuid), fingerprint };
    Object.assign(addSeries(key, store), { created_at: at, inputs: inputsNow(target, metric, store, at) });
  }
}

export interface DailyPoint {
  date: string;
  /** Null for a day that nothing was calculated for. */
  outcome: Pick<MetricOutcome, 'result' | 'error_message'> | null;
}

function pointOutcome({ experiment, flag, computed_at: at, ...inputs }: DailyInputs, end: number, store: Store) {
  const run = runOf(experiment, Date.parse(at));
  const measure = measureOf(experiment, flag, store, Math.min(end, Date.parse(at)));
  return attempt({ experiment, ...inputs, measure, share: run ? shareAt(run, end) : 0 });
}

/** One point a day from the start to the end or today: what had come in by the end of that day. */
export function pointsOf(inputs: DailyInputs | null, row: ExperimentRow, store: Store): DailyPoint[] {
  const run = runOf(row, store.now().getTime());
  const days = run ? daysOf(run.start, run.until) : [];
  const calculatedUpTo = inputs ? Date.parse(inputs.computed_at) : 0;
  return days.map(({ date, end }) => {
    const calculated = inputs !== null && end - MS_PER_DAY < calculatedUpTo;
    return { date, outcome: calculated ? pointOutcome(inputs, end, store) : null };
  });
}

/** A run made up from the newest daily results of at most a day ago, for an experiment without any run; null without those. */
export function fallbackRun({ row }: Target, store: Store): JsonObject | null {
  const metrics = metricsOf(row, store);
  const oldest = store.now().getTime() - FALLBACK_DAYS * MS_PER_DAY;
  const found = metrics.flatMap((metric) => {
    const metric_uuid = String(metric.uuid);
    const fingerprint = metricFingerprint(metric, row);
    const inputs = findSeries({ experiment: row.id, metric_uuid, fingerprint }, store)?.inputs;
    if (!inputs || Date.parse(inputs.computed_at) < oldest) return [];
    const outcome = pointOutcome(inputs, Date.parse(inputs.computed_at), store);
    return outcome.result === null
      ? []
      : [{ at: inputs.computed_at, outcome: { metric_uuid, fingerprint, ...outcome } }];
  });
  const at = found
    .map((item) => item.at)
    .sort()
    .at(-1);
  if (at === undefined) return null;
  return {
    ...{ id: 'timeseries-fallback', experiment_id: row.id, status: 'completed' },
    ...{ total_metrics: metrics.length, completed_metrics: found.length, failed_metrics: 0 },
    ...{ metric_errors: {}, metric_retries: {}, trigger: 'timeseries_sync' },
    ...{ created_at: at, started_at: at, completed_at: at, query_to: at },
    result_source: 'timeseries_fallback',
    results: found.map(({ outcome }) => outcomeJson(outcome)),
  };
}
