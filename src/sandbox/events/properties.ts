import { Column, Dictionary } from './columns.js';
import type { Json } from './table.js';

type Values = Readonly<Record<string, Json>>;

/** One property of all events that carry the same ones. Numbers are kept as they are, other values by their number. */
interface Field {
  column: Column;
  isNumber: boolean;
}

const BYTES_PER_SHAPE = 400;
const BYTES_PER_FIELD = 200;

/**
 * Properties of events. Events with the same keys, each with or without a number as its value, form a shape, which has a
 * column for each key. An SDK sends few shapes, so an event costs no more than its values.
 */
export class Properties {
  readonly #keys = new Dictionary<string>();
  readonly #values = new Dictionary<Json>();
  readonly #numbers = new Map<string, number>();
  readonly #shapes: Map<string, Field>[] = [];
  readonly #shapeOf = Column.ints();
  /** Where the event stands in the columns of its shape. */
  readonly #placeOf = Column.ints();
  #bytes = 0;

  get bytes(): number {
    return this.#bytes + this.#keys.bytes + this.#values.bytes;
  }

  /** Adds the properties of the next event. */
  push(properties: Values): void {
    const entries = Object.entries(properties);
    // First what can fail, on a value that is nested too deeply: the columns of a shape must stay equally long.
    const stored = entries.map(([, value]) => (typeof value === 'number' ? value : this.#values.number(value)));
    const number = this.#shape(entries);
    let [at, place] = [0, 0];
    for (const { column, isNumber } of this.#shapes[number]?.values() ?? []) {
      place = column.length;
      column.push(stored[at] ?? 0);
      this.#bytes += isNumber ? Float64Array.BYTES_PER_ELEMENT : Int32Array.BYTES_PER_ELEMENT;
      at += 1;
    }
    this.#shapeOf.push(number);
    this.#placeOf.push(place);
  }

  get(row: number, key: string): Json | undefined {
    const field = this.#shapes[this.#shapeOf.at(row)]?.get(key);
    return field && this.#read(field, this.#placeOf.at(row));
  }

  all(row: number): Values {
    const fields = this.#shapes[this.#shapeOf.at(row)] ?? new Map<string, Field>();
    const place = this.#placeOf.at(row);
    return Object.fromEntries([...fields].map(([key, field]) => [key, this.#read(field, place)]));
  }

  #read({ column, isNumber }: Field, place: number): Json {
    return isNumber ? column.at(place) : this.#values.value(column.at(place));
  }

  #shape(entries: readonly [string, Json][]): number {
    let name = '';
    for (const [key, value] of entries) name += `${this.#keys.number(key)}${typeof value === 'number' ? '#' : ','}`;
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const fields = entries.map(([key, value]): [string, Field] => {
      const isNumber = typeof value === 'number';
      return [key, { isNumber, column: isNumber ? Column.floats() : Column.ints() }];
    });
    const number = this.#shapes.length;
    this.#shapes.push(new Map(fields));
    this.#numbers.set(name, number);
    this.#bytes += BYTES_PER_SHAPE + BYTES_PER_FIELD * fields.length;
    return number;
  }
}
