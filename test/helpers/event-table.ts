import type { EventTable, Json } from '../../src/sandbox/events/table.js';

/** An event as a test states it; the person is the distinct id's own where none is named. */
export interface EventInput {
  event: string;
  /** ISO 8601. */
  at: string;
  id: string;
  person?: string;
  properties?: Record<string, Json>;
}

const hex = (number: number) => number.toString(16).padStart(12, '0');
export const uuidOf = (number: number): string => `00000000-0000-4000-8000-${hex(number)}`;

/** A table of these events. Persons are named by uuids in the order in which they come. */
export function eventTable(
  rows: readonly EventInput[],
  persons: Readonly<Record<string, Record<string, Json>>> = {},
): EventTable {
  const names = new Map(
    [...new Set(rows.map(({ id, person = id }) => person))].map((name, at) => [name, uuidOf(1_000_000 + at)]),
  );
  const times = rows.map((row) => Date.parse(row.at));
  const at = (row: number): EventInput => {
    const found = rows[row];
    if (!found) throw new Error(`The table has no row ${row}.`);
    return found;
  };
  const time = (row: number) => times[row] ?? Number.NaN;
  const nameOf = (row: number) => at(row).person ?? at(row).id;
  const personProperties = (row: number) => persons[nameOf(row)] ?? {};
  return {
    size: rows.length,
    uuid: (row) => uuidOf(row + 1),
    event: (row) => at(row).event,
    timestamp: time,
    createdAt: time,
    distinctId: (row) => at(row).id,
    personId: (row) => names.get(nameOf(row)) ?? '',
    property: (row, key) => at(row).properties?.[key],
    properties: (row) => at(row).properties ?? {},
    personProperty: (row, key) => personProperties(row)[key],
    personProperties,
    personCreatedAt: (row) => Math.min(...times.filter((_, other) => nameOf(other) === nameOf(row))),
  };
}
