import { unsupported } from './errors.js';
import { asText } from './property-type.js';
import { nullable, STRING, type Type, type Value, zeroOf } from './types.js';

/** A value that each row of a relation has. */
export interface Column {
  readonly type: Type;
  get(row: number): Value;
}

/** Something that FROM names: rows by number, and the fields that they have. */
export interface Table {
  readonly size: number;
  /** What `*` stands for. */
  readonly names: readonly string[];
  /** Undefined where there is no such field. */
  field(chain: readonly (string | number)[]): Column | undefined;
}

/** One or more tables side by side. Row `r` of it is row `rows[r]` of each table, -1 where a LEFT JOIN found none. */
export interface Relation {
  readonly size: number;
  readonly parts: readonly { name: string | null; table: Table; rows: Int32Array | null }[];
}

/** The JSON value below a text that holds JSON, as a property is read. */
function below(column: Column, path: readonly (string | number)[]): Column {
  const step = (value: unknown, key: string | number): unknown => {
    if (typeof value !== 'object' || value === null) return undefined;
    return (value as Record<string | number, unknown>)[key];
  };
  return {
    type: nullable(STRING),
    get: (row) => {
      const text = column.get(row);
      if (typeof text !== 'string') return null;
      try {
        return asText(path.reduce(step, JSON.parse(text)) as Parameters<typeof asText>[0]);
      } catch {
        return null;
      }
    },
  };
}

/** A table with these columns and nothing else. */
export function tableOf(size: number, columns: ReadonlyMap<string, Column>): Table {
  return {
    size,
    names: [...columns.keys()],
    field: ([first, ...rest]) => {
      const column = columns.get(String(first));
      if (column === undefined || rest.length === 0) return column;
      return column.type.name === 'String' ? below(column, rest) : undefined;
    },
  };
}

export const relationOf = (table: Table, name: string | null): Relation => ({
  size: table.size,
  parts: [{ name, table, rows: null }],
});

/** Some rows of a relation, in this order, more than once where they are listed so. */
export function picked({ parts }: Relation, rows: Int32Array): Relation {
  const chosen = (before: Int32Array | null) => (before === null ? rows : rows.map((row) => before[row] ?? -1));
  return { size: rows.length, parts: parts.map((part) => ({ ...part, rows: chosen(part.rows) })) };
}

/** Relations of equal size, side by side. */
export const beside = (left: Relation, right: Relation): Relation => ({
  size: left.size,
  parts: [...left.parts, ...right.parts],
});

function through(column: Column, rows: Int32Array | null): Column {
  if (rows === null) return column;
  const zero = zeroOf(column.type);
  return {
    type: column.type,
    get: (row) => {
      const at = rows[row] ?? -1;
      return at < 0 ? zero : column.get(at);
    },
  };
}

/** A field of a relation, and a text that is the same for each way to write it; undefined where there is none. */
export function fieldOf({ parts }: Relation, chain: readonly (string | number)[]) {
  for (const [at, { name, table, rows }] of parts.entries()) {
    if (name === null || name !== chain[0] || chain.length === 1) continue;
    const column = table.field(chain.slice(1));
    if (column) return { ...through(column, rows), key: `${at}:${JSON.stringify(chain.slice(1))}` };
  }
  const found = parts.flatMap(({ table, rows }, at) => {
    const column = table.field(chain);
    return column ? [{ ...through(column, rows), key: `${at}:${JSON.stringify(chain)}` }] : [];
  });
  return found[0];
}

/** What `*`, or `table.*`, stands for. */
export function starOf({ parts }: Relation, table: string | undefined): string[][] {
  const named = parts.filter(({ name }) => table === undefined || name === table);
  if (named.length === 0) throw unsupported(`* of ${table ?? 'nothing'}`);
  const prefix = (name: string | null) => (parts.length > 1 && name !== null ? [name] : []);
  return named.flatMap(({ name, table: { names } }) => names.map((column) => [...prefix(name), column]));
}
