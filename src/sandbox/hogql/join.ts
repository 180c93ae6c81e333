import type { JoinNode, Node } from './ast.js';
import { compare, field } from './ast.js';
import { HogQLError, unsupported } from './errors.js';
import { alike } from './operators.js';
import { beside, fieldOf, picked, type Relation } from './relation.js';
import type { Expr } from './scope.js';
import { identity } from './types.js';

/** Compiles an expression over a relation. */
export type CompileOver = (node: Node, relation: Relation) => Expr;

/** Whether the expression can be worked out from this relation alone. */
function attempt(node: Node, relation: Relation, compileOver: CompileOver): Expr | undefined {
  try {
    return compileOver(node, relation);
  } catch (error) {
    if (error instanceof HogQLError) return undefined;
    throw error;
  }
}

const conditionsOf = (node: Node): Node[] => (node.node === 'And' ? node.exprs.flatMap(conditionsOf) : [node]);

/** An equality of something of the left and something of the right, which a hash can find. */
function keysOf(node: Node, left: Relation, right: Relation, compileOver: CompileOver): [Expr, Expr] | undefined {
  if (node.node !== 'CompareOperation' || node.op !== '==') return undefined;
  for (const [a, b] of [
    [node.left, node.right],
    [node.right, node.left],
  ] as const) {
    const [first, second] = [attempt(a, left, compileOver), attempt(b, right, compileOver)];
    if (first && second) return [first, second];
  }
  return undefined;
}

/** What USING means: each column is the same on both sides. */
function usingOf(node: Node, left: Relation, right: Relation): Node {
  const names = node.node === 'Tuple' ? node.exprs : [node];
  const nameOf = (relation: Relation, column: string) => {
    const part = relation.parts.find(({ table }) => table.field([column]));
    return part?.name === null || part === undefined ? field(column) : field(part.name, column);
  };
  const equal = names.map((name) => {
    const column = name.node === 'Field' ? String(name.chain.at(-1)) : '';
    if (!fieldOf(left, [column]) || !fieldOf(right, [column]))
      throw new HogQLError(`Unable to resolve field: ${column}`);
    return compare('==', nameOf(left, column), nameOf(right, column));
  });
  return { node: 'And', exprs: equal };
}

type Clock = Parameters<typeof alike>[2];

/** Rows of the right by the values of its keys; one without a value matches nothing. */
function hashed(keys: readonly [Expr, Expr][], right: Relation, clock: Clock) {
  const pairs = keys.map(([a, b]) => alike(a, b, clock));
  const one = pairs.length === 1 ? pairs[0] : undefined;
  const keyOf = (side: 0 | 1, row: number) => {
    if (one) return identity(one[side].get(row));
    const values = pairs.map((pair) => pair[side].get(row));
    return values.includes(null) ? null : identity(values);
  };
  const rows = new Map<string | number, number[]>();
  for (let row = 0; row < right.size; row++) {
    const key = keyOf(1, row);
    if (key === null) continue;
    const known = rows.get(key);
    if (known) known.push(row);
    else rows.set(key, [row]);
  }
  return (row: number) => {
    const key = keyOf(0, row);
    return key === null ? [] : (rows.get(key) ?? []);
  };
}

/** A join that has to look at more pairs is refused. */
const MAX_PAIRS = 20_000_000;

export function joined(
  left: Relation,
  right: Relation,
  join: JoinNode,
  compileOver: CompileOver,
  clock: Clock,
): Relation {
  const type = (join.join_type ?? 'JOIN').replace(/^(?:GLOBAL|ALL) | OUTER/g, '');
  if (!['JOIN', 'INNER JOIN', 'LEFT JOIN', 'CROSS JOIN'].includes(type)) throw unsupported(join.join_type ?? type);
  const { constraint } = join;
  const using = constraint?.constraint_type === 'USING';
  const condition = constraint && (using ? usingOf(constraint.expr, left, right) : constraint.expr);
  const parts = condition ? conditionsOf(condition) : [];
  const keys = parts.map((part) => keysOf(part, left, right, compileOver));
  const found = keys.flatMap((pair) => (pair ? [pair] : []));
  const rest = parts.filter((_, at) => keys[at] === undefined);
  const all = Array.from({ length: found.length === 0 ? right.size : 0 }, (_, row) => row);
  const candidates = found.length === 0 ? () => all : hashed(found, right, clock);
  const [lefts, rights] = pairsOf(left.size, candidates);
  const pairs = beside(picked(left, Int32Array.from(lefts)), picked(right, Int32Array.from(rights)));
  const tests = rest.map((node) => compileOver(node, pairs));
  const kept = Int32Array.from(lefts.keys()).filter((row) => tests.every((test) => test.get(row)));
  if (type !== 'LEFT JOIN') return picked(pairs, kept);
  const matched = new Set(Array.from(kept, (row) => lefts[row]));
  const alone = Array.from({ length: left.size }, (_, row) => row).filter((row) => !matched.has(row));
  const rows = (of: readonly number[], missing: readonly number[]) =>
    Int32Array.from([...Array.from(kept, (row) => of[row] ?? -1), ...missing]);
  const none = alone.map(() => -1);
  return beside(picked(left, rows(lefts, alone)), picked(right, rows(rights, none)));
}

function pairsOf(size: number, candidates: (row: number) => readonly number[]): [number[], number[]] {
  const [lefts, rights]: [number[], number[]] = [[], []];
  for (let row = 0; row < size; row++) {
    for (const other of candidates(row)) {
      lefts.push(row);
      rights.push(other);
    }
    if (lefts.length > MAX_PAIRS) {
      throw new HogQLError('Memory limit exceeded: the join has too many pairs', 'memory_limit_exceeded');
    }
  }
  return [lefts, rights];
}
