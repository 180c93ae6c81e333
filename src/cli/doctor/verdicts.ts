import type { Readings, Right } from './look.js';
import { type Needs, objectOf, type Scope, TOOL_SCOPES } from './scopes.js';

/**
 * partly: works, but for a part. not_probed: nothing harmless tells whether the key may write. unknown: what would tell
 * failed.
 */
export type ToolStatus = 'ok' | 'partly' | 'not_probed' | 'unknown' | 'lacks_scopes';

export interface ToolVerdict {
  name: string;
  status: ToolStatus;
  /** Scopes that it cannot work without and does not have, or that nobody could tell. */
  lacks: readonly Scope[];
  /** What is lost without further scopes. */
  without: readonly { scope: Scope; for: string }[];
}

/** Whether each tool can work with what the key may do. */
export function verdictsOn(names: readonly string[], readings: Readings, readOnly: boolean): ToolVerdict[] {
  return names.map((name) => {
    const { needs, also = [] }: Needs = TOOL_SCOPES[name] ?? { needs: [] };
    const without = also.filter(({ scope }) => !(readOnly && isWrite(scope)) && rightOf(readings, scope) === 'no');
    for (const [right, status] of WORST_FIRST) {
      const lacks = needs.filter((scope) => rightOf(readings, scope) === right);
      if (lacks.length > 0) return { name, status, lacks, without };
    }
    return { name, status: without.length > 0 ? 'partly' : 'ok', lacks: [], without };
  });
}

const WORST_FIRST = [
  ['no', 'lacks_scopes'],
  ['unknown', 'unknown'],
  ['not_probed', 'not_probed'],
] as const satisfies readonly (readonly [Right, ToolStatus])[];

function rightOf(readings: Readings, scope: Scope): Right {
  return readings.get(objectOf(scope))?.[isWrite(scope) ? 'write' : 'read'] ?? 'unknown';
}

export function isWrite(scope: Scope): boolean {
  return scope.endsWith(':write');
}
