import { HogQLError } from '../errors.js';
import { type Clock, type Expr, fixed, over } from '../scope.js';
import { kindOf, nullable, type Type, typeText, type Value } from '../types.js';

/** Makes an expression out of the arguments of a call. */
export type Build = (args: readonly Expr[], clock: Clock, name: string) => Expr;

/** Letters of a signature: text, number, date or time, array, anything; `?` before what may be absent, `*` after what repeats. */
const KINDS: Readonly<Record<string, readonly string[]>> = {
  t: ['text'],
  n: ['number'],
  d: ['date', 'datetime'],
  a: ['array'],
};

export function checkCount(term: string, name: string, found: number, min: number, max: number): void {
  if (found >= min && found <= max) return;
  const bound = min === max ? min : `${found < min ? `at least ${min}` : `at most ${max}`}`;
  const many = min === 1 && max === 1 ? '' : 's';
  throw new HogQLError(`${term} '${name}' expects ${bound} argument${many}, found ${found}`);
}

function letters(signature: string, name: string, found: number): string[] {
  const [required = '', optional = ''] = signature.replace('*', '').split('?');
  const repeats = signature.endsWith('*');
  checkCount(
    'Function',
    name,
    found,
    required.length,
    repeats ? Number.POSITIVE_INFINITY : (required + optional).length,
  );
  const all = [...required, ...optional];
  return Array.from({ length: found }, (_, at) => all[at] ?? all.at(-1) ?? 'x');
}

export function illegal(type: Type, name: string): HogQLError {
  return new HogQLError(
    `Illegal type ${typeText(type, 'UTC')} of argument of function ${name}`,
    'illegal_type_of_argument',
  );
}

/** The argument as its letter wants it: dates become times. */
function fitted(arg: Expr, letter: string, { zone }: Clock, name: string): Expr {
  const kind = kindOf(arg.type);
  if (kind !== 'none' && KINDS[letter]?.includes(kind) === false) throw illegal(arg.type, name);
  if (letter !== 'd' || kind !== 'date') return arg;
  return over([arg], arg.type, (row) => {
    const day = arg.get(row);
    return typeof day === 'number' ? zone.midnight(day) : null;
  });
}

/** `never` takes functions of any parameters; the signature says which values they get. */
type Run = (...values: never[]) => Value;

function caller(args: readonly Expr[], run: (...values: Value[]) => Value): (row: number) => Value {
  const [first, second] = args;
  if (first && args.length === 1) {
    return (row) => {
      const value = first.get(row);
      return value === null ? null : run(value);
    };
  }
  if (first && second && args.length === 2) {
    return (row) => {
      const [a, b] = [first.get(row), second.get(row)];
      return a === null || b === null ? null : run(a, b);
    };
  }
  return (row) => {
    const values = args.map((arg) => arg.get(row));
    return values.includes(null) ? null : run(...values);
  };
}

/** A function of values that is NULL where one of them is. */
export function plain(signature: string, type: Type | ((types: readonly Type[]) => Type), run: Run): Build {
  return clocked(signature, type, () => run);
}

export function clocked(
  signature: string,
  type: Type | ((types: readonly Type[]) => Type),
  make: (clock: Clock) => Run,
): Build {
  return (given, clock, name) => {
    const wanted = letters(signature, name, given.length);
    const args = given.map((arg, at) => fitted(arg, wanted[at] ?? 'x', clock, name));
    const types = given.map((arg) => arg.type);
    const result = typeof type === 'function' ? type(types) : type;
    const maybe = result.nullable || types.some((part) => part.nullable);
    return over(args, nullable(result, maybe), caller(args, make(clock) as (...values: Value[]) => Value));
  };
}

/** A function that sees NULL itself. */
export function special(
  signature: string,
  type: (types: readonly Type[]) => Type,
  get: (args: readonly Expr[]) => (row: number) => Value,
): Build {
  return (args, _clock, name) => {
    letters(signature, name, args.length);
    return over(args, type(args.map((arg) => arg.type)), get(args));
  };
}

export const constantOf = (type: Type, value: (clock: Clock) => Value): Build => {
  return (args, clock, name) => {
    checkCount('Function', name, args.length, 0, 0);
    return fixed(type, value(clock));
  };
};
