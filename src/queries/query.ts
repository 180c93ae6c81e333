import { z } from 'zod';
import { apiPath } from '../posthog/path.js';
import type { CallContext } from '../tool.js';

/** What a query may ask about; PostHog puts it into the query as a constant. */
export type Bound = string | number;

/**
 * A HogQL query in the making. Its text comes from this project's templates alone; every value from elsewhere (keys of flags,
 * names of events and properties, dates) is bound, so that no text can become a part of the query.
 */
export class Values {
  readonly bound: Record<string, Bound> = {};

  /** The placeholder of a value. */
  readonly bind = (value: Bound): string => {
    const name = `v${Object.keys(this.bound).length + 1}`;
    this.bound[name] = value;
    return `{${name}}`;
  };

  /** Placeholders of several, for `in`. */
  readonly list = (values: readonly Bound[]): string => `(${values.map(this.bind).join(', ')})`;

  /** A moment, whatever the time zone of the project. */
  readonly time = (moment: Date): string => `toDateTime(${this.bind(moment.toISOString())})`;
}

export interface Query {
  /** Says in PostHog's query log what asked. */
  name: string;
  text: string;
  values: Values;
  /** Names of what it selects, in order. */
  columns: readonly string[];
  /** Its own LIMIT: an answer with so many rows is cut. */
  limit: number;
}

export interface Answer<T> {
  rows: T[];
  /** There may be more rows than the query's limit. */
  cut: boolean;
}

const answerWire = z.looseObject({
  columns: z.array(z.string()),
  results: z.array(z.array(z.unknown())),
});

/** Asks PostHog's query endpoint. `row` is the shape of a row by its column names. Rejects with a `ToolError`. */
export async function ask<T>(query: Query, row: z.ZodType<T>, { api, project }: CallContext): Promise<Answer<T>> {
  const shape = answerWire.transform(({ columns, results }, context) => {
    const problem = (path: PropertyKey[], message: string) =>
      context.issues.push({ code: 'custom', input: undefined, path, message });
    // A column under another name would read as nothing counted.
    const wrong = query.columns.findIndex((name, at) => columns[at] !== name);
    if (wrong >= 0)
      problem(wrong < columns.length ? ['columns', wrong] : ['columns'], `must be ${query.columns[wrong]}`);
    const named = results.map((cells) => Object.fromEntries(columns.map((column, at) => [column, cells[at]])));
    const rows = z.array(row).safeParse(named);
    if (rows.success && wrong < 0) return rows.data;
    if (wrong < 0)
      for (const { path, message } of rows.error?.issues ?? []) problem(['results', ...placed(path, columns)], message);
    return z.NEVER;
  });
  const rows = await api.query(apiPath`/api/projects/${project}/query/`, shape, {
    query: {
      kind: 'HogQLQuery',
      name: query.name,
      query: query.text,
      values: query.values.bound,
      filters: { filterTestAccounts: true },
    },
    refresh: 'blocking',
  });
  return { rows, cut: rows.length >= query.limit };
}

/** Cells have places in PostHog's answer, not names. */
function placed([row, name, ...rest]: readonly PropertyKey[], columns: readonly string[]): PropertyKey[] {
  const at = columns.indexOf(String(name));
  return [row ?? 0, ...(at < 0 ? [] : [at]), ...rest];
}
