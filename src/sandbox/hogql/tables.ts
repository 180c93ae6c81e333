import type { EventTable, Json } from '../events/table.js';
import { type PropertyType, propertyColumn, typeOfValue } from './property-type.js';
import { type Column, type Table, tableOf } from './relation.js';
import { DATETIME64, STRING, type Type, UUID, type Value } from './types.js';
import type { Zone } from './zone.js';

/** Stated types of properties; one that is not stated has the type of its first value. */
export type PropertyTypes = (of: 'event' | 'person', name: string) => PropertyType | undefined;

export interface Source {
  events: EventTable;
  zone: Zone;
  propertyTypes?: PropertyTypes | undefined;
}

type Read = (row: number, key: string) => Json | undefined;

function inferred(name: string, size: number, read: Read): PropertyType | null {
  for (let row = 0; row < size; row++) {
    const value = read(row, name);
    const type = value === undefined || value === null ? null : typeOfValue(name, value);
    if (type !== null) return type;
  }
  return null;
}

function readerOf(name: string, path: readonly (string | number)[], read: Read): (row: number) => Json | undefined {
  if (path.length === 0) return (row) => read(row, name);
  return (row) => {
    let value: unknown = read(row, name);
    for (const key of path) value = typeof value === 'object' && value !== null ? (value as never)[key] : undefined;
    return value as Json | undefined;
  };
}

const column = (type: Type, get: (row: number) => Value): Column => ({ type, get });

/** `row` of a table that stands for `rowOf(row)` of the events. */
function properties(of: 'event' | 'person', source: Source, size: number, rowOf: (row: number) => number) {
  const { events, zone } = source;
  const one = of === 'event' ? events.property.bind(events) : events.personProperty.bind(events);
  const all = of === 'event' ? events.properties.bind(events) : events.personProperties.bind(events);
  const read: Read = (row, key) => one(rowOf(row), key);
  const types = new Map<string, PropertyType | null>();
  const typeOf = (name: string) => {
    const known = types.get(name);
    const type = known === undefined ? (source.propertyTypes?.(of, name) ?? inferred(name, size, read)) : known;
    types.set(name, type);
    return type;
  };
  return ([first, ...path]: readonly (string | number)[]): Column => {
    if (first === undefined) return column(STRING, (row) => JSON.stringify(all(rowOf(row))));
    const name = String(first);
    return propertyColumn(readerOf(name, path, read), path.length > 0 ? 'String' : typeOf(name), zone);
  };
}

/** The property that a column of its own repeats. */
const COPIED = ['$session_id', '$window_id', '$group_0', '$group_1', '$group_2', '$group_3', '$group_4'];

const same = (row: number) => row;

export function eventsTable(source: Source): Table {
  const { events } = source;
  const { size } = events;
  const own = properties('event', source, size, same);
  const persons = properties('person', source, size, same);
  const copied = (name: string) => column(STRING, (row) => String(events.property(row, name) ?? ''));
  const personId = column(UUID, (row) => events.personId(row));
  const columns = new Map<string, Column>([
    ['uuid', column(UUID, (row) => events.uuid(row))],
    ['event', column(STRING, (row) => events.event(row))],
    ['properties', own([])],
    ['timestamp', column(DATETIME64, (row) => events.timestamp(row))],
    ['distinct_id', column(STRING, (row) => events.distinctId(row))],
    ['elements_chain', column(STRING, (row) => String(events.property(row, '$elements_chain') ?? ''))],
    ['created_at', column(DATETIME64, (row) => events.createdAt(row))],
    ...COPIED.map((name): [string, Column] => [name, copied(name)]),
    ['person_id', personId],
  ]);
  const plain = tableOf(size, columns);
  return {
    size,
    names: plain.names,
    field: (chain) => {
      const [first, second, ...rest] = chain;
      if (first === 'properties') return own(chain.slice(1));
      if (first === 'pdi' && second === 'person_id') return personId;
      if (first === 'person' || first === 'poe') {
        if (second === 'id') return personId;
        if (second === 'created_at') return column(DATETIME64, (row) => events.personCreatedAt(row));
        return second === 'properties' ? persons(rest) : undefined;
      }
      return plain.field(chain);
    },
  };
}

/** The first event of each value that `of` gives. */
function firstRows(size: number, of: (row: number) => string): number[] {
  const seen = new Set<string>();
  const rows: number[] = [];
  for (let row = 0; row < size; row++) {
    const before = seen.size;
    if (seen.add(of(row)).size > before) rows.push(row);
  }
  return rows;
}

/** Everybody who did an event. */
export function personsTable(source: Source): Table {
  const { events } = source;
  const rows = firstRows(events.size, (row) => events.personId(row));
  const at = (row: number) => rows[row] ?? 0;
  const own = properties('person', source, rows.length, at);
  const plain = tableOf(
    rows.length,
    new Map([
      ['id', column(UUID, (row) => events.personId(at(row)))],
      ['created_at', column(DATETIME64, (row) => events.personCreatedAt(at(row)))],
      ['properties', own([])],
    ]),
  );
  return { ...plain, field: (chain) => (chain[0] === 'properties' ? own(chain.slice(1)) : plain.field(chain)) };
}

export function distinctIdsTable({ events }: Source): Table {
  const rows = firstRows(events.size, (row) => events.distinctId(row));
  const at = (row: number) => rows[row] ?? 0;
  return tableOf(
    rows.length,
    new Map([
      ['distinct_id', column(STRING, (row) => events.distinctId(at(row)))],
      ['person_id', column(UUID, (row) => events.personId(at(row)))],
    ]),
  );
}
