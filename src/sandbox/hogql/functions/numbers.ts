import { common, FLOAT, INT64, NOTHING, type Type, UINT8, UINT64 } from '../types.js';
import { type Build, constantOf, plain } from './build.js';

const same = ([type = NOTHING]: readonly Type[]) => type;
const both = ([a = NOTHING, b = NOTHING]: readonly Type[]) => common(a, b);

/** To the even neighbour where it lies in the middle, as ClickHouse rounds fractions. */
function halfEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

function rounded(value: number, digits = 0): number {
  const scale = 10 ** Math.abs(digits);
  return digits < 0 ? halfEven(value / scale) * scale : halfEven(value * scale) / scale;
}

const cut =
  (how: (value: number) => number) =>
  (value: number, digits = 0) =>
    how(value * 10 ** digits) / 10 ** digits;
const floats = (run: (value: number) => number) => plain('n', FLOAT, run);

export const NUMBERS: Readonly<Record<string, Build>> = {
  abs: plain('n', same, Math.abs),
  sign: plain('n', INT64, Math.sign),
  round: plain('n?n', same, rounded),
  floor: plain('n?n', same, cut(Math.floor)),
  ceil: plain('n?n', same, cut(Math.ceil)),
  trunc: plain('n?n', same, cut(Math.trunc)),
  sqrt: floats(Math.sqrt),
  exp: floats(Math.exp),
  log: floats(Math.log),
  ln: floats(Math.log),
  log2: floats(Math.log2),
  log10: floats(Math.log10),
  pow: plain('nn', FLOAT, (base: number, exponent: number) => base ** exponent),
  power: plain('nn', FLOAT, (base: number, exponent: number) => base ** exponent),
  pi: constantOf(FLOAT, () => Math.PI),
  intDiv: plain('nn', INT64, (a: number, b: number) => Math.trunc(a / b)),
  plus: plain('nn', both, (a: number, b: number) => a + b),
  minus: plain('nn', both, (a: number, b: number) => a - b),
  multiply: plain('nn', both, (a: number, b: number) => a * b),
  divide: plain('nn', FLOAT, (a: number, b: number) => a / b),
  modulo: plain('nn', both, (a: number, b: number) => a % b),
  negate: plain('n', same, (value: number) => -value),
  isNaN: plain('n', UINT8, (value: number) => Number(Number.isNaN(value))),
  isFinite: plain('n', UINT8, (value: number) => Number(Number.isFinite(value))),
  bitAnd: plain('nn', UINT64, (a: number, b: number) => Number(BigInt(a) & BigInt(b))),
};
