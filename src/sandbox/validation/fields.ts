import { invalid } from '../http/api-error.js';
import { isObject } from '../store/json.js';
import type { JsonObject } from '../store/model.js';
import { validateExposureCriteria, validateRunningTime } from './config.js';
import { datetime } from './datetime.js';
import {
  body as asBody,
  boolean,
  char,
  choice,
  dict,
  type Field,
  integer,
  json,
  list,
  nullable,
  optional,
  required,
  rowId,
} from './drf.js';

/** Characters; source: PostHog API docs. */
export const MAX_NAME = 400;
export const MAX_DESCRIPTION = 3000;
const MAX_CONCLUSION_COMMENT = 4000;

export const CONCLUSIONS = ['won', 'lost', 'inconclusive', 'stopped_early', 'invalid'] as const;
export type Conclusion = (typeof CONCLUSIONS)[number];

export const name = char({ max: MAX_NAME });
export const conclusion = nullable(choice(CONCLUSIONS));
export const conclusionComment = nullable(char({ max: MAX_CONCLUSION_COMMENT, blank: true }));

/** Tags are kept lower-case, trimmed and once each. */
export const tags: Field<string[]> = (value, attr) => [
  ...new Set(list(char())(value, attr).map((tag) => tag.toLowerCase())),
];

/** Ordering arrays are display hints: stored as sent, each uuid once, never compared with the metrics. */
const orderedUuids: Field<string[]> = (value, attr) => [...new Set(list(char())(value, attr))];

export const repository: Field<string> = (value, attr) => {
  const text = char({ blank: true })(value, attr).toLowerCase();
  if (text !== '' && !/^[\w.-]+\/[\w.-]+$/.test(text)) {
    throw invalid('Repository must be in the format owner/name.', attr);
  }
  return text;
};

const excludedVariants: Field<string[]> = (value, attr) => {
  const items: unknown[] = Array.isArray(value) ? value : [null];
  const keys = items.filter((item) => typeof item === 'string');
  if (keys.length < items.length) throw invalid('excluded_variants must be a list of strings', attr);
  return keys;
};

const legacyFilters: Field<JsonObject> = (value, attr) => {
  const filters = dict(value, attr);
  const properties = filters.properties;
  const empty = Array.isArray(properties) ? properties.length === 0 : !properties;
  if (!empty) throw invalid('Experiments do not support global filter properties', attr);
  return filters;
};

const MAX_BREAKDOWNS = 3;

/** What a link says otherwise than its metric: typed, with at most three breakdowns. The words are ours. */
function assertOverrides(metadata: JsonObject, attr: string): void {
  const { breakdowns = [], breakdown_limit: limit, breakdownAttributionType: type } = metadata;
  const isBreakdown = (item: unknown) =>
    isObject(item) && (typeof item.property === 'string' || typeof item.property === 'number');
  if (breakdowns !== null && !(Array.isArray(breakdowns) && breakdowns.every(isBreakdown))) {
    throw invalid('Metadata breakdowns must be a list of breakdowns', attr);
  }
  if (Array.isArray(breakdowns) && breakdowns.length > MAX_BREAKDOWNS) {
    throw invalid(`Metadata must have at most ${MAX_BREAKDOWNS} breakdowns`, attr);
  }
  if ((limit ?? null) !== null && !Number.isInteger(limit)) {
    throw invalid('Metadata breakdown_limit must be an integer', attr);
  }
  if ((type ?? null) !== null && typeof type !== 'string') {
    throw invalid('Metadata breakdownAttributionType must be a string', attr);
  }
}

const savedMetricLink: Field<JsonObject> = (value) => {
  const attr = 'saved_metrics_ids';
  if (!isObject(value)) throw invalid('Saved metric must be an object', attr);
  if (!Object.hasOwn(value, 'id')) throw invalid('Saved metric must have an id', attr);
  if (Object.hasOwn(value, 'metadata')) {
    const { metadata } = value;
    if (!isObject(metadata)) throw invalid('Metadata must be an object', attr);
    if (!Object.hasOwn(metadata, 'type')) throw invalid('Metadata must have a type key', attr);
    assertOverrides(metadata, attr);
  }
  return { ...value, id: rowId(value.id, attr) };
};

/** A check that lets the value through as it came. */
function checked(check: (value: unknown) => void): Field<unknown> {
  return (value) => {
    check(value);
    return value;
  };
}

/** Every writable field, in the order in which the API checks them and so reports the first violation. */
const FIELDS: Readonly<Record<string, Field<unknown>>> = {
  name,
  description: nullable(char({ max: MAX_DESCRIPTION, blank: true })),
  start_date: nullable(datetime),
  end_date: nullable(datetime),
  feature_flag_key: char(),
  // Both are read by `parseFlagConfig`, which knows when the object is an echo that has to be ignored.
  feature_flag: (value) => value,
  holdout_id: nullable(rowId),
  parameters: nullable(dict),
  running_time_calculation: checked(validateRunningTime),
  // What may be excluded depends on the flag's variants: see `validateExcludedVariants`.
  excluded_variants: nullable(excludedVariants),
  secondary_metrics: nullable(json),
  saved_metrics_ids: nullable(list(savedMetricLink)),
  filters: legacyFilters,
  archived: boolean,
  deleted: nullable(boolean),
  type: nullable(choice(['web', 'product'])),
  exposure_criteria: checked(validateExposureCriteria),
  // Metrics and statistics are checked against the project and the flag: see `validateMetrics`, `validateStatsConfig`.
  metrics: nullable(json),
  metrics_secondary: nullable(json),
  stats_config: nullable(dict),
  scheduling_config: nullable(json),
  allow_unknown_events: boolean,
  _create_in_folder: nullable(char({ blank: true })),
  conclusion,
  conclusion_comment: conclusionComment,
  primary_metrics_ordered_uuids: nullable(orderedUuids),
  secondary_metrics_ordered_uuids: nullable(orderedUuids),
  only_count_matured_users: boolean,
  update_feature_flag_params: boolean,
  repository: nullable(repository),
  version: nullable(integer()),
  original_experiment: nullable(dict),
  tags,
};

const REQUIRED = new Set(['name', 'feature_flag_key']);

/** What a whole object (create, PUT) means where it says nothing. */
const WHOLE_DEFAULTS: JsonObject = {
  archived: false,
  deleted: false,
  allow_unknown_events: false,
  update_feature_flag_params: false,
};

/**
 * The fields of an experiment's request body, coerced. Unknown keys are dropped without a word; absent keys stay absent,
 * except for the flags that a whole object resets. Throws the first violation as a 400. Source: PostHog API docs.
 */
export function parseExperimentBody(body: unknown, mode: 'create' | 'update' | 'replace'): JsonObject {
  const source = asBody(body);
  const partial = mode === 'update';
  const parsed: JsonObject = partial ? {} : { ...WHOLE_DEFAULTS };
  for (const [key, field] of Object.entries(FIELDS)) {
    const value = !partial && REQUIRED.has(key) ? required(source, key, field) : optional(source, key, field);
    if (value !== undefined) parsed[key] = value;
  }
  const { start_date: start, end_date: end } = parsed;
  if (typeof start === 'string' && typeof end === 'string' && comparable(start) >= comparable(end)) {
    throw invalid('End date must be after start date');
  }
  return parsed;
}

/** Both forms of a timestamp, with and without microseconds, in one that sorts as text. */
function comparable(timestamp: string): string {
  return timestamp.includes('.') ? timestamp : timestamp.replace('Z', '.000000Z');
}
