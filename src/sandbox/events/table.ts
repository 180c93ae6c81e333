/** A JSON value, as clients send properties. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/**
 * Events of one project, read by row number (0 to size - 1). Rows keep their number, and have no particular order in time.
 * A reader asks for one field of one row, so that a store can keep its columns as compactly as it likes.
 */
export interface EventTable {
  readonly size: number;
  uuid(row: number): string;
  event(row: number): string;
  /** Milliseconds since 1970, UTC. */
  timestamp(row: number): number;
  /** When the event was received, in milliseconds since 1970, UTC. */
  createdAt(row: number): number;
  distinctId(row: number): string;
  /** The person to whom the distinct id belongs now, after merges. */
  personId(row: number): string;
  /** Undefined where the event does not carry the property. */
  property(row: number, key: string): Json | undefined;
  properties(row: number): Readonly<Record<string, Json>>;
  /** As the person has it now. */
  personProperty(row: number, key: string): Json | undefined;
  personProperties(row: number): Readonly<Record<string, Json>>;
  /** When the person was first seen, in milliseconds since 1970, UTC. */
  personCreatedAt(row: number): number;
}

const none = (): never => {
  throw new Error('The table has no events.');
};

export const NO_EVENTS: EventTable = {
  size: 0,
  uuid: none,
  event: none,
  timestamp: none,
  createdAt: none,
  distinctId: none,
  personId: none,
  property: none,
  properties: none,
  personProperty: none,
  personProperties: none,
  personCreatedAt: none,
};
