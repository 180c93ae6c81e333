import type { CallNode, Node } from './ast.js';
import { HogQLError } from './errors.js';
import { checkCount } from './functions/build.js';
import type { Expr } from './scope.js';
import {
  arrayOf,
  FLOAT,
  INT64,
  identity,
  kindOf,
  NOTHING,
  nullable,
  order,
  type Type,
  UINT64,
  type Value,
  zeroOf,
} from './types.js';

/** Takes in rows, each for a group; groups are numbered from 0. */
export interface Accumulator {
  readonly type: Type;
  add(group: number, row: number): void;
  result(group: number): Value;
}

interface Definition {
  /** How many arguments it takes. */
  readonly args: readonly [number, number];
  readonly make: (args: readonly Expr[], params: readonly number[]) => Accumulator;
}

/** Keeps one state per group, and skips rows where the first argument is NULL. */
function folding<S>(
  type: Type,
  [arg]: readonly Expr[],
  start: S,
  step: (state: S, value: Value, row: number) => S,
  finish: (state: S) => Value,
): Accumulator {
  const states: S[] = [];
  return {
    type,
    add: (group, row) => {
      const value = arg ? arg.get(row) : 0;
      if (value !== null) states[group] = step(states[group] ?? start, value, row);
    },
    result: (group) => finish(states[group] ?? start),
  };
}

/** Gathers the values of each group, NULL left out. */
const gathering = (type: Type, args: readonly Expr[], finish: (values: readonly Value[]) => Value): Accumulator => {
  const lists: Value[][] = [];
  const [arg] = args;
  return {
    type,
    add: (group, row) => {
      const value = arg?.get(row) ?? null;
      if (value === null) return;
      const list = lists[group];
      if (list) list.push(value);
      else lists[group] = [value];
    },
    result: (group) => finish(lists[group] ?? []),
  };
};

/** Says whether the group has had this combination of values before, or whether one of them is NULL. */
function combinations(args: readonly Expr[]): (group: number, row: number) => 'new' | 'known' | 'null' {
  const sets: Set<unknown>[] = [];
  const [only] = args.length === 1 ? args : [];
  return (group, row) => {
    const value = only ? only.get(row) : args.map((arg) => arg.get(row));
    if (value === null || (!only && Array.isArray(value) && value.includes(null))) return 'null';
    const seen = sets[group] ?? new Set();
    sets[group] = seen;
    const before = seen.size;
    return seen.add(identity(value)).size > before ? 'new' : 'known';
  };
}

/** Gathers what differs, by how often it came. */
const counting = (
  type: Type,
  args: readonly Expr[],
  finish: (counts: Map<unknown, [Value, number]>) => Value,
): Accumulator => {
  const groups: Map<unknown, [Value, number]>[] = [];
  return {
    type,
    add: (group, row) => {
      const values = args.map((arg) => arg.get(row));
      if (values.includes(null)) return;
      const value: Value = values.length === 1 ? (values[0] ?? null) : values;
      const map = groups[group] ?? new Map();
      groups[group] = map;
      const known = map.get(identity(value));
      if (known) known[1]++;
      else map.set(identity(value), [value, 1]);
    },
    result: (group) => finish(groups[group] ?? new Map()),
  };
};

/** Numbers only: count, mean and sum of squared deviations, by Welford. */
function deviation(finish: (count: number, squares: number) => number): Definition {
  const make = ([arg]: readonly Expr[]) => {
    const states: { count: number; mean: number; squares: number }[] = [];
    return {
      type: nullable(FLOAT, arg?.type.nullable ?? false),
      add: (group: number, row: number) => {
        const value = arg?.get(row);
        if (typeof value !== 'number') return;
        const state = states[group] ?? { count: 0, mean: 0, squares: 0 };
        states[group] = state;
        state.count++;
        const difference = value - state.mean;
        state.mean += difference / state.count;
        state.squares += difference * (value - state.mean);
      },
      result: (group: number) => {
        const { count, squares } = states[group] ?? { count: 0, squares: 0 };
        return count === 0 && arg?.type.nullable ? null : finish(count, squares);
      },
    };
  };
  return { args: [1, 1], make };
}

const typeOf = (args: readonly Expr[], at = 0) => args[at]?.type ?? NOTHING;

/** The first of the values that nothing beats, by what is compared: the value itself, or a second argument. */
function extreme(beats: (difference: number) => boolean, byOther: boolean): Definition {
  const make = (args: readonly Expr[]): Accumulator => {
    const type = typeOf(args);
    const [value, key = value] = args;
    const best: { key: Value; value: Value }[] = [];
    return {
      type,
      add: (group, row) => {
        const found = value?.get(row) ?? null;
        const by = byOther ? (key?.get(row) ?? null) : found;
        if (found === null || by === null) return;
        const known = best[group];
        if (known === undefined) best[group] = { key: by, value: found };
        else if (beats(order(by, known.key))) [known.key, known.value] = [by, found];
      },
      result: (group) => best[group]?.value ?? zeroOf(type),
    };
  };
  return { args: byOther ? [2, 2] : [1, 1], make };
}

/** Linear between the two values that the level lies between. */
export function quantile(values: readonly Value[], level: number): number {
  const sorted = Float64Array.from(values, Number).sort();
  const at = level * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN];
  return low + (high - low) * (at - Math.floor(at));
}

const quantiles: Definition = {
  args: [1, 1],
  make: (args, [level = 0.5]) =>
    gathering(nullable(FLOAT, typeOf(args).nullable), args, (values) =>
      values.length === 0 && typeOf(args).nullable ? null : quantile(values, level),
    ),
};

const sum: Definition = {
  args: [1, 1],
  make: (args) => {
    const type = typeOf(args);
    const wide = type.name === 'Float64' ? FLOAT : type.name === 'Int64' ? INT64 : UINT64;
    const start: number | null = type.nullable ? null : 0;
    return folding<number | null>(
      nullable(wide, type.nullable),
      args,
      start,
      (state, value) => (state ?? 0) + Number(value),
      (state) => state,
    );
  },
};

const avg: Definition = {
  args: [1, 1],
  make: (args) => {
    const counts: number[] = [];
    const totals: number[] = [];
    const [arg] = args;
    return {
      type: nullable(FLOAT, typeOf(args).nullable),
      add: (group, row) => {
        const value = arg?.get(row) ?? null;
        if (value === null) return;
        counts[group] = (counts[group] ?? 0) + 1;
        totals[group] = (totals[group] ?? 0) + Number(value);
      },
      result: (group) => {
        const count = counts[group] ?? 0;
        return count === 0 && typeOf(args).nullable ? null : (totals[group] ?? 0) / count;
      },
    };
  },
};

const count: Definition = {
  args: [0, 1],
  make: (args) =>
    folding(
      UINT64,
      args,
      0,
      (state) => state + 1,
      (state) => state,
    ),
};

/** Counts the combinations of values that hold no NULL. */
const uniq: Definition = {
  args: [1, 10],
  make: (args) => {
    const seen = combinations(args);
    const counts: number[] = [];
    return {
      type: UINT64,
      add: (group, row) => {
        if (seen(group, row) === 'new') counts[group] = (counts[group] ?? 0) + 1;
      },
      result: (group) => counts[group] ?? 0,
    };
  },
};

const element = (args: readonly Expr[]) => arrayOf(nullable(typeOf(args), false));

const DEFINITIONS: Readonly<Record<string, Definition>> = {
  count,
  sum,
  avg,
  min: extreme((difference) => difference < 0, false),
  max: extreme((difference) => difference > 0, false),
  any: extreme(() => false, false),
  anyLast: extreme(() => true, false),
  argMin: extreme((difference) => difference < 0, true),
  argMax: extreme((difference) => difference > 0, true),
  uniq,
  uniqExact: uniq,
  stddevPop: deviation((n, squares) => Math.sqrt(squares / n)),
  stddevSamp: deviation((n, squares) => (n < 2 ? Number.NaN : Math.sqrt(squares / (n - 1)))),
  varPop: deviation((n, squares) => squares / n),
  varSamp: deviation((n, squares) => (n < 2 ? Number.NaN : squares / (n - 1))),
  quantile: quantiles,
  median: quantiles,
  groupArray: {
    args: [1, 1],
    make: (args, [most]) => gathering(element(args), args, (values) => values.slice(0, most)),
  },
  groupUniqArray: {
    args: [1, 1],
    make: (args, [most]) =>
      counting(element(args), args, (counts) => [...counts.values()].map(([value]) => value).slice(0, most)),
  },
  topK: {
    args: [1, 1],
    make: (args, [most = 10]) =>
      counting(element(args), args, (counts) =>
        [...counts.values()]
          .sort((a, b) => b[1] - a[1])
          .slice(0, most)
          .map(([value]) => value),
      ),
  },
};

const ANY_CASE = /^(?:count|min|max|sum|avg)$/i;

function definitionOf(name: string): { definition: Definition; conditional: boolean } | undefined {
  const known = (text: string) => {
    const exact = ANY_CASE.test(text) ? text.toLowerCase() : text;
    return Object.hasOwn(DEFINITIONS, exact) ? DEFINITIONS[exact] : undefined;
  };
  const plain = known(name);
  if (plain) return { definition: plain, conditional: false };
  const conditional = name.endsWith('If') ? known(name.slice(0, -2)) : undefined;
  return conditional && { definition: conditional, conditional: true };
}

export const isAggregate = (node: Node): node is CallNode =>
  node.node === 'Call' && definitionOf(node.name) !== undefined;

/** Passes on only the first row of each combination of values. */
function distinctly(inner: Accumulator, args: readonly Expr[]): Accumulator {
  const seen = combinations(args);
  return {
    ...inner,
    add: (group, row) => {
      if (seen(group, row) === 'new') inner.add(group, row);
    },
  };
}

function filtered(inner: Accumulator, test: Expr): Accumulator {
  return {
    ...inner,
    add: (group, row) => {
      if (test.get(row)) inner.add(group, row);
    },
  };
}

/** An aggregate as it is called, with its condition, DISTINCT and FILTER. */
export function accumulatorOf(node: CallNode, of: (part: Node) => Expr): Accumulator {
  const found = definitionOf(node.name);
  if (!found) throw new HogQLError(`Unsupported function call '${node.name}(...)'`);
  const { definition, conditional } = found;
  const isStar = node.args[0]?.node === 'Field' && node.args[0].chain[0] === '*';
  const all = isStar ? node.args.slice(1).map(of) : node.args.map(of);
  const [min, max] = definition.args;
  const extra = conditional ? 1 : 0;
  checkCount('Aggregation', node.name, all.length, min + extra, max + extra);
  const args = conditional ? all.slice(0, -1) : all;
  const params = (node.params ?? []).map((part) => Number(of(part).constant?.value));
  const wantsNumbers = /^(?:sum|avg|std|var|quantile|median)/i.test(node.name);
  const wrong = wantsNumbers && args.find(({ type }) => !['number', 'none'].includes(kindOf(type)));
  if (wrong)
    throw new HogQLError(
      `Illegal type ${wrong.type.name} of argument for aggregate function ${node.name}`,
      'illegal_type_of_argument',
    );
  let result = definition.make(args, params);
  if (node.distinct && args.length > 0) result = distinctly(result, args);
  const condition = conditional ? all.at(-1) : undefined;
  if (condition) result = filtered(result, condition);
  return node.filter_expr ? filtered(result, of(node.filter_expr)) : result;
}
