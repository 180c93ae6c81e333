import type { EventTable } from '../events/table.js';
import type { JsonObject } from '../store/model.js';
import type { Act } from './actions.js';
import { unsupported } from './unsupported.js';

/** What a mean metric, or one side of a ratio, makes of the events of one person or group. */
export function actsValue(acts: readonly Act[], node: JsonObject, table: EventTable): number {
  const math = node.math ?? 'total';
  if (math === 'total') return acts.length;
  if (math === 'dau') return acts.length > 0 ? 1 : 0;
  if (math === 'unique_session') return distinct(acts, '$session_id', table);
  if (math === 'unique_group') return distinct(acts, `$group_${String(node.math_group_type_index ?? 0)}`, table);
  const numbers = acts.map(({ row }) => numberIn(table.property(row, String(node.math_property))));
  return reduced(String(math), numbers);
}

function reduced(math: string, numbers: readonly number[]): number {
  if (numbers.length === 0) return 0;
  const sum = numbers.reduce((total, number) => total + number, 0);
  if (math === 'sum') return sum;
  if (math === 'avg') return sum / numbers.length;
  if (math === 'min') return numbers.reduce((least, number) => Math.min(least, number));
  if (math === 'max') return numbers.reduce((most, number) => Math.max(most, number));
  throw unsupported(`metrics with the math "${math}"`);
}

/** A property that is missing or no number counts as 0. */
function numberIn(value: unknown): number {
  if (typeof value === 'boolean' || value === null || value === '') return 0;
  const number = Number(value);
  return Number.isFinite(number) ? number : 0;
}

function distinct(acts: readonly Act[], property: string, table: EventTable): number {
  const values = acts.map(({ row }) => table.property(row, property));
  return new Set(values.filter((value) => value !== undefined && value !== null && value !== '')).size;
}
