import { ApiError, invalid } from '../http/api-error.js';
import { isObject } from '../store/json.js';
import type { JsonObject } from '../store/model.js';
import { pyStr, pyStrip, pyType } from './python.js';

/**
 * Parses one value of a request body the way a Django REST framework field does: what it can coerce it coerces, and the
 * first violation is thrown as a 400 with the framework's own words.
 */
export type Field<T> = (value: unknown, attr: string | null) => T;

/** Path of a nested field as error bodies write it: `feature_flag__filters`. */
export function nested(attr: string | null, key: string | number): string {
  return attr === null ? String(key) : `${attr}__${key}`;
}

/** Runs `field` only for what is present and not null; null is a violation of its own. */
function notNull<T>(field: Field<T>): Field<T> {
  return (value, attr) => {
    if (value === null || value === undefined) throw invalid('This field may not be null.', attr, 'null');
    return field(value, attr);
  };
}

export function nullable<T>(field: Field<T>): Field<T | null> {
  return (value, attr) => (value === null ? null : field(value, attr));
}

interface CharOptions {
  /** Characters. */
  max?: number;
  blank?: boolean;
}

export function char({ max, blank = false }: CharOptions = {}): Field<string> {
  return notNull((value, attr) => {
    if (typeof value !== 'string' && typeof value !== 'number') throw invalid('Not a valid string.', attr);
    const text = pyStrip(String(value));
    if (text === '' && !blank) throw invalid('This field may not be blank.', attr, 'blank');
    if (text.includes('\0')) {
      throw invalid('Null characters are not allowed.', attr, 'null_characters_not_allowed');
    }
    if (max !== undefined && [...text].length > max) {
      throw invalid(`Ensure this field has no more than ${max} characters.`, attr, 'max_length');
    }
    return text;
  });
}

/** Digits that an integer sent as a string may have. */
const MAX_INTEGER_DIGITS = 1000;

export function integer({ min, max }: { min?: number; max?: number } = {}): Field<number> {
  return notNull((value, attr) => {
    if (typeof value === 'string' && value.length > MAX_INTEGER_DIGITS) {
      throw invalid('String value too large.', attr, 'max_string_length');
    }
    const text = typeof value === 'string' || typeof value === 'number' ? pyStrip(String(value)) : '';
    if (!/^[+-]?\d+(\.0*)?$/.test(text)) throw invalid('A valid integer is required.', attr);
    const number = Number(text);
    if (min !== undefined && number < min) {
      throw invalid(`Ensure this value is greater than or equal to ${min}.`, attr, 'min_value');
    }
    if (max !== undefined && number > max) {
      throw invalid(`Ensure this value is less than or equal to ${max}.`, attr, 'max_value');
    }
    return number;
  });
}

const TRUE_VALUES: readonly unknown[] = [true, 1, ...'t T y Y yes Yes YES true True TRUE on On ON 1'.split(' ')];
const FALSE_VALUES: readonly unknown[] = [false, 0, ...'f F n N no No NO false False FALSE off Off OFF 0'.split(' ')];

export const boolean: Field<boolean> = notNull((value, attr) => {
  if (TRUE_VALUES.includes(value)) return true;
  if (FALSE_VALUES.includes(value)) return false;
  throw invalid('Must be a valid boolean.', attr);
});

export function choice<const T extends string>(choices: readonly T[]): Field<T> {
  return notNull((value, attr) => {
    const found = choices.find((allowed) => allowed === value);
    if (found === undefined) throw invalid(`"${pyStr(value)}" is not a valid choice.`, attr, 'invalid_choice');
    return found;
  });
}

/** Any JSON value but null. */
export const json: Field<unknown> = notNull((value) => value);

export const dict: Field<JsonObject> = notNull((value, attr) => {
  if (isObject(value)) return value;
  throw invalid(`Expected a dictionary of items but got type "${pyType(value)}".`, attr, 'not_a_dict');
});

export function list<T>(child: Field<T>): Field<T[]> {
  return notNull((value, attr) => {
    if (!Array.isArray(value)) {
      throw invalid(`Expected a list of items but got type "${pyType(value)}".`, attr, 'not_a_list');
    }
    return value.map((item: unknown, index) => child(item, nested(attr, index)));
  });
}

/** Nesting of a request body; what is deeper could be stored but never written out again. */
const MAX_DEPTH = 200;

/** Counted level by level, since recursion is what such a body exhausts. */
function assertDepth(value: unknown): void {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) {
      const detail = 'JSON parse error - maximum recursion depth exceeded';
      throw new ApiError(400, { type: 'invalid_request', code: 'parse_error', detail, attr: null });
    }
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
}

/** A nested object, or the whole body where `attr` is null; its keys are not checked. */
export function body(value: unknown, attr: string | null = null): JsonObject {
  if (attr === null) assertDepth(value);
  if (isObject(value)) return value;
  throw invalid(`Invalid data. Expected a dictionary, but got ${pyType(value)}.`, attr);
}

/** Id of a row that must exist; whether it does is for the caller to look up and to report with `missingRow`. */
export const rowId: Field<number> = notNull((value, attr) => {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  if (typeof value === 'string' && /^\d{1,15}$/.test(pyStrip(value))) return Number(value);
  throw invalid(`Incorrect type. Expected pk value, received ${pyType(value)}.`, attr, 'incorrect_type');
});

export function missingRow(id: number, attr: string) {
  return invalid(`Invalid pk "${id}" - object does not exist.`, attr, 'does_not_exist');
}

export function required<T>(source: JsonObject, key: string, field: Field<T>, attr: string = key): T {
  const value = source[key];
  if (value === undefined) throw invalid('This field is required.', attr, 'required');
  return field(value, attr);
}

export function optional<T>(source: JsonObject, key: string, field: Field<T>): T | undefined {
  const value = source[key];
  return value === undefined ? undefined : field(value, key);
}
