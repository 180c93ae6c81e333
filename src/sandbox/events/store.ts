import { Column, Dictionary } from './columns.js';
import { Groups } from './groups.js';
import { People, type Traits } from './people.js';
import { Properties } from './properties.js';
import type { EventTable, Json } from './table.js';
import { Uuids } from './uuids.js';

/** Estimated. A project that holds as much takes no further event; none is dropped, so that rows keep their number. */
const MAX_BYTES = 400 * 1024 * 1024;
/** Columns of this class and those that say where the properties are. */
const BYTES_PER_ROW = 60;

/** An event as it is stored: its times are settled. */
export interface NewEvent {
  /** Counted where it is absent or no uuid. */
  uuid?: string | undefined;
  event: string;
  distinctId: string;
  /** Milliseconds since 1970, UTC, like `createdAt`. */
  timestamp: number;
  createdAt: number;
  properties: Readonly<Record<string, Json>>;
}

function traitsOf(value: Json | undefined): Traits {
  return isRecord(value) ? value : {};
}

function isRecord(value: Json | undefined): value is Traits {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Ids of persons and groups can be sent as numbers. */
function idText(value: Json | undefined): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

/** Events of one project with its persons and groups, in columns: a million events take less than 400 MB. */
export class EventStore implements EventTable {
  readonly people: People;
  readonly groups = new Groups();
  readonly #maxBytes: number;
  readonly #names = new Dictionary<string>();
  readonly #properties = new Properties();
  readonly #event = Column.ints();
  readonly #distinctId = Column.ints();
  readonly #timestamp = Column.floats();
  readonly #createdAt = Column.floats();
  readonly #uuids = new Uuids();

  constructor(projectId: number, maxBytes = MAX_BYTES) {
    this.people = new People(projectId);
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#event.length;
  }

  /** Estimated. */
  get bytes(): number {
    const rows = this.size * BYTES_PER_ROW + this.#names.bytes;
    return rows + this.people.bytes + this.#properties.bytes + this.groups.bytes;
  }

  /** Whether the limit is reached, so that no further event is taken. */
  get isFull(): boolean {
    return this.bytes >= this.#maxBytes;
  }

  /**
   * Adds an event and what it says about persons and groups, unless it is there already. False where the store is full: then
   * nothing changes.
   */
  add(event: NewEvent): boolean {
    if (this.#has(event)) return true;
    if (this.isFull) return false;
    this.#identify(event);
    const id = this.people.see(event.distinctId, event.timestamp);
    this.#describe(id, event.properties);
    this.#describeGroup(event);
    this.#properties.push({ ...event.properties, ...this.#groupKeys(event.properties.$groups) });
    this.#uuids.push(Uuids.isValid(event.uuid) ? event.uuid : undefined);
    this.#event.push(this.#names.number(event.event));
    this.#distinctId.push(id);
    this.#timestamp.push(event.timestamp);
    this.#createdAt.push(event.createdAt);
    return true;
  }

  #identify({ event, distinctId, timestamp, properties }: NewEvent): void {
    const merges = event === '$create_alias' || event === '$merge_dangerously';
    const other = merges ? properties.alias : event === '$identify' ? properties.$anon_distinct_id : undefined;
    const id = idText(other);
    const forced = event === '$merge_dangerously';
    if (id !== undefined) this.people.merge({ into: distinctId, other: id, forced, at: timestamp });
  }

  #describe(id: number, properties: NewEvent['properties']): void {
    const { $set, $set_once, $unset, $process_person_profile: profile } = properties;
    if (profile === false || ($set === undefined && $set_once === undefined && $unset === undefined)) return;
    const unset = Array.isArray($unset) ? $unset.map(String) : Object.keys(traitsOf($unset));
    this.people.change(this.people.person(id), { set: traitsOf($set), setOnce: traitsOf($set_once), unset });
  }

  #describeGroup({ event, properties }: NewEvent): void {
    const [type, key] = [idText(properties.$group_type), idText(properties.$group_key)];
    if (event !== '$groupidentify' || type === undefined || key === undefined) return;
    const index = this.groups.index(type);
    if (index !== undefined) this.groups.set(index, key, traitsOf(properties.$group_set));
  }

  /** `$group_0` and so on, which PostHog adds to events that name their groups. */
  #groupKeys(groups: Json | undefined): Traits {
    const keys = Object.entries(traitsOf(groups)).flatMap(([type, key]) => {
      const index = this.groups.index(type);
      return index === undefined ? [] : [[`$group_${index}`, idText(key) ?? ''] as const];
    });
    return Object.fromEntries(keys);
  }

  /** Whether the event came before, as it does where an SDK did not get the answer and sends it again. */
  #has({ uuid, event, distinctId }: NewEvent): boolean {
    const rows = Uuids.isValid(uuid) ? [...this.#uuids.rows(uuid)] : [];
    return rows.some((row) => this.event(row) === event && this.distinctId(row) === distinctId);
  }

  uuid(row: number): string {
    return this.#uuids.text(row);
  }

  event(row: number): string {
    return this.#names.value(this.#event.at(row));
  }

  timestamp(row: number): number {
    return this.#timestamp.at(row);
  }

  createdAt(row: number): number {
    return this.#createdAt.at(row);
  }

  distinctId(row: number): string {
    return this.people.distinctId(this.#distinctId.at(row));
  }

  #person(row: number): number {
    return this.people.person(this.#distinctId.at(row));
  }

  personId(row: number): string {
    return this.people.uuid(this.#person(row));
  }

  property(row: number, key: string): Json | undefined {
    return this.#properties.get(row, key);
  }

  properties(row: number): Readonly<Record<string, Json>> {
    return this.#properties.all(row);
  }

  personProperty(row: number, key: string): Json | undefined {
    const traits = this.personProperties(row);
    return Object.hasOwn(traits, key) ? traits[key] : undefined;
  }

  personProperties(row: number): Traits {
    return this.people.traits(this.#person(row));
  }

  personCreatedAt(row: number): number {
    return this.people.createdAt(this.#person(row));
  }
}
