import type { Experiment } from '../schema/experiment.js';
import { type Metric, whyUnreadable } from '../schema/metric.js';
import { measures } from '../schema/metric-words.js';
import type { Freshness, MetricReading, Recalculation } from '../schema/results.js';
import { alphaIn, type StatsSettings } from '../stats/settings.js';
import { type MetricFacts, type ReadingOptions, readMetric } from './reading.js';
import { windowOf } from './windows.js';

/** Results older than this are marked. Hours. Source: our choice; PostHog calculates daily. */
export const STALE_HOURS = 24;

const MS_PER_HOUR = 3_600_000;

function factsOf(metric: Metric, role: string, name?: string | null): MetricFacts {
  const unreadable = whyUnreadable(metric);
  const window = windowOf(metric);
  return {
    uuid: metric.uuid ?? '',
    name: metric.name ?? name ?? undefined,
    role,
    metric_type: metric.metric_type ?? 'legacy',
    goal: metric.goal ?? 'increase',
    measures: measures(metric),
    ...(window === null ? {} : { window }),
    ...(unreadable === undefined ? {} : { unknown: `its definition cannot be read (${unreadable})` }),
  };
}

/** Every metric that the experiment is measured by, shared ones too; primary ones first. */
export function metricsOf(experiment: Experiment): MetricFacts[] {
  const shared = (experiment.saved_metrics ?? []).flatMap(({ query, name, metadata }) =>
    query ? [factsOf(query, metadata?.type === 'secondary' ? 'secondary' : 'primary', name)] : [],
  );
  const own = [
    ...(experiment.metrics ?? []).map((metric) => factsOf(metric, 'primary')),
    ...(experiment.metrics_secondary ?? []).map((metric) => factsOf(metric, 'secondary')),
  ];
  const all = [...own, ...shared];
  const uuids = all.map(({ uuid }) => uuid);
  const known = all.map((facts, at): MetricFacts => {
    const { uuid } = facts;
    if (uuid === '') return { unknown: NO_UUID, ...facts, uuid: `metric-${at + 1}` };
    return uuids.indexOf(uuid) === uuids.lastIndexOf(uuid) ? facts : { ...facts, unknown: SAME_UUID };
  });
  return [...known.filter(({ role }) => role === 'primary'), ...known.filter(({ role }) => role !== 'primary')];
}

const NO_UUID = 'it has no uuid, by which PostHog files results; saving it anew in PostHog gives it one';
const SAME_UUID = 'another metric of the experiment has the same uuid, so their results cannot be told apart';

/** How PostHog was told to compare, as answers say it. */
export function methodOf(settings: StatsSettings) {
  const { method, differenceType } = settings;
  return {
    method,
    confidence_level: Number((1 - alphaIn(settings)).toPrecision(6)),
    effects_are: differenceType === 'ABSOLUTE' ? ('absolute' as const) : ('relative' as const),
  };
}

/** Whether a run has come to its end; before that its results are parts. */
export function isOver({ status }: Recalculation): boolean {
  return status === 'completed' || status === 'failed';
}

/** Whether a run took in all data up to the end of an ended experiment: such results cannot grow stale. */
function coversTheEnd(run: Recalculation, endDate: string | null | undefined): boolean {
  const upTo = run.query_to ?? run.completed_at;
  return Boolean(endDate && upTo) && Date.parse(upTo ?? '') >= Date.parse(endDate ?? '');
}

/** How results are calculated anew, to follow "calculate them". Where nothing may be written, no call of ours does it. */
export function howToCalculate(readOnly: boolean): string {
  return readOnly
    ? 'in PostHog itself (only reads are allowed here)'
    : 'with experiment-results refresh: true (scope experiment:write)';
}

/** What a reading of results has to know besides them. */
export interface Circumstances {
  now: Date;
  /** Whether no write may be sent, and so no calculation started. */
  readOnly: boolean;
}

/** Where the numbers come from and how far they can be relied on. `endDate` is that of an experiment that has ended. */
export function freshnessOf(
  run: Recalculation | null,
  { now, readOnly }: Circumstances,
  endDate?: string | null,
): Freshness {
  if (!run) return { source: 'none', note: `Never calculated; calculate them ${howToCalculate(readOnly)}.` };
  if (!isOver(run)) {
    const done = `${(run.completed_metrics ?? 0) + (run.failed_metrics ?? 0)} of ${run.total_metrics ?? '?'} metrics`;
    const note = `PostHog is still calculating (${done}). Call again with recalculation_id for the results.`;
    return { source: 'running', recalculation_id: run.id, note };
  }
  const fallback = run.result_source === 'timeseries_fallback';
  const complete = coversTheEnd(run, endDate);
  const times = complete ? [run.completed_at, run.query_to] : [run.query_to, run.completed_at];
  const at = [...times, run.created_at].find((time) => typeof time === 'string');
  // As it is shown, so that 24.0 hours never read as older than 24.
  const age = at === undefined ? undefined : Math.round(((now.getTime() - Date.parse(at)) / MS_PER_HOUR) * 10) / 10;
  const stale = !complete && (age === undefined || age > STALE_HOURS);
  return {
    source: fallback ? 'daily_fallback' : 'calculation',
    ...(fallback ? {} : { recalculation_id: run.id }),
    ...(at === undefined ? {} : { calculated_at: at }),
    ...(age === undefined ? {} : { age_hours: age }),
    stale,
    ...(fallback || stale
      ? {
          note: `${fallback ? 'Numbers of the daily job, not of a calculation' : `Older than ${STALE_HOURS} hours`}; calculate them anew ${howToCalculate(readOnly)}.`,
        }
      : {}),
  };
}

export interface MetricsOptions extends ReadingOptions, Pick<Circumstances, 'readOnly'> {
  /** Only this one. */
  metricUuid?: string | undefined;
}

/** PostHog drops results whose meaning an edit has changed: of statistics, exposure rules or the start, say. */
function absent(run: Recalculation | null, readOnly: boolean): string {
  return run && !isOver(run)
    ? 'still being calculated'
    : `no result in this calculation; an edit since then may have dropped it: calculate it ${howToCalculate(readOnly)}`;
}

const LEGACY = 'a metric in a legacy format has no results here; experiment-migrate makes a twin that has';

/** The readings of a run, in the order of the experiment's metrics; one that failed says why, the others still show. */
export function readRun(experiment: Experiment, run: Recalculation | null, options: MetricsOptions): MetricReading[] {
  const results = new Map((run?.results ?? []).map((entry) => [entry.metric_uuid, entry]));
  return metricsOf(experiment)
    .filter(({ uuid }) => options.metricUuid === undefined || uuid === options.metricUuid)
    .map((facts) => {
      if (facts.unknown) return { ...readMetric(facts, null, options), problem: facts.unknown };
      if (facts.metric_type === 'legacy') return { ...readMetric(facts, null, options), problem: LEGACY };
      const entry = results.get(facts.uuid);
      if (entry?.result && entry.status !== 'failed') return readMetric(facts, entry.result, options);
      const reason =
        entry?.error_message ??
        (entry?.status === 'failed' ? 'PostHog failed to calculate it' : absent(run, options.readOnly));
      return { ...readMetric(facts, null, options), problem: reason };
    });
}
