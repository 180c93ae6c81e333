import type { Sandboxed } from './rows.js';

/**
 * Keeps what the sandbox holds, and puts it back as often as wanted: opening another world for each run of a property takes
 * longer than the run.
 */
export function rewinder({ sandbox: { store } }: Sandboxed): () => void {
  const { results } = store;
  const kept = [
    ...[keepMap(store.projects), keepMap(store.experiments), keepMap(store.flags), keepMap(store.cohorts)],
    ...[keepMap(store.holdouts), keepMap(store.savedMetrics), keepMap(store.changeRequests), keepMap(store.lastIds)],
    ...[keepMap(results.queries), keepMap(results.cache), keepList(results.recalculations), keepList(results.daily)],
  ];
  return () => {
    for (const putBack of kept) putBack();
  };
}

/** Rows are put back into the objects that are there, since the sandbox also knows its two projects by themselves. */
function keepMap<K, V>(map: Map<K, V>): () => void {
  const rows = [...map].map(([key, row]) => ({ key, row, was: structuredClone(row) }));
  return () => {
    map.clear();
    for (const { key, row, was } of rows) map.set(key, typeof row === 'object' ? refilled(row, was) : was);
  };
}

function refilled<V>(row: V, was: V): V {
  for (const name of Object.keys(Object(row))) Reflect.deleteProperty(Object(row), name);
  return Object.assign(Object(row), structuredClone(was));
}

function keepList<T>(list: T[]): () => void {
  const was = structuredClone(list);
  return () => {
    list.splice(0, list.length, ...structuredClone(was));
  };
}
