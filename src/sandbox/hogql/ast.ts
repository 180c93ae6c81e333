/** The parser's JSON. Only what the evaluator reads is named here. */
export type Node =
  | { node: 'Constant'; value: string | number | boolean | null; value_type?: string }
  | { node: 'Field'; chain: (string | number)[] }
  | { node: 'Alias'; alias: string; expr: Node }
  | CallNode
  | CompareNode
  | { node: 'And' | 'Or' | 'Tuple' | 'Array'; exprs: Node[] }
  | { node: 'Not'; expr: Node }
  | { node: 'ArithmeticOperation'; op: '+' | '-' | '*' | '/' | '%'; left: Node; right: Node }
  | { node: 'BetweenExpr'; expr: Node; low: Node; high: Node; negated: boolean }
  | { node: 'IsDistinctFrom'; left: Node; right: Node; negated: boolean }
  | { node: 'Lambda'; args: string[]; expr: Node }
  | { node: 'ArrayAccess'; array: Node; property: Node }
  | { node: 'TupleAccess'; tuple: Node; index: number }
  | { node: 'TypeCast'; expr: Node; type_name: string }
  | { node: 'Placeholder'; expr: Node }
  | { node: 'WindowFunction'; name: string }
  | QueryNode;

export interface CallNode {
  node: 'Call';
  name: string;
  args: Node[];
  params?: Node[] | null;
  distinct?: boolean;
  filter_expr?: Node | null;
  order_by?: Node[] | null;
}

export interface CompareNode {
  node: 'CompareOperation';
  op: string;
  left: Node;
  right: Node;
}

export type QueryNode = SelectNode | SetNode;

interface SetNode {
  node: 'SelectSetQuery';
  initial_select_query: QueryNode;
  subsequent_select_queries: { set_operator: string; select_query: QueryNode }[];
}

export interface OrderNode {
  expr: Node;
  order: 'ASC' | 'DESC';
}

export interface JoinNode {
  table: Node;
  alias: string | null;
  join_type?: string;
  constraint?: { constraint_type: 'ON' | 'USING'; expr: Node } | null;
  next_join: JoinNode | null;
  sample?: object | null;
  table_args?: Node[] | null;
  column_aliases?: string[] | null;
}

export interface SelectNode {
  node: 'SelectQuery';
  ctes: { name: string; cte_type: 'subquery' | 'column'; expr: Node; recursive?: boolean }[] | null;
  select: Node[];
  distinct: boolean | null;
  select_from: JoinNode | null;
  array_join_op?: string;
  array_join_list?: Node[];
  prewhere: Node | null;
  where: Node | null;
  group_by: Node[] | null;
  group_by_mode?: string;
  having: Node | null;
  qualify: Node | null;
  window_exprs?: object;
  order_by?: OrderNode[];
  limit_by?: { n: Node; offset_value: Node | null; exprs: Node[] };
  limit?: Node;
  limit_with_ties?: boolean;
  limit_percent?: boolean;
  offset?: Node;
}

export const constant = (value: string | number | boolean | null): Node => ({ node: 'Constant', value });
export const field = (...chain: string[]): Node => ({ node: 'Field', chain });
export const call = (name: string, ...args: Node[]): Node => ({ node: 'Call', name, args });
export const compare = (op: string, left: Node, right: Node): Node => ({ node: 'CompareOperation', op, left, right });

export const isQuery = (node: Node): node is QueryNode => node.node === 'SelectQuery' || node.node === 'SelectSetQuery';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A copy of a tree, in which `change` may replace any part; what it returns undefined for is copied. */
export function rewritten<T>(tree: T, change: (node: Node) => Node | undefined): T {
  const copy = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(copy);
    if (!isObject(part)) return part;
    const changed = 'node' in part ? change(part as Node) : undefined;
    return changed ?? Object.fromEntries(Object.entries(part).map(([key, value]) => [key, copy(value)]));
  };
  return copy(tree) as T;
}

/** Whether a part of an expression fulfils the test. Subqueries are looked into only where `deep`. */
export function contains(tree: unknown, test: (node: Node) => boolean, deep = false): boolean {
  if (Array.isArray(tree)) return tree.some((part) => contains(part, test, deep));
  if (!isObject(tree)) return false;
  if ('node' in tree) {
    const node = tree as Node;
    if (test(node)) return true;
    if (!deep && isQuery(node)) return false;
  }
  return Object.values(tree).some((part) => contains(part, test, deep));
}
