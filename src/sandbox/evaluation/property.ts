import { isObject } from '../store/json.js';
import { matchesVersion } from './semver.js';

export type Values = Readonly<Record<string, unknown>>;

const NEGATED = /^(?:is_not$|not_)/;
const RELATIVE_DATE = /^-?(\d{1,4})([hdwmy])$/;
/** Numbers below are seconds, others milliseconds. */
const FIRST_MILLISECONDS = 1e11;

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

/** Only the letters A to Z, as PostHog does where it looks for a part of a text. */
function lowered(value: unknown): string {
  return textOf(value).replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function numberOf(value: unknown): number {
  const text = textOf(value).trim();
  return text === '' ? Number.NaN : Number(text);
}

/** True and false in any form, or a list of them. */
function isBoolean(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isBoolean);
  return typeof value === 'boolean' || (typeof value === 'string' && /^(?:true|false)$/i.test(value));
}

function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(isTrue);
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true');
}

/** Case does not count, and a list wants one of its values. */
function isExactly(wanted: unknown, actual: unknown): boolean {
  if (isBoolean(wanted)) return isTrue(wanted) === isTrue(actual);
  const text = textOf(actual).toLowerCase();
  return (Array.isArray(wanted) ? wanted : [wanted]).some((item) => textOf(item).toLowerCase() === text);
}

/** Null for a pattern that cannot be read: then neither `regex` nor `not_regex` matches. */
function matchesPattern(pattern: string, text: string): boolean | null {
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return null;
  }
}

/** A date that counts back from now, e.g. `-7d`. */
function relativeDate(text: string, now: Date): number | null {
  const [, digits, unit] = RELATIVE_DATE.exec(text) ?? [];
  if (digits === undefined) return null;
  const count = Number(digits);
  const date = new Date(now);
  const day = date.getUTCDate();
  if (unit === 'h') date.setUTCHours(date.getUTCHours() - count);
  else if (unit === 'd') date.setUTCDate(day - count);
  else if (unit === 'w') date.setUTCDate(day - 7 * count);
  else {
    date.setUTCMonth(date.getUTCMonth() - (unit === 'y' ? 12 * count : count));
    // A day that the month lacks is its last one.
    if (date.getUTCDate() !== day) date.setUTCDate(0);
  }
  return date.getTime();
}

/** Milliseconds since 1970; NaN for no date. A time without a zone is UTC. */
function dateOf(value: unknown, now: Date): number {
  if (typeof value === 'number') return value < FIRST_MILLISECONDS ? value * 1000 : value;
  if (typeof value !== 'string') return Number.NaN;
  const zoned = /\d{2}:\d{2}/.test(value) && !/(?:z|[+-]\d{2}:?\d{2})$/i.test(value) ? `${value}Z` : value;
  return relativeDate(value, now) ?? Date.parse(zoned);
}

function compareNumbers(operator: string, actual: number, wanted: number): boolean {
  if (operator === 'gt') return actual > wanted;
  if (operator === 'gte') return actual >= wanted;
  return operator === 'lt' ? actual < wanted : actual <= wanted;
}

function isBetween(bounds: unknown, actual: number): boolean | null {
  const [low, high] = Array.isArray(bounds) && bounds.length === 2 ? bounds.map(numberOf) : [];
  if (low === undefined || high === undefined || !(low <= high) || Number.isNaN(actual)) return null;
  return low <= actual && actual <= high;
}

/** Null where what is asked makes no sense: then neither the operator nor its negation matches. */
function matchesValue(operator: string, wanted: unknown, actual: unknown, now: Date): boolean | null {
  switch (operator) {
    case 'exact':
      return isExactly(wanted, actual);
    case 'icontains':
      return lowered(actual).includes(lowered(wanted));
    case 'icontains_multi':
      return (Array.isArray(wanted) ? wanted : [wanted]).some((part) => lowered(actual).includes(lowered(part)));
    case 'starts_with':
      return lowered(actual).startsWith(lowered(wanted));
    case 'ends_with':
      return lowered(actual).endsWith(lowered(wanted));
    case 'regex':
      return matchesPattern(textOf(wanted), textOf(actual));
    case 'between':
      return isBetween(wanted, numberOf(actual));
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return compareNumbers(operator, numberOf(actual), numberOf(wanted));
    case 'is_date_exact':
      return dateOf(actual, now) === dateOf(wanted, now);
    case 'is_date_before':
      return dateOf(actual, now) < dateOf(wanted, now);
    case 'is_date_after':
      return dateOf(actual, now) > dateOf(wanted, now);
  }
  return operator.startsWith('semver_') ? matchesVersion(operator, textOf(actual), textOf(wanted)) : null;
}

/** Whether what is known of a person or group fulfils one property of a release condition. Source: PostHog behaviour. */
export function matchesProperty(property: unknown, values: Values, now: Date): boolean {
  if (!isObject(property)) return false;
  const { key, value, operator } = property;
  const isSet = typeof key === 'string' && Object.hasOwn(values, key);
  const name = typeof operator === 'string' ? operator : 'exact';
  if (name === 'is_set') return isSet;
  if (name === 'is_not_set') return !isSet;
  if (value === undefined || value === null) return false;
  const negated = NEGATED.test(name);
  if (!isSet) return negated;
  const matched = matchesValue(name === 'is_not' ? 'exact' : name.replace(NEGATED, ''), value, values[key], now);
  return matched !== null && matched !== negated;
}
