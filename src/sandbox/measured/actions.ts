import type { EventTable } from '../events/table.js';
import type { JsonObject } from '../store/model.js';
import { type Exposed, entityOf, matcher } from './exposed.js';

/** One event of somebody who was exposed. */
export interface Act {
  row: number;
  time: number;
}

export interface Acting {
  table: EventTable;
  exposed: ReadonlyMap<string, Exposed>;
  groupType: number | null;
  now: Date;
}

/** By entity, in order of time, what the exposed did of a kind of event. */
export function actsOf(node: JsonObject, { table, exposed, groupType, now }: Acting): Map<string, Act[]> {
  const isAct = matcher(node, table, now);
  const acts = new Map<string, Act[]>();
  for (let row = 0; row < table.size; row += 1) {
    if (!isAct(row)) continue;
    const entity = entityOf(row, groupType, table);
    if (entity === null || !exposed.has(entity)) continue;
    const act = { row, time: table.timestamp(row) };
    const list = acts.get(entity);
    if (list) list.push(act);
    else acts.set(entity, [act]);
  }
  for (const list of acts.values()) list.sort((a, b) => a.time - b.time || a.row - b.row);
  return acts;
}
