import type { Traits } from './people.js';

/** PostHog knows five types of groups in a project. */
const MAX_TYPES = 5;
const BYTES_PER_GROUP = 200;

/** Groups of a project, such as organizations. Types have an index, in the order in which they were first seen. */
export class Groups {
  readonly #types: string[] = [];
  readonly #traits: Map<string, Traits>[] = [];
  bytes = 0;

  get types(): readonly string[] {
    return this.#types;
  }

  /** Undefined for a sixth type, which PostHog ignores. */
  index(type: string): number | undefined {
    const known = this.#types.indexOf(type);
    if (known !== -1) return known;
    if (this.#types.length === MAX_TYPES) return undefined;
    this.#traits.push(new Map());
    return this.#types.push(type) - 1;
  }

  traits(index: number, key: string): Traits {
    return this.#traits[index]?.get(key) ?? {};
  }

  set(index: number, key: string, traits: Traits): void {
    const before = this.traits(index, key);
    this.#traits[index]?.set(key, { ...before, ...traits });
    this.bytes += BYTES_PER_GROUP + JSON.stringify(traits).length;
  }
}
