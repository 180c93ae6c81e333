import type { EventTable } from '../events/table.js';
import { constant, contains, isQuery, type Node, type QueryNode, rewritten } from './ast.js';
import { HogQLError } from './errors.js';
import { type Filters, filterConditions } from './filters.js';
import { loadParser, type Parser } from './parser.js';
import { printed } from './print.js';
import { runQuery } from './select.js';
import type { PropertyTypes } from './tables.js';
import { type Type, typeText, type Value } from './types.js';
import { dayText, Zone } from './zone.js';

export interface QueryOptions {
  events: EventTable;
  now: Date;
  /** An IANA name; naive times are read and written in it. */
  timezone?: string;
  propertyTypes?: PropertyTypes;
  /** What stands for `{name}`. */
  values?: Readonly<Record<string, unknown>>;
  /** What stands for `{variables.name}`. */
  variables?: Readonly<Record<string, unknown>>;
  /** What `{filters}` stands for; true where it is absent. */
  filters?: Filters | undefined;
  testAccountFilters?: readonly object[];
  /** Where the query has no LIMIT, this many rows and a sign whether there are more; absent, all rows. */
  defaultLimit?: number;
  maxLimit?: number;
  refuseOffset?: string;
}

/** A JSON value of an answer. */
export type Output = string | number | boolean | null | Output[];

export interface QueryResult {
  columns: string[];
  /** As ClickHouse names them. */
  types: string[];
  results: Output[][];
  /** Only where the query had no LIMIT of its own. */
  hasMore?: boolean;
}

function output(value: Value, type: Type, zone: Zone): Output {
  if (value === null) return null;
  if (typeof value === 'object') {
    return value.map((part, at) => output(part, type.of[type.name === 'Tuple' ? at : 0] ?? type, zone));
  }
  if (typeof value === 'string') return value;
  if (type.name === 'DateTime' || type.name === 'DateTime64') return zone.iso(value);
  if (type.name === 'Date') return dayText(value);
  return type.name === 'Bool' ? value !== 0 : Number.isFinite(value) ? value : null;
}

/** A JSON value as it stands in a query. */
function literal(value: unknown): Node {
  if (Array.isArray(value)) return { node: 'Tuple', exprs: value.map(literal) };
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return constant(value);
  if (value === null || value === undefined) return constant(null);
  throw new HogQLError('Placeholder values must be texts, numbers, booleans or lists of them');
}

function filledIn(query: QueryNode, options: QueryOptions, parser: Parser, zone: Zone): QueryNode {
  const { values = {}, variables = {} } = options;
  const filtered = filterConditions(query, options, parser, zone);
  return rewritten(filtered, (node) => {
    if (node.node !== 'Placeholder') return undefined;
    const [first, second, ...rest] = node.expr.node === 'Field' ? node.expr.chain.map(String) : [];
    if (second === undefined && first !== undefined && Object.hasOwn(values, first)) return literal(values[first]);
    if (first === 'variables' && second !== undefined && rest.length === 0) {
      if (Object.hasOwn(variables, second)) return literal(variables[second]);
      throw new HogQLError(`Variable ${second} is missing from query`);
    }
    throw new HogQLError(`Unresolved placeholder: ${printed(node)}`);
  });
}

const hasOffset = (query: QueryNode) =>
  contains([query], (node) => node.node === 'SelectQuery' && Boolean(node.offset ?? node.limit_by?.offset_value), true);

function limited(
  query: QueryNode,
  { defaultLimit, maxLimit = Number.POSITIVE_INFINITY }: QueryOptions,
): { query: QueryNode; own: boolean } {
  if (query.node === 'SelectSetQuery' || query.limit === undefined) {
    if (defaultLimit === undefined || query.node === 'SelectSetQuery') return { query, own: false };
    return { query: { ...query, limit: constant(defaultLimit + 1) }, own: false };
  }
  const { limit } = query;
  const most = limit.node === 'Constant' && typeof limit.value === 'number' ? Math.min(limit.value, maxLimit) : null;
  return { query: most === null ? query : { ...query, limit: constant(most) }, own: true };
}

/** Runs HogQL over events. The parser is loaded on the first call. @throws HogQLError with PostHog's words */
export async function runHogQL(text: string, options: QueryOptions): Promise<QueryResult> {
  const parser = await loadParser();
  const zone = new Zone(options.timezone ?? 'UTC');
  const parsed = filledIn(parser.query(text), options, parser, zone);
  if (!isQuery(parsed)) throw new HogQLError('Only SELECT queries can be run');
  if (options.refuseOffset !== undefined && hasOffset(parsed)) throw new HogQLError(options.refuseOffset);
  const { query, own } = limited(parsed, options);
  const { events, propertyTypes } = options;
  const rows = runQuery(query, { events, zone, propertyTypes, now: options.now.getTime(), ctes: new Map() });
  const most = options.defaultLimit;
  const size = own || most === undefined ? rows.size : Math.min(rows.size, most);
  return {
    columns: [...rows.names],
    types: rows.columns.map(({ type }) => typeText(type, zone.name)),
    results: Array.from({ length: size }, (_, row) =>
      rows.columns.map(({ type, values }) => output(values[row] ?? null, type, zone)),
    ),
    ...(own || most === undefined ? {} : { hasMore: rows.size > most }),
  };
}
