import type { Json } from './table.js';

type Numbers = Float64Array | Int32Array | Uint32Array;

const FIRST_LENGTH = 8;
const GROWTH = 1.5;

/** Numbers of one kind in a typed array, which grows as it fills. */
export class Column {
  readonly #make: (length: number) => Numbers;
  #values: Numbers;
  length = 0;

  constructor(make: (length: number) => Numbers) {
    this.#make = make;
    this.#values = make(FIRST_LENGTH);
  }

  static floats(): Column {
    return new Column((length) => new Float64Array(length));
  }

  static ints(): Column {
    return new Column((length) => new Int32Array(length));
  }

  static words(): Column {
    return new Column((length) => new Uint32Array(length));
  }

  at(index: number): number {
    return this.#values[index] ?? 0;
  }

  set(index: number, value: number): void {
    this.#values[index] = value;
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const larger = this.#make(Math.ceil(this.length * GROWTH));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.length] = value;
    this.length += 1;
  }

  get bytes(): number {
    return this.#values.byteLength;
  }
}

/** What a value costs beside its characters: its header, its place in the list, and its entry in the map. */
const BYTES_PER_VALUE = 80;

/** Keeps each value once and gives it a small number. */
export class Dictionary<T extends Json> {
  readonly #simple = new Map<Json, number>();
  /** Lists and objects, by their JSON text. */
  readonly #nested = new Map<string, number>();
  readonly #values: T[] = [];
  bytes = 0;

  /** The number of the value, which is a new one if the value is new. */
  number(value: T): number {
    const isNested = typeof value === 'object' && value !== null;
    const key = isNested ? JSON.stringify(value) : value;
    const known = isNested ? this.#nested.get(String(key)) : this.#simple.get(key);
    if (known !== undefined) return known;
    const number = this.#values.length;
    if (isNested) this.#nested.set(String(key), number);
    else this.#simple.set(key, number);
    this.#values.push(value);
    this.bytes += BYTES_PER_VALUE + (typeof key === 'string' ? key.length : 0);
    return number;
  }

  /** The number of a simple value that was seen before. */
  find(value: T): number | undefined {
    return this.#simple.get(value);
  }

  value(number: number): T {
    const value = this.#values[number];
    if (value === undefined) throw new RangeError(`No value has the number ${number}.`);
    return value;
  }
}
