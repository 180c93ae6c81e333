import { furnishedEvents } from '../crowd/furnish.js';
import type { EventTable, Json } from '../events/table.js';
import { type PropertyType, typeOfValue } from '../hogql/property-type.js';
import { invalid } from '../http/api-error.js';
import { page } from '../http/paging.js';
import type { Answer, Context } from '../http/router.js';

interface Definition {
  id: string;
  name: string;
  type: PropertyType | null;
  /** Names of the events that carry it; empty for properties of persons. */
  seenOn: Set<string>;
}

type Kind = 'event' | 'person';
const KINDS = ['event', 'person', 'group', 'session'];

/** PostHog lists these nowhere. */
const UNLISTED = /^(?:distinct_id|\$set|\$set_once|\$groups|\$group_[0-4]|\$session_entry_.*|\$initial_referrer.*)$/;

/** What has been found in a table, up to the given row. */
interface Found {
  size: number;
  byName: Map<string, Definition>;
}

const found: Record<Kind, WeakMap<EventTable, Found>> = { event: new WeakMap(), person: new WeakMap() };

function definitionsOf(events: EventTable, kind: Kind): Found['byName'] {
  const known = found[kind].get(events);
  // Properties of persons change without a new event.
  const { byName, size } = known && kind === 'event' ? known : { byName: new Map<string, Definition>(), size: 0 };
  const add = (properties: Readonly<Record<string, Json>>, event: string | null) => {
    for (const [name, value] of Object.entries(properties)) {
      if (UNLISTED.test(name)) continue;
      const id = `00000000-0000-4000-${kind === 'event' ? 'c' : 'd'}000-${byName.size.toString(16).padStart(12, '0')}`;
      const definition = byName.get(name) ?? { id, name, type: null, seenOn: new Set<string>() };
      definition.type ??= value === null ? null : typeOfValue(name, value);
      if (event !== null) definition.seenOn.add(event);
      byName.set(name, definition);
    }
  };
  const persons = new Set<string>();
  for (let row = size; row < events.size; row++) {
    if (kind === 'event') add(events.properties(row), events.event(row));
    else if (!persons.has(events.personId(row))) {
      persons.add(events.personId(row));
      add(events.personProperties(row), null);
    }
  }
  found[kind].set(events, { byName, size: events.size });
  return byName;
}

/** A list that a query parameter carries as JSON. */
function namesIn(context: Context, key: string): string[] | null {
  const text = context.query.get(key);
  if (text === null || text === '') return null;
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed)) return parsed.map(String);
  } catch {
    // Refused below, as anything else that is no list.
  }
  throw invalid(`${key} must be a JSON list`, key);
}

const truth = (text: string | null): boolean | null => (text === null ? null : text.toLowerCase() === 'true');

function kindOf({ query }: Context): string {
  const kind = query.get('type') ?? 'event';
  if (!KINDS.includes(kind)) throw invalid(`"${kind}" is not a valid choice.`, 'type', 'invalid_choice');
  if (kind === 'group' && query.get('group_type_index') === null) {
    throw invalid('`group_type_index` must be set for `group` type', 'group_type_index');
  }
  return kind;
}

/** GET: properties that events of the project carried, or that its persons have. */
export function listPropertyDefinitions(context: Context): Answer {
  const { query, project, store } = context;
  const kind = kindOf(context);
  const events = furnishedEvents(project.id, store);
  const all = kind === 'event' || kind === 'person' ? [...definitionsOf(events, kind).values()] : [];
  const onEvents = kind === 'event' ? namesIn(context, 'event_names') : null;
  const excluded = namesIn(context, 'excluded_properties') ?? [];
  const only = query.get('properties')?.split(',') ?? null;
  const words = (query.get('search') ?? '').toLowerCase().split(/\s+/);
  const [numerical, ofFlags] = [truth(query.get('is_numerical')), truth(query.get('is_feature_flag'))];
  const noCore = truth(query.get('exclude_core_properties')) ?? false;
  const seen = ({ seenOn }: Definition) => onEvents?.some((name) => seenOn.has(name)) ?? null;
  const seenOnly = onEvents !== null && truth(query.get('filter_by_event_names')) === true;
  const wanted = all.filter((one) => {
    const { name, type } = one;
    const isFlag = name.startsWith('$feature/');
    return (
      words.every((word) => name.toLowerCase().includes(word)) &&
      (only === null || only.includes(name)) &&
      !excluded.includes(name) &&
      (numerical === null || (type === 'Numeric') === numerical) &&
      (ofFlags === null || isFlag === ofFlags) &&
      !(noCore && name.startsWith('$')) &&
      (!seenOnly || seen(one) === true)
    );
  });
  wanted.sort((a, b) => Number(seen(b)) - Number(seen(a)) || (a.name < b.name ? -1 : 1));
  return page(context, wanted, (one) => ({
    id: one.id,
    name: one.name,
    is_numerical: one.type === 'Numeric',
    property_type: one.type,
    tags: [],
    is_seen_on_filtered_events: seen(one),
  }));
}

const DAY_MS = 86_400_000;
/** How far back values are looked for. Source: PostHog behaviour. */
const VALUE_DAYS = 7;
const MAX_VALUES = 10;

const columnOf = (events: EventTable, row: number, key: string) =>
  ({ event: events.event(row), distinct_id: events.distinctId(row) })[key];

/** GET: values that a property had within the last week, most frequent first. */
export function listEventValues({ query, project, store }: Context): Answer {
  const key = query.get('key');
  if (!key) throw invalid('You must provide a key');
  const names = query.getAll('event_name');
  const custom = key === 'custom_event';
  // A personal key has to say which events it means; the words are ours.
  if (names.length === 0 && !custom) throw invalid('You must provide an event_name', 'event_name');
  const events = furnishedEvents(project.id, store);
  const isColumn = truth(query.get('is_column')) ?? false;
  const since = store.now().getTime() - VALUE_DAYS * DAY_MS;
  const search = (query.get('value') ?? '').toLowerCase();
  const counts = new Map<string, number>();
  const read = (row: number): Json | undefined => {
    if (custom) return events.event(row).startsWith('$') ? undefined : events.event(row);
    return isColumn ? columnOf(events, row, key) : events.property(row, key);
  };
  for (let row = 0; row < events.size; row++) {
    if (events.timestamp(row) < since || (!custom && !names.includes(events.event(row)))) continue;
    const value = read(row);
    if (value === undefined || value === null || value === '') continue;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (text.toLowerCase().includes(search)) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, first], [b, second]) => second - first || (a < b ? -1 : 1));
  const results = sorted.slice(0, MAX_VALUES).map(([name]) => ({ name }));
  return { status: 200, body: { results, refreshing: false } };
}
