import { ApiError, invalid } from '../http/api-error.js';
import type { Answer, Context } from '../http/router.js';
import { findExperiment, type Target } from '../rows/lookup.js';
import { exposedTotals } from '../rows/measuring.js';
import type { ExperimentRow, JsonObject } from '../store/model.js';
import type { RecalculationRow } from '../store/results.js';
import { flagOf, formatTimestamp, type Store } from '../store/store.js';
import { body as asBody, choice, optional } from '../validation/drf.js';
import { fallbackRun } from './daily.js';
import { metricsOf } from './metrics.js';
import { calculate, matches, outcomeJson } from './outcome.js';
import { runOf } from './run.js';

const MS_PER_MINUTE = 60_000;
/** Age, since it was made or begun, at which an unfinished run no longer stands in the way of another. */
const STALE_MINUTES = 30;
/** Time that a person or an agent has to leave between one finished run and the next. */
const PAUSE_MINUTES = 5;
/** Rows that a run claims to read for each exposed person. */
const ROWS_PER_PERSON = 10;

const PACED_TRIGGERS = ['manual', 'agent_mcp'];
const TRIGGERS = [
  ...['manual', 'cold_run', 'stale_refresh', 'auto_refresh', 'config_change', 'experiment_launch'],
  ...['experiment_stop', 'experiment_update', 'agent_mcp', 'timeseries_sync', 'scheduled', 'manual_retry'],
  ...['heal_latest_run', 'experiment_config_change', 'metric_config_change'],
];

function runsOf({ row }: Target, store: Store): RecalculationRow[] {
  return store.results.recalculations.filter((run) => run.experiment_id === row.id);
}

function activeRun(target: Target, store: Store): RecalculationRow | undefined {
  const oldest = store.now().getTime() - STALE_MINUTES * MS_PER_MINUTE;
  return runsOf(target, store).findLast(
    (run) => isActive(run) && Date.parse(run.started_at ?? run.created_at) >= oldest,
  );
}

function isActive({ status }: RecalculationRow): boolean {
  return status === 'pending' || status === 'in_progress';
}

/** The newest run that came to its end, failed or not. */
function finishedRun(target: Target, store: Store): RecalculationRow | undefined {
  return runsOf(target, store).findLast((run) => run.completed_at !== null);
}

/** How many metrics a run shows while it is under way: half of them, when it has begun. */
function shown({ status, outcomes }: RecalculationRow) {
  return status === 'in_progress' ? outcomes.slice(0, Math.floor(outcomes.length / 2)) : outcomes;
}

function progressJson({ status, outcomes }: RecalculationRow, row: ExperimentRow, store: Store): JsonObject {
  if (status !== 'in_progress') return {};
  const people = Object.values(exposedTotals(row, flagOf(row, store), store)).reduce((sum, count) => sum + count, 0);
  const total = people * ROWS_PER_PERSON * outcomes.length;
  return { rows_read: Math.floor(total / 2), estimated_rows_total: total };
}

/** Outcomes of the run whose metrics still mean what they meant; the others are out of reach. */
function readable(run: RecalculationRow, row: ExperimentRow, store: Store) {
  const metrics = metricsOf(row, store);
  return shown(run).filter((outcome) => matches(outcome, metrics, row));
}

function jobJson(run: RecalculationRow, row: ExperimentRow, store: Store): JsonObject {
  const outcomes = readable(run, row, store);
  const errors = shown(run).filter(({ error_message: message }) => message !== null);
  const { id, experiment_id, status, trigger, created_at, started_at, completed_at, query_to } = run;
  return {
    ...{ id, experiment_id, status },
    total_metrics: run.metric_uuids.length,
    completed_metrics: outcomes.filter(({ result }) => result !== null).length,
    failed_metrics: errors.length,
    metric_errors: Object.fromEntries(
      errors.map(({ metric_uuid: uuid, error_message: message }) => [uuid, { error_type: 'ValidationError', message }]),
    ),
    metric_retries: {},
    ...{ trigger, created_at, started_at, completed_at, query_to },
  };
}

function withResults(run: RecalculationRow, row: ExperimentRow, store: Store): JsonObject {
  return {
    ...jobJson(run, row, store),
    ...progressJson(run, row, store),
    result_source: 'recalculation',
    results: readable(run, row, store).map(outcomeJson),
  };
}

/** The completed run that a person or an agent has to wait after, and how long. */
function recentRun(target: Target, store: Store): { last: RecalculationRow; wait: number } | null {
  const last = finishedRun(target, store);
  if (last?.status !== 'completed' || last.completed_at === null) return null;
  const wait = Date.parse(last.completed_at) + PAUSE_MINUTES * MS_PER_MINUTE - store.now().getTime();
  return wait < 0 ? null : { last, wait };
}

function tooSoon(wait: number): ApiError {
  const seconds = Math.max(1, Math.ceil(wait / 1000));
  const detail = `Metrics were recalculated less than 5 minutes ago. Expected available in ${seconds} second${seconds === 1 ? '' : 's'}.`;
  const body = { type: 'throttled_error', code: 'recalculation_rate_limited', detail, attr: null };
  return new ApiError(429, body, { 'retry-after': String(seconds) });
}

/** What PostHog says where the system that runs its jobs is down, in our words; the run is stored as failed. */
function unavailable(): ApiError {
  const detail = 'Could not schedule the recalculation. Please try again later.';
  return new ApiError(503, { type: 'server_error', code: 'recalculation_scheduling_unavailable', detail, attr: null });
}

function newRun({ row }: Target, job: { id: string; trigger: string }, store: Store): RecalculationRow {
  return {
    id: job.id,
    experiment_id: row.id,
    status: 'pending',
    trigger: job.trigger,
    metric_uuids: metricsOf(row, store).map(({ uuid }) => String(uuid)),
    created_at: store.timestamp(),
    started_at: null,
    completed_at: null,
    query_to: null,
    outcomes: [],
  };
}

/** POST: a new run, or the one that is under way. It moves on when it is looked at. Source: PostHog API docs. */
export function createRecalculation(context: Context): Answer {
  const { store, project } = context;
  const target = findExperiment(context);
  const { row } = target;
  const asked = optional(asBody(context.body), 'trigger', choice(TRIGGERS)) ?? 'manual';
  // An agent is known by its header, whatever the body says.
  const trigger = store.access.client === 'mcp' ? 'agent_mcp' : asked;
  if (row.start_date === null) throw invalid("Cannot recalculate metrics for experiment that hasn't started");
  const active = activeRun(target, store);
  if (active) return { status: 200, body: { ...jobJson(active, row, store), is_existing: true } };
  const recent = PACED_TRIGGERS.includes(trigger) ? recentRun(target, store) : null;
  if (recent && project.recalculation !== 'reused') throw tooSoon(recent.wait);
  if (recent) return { status: 200, body: { ...jobJson(recent.last, row, store), is_existing: true } };
  // Only a run that really ended has `completed_at`: these are given up.
  for (const run of runsOf(target, store).filter(isActive)) run.status = 'failed';
  const run = newRun(target, { id: store.uuid(), trigger }, store);
  store.results.recalculations.push(run);
  if (project.recalculation === 'unavailable') {
    run.status = 'failed';
    throw unavailable();
  }
  return { status: 201, body: { ...jobJson(run, row, store), is_existing: false } };
}

function begin(run: RecalculationRow, target: Target, store: Store): void {
  const data = runOf(target.row, store.now().getTime());
  run.status = 'in_progress';
  run.started_at = store.timestamp();
  run.query_to = data ? formatTimestamp(new Date(data.until)) : run.started_at;
  const metrics = metricsOf(target.row, store).filter(({ uuid }) => run.metric_uuids.includes(String(uuid)));
  run.outcomes = metrics.map((metric) => calculate(target, metric, store));
}

function finish(run: RecalculationRow, at: string): void {
  const failed = run.outcomes.length > 0 && run.outcomes.every(({ result }) => result === null);
  run.status = failed ? 'failed' : 'completed';
  run.completed_at = at;
}

/** A run moves on by one stage each time it is looked at: pending, in progress, finished. */
function moveOn(run: RecalculationRow, target: Target, store: Store): void {
  if (run.status === 'pending') begin(run, target, store);
  else if (run.status === 'in_progress') finish(run, store.timestamp());
}

function missing(detail: string): ApiError {
  return new ApiError(404, { detail });
}

/** GET one run by its id. */
export function retrieveRecalculation(context: Context): Answer {
  const { store, child } = context;
  const target = findExperiment(context);
  const run = runsOf(target, store).find(({ id }) => id === child.toLowerCase());
  if (!run) throw missing('Recalculation not found');
  moveOn(run, target, store);
  return { status: 200, body: withResults(run, target.row, store) };
}

/**
 * GET the newest finished run, else daily results, else the very first run while it is under way; beside it a pointer to
 * the run that is under way. Starts none.
 */
export function latestRecalculation(context: Context): Answer {
  const { store } = context;
  const target = findExperiment(context);
  const active = activeRun(target, store);
  if (active) moveOn(active, target, store);
  const run = finishedRun(target, store);
  const first = active && isActive(active) ? withResults(active, target.row, store) : null;
  const body = run ? withResults(run, target.row, store) : (fallbackRun(target, store) ?? first);
  if (body === null) throw missing('No completed recalculation found');
  const underWay = active && isActive(active) ? { active_run: { id: active.id, status: active.status } } : {};
  return { status: 200, body: { ...body, ...underWay } };
}

/** Stores the results that a scenario says were calculated `at` some time. */
export function seedRecalculation(target: Target, at: string, store: Store): void {
  // Not a counted uuid: loading results must not move the ids that come after.
  const id = `00000000-0000-4000-8001-${target.row.id.toString(16).padStart(12, '0')}`;
  const run = newRun(target, { id, trigger: 'auto_refresh' }, store);
  begin(run, target, store);
  finish(run, at);
  store.results.recalculations.push(Object.assign(run, { created_at: at, started_at: at, query_to: at }));
}
