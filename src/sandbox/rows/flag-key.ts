import type { FlagRow } from '../store/model.js';
import type { Store } from '../store/store.js';

function suffix({ id }: FlagRow): string {
  return `:deleted:${id}`;
}

/** The key of a flag that is being deleted: where an experiment still has the flag, it gives the key free by another one. */
export function keyWhenDeleted(flag: FlagRow, store: Store): string {
  const used = [...store.experiments.values()].some((row) => row.flag_id === flag.id);
  return used ? `${flag.key}${suffix(flag)}` : flag.key;
}

/** The key that the flag has, or had before it was deleted. */
export function originalKey(flag: FlagRow): string {
  return flag.deleted && flag.key.endsWith(suffix(flag)) ? flag.key.slice(0, -suffix(flag).length) : flag.key;
}

/** The key of a flag that comes back: the original one, with a number where another flag has taken it. */
export function keyWhenRestored(flag: FlagRow, store: Store): string {
  const original = originalKey(flag);
  let key = original;
  for (let number = 1; store.flagByKey(flag.project_id, key); number += 1) key = `${original}-${number}`;
  return key;
}
