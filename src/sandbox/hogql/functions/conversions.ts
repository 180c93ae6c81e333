import { HogQLError } from '../errors.js';
import { toNumber } from '../property-type.js';
import { type Clock, type Expr, over } from '../scope.js';
import {
  BOOL,
  DATE,
  DATETIME,
  DATETIME64,
  FLOAT,
  INT64,
  kindOf,
  nullable,
  STRING,
  type Type,
  typeText,
  UUID,
  type Value,
} from '../types.js';
import { dayText } from '../zone.js';
import { type Build, checkCount } from './build.js';

/** As ClickHouse writes a value of the type. */
export function textOf(value: Value, type: Type, clock: Clock): string {
  const quoted = (part: Value, of: Type) => {
    if (part === null) return 'NULL';
    return ['text', 'date', 'datetime'].includes(kindOf(of)) ? `'${textOf(part, of, clock)}'` : textOf(part, of, clock);
  };
  if (typeof value === 'object' && value !== null) {
    const parts = value.map((part, at) => quoted(part, type.of[type.name === 'Tuple' ? at : 0] ?? STRING));
    return type.name === 'Tuple' ? `(${parts.join(',')})` : `[${parts.join(',')}]`;
  }
  if (typeof value !== 'number') return value ?? '';
  if (kindOf(type) === 'datetime') return clock.zone.text(value, type.name === 'DateTime64');
  if (type.name === 'Date') return dayText(value);
  if (type.name === 'Bool') return value ? 'true' : 'false';
  return Number.isFinite(value) ? String(value) : String(value).replace('Infinity', 'inf').toLowerCase();
}

/** A function of one value that may be NULL although its argument is not. */
function converting(
  type: Type,
  maybeNull: (from: Type) => boolean,
  make: (from: Type, clock: Clock) => (value: Value) => Value,
): Build {
  return (args, clock, name) => {
    // A second argument names the zone, which is the project's here.
    checkCount('Function', name, args.length, 1, kindOf(type) === 'datetime' ? 2 : 1);
    const [arg] = args;
    if (!arg) throw new HogQLError(`Function '${name}' expects 1 argument, found 0`);
    const convert = make(arg.type, clock);
    return over([arg], nullable(type, arg.type.nullable || maybeNull(arg.type)), (row) => {
      const value = arg.get(row);
      return value === null ? null : convert(value);
    });
  };
}

const isText = (from: Type) => kindOf(from) === 'text';

const number = (type: Type, cut: (value: number) => number) =>
  converting(type, isText, (from, { zone }) => {
    const kind = kindOf(from);
    if (kind === 'text') return (value) => map(toNumber(String(value)), cut);
    if (kind === 'datetime') return (value) => cut(Number(value) / 1000);
    if (kind === 'number' || kind === 'date') return (value) => cut(Number(value));
    throw new HogQLError(`Cannot convert ${typeText(from, zone.name)} to ${type.name}`, 'cannot_convert_type');
  });

const map = (value: number | null, change: (value: number) => number) => (value === null ? null : change(value));

/** Times from texts, dates and seconds since 1970. */
const time = (type: Type) =>
  converting(type, isText, (from, { zone }) => {
    const kind = kindOf(from);
    if (kind === 'text') return (value) => zone.parse(String(value));
    if (kind === 'date') return (value) => zone.midnight(Number(value));
    if (kind === 'datetime') return (value) => value;
    return (value) => Number(value) * 1000;
  });

const date = converting(DATE, isText, (from, { zone }) => {
  const kind = kindOf(from);
  if (kind === 'text') return (value) => map(zone.parse(String(value)), (at) => zone.day(at));
  if (kind === 'datetime') return (value) => zone.day(Number(value));
  return (value) => value;
});

const text = converting(
  STRING,
  () => false,
  (from, clock) => (isText(from) ? (value) => value : (value) => textOf(value, from, clock)),
);

const concat: Build = (args, clock, name) => {
  checkCount('Function', name, args.length, 1, Number.POSITIVE_INFINITY);
  // PostHog reads NULL as an empty text here.
  const part = ({ get, type }: Expr, row: number) => textOf(get(row), type, clock);
  return over(args, STRING, (row) => args.map((arg) => part(arg, row)).join(''));
};

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const YES_NO: Readonly<Record<string, number>> = { true: 1, false: 0, '1': 1, '0': 0 };

export const CONVERSIONS: Readonly<Record<string, Build>> = {
  toInt: number(INT64, Math.trunc),
  toFloat: number(FLOAT, (value) => value),
  toFloatOrZero: (args, clock, name) => {
    const inner = number(FLOAT, (value) => value)(args, clock, name);
    return over([inner], FLOAT, (row) => inner.get(row) ?? 0);
  },
  toString: text,
  toBool: converting(BOOL, isText, (from) =>
    isText(from) ? (value) => YES_NO[String(value).toLowerCase()] ?? null : (value) => Number(Boolean(value)),
  ),
  toUUID: converting(UUID, isText, () => (value) => (ID.test(String(value)) ? String(value).toLowerCase() : null)),
  toDate: date,
  toDateTime: time(DATETIME),
  toDateTime64: time(DATETIME64),
  parseDateTimeBestEffort: time(DATETIME),
  toTimeZone: time(DATETIME64),
  concat,
};
