import { furnishedEvents } from '../crowd/furnish.js';
import { HogQLError } from '../hogql/errors.js';
import type { Filters } from '../hogql/filters.js';
import { type Output, type QueryResult, runHogQL } from '../hogql/run.js';
import { invalid } from '../http/api-error.js';
import type { Answer, Context } from '../http/router.js';
import { isObject } from '../store/json.js';
import type { JsonObject } from '../store/model.js';
import { boolean, char, dict, list, nullable, optional, required } from '../validation/drf.js';

const DEFAULT_ROWS = 100;
const MAX_ROWS = 50_000;
/** Every key of the sandbox that may query is a personal one. */
const NO_OFFSET =
  'OFFSET is not supported on queries made with a personal API key. For pagination, use keyset pagination on the ' +
  '`timestamp` column, e.g. `WHERE timestamp > :last_seen_timestamp ORDER BY timestamp LIMIT N`. For bulk data ' +
  'extraction, use batch exports: https://posthog.com/docs/cdp/batch-exports';

/** Variables come by id, each with the name that the query uses. */
function variablesIn(query: JsonObject): JsonObject {
  const entries = Object.values(optional(query, 'variables', nullable(dict)) ?? {}).filter(isObject);
  return Object.fromEntries(entries.map(({ code_name: name, value }) => [String(name), value]));
}

function filtersIn(query: JsonObject): Filters | undefined {
  const filters = optional(query, 'filters', nullable(dict));
  if (!filters) return undefined;
  const range = optional(filters, 'dateRange', nullable(dict));
  const bound = (key: string) => (range ? optional(range, key, nullable(char())) : null) ?? null;
  return {
    dateRange: { date_from: bound('date_from'), date_to: bound('date_to') },
    properties: optional(filters, 'properties', nullable(list(dict))) ?? [],
    filterTestAccounts: optional(filters, 'filterTestAccounts', nullable(boolean)) ?? false,
  };
}

const cell = (value: Output) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value));

/** The text that PostHog adds for programs that are MCP servers: a line per row, with bars between the values. */
function formatted({ columns, results }: QueryResult): string {
  return [columns, ...results].map((row) => row.map(cell).join('|')).join('\n');
}

/** A `HogQLQuery`, answered at once whatever `refresh` says. */
export async function answerHogQL(query: JsonObject, { store, project }: Context): Promise<Answer> {
  const { client } = store.access;
  const text = required(query, 'query', char(), 'query__query');
  const result = await run(text, {
    events: furnishedEvents(project.id, store),
    now: store.now(),
    values: optional(query, 'values', nullable(dict)) ?? {},
    variables: variablesIn(query),
    filters: filtersIn(query),
    testAccountFilters: project.test_account_filters,
    defaultLimit: DEFAULT_ROWS,
    maxLimit: MAX_ROWS,
    refuseOffset: NO_OFFSET,
  });
  const { columns, types, results, hasMore } = result;
  const body = {
    results,
    columns,
    types: columns.map((name, at) => [name, types[at]]),
    ...(hasMore === undefined ? {} : { hasMore, limit: DEFAULT_ROWS, offset: 0 }),
    query: text,
    // PostHog prints its own form of the query here, and what it sends to ClickHouse.
    hogql: text,
    clickhouse: null,
    error: null,
    explain: null,
    metadata: null,
    modifiers: {},
    timings: [],
    is_cached: false,
    last_refresh: store.timestamp(),
    timezone: 'UTC',
    query_status: null,
    ...(client === 'mcp' ? { formatted_results: formatted(result) } : {}),
  };
  return { status: 200, body };
}

async function run(...ask: Parameters<typeof runHogQL>): Promise<QueryResult> {
  try {
    return await runHogQL(...ask);
  } catch (error) {
    if (error instanceof HogQLError) throw invalid(error.message, null, error.code);
    throw error;
  }
}
