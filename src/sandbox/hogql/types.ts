import { HogQLError } from './errors.js';

/** DateTimes are milliseconds since 1970, dates are days since 1970, booleans are 1 and 0; types say which is which. */
export type Value = number | string | null | readonly Value[];

export type TypeName =
  | 'Nothing'
  | 'Bool'
  | 'UInt8'
  | 'UInt64'
  | 'Int64'
  | 'Float64'
  | 'String'
  | 'UUID'
  | 'Date'
  | 'DateTime'
  | 'DateTime64'
  | 'Interval'
  | 'Array'
  | 'Tuple';

export interface Type {
  readonly name: TypeName;
  readonly nullable: boolean;
  /** Of an array's elements or a tuple's parts. */
  readonly of: readonly Type[];
  /** Of an interval. */
  readonly unit?: string;
}

const type = (name: TypeName): Type => ({ name, nullable: false, of: [] });
export const NOTHING: Type = { ...type('Nothing'), nullable: true };
export const BOOL = type('Bool');
/** What conditions give. */
export const UINT8 = type('UInt8');
export const UINT64 = type('UInt64');
export const INT64 = type('Int64');
export const FLOAT = type('Float64');
export const STRING = type('String');
export const UUID = type('UUID');
export const DATE = type('Date');
export const DATETIME = type('DateTime');
export const DATETIME64 = type('DateTime64');
export const arrayOf = (element: Type): Type => ({ name: 'Array', nullable: false, of: [element] });
export const tupleOf = (parts: readonly Type[]): Type => ({ name: 'Tuple', nullable: false, of: parts });
export const interval = (unit: string): Type => ({ name: 'Interval', nullable: false, of: [], unit });

export const nullable = (of: Type, yes = true): Type =>
  of.nullable === yes || of.name === 'Array' || of.name === 'Tuple' || of.name === 'Nothing'
    ? of
    : { ...of, nullable: yes };

export type Kind = 'none' | 'number' | 'text' | 'date' | 'datetime' | 'interval' | 'array' | 'tuple';

const KINDS: Readonly<Record<TypeName, Kind>> = {
  Nothing: 'none',
  Bool: 'number',
  UInt8: 'number',
  UInt64: 'number',
  Int64: 'number',
  Float64: 'number',
  String: 'text',
  UUID: 'text',
  Date: 'date',
  DateTime: 'datetime',
  DateTime64: 'datetime',
  Interval: 'interval',
  Array: 'array',
  Tuple: 'tuple',
};

export const kindOf = ({ name }: Type): Kind => KINDS[name];

/** As ClickHouse writes it. */
export function typeText({ name, nullable: isNullable, of, unit }: Type, zone: string): string {
  const plain = () => {
    if (name === 'DateTime') return `DateTime('${zone}')`;
    if (name === 'DateTime64') return `DateTime64(6, '${zone}')`;
    if (name === 'Interval') return `Interval${unit}`;
    return of.length === 0 ? name : `${name}(${of.map((part) => typeText(part, zone)).join(', ')})`;
  };
  return isNullable ? `Nullable(${plain()})` : plain();
}

const NUMBERS: readonly TypeName[] = ['Bool', 'UInt8', 'UInt64', 'Int64', 'Float64'];

/** The type that values of both fit in. */
export function common(a: Type, b: Type): Type {
  const either = a.nullable || b.nullable;
  if (a.name === 'Nothing') return nullable(b);
  if (b.name === 'Nothing') return nullable(a);
  if (a.name === b.name && a.of.length === b.of.length) {
    return { ...a, nullable: either, of: a.of.map((part, at) => common(part, b.of[at] ?? part)) };
  }
  const [first, second] = [kindOf(a), kindOf(b)];
  if (first !== second) {
    throw new HogQLError(
      `There is no supertype for types ${typeText(a, 'UTC')}, ${typeText(b, 'UTC')}`,
      'no_common_type',
    );
  }
  if (first === 'number') {
    return { ...(NUMBERS.indexOf(a.name) > NUMBERS.indexOf(b.name) ? a : b), nullable: either };
  }
  return { ...(first === 'datetime' ? DATETIME64 : STRING), nullable: either };
}

/** What an aggregate over nothing gives for a type that has no NULL. */
export function zeroOf(of: Type): Value {
  if (of.nullable) return null;
  const kind = kindOf(of);
  if (kind === 'array') return [];
  if (kind === 'tuple') return of.of.map(zeroOf);
  if (of.name === 'UUID') return '00000000-0000-0000-0000-000000000000';
  return kind === 'text' ? '' : 0;
}

/** Tells values of one type apart in maps and sets. */
export const identity = (value: Value): string | number | null =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : value;

/** Ascending, NULL last as in ClickHouse, NaN just before it. */
export function order(a: Value, b: Value): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  if (typeof a === 'object' && typeof b === 'object') {
    for (let at = 0; at < Math.min(a.length, b.length); at++) {
      const difference = order(a[at] ?? null, b[at] ?? null);
      if (difference !== 0) return difference;
    }
    return a.length - b.length;
  }
  if (a < b) return -1;
  return a > b ? 1 : Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}
