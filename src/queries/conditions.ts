import { z } from 'zod';
import type { Values } from './query.js';

/** Where the value of a property filter is; other types need what a query over events does not have. */
const HOLDERS = { event: 'properties', person: 'person.properties' } as const;

const filterWire = z.looseObject({
  key: z.string(),
  type: z.enum(['event', 'person']),
  operator: z.string().nullish(),
  value: z.unknown().optional(),
});

/** A property of events or of their persons, bound: names are never a part of the query's text. */
export function property(name: string, values: Values, holder: keyof typeof HOLDERS = 'event'): string {
  return `${HOLDERS[holder]}[${values.bind(name)}]`;
}

/** The same as text, "" where an event lacks it. */
export function textOf(name: string, values: Values, holder: keyof typeof HOLDERS = 'event'): string {
  return `ifNull(toString(${property(name, values, holder)}), '')`;
}

const ORDERED: Readonly<Record<string, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' };

type Condition = (text: string, given: readonly (string | number)[], values: Values) => string | null;

function likeAny(operator: string): Condition {
  return (text, given, values) =>
    `(${given.map((one) => `${text} ${operator} ${values.bind(`%${String(one).replaceAll(/[\\%_]/g, '\\$&')}%`)}`).join(' or ')})`;
}

const CONDITIONS: Readonly<Record<string, Condition>> = {
  exact: (text, given, values) => `${text} in ${values.list(given.map(String))}`,
  is_not: (text, given, values) => `${text} not in ${values.list(given.map(String))}`,
  icontains: likeAny('ilike'),
  not_icontains: (text, given, values) => `not ${likeAny('ilike')(text, given, values)}`,
  regex: (text, [one], values) => (one === undefined ? null : `match(${text}, ${values.bind(String(one))})`),
  not_regex: (text, [one], values) => (one === undefined ? null : `not match(${text}, ${values.bind(String(one))})`),
  is_set: (text) => `${text} != ''`,
  is_not_set: (text) => `${text} = ''`,
};

function givenOf(value: unknown): (string | number)[] {
  const all: unknown[] = Array.isArray(value) ? value : [value];
  return all.flatMap((one) => {
    if (typeof one === 'string' || typeof one === 'number') return [one];
    return typeof one === 'boolean' ? [String(one)] : [];
  });
}

/** A stored property filter as a condition on events; null where a query cannot say it. */
export function condition(filter: unknown, values: Values): string | null {
  const { data } = filterWire.safeParse(filter);
  if (!data) return null;
  const given = givenOf(data.value);
  const operator = data.operator ?? 'exact';
  const compared = ORDERED[operator];
  if (compared !== undefined) {
    const [one] = given;
    if (one === undefined || !Number.isFinite(Number(one))) return null;
    return `ifNull(toFloat(${property(data.key, values, data.type)}) ${compared} ${values.bind(Number(one))}, false)`;
  }
  if (given.length === 0) return null;
  return CONDITIONS[operator]?.(textOf(data.key, values, data.type), given, values) ?? null;
}

/** All filters of an event; null where one of them cannot be said. */
export function conditions(filters: unknown, values: Values): string[] | null {
  if (filters === undefined || filters === null) return [];
  if (!Array.isArray(filters)) return null;
  const said = filters.map((filter) => condition(filter, values));
  return said.includes(null) ? null : said.filter((one) => one !== null);
}
