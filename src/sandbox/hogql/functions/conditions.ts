import { common, NOTHING, nullable, order, type Type, UINT8, type Value } from '../types.js';
import type { Build } from './build.js';
import { plain, special } from './build.js';

const condition = () => UINT8;
const allBut = (types: readonly Type[]) => types.reduce(common, NOTHING);

/** Every second one of the first, and the last: what multiIf gives. */
const branches = (types: readonly Type[]) =>
  types.filter((_, at) => at % 2 === 1 || at === types.length - 1).reduce(common, NOTHING);

const isEmpty = (value: Value) => value === '' || (typeof value === 'object' && value !== null && value.length === 0);

export const CONDITIONS: Readonly<Record<string, Build>> = {
  if: special(
    'xxx',
    ([, yes = NOTHING, no = NOTHING]) => common(yes, no),
    ([test, yes, no]) =>
      (row) =>
        (test?.get(row) ? yes : no)?.get(row) ?? null,
  ),
  multiIf: special('xxx*', branches, (args) => (row) => {
    let at = 0;
    while (at + 1 < args.length && !args[at]?.get(row)) at += 2;
    return args[at + 1 < args.length ? at + 1 : args.length - 1]?.get(row) ?? null;
  }),
  coalesce: special(
    'x*',
    (types) =>
      nullable(
        allBut(types),
        types.every((type) => type.nullable),
      ),
    (args) => (row) => {
      for (const arg of args) {
        const value = arg.get(row);
        if (value !== null) return value;
      }
      return null;
    },
  ),
  ifNull: special(
    'xx',
    ([a = NOTHING, b = NOTHING]) => nullable(common(a, b), b.nullable),
    ([a, b]) =>
      (row) =>
        a?.get(row) ?? b?.get(row) ?? null,
  ),
  nullIf: special(
    'xx',
    ([a = NOTHING]) => nullable(a),
    ([a, b]) =>
      (row) => {
        const value = a?.get(row) ?? null;
        return value === b?.get(row) ? null : value;
      },
  ),
  isNull: special(
    'x',
    condition,
    ([a]) =>
      (row) =>
        Number(a?.get(row) === null),
  ),
  isNotNull: special(
    'x',
    condition,
    ([a]) =>
      (row) =>
        Number(a?.get(row) !== null),
  ),
  assumeNotNull: special(
    'x',
    ([a = NOTHING]) => nullable(a, false),
    ([a]) =>
      (row) =>
        a?.get(row) ?? null,
  ),
  not: plain('n', UINT8, (value: number) => Number(!value)),
  empty: plain('x', UINT8, (value: Value) => Number(isEmpty(value))),
  notEmpty: plain('x', UINT8, (value: Value) => Number(!isEmpty(value))),
  least: plain('x*', allBut, (...values: Value[]) => [...values].sort(order)[0] ?? null),
  greatest: plain('x*', allBut, (...values: Value[]) => [...values].sort(order).at(-1) ?? null),
};
