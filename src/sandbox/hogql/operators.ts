import { HogQLError } from './errors.js';
import { illegal } from './functions/build.js';
import { toNumber } from './property-type.js';
import { type Clock, type Expr, fixed, over } from './scope.js';
import {
  BOOL,
  common,
  DATE,
  FLOAT,
  INT64,
  identity,
  kindOf,
  nullable,
  order,
  type Type,
  UINT8,
  UINT64,
  type Value,
} from './types.js';
import { later, type Zone } from './zone.js';

/** Converts the values of one type to what values of the other are compared with, where they are stored differently. */
function converterTo(type: Type, { type: from, constant }: Expr, zone: Zone): ((value: Value) => Value) | null {
  const [wanted, given] = [kindOf(type), kindOf(from)];
  if (wanted === 'datetime' && given === 'date')
    return (value) => (typeof value === 'number' ? zone.midnight(value) : null);
  if (given !== 'text' || !['date', 'datetime', 'number'].includes(wanted) || constant === undefined) return null;
  const cannot = (value: Value) => new HogQLError(`Cannot parse '${value}' as ${type.name}`, 'cannot_parse_text');
  return (value) => {
    if (typeof value !== 'string') return value;
    const time = zone.parse(value);
    const read = { datetime: time, date: time === null ? null : zone.day(time), number: toNumber(value) }[
      wanted as 'date'
    ];
    if (read === null || read === undefined) throw cannot(value);
    return read;
  };
}

/** Two expressions whose values can be compared. Constant texts are read as dates, times or numbers beside these. */
export function alike(left: Expr, right: Expr, { zone }: Clock): [Expr, Expr] {
  const convert = (expr: Expr, other: Expr): Expr => {
    const change = converterTo(other.type, expr, zone);
    return change ? over([expr], nullable(other.type, expr.type.nullable), (row) => change(expr.get(row))) : expr;
  };
  const [a, b] = [convert(left, right), convert(right, left)];
  common(a.type, b.type);
  return [a, b];
}

const TESTS: Readonly<Record<string, (difference: number) => boolean>> = {
  '==': (difference) => difference === 0,
  '!=': (difference) => difference !== 0,
  '<': (difference) => difference < 0,
  '<=': (difference) => difference <= 0,
  '>': (difference) => difference > 0,
  '>=': (difference) => difference >= 0,
};

/** PostHog never lets a comparison be NULL: equal when both sides are NULL, different when one is, and false otherwise. */
export function comparison(op: string, left: Expr, right: Expr, clock: Clock): Expr {
  const test = TESTS[op];
  if (!test) throw new HogQLError(`Unknown comparison operator: ${op}`);
  const [a, b] = alike(left, right, clock);
  return over([a, b], UINT8, (row) => {
    const [x, y] = [a.get(row), b.get(row)];
    if (x === null || y === null) return Number(op === '==' ? x === y : op === '!=' && x !== y);
    if (x === y) return Number(test(0));
    return Number(Number.isNaN(x) || Number.isNaN(y) ? op === '!=' : test(order(x, y)));
  });
}

/** A pattern of LIKE: % for anything, _ for one character, a backslash before what is meant as it is. */
function likePattern(pattern: string, ignoreCase: boolean): RegExp {
  const parts = pattern.match(/\\[\s\S]|[\s\S]/g) ?? [];
  const source = parts.map((part) => {
    if (part === '%') return '[\\s\\S]*';
    return part === '_' ? '[\\s\\S]' : part.replace(/^\\([%_\\])$/, '$1').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`, ignoreCase ? 'iu' : 'u');
}

export function regex(pattern: string, flags = ''): RegExp {
  try {
    return new RegExp(pattern.replace(/^\(\?i\)/, ''), `${flags}s${pattern.startsWith('(?i)') ? 'i' : ''}`);
  } catch {
    throw new HogQLError(`Invalid regular expression: ${pattern}`, 'cannot_compile_regexp');
  }
}

/** A function that is worked out anew only when its argument changes. */
export function remembering<T>(make: (key: string) => T): (key: string) => T {
  let last: { key: string; made: T } | undefined;
  return (key) => {
    if (last?.key !== key) last = { key, made: make(key) };
    return last.made;
  };
}

/** LIKE and ILIKE, =~ and their opposites. */
export function matching(op: string, text: Expr, pattern: Expr): Expr {
  for (const { type } of [text, pattern]) if (!['text', 'none'].includes(kindOf(type))) throw illegal(type, op);
  const ignoreCase = op.includes('ilike') || op.endsWith('*');
  const isLike = op.includes('like');
  const negated = op.startsWith('not') || op.startsWith('!');
  const compiled = remembering((source) =>
    isLike ? likePattern(source, ignoreCase) : regex(source, ignoreCase ? 'i' : ''),
  );
  return over([text, pattern], UINT8, (row) => {
    const [value, source] = [text.get(row), pattern.get(row)];
    if (typeof value !== 'string' || typeof source !== 'string')
      return Number(negated ? value !== source : isLike && value === source);
    return Number(compiled(source).test(value) !== negated);
  });
}

/** `in` a list of values that do not differ between rows. NULL is only in a list that has it. */
export function membership(item: Expr, list: readonly Expr[], negated: boolean, clock: Clock): Expr {
  const fitted = list.map((part) => alike(item, part, clock));
  const left = fitted.find(([a]) => a !== item)?.[0] ?? item;
  const values = new Set(fitted.map(([, b]) => identity(b.get(0))));
  return over([item], UINT8, (row) => Number(values.has(identity(left.get(row))) !== negated));
}

/** Three-valued: NULL where no side decides. */
export function logic(node: 'And' | 'Or', parts: readonly Expr[]): Expr {
  const deciding = node === 'Or' ? 1 : 0;
  for (const { type } of parts) if (!['number', 'none'].includes(kindOf(type))) throw illegal(type, node.toLowerCase());
  const maybe = parts.some(({ type }) => type.nullable);
  return over(parts, nullable(UINT8, maybe), (row) => {
    let result: Value = 1 - deciding;
    for (const part of parts) {
      const value = part.get(row);
      if (value === null) result = null;
      else if (Number(Boolean(value)) === deciding) return deciding;
    }
    return result;
  });
}

function numeric(op: string, a: Type, b: Type): Type {
  if (op === '/') return FLOAT;
  if (a.name === 'Float64' || b.name === 'Float64') return FLOAT;
  return op === '-' || a.name === 'Int64' || b.name === 'Int64' ? INT64 : UINT64;
}

const RUN: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

/** A date or time and an interval, or a plain number, which counts days of dates and seconds of times. */
function moved(op: string, time: Expr, by: Expr, { zone }: Clock): Expr {
  const isDate = kindOf(time.type) === 'date';
  const unit = kindOf(by.type) === 'interval' ? (by.type.unit ?? '').toLowerCase() : isDate ? 'day' : 'second';
  const fine = isDate && ['hour', 'minute', 'second'].includes(unit);
  const type = fine ? { ...time.type, name: 'DateTime' as const } : time.type;
  const DAY = 86_400_000;
  // A second is a second at a change of the clock, too; days and longer units keep the time of the day.
  const exact = ['hour', 'minute', 'second'].includes(unit);
  return over([time, by], nullable(type, time.type.nullable || by.type.nullable), (row) => {
    const [at, count] = [time.get(row), by.get(row)];
    if (typeof at !== 'number' || typeof count !== 'number') return null;
    const signed = op === '-' ? -count : count;
    if (isDate && !fine) return later(at * DAY, signed, unit) / DAY;
    const start = isDate ? zone.midnight(at) : at;
    return exact ? later(start, signed, unit) : zone.fromLocal(later(zone.local(start), signed, unit));
  });
}

const isTime = ({ type }: Expr) => ['date', 'datetime'].includes(kindOf(type));

export function arithmetic(op: string, left: Expr, right: Expr, clock: Clock): Expr {
  const movable = ({ type }: Expr) => ['interval', 'number'].includes(kindOf(type));
  if (isTime(left) && movable(right) && (op === '+' || op === '-')) return moved(op, left, right, clock);
  if (isTime(right) && movable(left) && op === '+') return moved(op, right, left, clock);
  const run = RUN[op];
  if (!run) throw new HogQLError(`Unknown arithmetic operator: ${op}`);
  const maybe = left.type.nullable || right.type.nullable;
  const both = (type: Type, scale: number) =>
    over([left, right], nullable(type, maybe), (row) => {
      const [a, b] = [left.get(row), right.get(row)];
      return typeof a === 'number' && typeof b === 'number' ? run(a, b) * scale : null;
    });
  if (isTime(left) && isTime(right) && op === '-') {
    const [a, b] = alike(left, right, clock);
    if (a !== left || b !== right) return arithmetic(op, a, b, clock);
    return both(INT64, left.type.name === DATE.name ? 1 : 1 / 1000);
  }
  for (const { type } of [left, right]) if (!['number', 'none'].includes(kindOf(type))) throw illegal(type, op);
  return both(numeric(op, left.type, right.type), 1);
}

export function literal(value: string | number | boolean | null, text: Type, none: Type, isText: boolean): Expr {
  if (value === null) return fixed(none, null);
  if (typeof value === 'boolean') return fixed(BOOL, Number(value));
  if (typeof value === 'string')
    return isText ? fixed(text, value) : fixed(FLOAT, Number(value.replace('inf', 'Infinity')));
  if (!Number.isInteger(value)) return fixed(FLOAT, value);
  return fixed(value < 0 ? INT64 : UINT64, value);
}
