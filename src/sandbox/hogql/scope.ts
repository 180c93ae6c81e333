import type { Node } from './ast.js';
import type { Column } from './relation.js';
import type { Type, Value } from './types.js';
import type { Zone } from './zone.js';

/** A compiled expression. */
export interface Expr extends Column {
  /** Set where every row has this value. */
  readonly constant?: { readonly value: Value };
}

/** A result that is kept: names, and columns of equal length. */
export interface Rows {
  readonly size: number;
  readonly names: readonly string[];
  readonly columns: readonly { readonly type: Type; readonly values: readonly Value[] }[];
}

export interface Clock {
  readonly zone: Zone;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What an expression sees. */
export interface Scope extends Clock {
  /** The column that a chain names, with a text that is the same for each way to write it. */
  field(chain: readonly (string | number)[]): (Column & { key: string }) | undefined;
  /** What stands for an alias of SELECT or a WITH, and the scope that it sees. */
  alias(name: string): { node: Node; scope: Scope } | undefined;
  /** Looked at before anything else: keys of GROUP BY, aggregates, parameters of lambdas, rows of ARRAY JOIN. */
  special(node: Node, scope: Scope): Expr | undefined;
  /** Runs a subquery, or one that WITH names; undefined where the node is none. */
  subquery(node: Node): Rows | undefined;
}

export function fixed(type: Type, value: Value): Expr {
  return { type, get: () => value, constant: { value } };
}

/** An expression over others, worked out once where none of them differs between rows. */
export function over(args: readonly Expr[], type: Type, get: (row: number) => Value): Expr {
  return args.every(({ constant }) => constant) ? fixed(type, get(0)) : { type, get };
}
