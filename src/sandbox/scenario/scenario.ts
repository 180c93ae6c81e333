import { z } from 'zod';
import { plainWords } from '../../words/issue.js';
import { nearest } from '../../words/nearest.js';
import { pathText, propertiesAt } from '../../words/path.js';
import { seedResults } from '../results/seed.js';
import { withPinnedBaseline } from '../rows/guards.js';
import type { ActivityRow, ExperimentData, FlagRow, JsonObject } from '../store/model.js';
import { formatTimestamp, type Store } from '../store/store.js';
import { assignMetricUuids } from '../validation/metrics.js';
import { metricDefinition } from './metric.js';
import {
  experimentsByFlag,
  type Scenario,
  type ScenarioExperiment,
  type ScenarioMetric,
  scenarioSchema,
  variantsOfFlag,
} from './schema.js';

export type { Scenario } from './schema.js';

/** A scenario that cannot be used; the message is one line and names the place. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
}

const MS_PER_DAY = 86_400_000;
const ALL_USERS = 100;

function issueText(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    const meant = nearest(key, propertiesAt(z.toJSONSchema(scenarioSchema, { io: 'input' }), issue.path));
    return `${pathText([...issue.path, key])}: unknown key${meant === null ? '' : ` (did you mean ${meant}?)`}`;
  }
  return issue.path.length === 0 ? issue.message : `${pathText(issue.path)}: ${issue.message}`;
}

/** JavaScript ends some of its reasons with what is said here already. */
function notJson(error: unknown): ScenarioError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ScenarioError(oneLine(`not valid JSON: ${reason.replace(/ is not valid JSON$/, '')}`));
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Reads a scenario file's text. Throws a `ScenarioError`. */
export function parseScenario(text: string): Scenario {
  let value: unknown;
  try {
    // Editors on Windows mark UTF-8 with a byte order mark, which is no JSON.
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw notJson(error);
  }
  const result = scenarioSchema.safeParse(value, { error: plainWords });
  if (result.success) return result.data;
  const { issues } = result.error;
  // A misspelt key often makes the right one missing too; the misspelling is the cause.
  const first = issues.find((issue) => issue.code === 'unrecognized_keys') ?? issues[0];
  throw new ScenarioError(oneLine(first === undefined ? 'invalid' : issueText(first)));
}

interface Clock {
  at(daysAgo: number): string;
}

function clockOf(store: Store): Clock {
  const now = store.now().getTime();
  return { at: (daysAgo) => formatTimestamp(new Date(now - daysAgo * MS_PER_DAY)) };
}

/** One flag for all experiments that name its key; the first that says something about it decides. */
function insertFlag(store: Store, key: string, sharers: readonly ScenarioExperiment[], clock: Clock): FlagRow {
  const said = <T>(pick: (item: ScenarioExperiment) => T | undefined): T | undefined =>
    sharers.map(pick).find((value) => value !== undefined);
  const variants = variantsOfFlag(sharers).map(({ key, name = '', split_percent: split }) => ({
    key,
    name,
    rollout_percentage: split,
  }));
  const at = clock.at(Math.max(...sharers.map(createdDaysAgo)));
  return store.insertFlag({
    project_id: store.mainProject.id,
    key,
    name: `Feature Flag for Experiment ${sharers[0]?.name ?? key}`,
    filters: {
      groups: [{ properties: [], rollout_percentage: said((item) => item.rollout_percentage) ?? ALL_USERS }],
      multivariate: { variants },
      aggregation_group_type_index: null,
      holdout: null,
    },
    active: said((item) => item.flag_active) ?? sharers.some((item) => item.started_days_ago !== null),
    created_at: at,
    updated_at: at,
  });
}

/** A day before anything happened to it. */
function createdDaysAgo(item: ScenarioExperiment): number {
  const happened = [item.started_days_ago, item.ended_days_ago, ...item.activity.map(({ days_ago: days }) => days)];
  return Math.max(0, ...happened.filter((days) => days !== null)) + 1;
}

function activityRows(item: ScenarioExperiment, store: Store, clock: Clock): ActivityRow[] {
  const { started_days_ago: started, ended_days_ago: ended } = item;
  const user = store.currentUser;
  const dated = (field: 'start_date' | 'end_date', daysAgo: number): ActivityRow => {
    const at = clock.at(daysAgo);
    return { at, activity: 'updated', changes: [{ field, before: null, after: at }], user };
  };
  const told = item.activity.map(({ days_ago: days, activity, fields }) => ({
    at: clock.at(days),
    activity,
    changes: fields.map((field) => ({ field })),
    user,
  }));
  const rows: ActivityRow[] = [
    { at: clock.at(createdDaysAgo(item)), activity: 'created', changes: [], user },
    ...(started === null ? [] : [dated('start_date', started)]),
    ...told,
    ...(ended === null ? [] : [dated('end_date', ended)]),
  ];
  return rows.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

interface BuiltMetrics {
  metrics: JsonObject[];
  metrics_secondary: JsonObject[];
  data: ExperimentData['metrics'];
}

function buildMetrics(item: ScenarioExperiment, events: readonly string[], store: Store): BuiltMetrics {
  const withRole = (role: ScenarioMetric['role']) => item.metrics.filter((metric) => metric.role === role);
  const [primary, secondary] = [withRole('primary'), withRole('secondary')];
  const define = (metric: ScenarioMetric) => metricDefinition(metric, events);
  const lists = { primary: primary.map(define), secondary: secondary.map(define) };
  const assigned = assignMetricUuids(lists, new Set(), store.uuid);
  const rows = [...primary, ...secondary].map((metric) => metric.data);
  const uuids = [...assigned.primary, ...assigned.secondary].map((metric) => String(metric.uuid));
  const data = Object.fromEntries(uuids.map((uuid, index) => [uuid, withoutAbsent(rows[index] ?? {})]));
  return { metrics: assigned.primary, metrics_secondary: assigned.secondary, data };
}

function withoutAbsent(data: ScenarioMetric['data']): ExperimentData['metrics'][string] {
  const rows = Object.entries(data).map(([variant, row]) => {
    const fields = Object.entries(row).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]));
    return [variant, Object.fromEntries(fields)] as const;
  });
  return Object.fromEntries(rows);
}

function agesOf({ results_age_hours, daily_results_age_hours: daily = results_age_hours }: ScenarioExperiment) {
  return { results_age_hours, daily_results_age_hours: daily };
}

function insertExperiment(store: Store, item: ScenarioExperiment, flag: FlagRow, context: Loading): void {
  const { clock, events } = context;
  const date = (daysAgo: number | null) => (daysAgo === null ? null : clock.at(daysAgo));
  const activity = activityRows(item, store, clock);
  const { data, ...metrics } = buildMetrics(item, events, store);
  const keys = flag.filters.multivariate?.variants.map(({ key }) => key) ?? [];
  const { name, description, type, archived, conclusion, exposure_criteria, running_time_calculation } = item;
  const row = store.insertExperiment({
    project_id: store.mainProject.id,
    flag_id: flag.id,
    ...{ name, description, type, archived, conclusion, exposure_criteria, running_time_calculation },
    start_date: date(item.started_days_ago),
    end_date: date(item.ended_days_ago),
    stats_config: item.started_days_ago === null ? item.stats_config : withPinnedBaseline(item.stats_config, keys),
    created_at: clock.at(createdDaysAgo(item)),
    updated_at: activity.at(-1)?.at ?? store.timestamp(),
    version: activity.length - 1,
    activity,
    ...metrics,
    data: { exposures: item.exposures, metrics: data, ...agesOf(item), people: item.people },
  });
  seedResults({ row, flag }, store);
}

interface Loading {
  clock: Clock;
  events: readonly string[];
}

/** Fills the main project of a new store. Times count back from the store's clock. */
export function applyScenario(store: Store, scenario: Scenario): void {
  const { experiments, events, actions } = scenario;
  const project_id = store.mainProject.id;
  const context = { clock: clockOf(store), events };
  store.mainProject.approvals = [...scenario.approvals];
  store.mainProject.rollouts = [...scenario.rollouts];
  store.mainProject.recalculation = scenario.recalculation;
  store.mainProject.prompts = scenario.prompts;
  store.mainProject.test_account_filters = [...scenario.test_account_filters];
  store.mainProject.keeps_variants = scenario.keeps_variants;
  store.mainProject.traffic = scenario.traffic;
  store.mainProject.repositories = [...scenario.repositories];
  store.mainProject.experiments_config = scenario.experiments_config && { ...scenario.experiments_config };
  for (const action of actions) store.actions.set(action.id, { ...action, project_id });
  for (const name of events) store.insertEvent(project_id, name);
  const byFlag = experimentsByFlag(experiments);
  const flags = new Map<string, FlagRow>();
  for (const item of experiments) {
    const key = item.feature_flag_key;
    const flag = flags.get(key) ?? insertFlag(store, key, byFlag.get(key) ?? [item], context.clock);
    flags.set(key, flag);
    insertExperiment(store, item, flag, context);
  }
}
