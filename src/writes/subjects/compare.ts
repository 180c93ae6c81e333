import { canonical } from '../../schema/canonical.js';
import { plainOrQuoted } from '../../schema/quote.js';
import type { Change } from '../../tool.js';

/** The one change of a delete. */
export const GONE: readonly Change[] = [{ path: 'deleted', before: false, after: true }];

/** The fields of two flat states that differ, by the fields of the later one. */
export function changedFields(was: Record<string, unknown>, is: Record<string, unknown>): Change[] {
  return Object.keys(is).flatMap((path) =>
    canonical(was[path]) === canonical(is[path]) ? [] : [{ path, before: was[path], after: is[path] }],
  );
}

/** Everything that differs between two values, each by its dotted path; lists differ whole. */
export function differences(path: string, before: unknown, after: unknown): Change[] {
  if (isRecord(before) && isRecord(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) => {
      const name = plainOrQuoted(key);
      return differences(path ? `${path}.${name}` : name, before[key], after[key]);
    });
  }
  if ((isUnset(before) && isUnset(after)) || canonical(before) === canonical(after)) return [];
  return [{ path, before: before ?? null, after: after ?? null }];
}

/** "Not set" has many spellings on the wire; they are one state. */
function isUnset(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
