import { HogQLError } from '../errors.js';
import { over } from '../scope.js';
import {
  arrayOf,
  FLOAT,
  INT64,
  identity,
  NOTHING,
  nullable,
  order,
  type Type,
  UINT8,
  UINT64,
  type Value,
  zeroOf,
} from '../types.js';
import { type Build, checkCount, illegal, plain } from './build.js';

type Items = readonly Value[];

const same = ([type = NOTHING]: readonly Type[]) => type;
const element = ([type]: readonly Type[]) => type?.of[0] ?? NOTHING;
const known = (items: Items) => items.filter((item) => typeof item === 'number');
const total = (items: Items) => known(items).reduce((sum, item) => sum + item, 0);
const distinct = (items: Items): Items => [...new Map(items.map((item) => [identity(item), item])).values()];
const isSame = (a: Value, b: Value) => identity(a) === identity(b);

const at = (items: Items, index: number) => items[index > 0 ? index - 1 : items.length + index];

function slice(items: Items, from: number, length?: number): Items {
  const start = from > 0 ? from - 1 : Math.max(items.length + from, 0);
  return items.slice(start, length === undefined ? undefined : length < 0 ? length : start + length);
}

const arrayElement: Build = (args, _clock, name) => {
  checkCount('Function', name, args.length, 2, 2);
  const [array, index] = args;
  if (!array || !index || array.type.name !== 'Array') throw illegal(array?.type ?? NOTHING, name);
  const type = element([array.type]);
  return over(args, type, (row) => {
    const [items, place] = [array.get(row), index.get(row)];
    if (typeof items !== 'object' || items === null || typeof place !== 'number') return null;
    return at(items, place) ?? zeroOf(type);
  });
};

const tupleElement: Build = (args, _clock, name) => {
  checkCount('Function', name, args.length, 2, 2);
  const [tuple, index] = args;
  const place = Number(index?.constant?.value);
  const type = tuple?.type.name === 'Tuple' ? tuple.type.of[place - 1] : undefined;
  if (!tuple || !type)
    throw new HogQLError(`Tuple doesn't have element with index '${place}'`, 'not_found_column_in_block');
  return over([tuple], type, (row) => {
    const parts = tuple.get(row);
    return typeof parts === 'object' && parts !== null ? (parts[place - 1] ?? null) : null;
  });
};

export const ARRAYS: Readonly<Record<string, Build>> = {
  arrayElement,
  tupleElement,
  has: plain('ax', UINT8, (items: Items, item: Value) => Number(items.some((other) => isSame(other, item)))),
  hasAny: plain('aa', UINT8, (items: Items, others: Items) =>
    Number(items.some((a) => others.some((b) => isSame(a, b)))),
  ),
  hasAll: plain('aa', UINT8, (items: Items, others: Items) =>
    Number(others.every((a) => items.some((b) => isSame(a, b)))),
  ),
  indexOf: plain('ax', UINT64, (items: Items, item: Value) => items.findIndex((other) => isSame(other, item)) + 1),
  arrayConcat: plain('a*', same, (...arrays: Items[]) => arrays.flat()),
  arraySlice: plain('an?n', same, slice),
  arrayDistinct: plain('a', same, (items: Items) => distinct(items.filter((item) => item !== null))),
  arrayUniq: plain('a', UINT64, (items: Items) => distinct(items).length),
  arraySort: plain('a', same, (items: Items) => [...items].sort(order)),
  arrayReverseSort: plain('a', same, (items: Items) => [...items].sort((a, b) => order(b, a))),
  arrayReverse: plain('a', same, (items: Items) => [...items].reverse()),
  arraySum: plain('a', (types) => nullable(element(types).name === 'Float64' ? FLOAT : INT64, false), total),
  arrayAvg: plain('a', FLOAT, (items: Items) => total(items) / known(items).length),
  arrayMin: plain('a', element, (items: Items) => [...items].sort(order)[0] ?? null),
  arrayMax: plain('a', element, (items: Items) => [...items].sort(order).at(-1) ?? null),
  arrayEnumerate: plain('a', arrayOf(UINT64), (items: Items) => items.map((_, index) => index + 1)),
  arrayCount: plain('a', UINT64, (items: Items) => items.filter(Boolean).length),
  arrayExists: plain('a', UINT8, (items: Items) => Number(items.some(Boolean))),
  arrayAll: plain('a', UINT8, (items: Items) => Number(items.every(Boolean))),
  range: plain('n?nn', arrayOf(UINT64), (a: number, b?: number, step = 1) => {
    const [from, to] = b === undefined ? [0, a] : [a, b];
    const size = Math.max(0, Math.ceil((to - from) / step));
    if (!(size <= 1_000_000)) throw new HogQLError('range is too long', 'argument_out_of_bound');
    return Array.from({ length: size }, (_, index) => from + index * step);
  }),
};
