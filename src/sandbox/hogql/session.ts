import type { Node } from './ast.js';
import type { Rows } from './scope.js';
import type { Source } from './tables.js';

/** What WITH names: a query that is run once, or an expression. */
export type Cte = { readonly rows: () => Rows } | { readonly node: Node };

/** What every part of a query shares. */
export interface Session extends Source {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Names of WITH that are in sight, the innermost in place of the others. */
  readonly ctes: ReadonlyMap<string, Cte>;
}

/** A column of SELECT. */
export interface Selected {
  readonly name: string;
  readonly node: Node;
  readonly aliased: boolean;
}
