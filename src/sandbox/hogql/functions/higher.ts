import type { Expr } from '../scope.js';
import { arrayOf, FLOAT, INT64, NOTHING, order, type Type, UINT8, UINT64, type Value } from '../types.js';
import { checkCount, illegal } from './build.js';

/** A compiled lambda: `values` are those of its parameters. */
export interface LambdaRun {
  readonly type: Type;
  run(row: number, values: readonly Value[]): Value;
}

type Items = readonly Value[];
/** Makes a call out of a lambda and the arrays that it is applied to, item by item. */
type Higher = (lambda: LambdaRun, arrays: readonly Expr[], name: string) => Expr;

/** `finish` gets the items of the first array and what the lambda gave for each. */
function applied(type: (lambda: Type, array: Type) => Type, finish: (items: Items, results: Items) => Value): Higher {
  return (lambda, arrays, name) => {
    checkCount('Function', name, arrays.length + 1, 2, Number.POSITIVE_INFINITY);
    const wrong = arrays.find((array) => array.type.name !== 'Array');
    if (wrong) throw illegal(wrong.type, name);
    // Never worked out beforehand: the body may read columns.
    return {
      type: type(lambda.type, arrays[0]?.type ?? arrayOf(NOTHING)),
      get: (row) => {
        const lists = arrays.map((array) => array.get(row) as Items);
        const items = lists[0] ?? [];
        return finish(
          items,
          items.map((_, at) =>
            lambda.run(
              row,
              lists.map((list) => list[at] ?? null),
            ),
          ),
        );
      },
    };
  };
}

const same = (_: Type, array: Type) => array;
const sorted = (direction: number) => (items: Items, keys: Items) =>
  items
    .map((_, at) => at)
    .sort((a, b) => direction * order(keys[a] ?? null, keys[b] ?? null))
    .map((at) => items[at] ?? null);

export const HIGHER: Readonly<Record<string, Higher>> = {
  arrayMap: applied(arrayOf, (_, results) => results),
  arrayFilter: applied(same, (items, results) => items.filter((_, at) => results[at])),
  arrayExists: applied(
    () => UINT8,
    (_, results) => Number(results.some(Boolean)),
  ),
  arrayAll: applied(
    () => UINT8,
    (_, results) => Number(results.every(Boolean)),
  ),
  arrayCount: applied(
    () => UINT64,
    (_, results) => results.filter(Boolean).length,
  ),
  arraySum: applied(
    (type) => (type.name === 'Float64' ? FLOAT : INT64),
    (_, results) => results.reduce((sum: number, value) => sum + Number(value), 0),
  ),
  arraySort: applied(same, sorted(1)),
  arrayReverseSort: applied(same, sorted(-1)),
  arrayFirst: applied(
    (_, { of: [type = NOTHING] }) => type,
    (items, results) => items[results.findIndex(Boolean)] ?? null,
  ),
};
