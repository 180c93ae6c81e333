import { createHash } from 'node:crypto';
import { Column, Dictionary } from './columns.js';
import type { Json } from './table.js';

export type Traits = Readonly<Record<string, Json>>;

/** Of the uuids that PostHog gives to persons. */
const NAMESPACE = Buffer.from('932979b465c3442484670b66ec27bc22', 'hex');
/** Ids that come from faults in code, so many users share them. PostHog refuses to merge them. */
const ILLEGAL_IDS = new Set(
  [
    ...['anonymous', 'guest', 'distinctid', 'distinct_id', 'id', 'not_authenticated', 'email', 'undefined'],
    ...['true', 'false', '[object object]', 'nan', 'none', 'null', '0', ''],
  ].flatMap((id) => [id, `'${id}'`, `"${id}"`]),
);
const NOBODY: Traits = Object.freeze({});
const BYTES_PER_PERSON = 150;
const BYTES_PER_TRAIT = 40;

/** Version 5, from the project and the first distinct id, as PostHog makes it. */
function personUuid(projectId: number, distinctId: string): string {
  const digest = createHash('sha1')
    .update(Buffer.concat([NAMESPACE, Buffer.from(`${projectId}:${distinctId}`)]))
    .digest('hex');
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  const parts = [digest.slice(0, 8), digest.slice(8, 12), `5${digest.slice(13, 16)}`];
  return [...parts, `${variant}${digest.slice(17, 20)}`, digest.slice(20, 32)].join('-');
}

function cost(value: Json | undefined): number {
  if (value === undefined) return 0;
  return BYTES_PER_TRAIT + (typeof value === 'string' ? value.length : JSON.stringify(value).length);
}

/** What an event says about the person. */
export interface TraitChange {
  set: Traits;
  setOnce: Traits;
  unset: readonly string[];
}

export interface Merge {
  /** Whose person stays. */
  into: string;
  other: string;
  /** True for `$merge_dangerously`: the other may be identified already. */
  forced: boolean;
  at: number;
}

/** Persons and the distinct ids that belong to them. Both have numbers, from 0 on. */
export class People {
  readonly #projectId: number;
  readonly #ids = new Dictionary<string>();
  /** By distinct id. */
  readonly #personOf = Column.ints();
  /** By person, like all below: the person into whom this one was merged, or the person itself. */
  readonly #mergedInto = Column.ints();
  readonly #createdAt = Column.floats();
  readonly #uuids: string[] = [];
  readonly #traits: Traits[] = [];
  readonly #identified = new Set<number>();
  #bytes = 0;

  constructor(projectId: number) {
    this.#projectId = projectId;
  }

  get bytes(): number {
    return this.#bytes + this.#ids.bytes;
  }

  distinctId(id: number): string {
    return this.#ids.value(id);
  }

  /** The person to whom a distinct id belongs now. */
  person(id: number): number {
    let person = this.#personOf.at(id);
    while (this.#mergedInto.at(person) !== person) person = this.#mergedInto.at(person);
    this.#personOf.set(id, person);
    return person;
  }

  /** The person of a distinct id that was seen before. */
  find(distinctId: string): number | undefined {
    const id = this.#ids.find(distinctId);
    return id === undefined ? undefined : this.person(id);
  }

  uuid(person: number): string {
    return this.#uuids[person] ?? '';
  }

  createdAt(person: number): number {
    return this.#createdAt.at(person);
  }

  traits(person: number): Traits {
    return this.#traits[person] ?? NOBODY;
  }

  /** The number of a distinct id. One that is new gets a person, who is first seen now. */
  see(distinctId: string, at: number): number {
    return this.#ids.find(distinctId) ?? this.#add(distinctId, this.#create(distinctId, at));
  }

  /** Makes two distinct ids one person, as PostHog does; where it refuses, nothing changes but that both are known. */
  merge({ into, other, forced, at }: Merge): void {
    if (into === other || [into, other].some((id) => ILLEGAL_IDS.has(id.trim().toLowerCase()))) return;
    const [target, source] = [this.find(into), this.find(other)];
    const kept = target ?? source ?? this.#create(into, at);
    if (target === undefined) this.#add(into, kept);
    if (source === undefined) this.#add(other, kept);
    else if (source !== kept) {
      if (this.#identified.has(source) && !forced) return;
      this.#absorb(kept, source);
    }
    this.#identified.add(kept);
  }

  change(person: number, { set, setOnce, unset }: TraitChange): void {
    const before = this.traits(person);
    const missing = Object.entries(setOnce).filter(([key]) => !Object.hasOwn(before, key));
    const after = Object.entries({ ...Object.fromEntries(missing), ...set });
    if (unset.length === 0 && after.every(([key, value]) => Object.hasOwn(before, key) && before[key] === value))
      return;
    const kept = Object.entries(before).filter(([key]) => !unset.includes(key));
    this.#replace(person, Object.fromEntries([...kept, ...after]));
  }

  #replace(person: number, traits: Traits): void {
    const sum = (values: Traits) => Object.values(values).reduce<number>((total, value) => total + cost(value), 0);
    this.#bytes += sum(traits) - sum(this.traits(person));
    this.#traits[person] = traits;
  }

  /** Where both have a value, that of the person who stays counts. */
  #absorb(kept: number, source: number): void {
    this.#mergedInto.set(source, kept);
    this.#createdAt.set(kept, Math.min(this.createdAt(kept), this.createdAt(source)));
    this.#replace(kept, { ...this.traits(source), ...this.traits(kept) });
    this.#replace(source, NOBODY);
  }

  #create(distinctId: string, at: number): number {
    const person = this.#uuids.length;
    this.#uuids.push(personUuid(this.#projectId, distinctId));
    this.#mergedInto.push(person);
    this.#createdAt.push(at);
    this.#traits.push(NOBODY);
    this.#bytes += BYTES_PER_PERSON;
    return person;
  }

  #add(distinctId: string, person: number): number {
    const id = this.#ids.number(distinctId);
    this.#personOf.push(person);
    return id;
  }
}
