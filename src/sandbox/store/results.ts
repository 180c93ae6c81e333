import type { ExperimentRow, ExperimentsConfig, FlagRow, JsonObject } from './model.js';

/** Queries and cached answers that are kept; the oldest are forgotten first. */
const MAX_KEPT = 1_000;

/** What calculating one metric gave, under the fingerprint that its definition had then. */
export interface MetricOutcome {
  metric_uuid: string;
  fingerprint: string;
  /** Null where it failed. */
  result: JsonObject | null;
  error_message: string | null;
}

/** One calculation of all metrics of an experiment. */
export interface RecalculationRow {
  id: string;
  experiment_id: number;
  status: 'pending' | 'in_progress' | 'completed' | 'failed';
  trigger: string;
  metric_uuids: string[];
  created_at: string;
  started_at: string | null;
  /** Set by a run that came to its end, failed or not; null on one that was given up. */
  completed_at: string | null;
  /** End of the data that went in. */
  query_to: string | null;
  outcomes: MetricOutcome[];
}

/** What stored daily results were calculated from, as it stood then. */
export interface DailyInputs {
  experiment: ExperimentRow;
  flag: FlagRow;
  variantKeys: string[];
  metric: JsonObject;
  team: ExperimentsConfig | null;
  computed_at: string;
}

/** The daily results of one metric under one fingerprint, and the job that recalculates them. */
export interface DailySeries {
  experiment_id: number;
  metric_uuid: string;
  fingerprint: string;
  created_at: string;
  /** Null while nothing was calculated. */
  inputs: DailyInputs | null;
  job: { id: string; status: 'pending' | 'in_progress'; created_at: string; metric: JsonObject } | null;
}

/** A query that runs in the background; it ends at the second look. */
export interface QueryRow {
  id: string;
  project_id: number;
  query: JsonObject;
  cache_key: string;
  start_time: string;
  looks: number;
  ended: { end_time: string; result: JsonObject | null; error_message: string | null } | null;
}

interface CachedResult {
  result: JsonObject;
  at: string;
}

/** Everything that calculating leaves behind. */
export interface ResultsState {
  recalculations: RecalculationRow[];
  daily: DailySeries[];
  queries: Map<string, QueryRow>;
  cache: Map<string, CachedResult>;
}

export function emptyResults(): ResultsState {
  return { recalculations: [], daily: [], queries: new Map(), cache: new Map() };
}

/** Sets a value as the newest and forgets the oldest where there are too many. */
export function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MAX_KEPT && oldest !== undefined) map.delete(oldest);
}
