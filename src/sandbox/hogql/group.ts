import { type Accumulator, accumulatorOf, isAggregate } from './aggregates.js';
import type { CallNode, Node, SelectNode } from './ast.js';
import { compile } from './compile.js';
import { HogQLError } from './errors.js';
import { printed } from './print.js';
import { type Expr, fixed, type Scope } from './scope.js';
import type { Selected } from './session.js';
import { identity, type Value } from './types.js';

interface Key extends Expr {
  readonly text: string;
  readonly values: Value[];
}

/** A text that is the same for expressions that mean the same, whichever way their fields are written. */
function textOf(node: Node, scope: Scope): string {
  return printed(node, (chain) => {
    const alias = chain.length === 1 ? scope.alias(String(chain[0])) : undefined;
    return alias ? textOf(alias.node, alias.scope) : (scope.field(chain)?.key ?? JSON.stringify(chain));
  });
}

/** The column of SELECT that a number in GROUP BY or ORDER BY stands for; -1 for anything else. */
export const placeOf = (node: Node): number =>
  node.node === 'Constant' && typeof node.value === 'number' ? node.value - 1 : -1;

/** A column with the scope that it sees, in which its own alias is not. */
export const meant = ({ name, node, aliased }: Selected, scope: Scope): { node: Node; scope: Scope } =>
  (aliased ? scope.alias(name) : undefined) ?? { node, scope };

/** The columns that GROUP BY names, by number, alias or expression. */
function keysOf({ group_by: nodes }: SelectNode, columns: readonly Selected[], rows: Scope): Key[] {
  return (nodes ?? []).map((written) => {
    const column = columns[placeOf(written)];
    const { node, scope } = column ? meant(column, rows) : { node: written, scope: rows };
    return { ...compile(node, scope), text: textOf(node, scope), values: [] };
  });
}

/** Groups below a value of one key, by the values of the next; a number at the last one. */
type Level = Map<string | number | null, Level | number>;

/** Numbers the groups in the order of their first rows. */
function numbering(keys: readonly Key[]): { size(): number; of(row: number): number } {
  const root: Level = new Map();
  const last = keys.length - 1;
  let size = 0;
  const added = (row: number) => {
    for (const { values, get } of keys) values.push(get(row));
    return size++;
  };
  const of = (row: number): number => {
    let level = root;
    for (let at = 0; at <= last; at++) {
      const key = identity(keys[at]?.get(row) ?? null);
      let next = level.get(key);
      if (next === undefined) {
        next = at === last ? added(row) : new Map();
        level.set(key, next);
      }
      if (typeof next === 'number') return next;
      level = next;
    }
    return 0;
  };
  return { size: () => size, of };
}

/** Sorts rows into groups. Expressions over the result see keys and aggregates, and no other column. */
export function grouped(
  query: SelectNode,
  columns: readonly Selected[],
  size: number,
  rows: Scope,
): { size: number; scope: Scope } {
  const keys = keysOf(query, columns, rows);
  const accumulators = new Map<string, Accumulator>();
  const scope = groupScope(rows, keys, accumulators);
  // Compiled to find the aggregates, since the rows are read once, for all of them.
  for (const column of columns) {
    const found = meant(column, scope);
    compile(found.node, found.scope);
  }
  const others = [query.having, ...(query.order_by ?? []).map(({ expr }) => expr), ...(query.limit_by?.exprs ?? [])];
  for (const node of others) if (node && placeOf(node) < 0) compile(node, scope);
  return { size: filled(keys, [...accumulators.values()], size), scope };
}

function filled(keys: readonly Key[], accumulators: readonly Accumulator[], size: number): number {
  // Without keys there is one group, even when there are no rows.
  if (keys.length === 0) {
    for (const accumulator of accumulators) for (let row = 0; row < size; row++) accumulator.add(0, row);
    return 1;
  }
  const groups = numbering(keys);
  for (let row = 0; row < size; row++) {
    const group = groups.of(row);
    for (const accumulator of accumulators) accumulator.add(group, row);
  }
  return groups.size();
}

function groupScope(rows: Scope, keys: readonly Key[], accumulators: Map<string, Accumulator>): Scope {
  const aggregate = (node: CallNode): Accumulator => {
    const text = textOf(node, rows);
    const made = accumulators.get(text) ?? accumulatorOf(node, (part) => compile(part, rows));
    accumulators.set(text, made);
    return made;
  };
  const special = (node: Node): Expr | undefined => {
    if (isAggregate(node)) {
      const found = aggregate(node);
      return { type: found.type, get: (group) => found.result(group) };
    }
    if (node.node === 'Constant' || keys.length === 0) return undefined;
    const text = textOf(node, rows);
    const key = keys.find((part) => part.text === text);
    if (key?.constant) return fixed(key.type, key.constant.value);
    return key && { type: key.type, get: (group) => key.values[group] ?? null };
  };
  const alias = (name: string) => {
    const found = rows.alias(name);
    return found && { node: found.node, scope: groupScope(found.scope, keys, accumulators) };
  };
  return { ...rows, special, alias, field: notGrouped(rows) };
}

/** Told apart by its key as ever, but an error to read. */
function notGrouped(rows: Scope): Scope['field'] {
  return (chain) => {
    const found = rows.field(chain);
    const get = (): Value => {
      throw new HogQLError(
        `Column ${chain.join('.')} is not under aggregate function and not in GROUP BY keys`,
        'not_an_aggregate',
      );
    };
    return found && { type: found.type, key: found.key, get };
  };
}
