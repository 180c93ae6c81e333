import { contains, type Node, rewritten, type SelectNode } from './ast.js';
import { HogQLError, unsupported } from './errors.js';
import type { CompileOver } from './join.js';
import { printed } from './print.js';
import { beside, picked, type Relation, relationOf, tableOf } from './relation.js';
import { NOTHING, type Value, zeroOf } from './types.js';

export const isArrayJoin = (node: Node) => node.node === 'Call' && node.name === 'arrayJoin';

/** Each row once for each item of its array, which becomes a column of the given name. */
function expanded(
  relation: Relation,
  lists: readonly { name: string; node: Node }[],
  compileOver: CompileOver,
  keepEmpty: boolean,
): Relation {
  const exprs = lists.map(({ node }) => compileOver(node, relation));
  const wrong = exprs.find(({ type }) => type.name !== 'Array');
  if (wrong) throw new HogQLError('ARRAY JOIN requires array argument', 'type_mismatch');
  const rows: number[] = [];
  const columns = exprs.map(({ type }) => ({ type: type.of[0] ?? NOTHING, values: [] as Value[] }));
  for (let row = 0; row < relation.size; row++) {
    const items = exprs
      .map((expr) => expr.get(row))
      .map((list) => (typeof list === 'object' && list !== null ? list : []));
    const longest = Math.max(...items.map(({ length }) => length));
    for (let at = 0; at < (keepEmpty ? Math.max(longest, 1) : longest); at++) {
      rows.push(row);
      for (const [index, column] of columns.entries()) column.values.push(items[index]?.[at] ?? zeroOf(column.type));
    }
  }
  const entries = columns.map(({ type, values }, index) => {
    return [lists[index]?.name ?? '', { type, get: (row: number) => values[row] ?? null }] as const;
  });
  const table = tableOf(rows.length, new Map(entries));
  return beside(relationOf({ ...table, names: [] }, null), picked(relation, Int32Array.from(rows)));
}

/** ARRAY JOIN and arrayJoin(…): the rows they make, and the query with columns in their place. */
export function unnested(
  query: SelectNode,
  from: Relation,
  compileOver: CompileOver,
): { relation: Relation; query: SelectNode } {
  const op = query.array_join_op;
  if (op && !['ARRAY JOIN', 'LEFT ARRAY JOIN', 'INNER ARRAY JOIN'].includes(op)) throw unsupported(op);
  const lists = (query.array_join_list ?? []).map((node) => {
    return node.node === 'Alias' ? { name: node.alias, node: node.expr } : { name: printed(node), node };
  });
  const joined = lists.length === 0 ? from : expanded(from, lists, compileOver, op === 'LEFT ARRAY JOIN');
  if (!contains(Object.values(query), isArrayJoin)) return { relation: joined, query };
  const calls = new Map<string, Node>();
  const changed = rewritten(query, (node) => {
    if (node.node === 'SelectQuery' && node !== query) return node;
    const list = node.node === 'Call' && isArrayJoin(node) ? node.args[0] : undefined;
    if (!list) return undefined;
    calls.set(printed(node), list);
    return { node: 'Field', chain: [printed(node)] };
  });
  const found = [...calls].map(([name, node]) => ({ name, node }));
  if (found.length > 1) throw unsupported('more than one arrayJoin');
  return { relation: expanded(joined, found, compileOver, false), query: changed };
}
