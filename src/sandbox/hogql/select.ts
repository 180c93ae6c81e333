import { isAggregate } from './aggregates.js';
import { contains, isQuery, type Node, type QueryNode, type SelectNode } from './ast.js';
import { compile } from './compile.js';
import { HogQLError, unsupported } from './errors.js';
import { fromOf } from './from.js';
import { grouped, meant, placeOf } from './group.js';
import { distinctRows, limitedBy, ordered } from './order.js';
import { printed } from './print.js';
import { fieldOf, picked, type Relation, starOf } from './relation.js';
import type { Expr, Rows, Scope } from './scope.js';
import type { Cte, Selected, Session } from './session.js';
import { common } from './types.js';
import { isArrayJoin, unnested } from './unnest.js';

const REFUSED: readonly [string, (query: SelectNode) => unknown][] = [
  ['WITH RECURSIVE', ({ ctes }) => ctes?.some(({ recursive }) => recursive)],
  ['QUALIFY', ({ qualify }) => qualify],
  ['WINDOW', ({ window_exprs: windows }) => windows && Object.keys(windows).length > 0],
  ['GROUP BY modes', ({ group_by_mode: mode }) => mode],
  ['LIMIT WITH TIES', ({ limit_with_ties: ties }) => ties],
  ['LIMIT in percent', ({ limit_percent: percent }) => percent],
];

function withCtes({ ctes }: SelectNode, session: Session): Session {
  const known = new Map<string, Cte>(session.ctes);
  for (const { name, cte_type: type, expr } of ctes ?? []) {
    const seen = { ...session, ctes: new Map(known) };
    let rows: Rows | undefined;
    const run = () => {
      rows ??= runQuery(expr as QueryNode, seen);
      return rows;
    };
    known.set(name, type === 'subquery' ? { rows: run } : { node: expr });
  }
  return { ...session, ctes: known };
}

/** The columns of SELECT with their names, `*` spelled out. */
function selected(query: SelectNode, relation: Relation): Selected[] {
  return query.select.flatMap((node): Selected[] => {
    if (node.node === 'Field' && node.chain.at(-1) === '*') {
      const table = node.chain.length > 1 ? String(node.chain[0]) : undefined;
      const column = (chain: string[]): Node => ({ node: 'Field', chain });
      return starOf(relation, table).map((chain) => ({
        name: chain.at(-1) ?? '',
        node: column(chain),
        aliased: false,
      }));
    }
    if (node.node === 'Alias') return [{ name: node.alias, node: node.expr, aliased: true }];
    return [{ name: printed(node), node, aliased: false }];
  });
}

/** Aliases by name. */
function aliasesOf(columns: readonly Selected[]): Map<string, Node> {
  const aliases = new Map<string, Node>();
  for (const { name, node, aliased } of columns) {
    if (aliased && aliases.has(name)) throw new HogQLError(`Cannot redefine an alias with the name: ${name}`);
    if (aliased) aliases.set(name, node);
  }
  return aliases;
}

/** What expressions of a query see. An alias sees everything but itself, so that `lower(event) as event` means the column. */
export function scopeOf(relation: Relation, aliases: ReadonlyMap<string, Node>, session: Session): Scope {
  const cte = (name: string) => {
    const found = session.ctes.get(name);
    return found && 'node' in found ? found.node : undefined;
  };
  const scope: Scope = {
    zone: session.zone,
    now: session.now,
    field: (chain) => fieldOf(relation, chain),
    alias: (name) => {
      const node = aliases.get(name) ?? (fieldOf(relation, [name]) ? undefined : cte(name));
      if (!node) return undefined;
      const others = new Map(aliases);
      others.delete(name);
      const inner = aliases.has(name) ? scopeOf(relation, others, session) : scope;
      return { node, scope: inner };
    },
    special: (node) => {
      if (!isAggregate(node)) return undefined;
      const what = `Aggregate function ${printed(node)} is found in WHERE, or inside another aggregate function`;
      throw new HogQLError(what, 'illegal_aggregation');
    },
    subquery: (node) => {
      if (isQuery(node)) return runQuery(node, session);
      const named =
        node.node === 'Field' && node.chain.length === 1 ? session.ctes.get(String(node.chain[0])) : undefined;
      return named && 'rows' in named ? named.rows() : undefined;
    },
  };
  return scope;
}

/** Runs a query and keeps its result. */
export function runQuery(query: QueryNode, session: Session): Rows {
  return query.node === 'SelectSetQuery' ? united(query, session) : runSelect(query, session);
}

function united(query: QueryNode & { node: 'SelectSetQuery' }, session: Session): Rows {
  const parts = [query.initial_select_query, ...query.subsequent_select_queries.map((next) => next.select_query)];
  // Later parts see what the first one's WITH names.
  const [initial] = parts;
  const shared = initial?.node === 'SelectQuery' ? withCtes(initial, session) : session;
  let result: Rows | undefined;
  for (const [at, part] of parts.entries()) {
    const rows = runQuery(part, shared);
    const operator = query.subsequent_select_queries[at - 1]?.set_operator ?? 'UNION ALL';
    if (!operator.startsWith('UNION')) throw unsupported(operator);
    const all = result ? stacked(result, rows) : rows;
    result = operator === 'UNION DISTINCT' ? distinctRows(all) : all;
  }
  if (!result) throw unsupported('an empty union');
  return result;
}

function stacked(above: Rows, below: Rows): Rows {
  if (above.columns.length !== below.columns.length) {
    throw new HogQLError('Different number of columns in UNION ALL elements', 'union_all_result_structures_mismatch');
  }
  const columns = above.columns.map((column, at) => {
    const other = below.columns[at] ?? column;
    return { type: common(column.type, other.type), values: [...column.values, ...other.values] };
  });
  return { size: above.size + below.size, names: above.names, columns };
}

const count = (node: Node | undefined, scope: Scope, missing: number) => {
  const value = node && compile(node, scope).constant?.value;
  if (node && (typeof value !== 'number' || value < 0)) throw unsupported(`LIMIT ${printed(node)}`);
  return typeof value === 'number' ? value : missing;
};

const NO_ALIASES: ReadonlyMap<string, Node> = new Map();

function runSelect(query: SelectNode, outer: Session): Rows {
  for (const [what, has] of REFUSED) if (has(query)) throw unsupported(what);
  const session = withCtes(query, outer);
  const from = fromOf(query.select_from, session, {
    run: (part) => runQuery(part, session),
    compileOver: (node, over) => compile(node, scopeOf(over, NO_ALIASES, session)),
  });
  const written = aliasesOf(selected({ ...query, select: query.select.filter(({ node }) => node === 'Alias') }, from));
  const first = filtersFirst(query);
  const sifted = first ? kept(query, from, (over) => scopeOf(over, written, session)) : from;
  const { relation: all, query: plain } = unnested(
    first ? { ...query, where: null, prewhere: null } : query,
    sifted,
    (node, over) => compile(node, scopeOf(over, written, session)),
  );
  const columns = selected(plain, all);
  const aliases = aliasesOf(columns);
  const relation = kept(plain, all, (over) => scopeOf(over, aliases, session));
  const rows = scopeOf(relation, aliases, session);
  const aggregated = plain.group_by !== null || contains([plain.select, plain.having, plain.order_by], isAggregate);
  const view = aggregated ? grouped(plain, columns, relation.size, rows) : { size: relation.size, scope: rows };
  return finished(plain, columns, view);
}

/** Whether WHERE can go before arrayJoin multiplies the rows, since it asks for nothing that comes of it. */
function filtersFirst({ where, prewhere, select, array_join_list: list }: SelectNode): boolean {
  if ((list ?? []).length > 0 || !contains([select], isArrayJoin)) return false;
  const made = select.flatMap((node) =>
    node.node === 'Alias' && contains([node.expr], isArrayJoin) ? [node.alias] : [],
  );
  const asksFor = (node: Node) => isArrayJoin(node) || (node.node === 'Field' && made.includes(String(node.chain[0])));
  return !contains([where, prewhere], asksFor);
}

/** The rows that WHERE keeps. */
function kept({ where, prewhere }: SelectNode, relation: Relation, scope: (over: Relation) => Scope): Relation {
  const conditions = [prewhere, where].flatMap((node) => (node ? [compile(node, scope(relation))] : []));
  if (conditions.length === 0) return relation;
  const rows = new Int32Array(relation.size);
  let size = 0;
  for (let row = 0; row < relation.size; row++) {
    if (conditions.every((test) => test.get(row))) rows[size++] = row;
  }
  return picked(relation, rows.subarray(0, size));
}

/** HAVING, DISTINCT, ORDER BY, LIMIT BY and LIMIT over rows or groups, then the values of SELECT. */
function finished(query: SelectNode, columns: readonly Selected[], view: { size: number; scope: Scope }): Rows {
  const exprs = columns.map((column) => {
    const { node, scope } = meant(column, view.scope);
    return compile(node, scope);
  });
  const of = (node: Node): Expr => exprs[placeOf(node)] ?? compile(node, view.scope);
  const having = query.having ? compile(query.having, view.scope) : undefined;
  let rows: Int32Array = Int32Array.from({ length: view.size }, (_, row) => row);
  if (having) rows = rows.filter((row) => having.get(row));
  if (query.distinct) rows = limitedBy(rows, exprs, 1, 0);
  rows = ordered(
    rows,
    (query.order_by ?? []).map(({ expr, order }) => ({ expr: of(expr), descending: order === 'DESC' })),
  );
  const { limit_by: by } = query;
  if (by)
    rows = limitedBy(
      rows,
      by.exprs.map(of),
      count(by.n, view.scope, 0),
      count(by.offset_value ?? undefined, view.scope, 0),
    );
  const offset = count(query.offset, view.scope, 0);
  rows = rows.subarray(offset, offset + count(query.limit, view.scope, rows.length));
  const values = (expr: Expr) => Array.from(rows, (row) => expr.get(row));
  return {
    size: rows.length,
    names: columns.map(({ name }) => name),
    columns: exprs.map((expr) => ({ type: expr.type, values: values(expr) })),
  };
}
