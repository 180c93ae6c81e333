import type { ReadCall } from './journal.js';
import type { Write } from './write.js';

/** The call that tells what became of this write. */
export function readCallOf({ subject, input, was }: Write): ReadCall {
  const key: unknown = Reflect.get(Object(input), 'feature_flag_key');
  const id: unknown = Reflect.get(Object(was), 'id');
  if (subject.field === 'experiment' && typeof key === 'string')
    return { tool: subject.listTool, arguments: { search: key } };
  return typeof id === 'number'
    ? { tool: subject.readTool, arguments: { id } }
    : { tool: subject.listTool, arguments: {} };
}
