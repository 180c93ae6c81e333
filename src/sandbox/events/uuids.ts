import { Column } from './columns.js';

const WORDS = 4;
const HEX = 16;
const DIGITS_PER_WORD = 8;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const FIRST_SLOTS = 64;
/** Of the slots, so that a look-up meets few others. */
const MAX_LOAD = 0.5;

type Words = readonly [number, number, number, number];

function parse(uuid: string): Words {
  const digits = uuid.replaceAll('-', '');
  const word = (at: number) => Number.parseInt(digits.slice(at * DIGITS_PER_WORD, (at + 1) * DIGITS_PER_WORD), HEX);
  return [word(0), word(1), word(2), word(3)];
}

/** The uuids of rows, 16 bytes each, and the rows by uuid. */
export class Uuids {
  readonly #words = Column.words();
  /** Rows plus 1, from the slot on that the uuid names; 0 is free. */
  #slots = new Int32Array(FIRST_SLOTS);

  static isValid(uuid: string | undefined): uuid is string {
    return uuid !== undefined && UUID.test(uuid);
  }

  get size(): number {
    return this.#words.length / WORDS;
  }

  /** Adds the uuid of the next row; undefined counts one. */
  push(uuid: string | undefined): void {
    const counted = (this.size + 1).toString(HEX).padStart(12, '0');
    const words = parse(uuid ?? `00000000-0000-4000-a000-${counted}`);
    for (const word of words) this.#words.push(word);
    if (this.size > this.#slots.length * MAX_LOAD) this.#grow();
    else this.#enter(this.size - 1);
  }

  /** Rows with this uuid, oldest first. */
  *rows(uuid: string): Generator<number> {
    const words = parse(uuid);
    for (let slot = this.#slotOf(words); this.#slots[slot]; slot = this.#next(slot)) {
      const row = (this.#slots[slot] ?? 0) - 1;
      if (words.every((word, at) => word === this.#words.at(row * WORDS + at))) yield row;
    }
  }

  text(row: number): string {
    const digits = this.#read(row)
      .map((word) => word.toString(HEX).padStart(DIGITS_PER_WORD, '0'))
      .join('');
    const parts = [
      digits.slice(0, 8),
      digits.slice(8, 12),
      digits.slice(12, 16),
      digits.slice(16, 20),
      digits.slice(20),
    ];
    return parts.join('-');
  }

  #read(row: number): Words {
    const word = (at: number) => this.#words.at(row * WORDS + at);
    return [word(0), word(1), word(2), word(3)];
  }

  /** The later words vary in every version: the first ones of version 7 are a time. */
  #slotOf([first, , third, fourth]: Words): number {
    return ((first ^ Math.imul(third, 31) ^ fourth) >>> 0) % this.#slots.length;
  }

  #next(slot: number): number {
    return (slot + 1) % this.#slots.length;
  }

  #enter(row: number): void {
    let slot = this.#slotOf(this.#read(row));
    while (this.#slots[slot]) slot = this.#next(slot);
    this.#slots[slot] = row + 1;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let row = 0; row < this.size; row += 1) this.#enter(row);
  }
}
