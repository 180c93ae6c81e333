import type { Node } from './ast.js';

const BARE = /^[A-Za-z_$][A-Za-z0-9_$]*$/;

function identifier(name: string | number): string {
  if (typeof name === 'number' || BARE.test(name) || name === '*') return String(name);
  return `\`${name.replace(/[\\`]/g, '\\$&')}\``;
}

const OPERATIONS: Readonly<Record<string, string>> = {
  '==': 'equals',
  '!=': 'notEquals',
  '<': 'less',
  '<=': 'lessOrEquals',
  '>': 'greater',
  '>=': 'greaterOrEquals',
  like: 'like',
  ilike: 'ilike',
  'not like': 'notLike',
  'not ilike': 'notILike',
  in: 'in',
  'not in': 'notIn',
  '=~': 'match',
  '!~': 'notMatch',
  '+': 'plus',
  '-': 'minus',
  '*': 'multiply',
  '/': 'divide',
  '%': 'modulo',
};

function literal(value: string | number | boolean | null): string {
  if (typeof value !== 'string') return value === null ? 'NULL' : String(value);
  return `'${value.replace(/[\\']/g, '\\$&')}'`;
}

/** Names a field in a printed text. */
export type NameField = (chain: readonly (string | number)[]) => string;
const asWritten: NameField = (chain) => chain.map(identifier).join('.');

/** HogQL for an expression, as PostHog prints it, which is also the name of a column without an alias. */
export function printed(node: Node, name: NameField = asWritten): string {
  const text = (part: Node) => printed(part, name);
  const list = (parts: readonly Node[]) => parts.map(text).join(', ');
  switch (node.node) {
    case 'Constant':
      return literal(node.value);
    case 'Field':
      return name(node.chain);
    case 'Alias':
      return text(node.expr);
    case 'Call': {
      const params = node.params ? `(${list(node.params)})` : '';
      const filter = node.filter_expr ? ` FILTER (WHERE ${text(node.filter_expr)})` : '';
      return `${node.name}${params}(${node.distinct ? 'DISTINCT ' : ''}${list(node.args)})${filter}`;
    }
    case 'CompareOperation':
    case 'ArithmeticOperation':
      return `${OPERATIONS[node.op] ?? node.op}(${text(node.left)}, ${text(node.right)})`;
    case 'And':
    case 'Or':
      return `${node.node.toLowerCase()}(${list(node.exprs)})`;
    case 'Not':
      return `not(${text(node.expr)})`;
    case 'Tuple':
      return `tuple(${list(node.exprs)})`;
    case 'Array':
      return `[${list(node.exprs)}]`;
    case 'BetweenExpr':
      return `${text(node.expr)} ${node.negated ? 'NOT ' : ''}BETWEEN ${text(node.low)} AND ${text(node.high)}`;
    case 'IsDistinctFrom':
      return `${text(node.left)} IS ${node.negated ? 'NOT ' : ''}DISTINCT FROM ${text(node.right)}`;
    case 'Lambda':
      return `${node.args.length === 1 ? node.args[0] : `(${node.args.join(', ')})`} -> ${text(node.expr)}`;
    case 'ArrayAccess':
      return `${text(node.array)}[${text(node.property)}]`;
    case 'TupleAccess':
      return `${text(node.tuple)}.${node.index}`;
    case 'TypeCast':
      return `to${(node.type_name[0] ?? '').toUpperCase()}${node.type_name.slice(1)}(${text(node.expr)})`;
    case 'Placeholder':
      return `{${text(node.expr)}}`;
    case 'WindowFunction':
      return `${node.name}() OVER ()`;
    case 'SelectQuery':
    case 'SelectSetQuery':
      // Told apart by their whole content where that is the purpose; as a name, nobody could read it.
      return name === asWritten ? '(SELECT ...)' : JSON.stringify(node);
  }
}
