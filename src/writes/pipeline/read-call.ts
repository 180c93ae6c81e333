import type { ReadCall } from './journal.js';
import type { Write } from './types.js';

/** The call that tells what became of this write. */
export function readCallOf({ subject, input, was, plan }: Write): ReadCall {
  if (plan.makesOn !== undefined) return { tool: subject.listTool, arguments: { search: plan.makesOn } };
  // What is deleted cannot be read before, and is by the id that was given after it was restored.
  const id: unknown = Reflect.get(Object(was ?? input), 'id');
  return typeof id === 'number'
    ? { tool: subject.readTool, arguments: { id } }
    : { tool: subject.listTool, arguments: {} };
}
