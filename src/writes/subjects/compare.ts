import { canonical } from '../../schema/canonical.js';
import type { Change } from '../../tool.js';

/** The one change of a delete. */
export const GONE: readonly Change[] = [{ path: 'deleted', before: false, after: true }];

/** The fields of two flat states that differ, by the fields of the later one. */
export function changedFields(was: Record<string, unknown>, is: Record<string, unknown>): Change[] {
  return Object.keys(is).flatMap((path) =>
    canonical(was[path]) === canonical(is[path]) ? [] : [{ path, before: was[path], after: is[path] }],
  );
}
