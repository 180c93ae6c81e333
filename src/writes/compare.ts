import type { Change } from '../tool.js';

/** JSON whose keys are in order, so that equal values are equal texts however a server orders them. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

/** The fields of two flat states that differ, by the fields of the later one. */
export function changedFields(was: Record<string, unknown>, is: Record<string, unknown>): Change[] {
  return Object.keys(is).flatMap((path) =>
    canonical(was[path]) === canonical(is[path]) ? [] : [{ path, before: was[path], after: is[path] }],
  );
}
