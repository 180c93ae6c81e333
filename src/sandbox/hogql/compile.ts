import { isQuery, type Node } from './ast.js';
import { HogQLError, unsupported } from './errors.js';
import { HIGHER, type LambdaRun } from './functions/higher.js';
import { FUNCTIONS } from './functions/index.js';
import { alike, arithmetic, comparison, literal, logic, matching, membership } from './operators.js';
import { printed } from './print.js';
import { type Expr, fixed, over, type Rows, type Scope } from './scope.js';
import { arrayOf, common, kindOf, NOTHING, nullable, STRING, type Type, tupleOf, UINT8, type Value } from './types.js';

const CASTS: Readonly<Record<string, string>> = {
  int: 'toInt',
  integer: 'toInt',
  float: 'toFloat',
  double: 'toFloat',
  string: 'toString',
  text: 'toString',
  date: 'toDate',
  datetime: 'toDateTime',
  timestamp: 'toDateTime',
  bool: 'toBool',
  boolean: 'toBool',
  uuid: 'toUUID',
};

/** Turns an expression into a function of row numbers. */
export function compile(node: Node, scope: Scope): Expr {
  const special = scope.special(node, scope);
  if (special) return special;
  const of = (part: Node) => compile(part, scope);
  switch (node.node) {
    case 'Constant':
      return literal(node.value, STRING, NOTHING, node.value_type !== 'number');
    case 'Field':
      return field(node.chain, scope);
    case 'Alias':
      return of(node.expr);
    case 'Call':
      return node.name === 'tuple' ? tuple(node.args.map(of)) : functionCall(node.name, node.args, scope);
    case 'CompareOperation':
      return compared(node, scope);
    case 'And':
    case 'Or':
      return logic(node.node, node.exprs.map(of));
    case 'Not':
      return functionCall('not', [node.expr], scope);
    case 'ArithmeticOperation':
      return arithmetic(node.op, of(node.left), of(node.right), scope);
    case 'BetweenExpr': {
      const [low, high] = [of(node.low), of(node.high)];
      const inside = [comparison('>=', of(node.expr), low, scope), comparison('<=', of(node.expr), high, scope)];
      const between = logic('And', inside);
      return node.negated ? over([between], UINT8, (row) => 1 - Number(between.get(row))) : between;
    }
    case 'IsDistinctFrom':
      return comparison(node.negated ? '==' : '!=', of(node.left), of(node.right), scope);
    case 'Tuple':
      return tuple(node.exprs.map(of));
    case 'Array':
      return array(node.exprs.map(of));
    case 'ArrayAccess': {
      const { array: holder, property } = node;
      // `properties['x']` is `properties.x`, with its type.
      if (
        holder.node === 'Field' &&
        holder.chain.includes('properties') &&
        property.node === 'Constant' &&
        typeof property.value === 'string'
      )
        return of({ ...holder, chain: [...holder.chain, property.value] });
      if (kindOf(of(node.array).type) === 'text')
        return functionCall('JSONExtractString', [node.array, node.property], scope);
      return functionCall('arrayElement', [node.array, node.property], scope);
    }
    case 'TupleAccess':
      return functionCall('tupleElement', [node.tuple, { node: 'Constant', value: node.index }], scope);
    case 'TypeCast': {
      const name = CASTS[node.type_name.toLowerCase()];
      if (name === undefined) throw new HogQLError(`Unsupported type cast to '${node.type_name}'`);
      return functionCall(name, [node.expr], scope);
    }
    case 'SelectQuery':
    case 'SelectSetQuery':
      return scalar(scope.subquery(node));
    case 'Placeholder':
      throw new HogQLError(`Unresolved placeholder: ${printed(node)}`);
    case 'Lambda':
      throw unsupported('a lambda outside of an array function');
    case 'WindowFunction':
      throw unsupported(`window function ${node.name}(...) OVER`);
  }
}

function tuple(parts: readonly Expr[]): Expr {
  return over(parts, tupleOf(parts.map(({ type }) => type)), (row) => parts.map((part) => part.get(row)));
}

function array(parts: readonly Expr[]): Expr {
  const element = parts.map(({ type }) => type).reduce(common, { ...NOTHING });
  const nullFree = parts.every(({ type }) => !type.nullable);
  return over(parts, arrayOf(parts.length > 0 && nullFree ? nullable(element, false) : element), (row) =>
    parts.map((part) => part.get(row)),
  );
}

function field(chain: readonly (string | number)[], scope: Scope): Expr {
  const [first, ...rest] = chain;
  const alias = scope.alias(String(first));
  if (alias && rest.length === 0) return compile(alias.node, alias.scope);
  const found = scope.field(chain);
  if (found) return found;
  if (alias)
    return functionCall(
      'JSONExtractString',
      [alias.node, ...rest.map((value): Node => ({ node: 'Constant', value }))],
      alias.scope,
    );
  throw new HogQLError(`Unable to resolve field: ${first}`);
}

function scalar(rows: Rows | undefined): Expr {
  const column = rows?.columns[0];
  if (!rows || !column) throw unsupported('this subquery');
  if (rows.size > 1) {
    throw new HogQLError('Scalar subquery returned more than one row', 'incorrect_result_of_scalar_subquery');
  }
  if (rows.columns.length === 1) return fixed(nullable(column.type), column.values[0] ?? null);
  return fixed(
    tupleOf(rows.columns.map(({ type }) => type)),
    rows.columns.map(({ values }) => values[0] ?? null),
  );
}

function compared({ op, left, right }: { op: string; left: Node; right: Node }, scope: Scope): Expr {
  if (op === 'in' || op === 'not in') return isIn(left, right, op === 'not in', scope);
  if (op.includes('cohort')) throw unsupported('in cohort');
  const [a, b] = [compile(left, scope), compile(right, scope)];
  if (op.includes('like') || op.includes('~')) return matching(op, a, b);
  return comparison(op, a, b, scope);
}

function isIn(left: Node, right: Node, negated: boolean, scope: Scope): Expr {
  const item = compile(left, scope);
  const rows = isQuery(right) || right.node === 'Field' ? scope.subquery(right) : undefined;
  if (rows) return membership(item, listOf(rows), negated, scope);
  if (right.node === 'Tuple' || right.node === 'Array') {
    const isPair = item.type.name === 'Tuple' && right.exprs[0]?.node === 'Constant';
    const parts = isPair ? [right] : right.exprs;
    return membership(
      item,
      parts.map((part) => unvarying(part, scope)),
      negated,
      scope,
    );
  }
  if (right.node === 'Constant') return membership(item, [unvarying(right, scope)], negated, scope);
  const has = functionCall('has', [right, left], scope);
  return over([has], UINT8, (row) => Number(Boolean(has.get(row)) !== negated));
}

function unvarying(node: Node, scope: Scope): Expr {
  const expr = compile(node, scope);
  if (expr.constant) return expr;
  throw unsupported(`IN with ${printed(node)}, which differs between rows`);
}

function listOf({ size, columns }: Rows): Expr[] {
  const [first] = columns;
  const type: Type = first && columns.length === 1 ? first.type : tupleOf(columns.map((column) => column.type));
  return Array.from({ length: size }, (_, row) => {
    const values = columns.map((column): Value => column.values[row] ?? null);
    return fixed(type, columns.length === 1 ? (values[0] ?? null) : values);
  });
}

/** Names that PostHog takes in any case; the others are exact. */
const ANY_CASE = /^(?:abs|ceil|coalesce|concat|floor|if|ifnull|length|lower|now|nullif|round|substring|trim|upper)$/i;
const LOWER: Readonly<Record<string, string>> = { ifnull: 'ifNull', nullif: 'nullIf' };

function functionCall(name: string, args: readonly Node[], scope: Scope): Expr {
  const known = ANY_CASE.test(name) ? (LOWER[name.toLowerCase()] ?? name.toLowerCase()) : name;
  const higher = Object.hasOwn(HIGHER, known) ? HIGHER[known] : undefined;
  const [first, ...rest] = args;
  if (higher && first?.node === 'Lambda') {
    const arrays = rest.map((part) => compile(part, scope));
    return higher(lambda(first, arrays, scope), arrays, name);
  }
  const build = Object.hasOwn(FUNCTIONS, known) ? FUNCTIONS[known] : undefined;
  if (!build) throw new HogQLError(`Unsupported function call '${name}(...)'`);
  const compiled = args.map((part) => compile(part, scope));
  const isBranch = known === 'if' || known === 'ifNull' || known === 'coalesce' || known === 'nullIf';
  const [a, b] = compiled.slice(-2);
  // Constant texts are read as times and numbers beside these, as in comparisons.
  if (isBranch && a && b) compiled.splice(-2, 2, ...alike(a, b, scope));
  return build(compiled, scope, name);
}

/** The parameters are cells that are set before the body is asked. */
function lambda(node: Node & { node: 'Lambda' }, arrays: readonly Expr[], scope: Scope): LambdaRun {
  const cells = node.args.map((name, at) => {
    const type = arrays[at]?.type.of[0] ?? NOTHING;
    return { name, type, value: null as Value };
  });
  const inner: Scope = {
    ...scope,
    special: (part, within) => {
      const cell = part.node === 'Field' && part.chain.length === 1 && cells.find(({ name }) => name === part.chain[0]);
      return cell ? { type: cell.type, get: () => cell.value } : scope.special(part, within);
    },
  };
  const body = compile(node.expr, inner);
  return {
    type: body.type,
    run: (row, values) => {
      for (const [at, cell] of cells.entries()) cell.value = values[at] ?? null;
      return body.get(row);
    },
  };
}
