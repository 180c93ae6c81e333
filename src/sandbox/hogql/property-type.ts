import type { Json } from '../events/table.js';
import { BOOL, DATETIME64, FLOAT, nullable, STRING, type Type, type Value } from './types.js';
import type { Zone } from './zone.js';

export type PropertyType = 'Numeric' | 'String' | 'Boolean' | 'DateTime';

const DATED_NAME = /time|timestamp|date|_at|-at|createdat|updatedat/i;
const TEXT_NAME = /^(?:utm_|\$feature\/|\$survey_response)|^\$feature_flag_response$/;
const ISO_DATE = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?$/;
/** Numbers under it are no times of today in seconds: 2020. */
const RECENT_SECONDS = 1_577_836_800;

/** What PostHog takes a property for by the first value that it sees; null where a value says nothing. */
export function typeOfValue(name: string, value: Json): PropertyType | null {
  if (TEXT_NAME.test(name)) return 'String';
  if (typeof value === 'boolean') return 'Boolean';
  if (typeof value === 'number') return DATED_NAME.test(name) && value >= RECENT_SECONDS ? 'DateTime' : 'Numeric';
  if (typeof value !== 'string') return null;
  const text = value.trim().toLowerCase();
  if (text === 'true' || text === 'false') return 'Boolean';
  return ISO_DATE.test(value.trim()) ? 'DateTime' : 'String';
}

/** A property as text: JSON, but texts without their quotes. Missing ones are NULL. */
export function asText(value: Json | undefined): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

export function toNumber(text: string): number | null {
  const trimmed = text.trim();
  const number = Number(trimmed);
  return trimmed === '' || Number.isNaN(number) || /^[+-]?0[xob]/i.test(trimmed) ? null : number;
}

/** A column that reads a property as its definition says. */
export function propertyColumn(read: (row: number) => Json | undefined, as: PropertyType | null, zone: Zone) {
  const column = (type: Type, convert: (value: Json) => Value) => ({
    type: nullable(type),
    get: (row: number): Value => {
      const value = read(row);
      return value === undefined || value === null ? null : convert(value);
    },
  });
  if (as === 'Numeric') {
    return column(FLOAT, (value) => (typeof value === 'number' ? value : toNumber(asText(value) ?? '')));
  }
  if (as === 'Boolean') {
    return column(BOOL, (value) => ({ true: 1, false: 0 })[String(value)] ?? null);
  }
  if (as === 'DateTime') {
    return column(DATETIME64, (value) => {
      const seconds = toNumber(asText(value) ?? '');
      return seconds === null ? zone.parse(String(value)) : seconds * 1000;
    });
  }
  return column(STRING, asText);
}
