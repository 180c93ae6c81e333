import { plainOrQuoted, quoted } from './quote.js';

/*
 * Property filters as one line each: "plan = pro|team", "start: person:country is_not NO". The same line is written in inputs
 * and read in answers. What it cannot say (cohorts, groups, HogQL) goes through `query_json`.
 */

const OPERATOR_OF: Readonly<Record<string, string>> = {
  '=': 'exact',
  '!=': 'is_not',
  '>': 'gt',
  '>=': 'gte',
  '<': 'lt',
  '<=': 'lte',
};
const SYMBOL_OF = new Map(Object.entries(OPERATOR_OF).map(([symbol, operator]) => [operator, symbol]));

const LISTED: readonly string[] = ['exact', 'is_not'];
const UNARY: readonly string[] = ['is_set', 'is_not_set'];
const ORDERED: readonly string[] = ['gt', 'gte', 'lt', 'lte'];
const WORDS: readonly string[] = ['icontains', 'not_icontains', 'regex', 'not_regex'];
const DATES: readonly string[] = ['is_date_exact', 'is_date_before', 'is_date_after'];
export const OPERATORS: readonly string[] = [...LISTED, ...ORDERED, ...WORDS, ...DATES, ...UNARY];

const STRING = '"(?:[^"\\\\]|\\\\.)*"';
const LINE = new RegExp(
  `^(?:(denominator|start|step ([1-9]\\d?)): )?(?:(person|session):)?(${STRING}|[^\\s"]+) (\\S+)(?: (.+))?$`,
);
const VALUE = new RegExp(`(${STRING}|[^"|]+)(\\||$)`, 'y');

/** A place of a filter: the event in `event`, the denominator, the start event, or a step by its number. */
export type Place = 'event' | 'denominator' | 'start' | number;

export interface Filter {
  on: Place;
  property: Record<string, unknown>;
}

/** The filter that a line says; where it says none, a text on why. */
export function parseFilter(line: string): Filter | string {
  const [, place, step, type = 'event', key, symbol = '', rest] = LINE.exec(line) ?? [];
  if (key === undefined) return 'must be like "plan = pro", "start: plan is_set" or "step 2: person:country != NO|SE"';
  const operator = OPERATOR_OF[symbol] ?? symbol;
  if (!OPERATORS.includes(operator))
    return `has no operator ${quoted(symbol)}; there are ${[...SYMBOL_OF.values(), ...OPERATORS].join(' ')}`;
  const value = valueFor(operator, rest);
  if (value === undefined) return `needs ${neededBy(operator)} after ${symbol}`;
  const on = step === undefined ? (place === 'denominator' || place === 'start' ? place : 'event') : Number(step);
  return { on, property: { key: unquoted(key), value, operator, type } };
}

function neededBy(operator: string): string {
  if (UNARY.includes(operator)) return 'nothing';
  return LISTED.includes(operator) ? 'values, such as a|b' : 'one value';
}

function valueFor(operator: string, rest: string | undefined): unknown {
  // PostHog's own form repeats the operator as the value of these.
  if (UNARY.includes(operator)) return rest === undefined ? operator : undefined;
  const values = rest === undefined ? undefined : valuesOf(rest);
  if (values === undefined || LISTED.includes(operator)) return values;
  const [value, ...more] = values;
  if (value === undefined || more.length > 0) return undefined;
  return ORDERED.includes(operator) && Number.isFinite(Number(value)) ? Number(value) : value;
}

function valuesOf(text: string): string[] | undefined {
  const values: string[] = [];
  VALUE.lastIndex = 0;
  let separator = '|';
  while (separator === '|') {
    const [, value, next = ''] = VALUE.exec(text) ?? [];
    if (value === undefined) return undefined;
    values.push(unquoted(value));
    separator = next;
  }
  return values;
}

function unquoted(text: string): string {
  if (!text.startsWith('"')) return text.trim();
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

/** A stored filter as a line, without its place. */
export function filterText(filter: unknown): string {
  const { key, value, operator, type } = Object(filter);
  const prefix = typeof type === 'string' && type !== 'event' ? `${plainOrQuoted(type)}:` : '';
  const name = `${prefix}${typeof key === 'string' ? oneWord(key) : '?'}`;
  const symbol = typeof operator === 'string' ? (SYMBOL_OF.get(operator) ?? plainOrQuoted(operator)) : '=';
  if (UNARY.includes(symbol)) return `${name} ${symbol}`;
  return value === undefined || value === null ? name : `${name} ${symbol} ${valueText(value)}`;
}

function oneWord(key: string): string {
  return /[\s:]/.test(key) ? quoted(key) : plainOrQuoted(key);
}

function valueText(value: unknown): string {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values
    .map((item) => (typeof item === 'string' ? item : (JSON.stringify(item) ?? '?')))
    .map((text) => (text === text.trim() ? plainOrQuoted(text) : quoted(text)))
    .join('|');
}
