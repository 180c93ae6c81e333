import type { Expr, Rows } from './scope.js';
import { identity, order } from './types.js';

interface Key {
  expr: Expr;
  descending: boolean;
}

/** NULL comes last in both directions, as in ClickHouse. Rows that are equal keep their order. */
export function ordered(rows: Int32Array, keys: readonly Key[]): Int32Array {
  if (keys.length === 0) return rows;
  const columns = keys.map(({ expr, descending }) => ({
    values: Array.from(rows, (row) => expr.get(row)),
    descending,
  }));
  const places = Array.from(rows.keys());
  places.sort((a, b) => {
    for (const { values, descending } of columns) {
      const [first = null, second = null] = [values[a], values[b]];
      const difference = order(first, second);
      if (difference === 0) continue;
      return descending && first !== null && second !== null ? -difference : difference;
    }
    return a - b;
  });
  return Int32Array.from(places, (place) => rows[place] ?? 0);
}

/** At most `most` rows for each combination of values, after the first `skipped`. */
export function limitedBy(rows: Int32Array, exprs: readonly Expr[], most: number, skipped: number): Int32Array {
  const seen = new Map<unknown, number>();
  return rows.filter((row) => {
    const key = identity(exprs.map((expr) => expr.get(row)));
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    return before >= skipped && before < skipped + most;
  });
}

export function distinctRows({ size, names, columns }: Rows): Rows {
  const exprs = columns.map(({ type, values }) => ({ type, get: (row: number) => values[row] ?? null }));
  const rows = limitedBy(
    Int32Array.from({ length: size }, (_, row) => row),
    exprs,
    1,
    0,
  );
  const picked = exprs.map(({ type, get }) => ({ type, values: Array.from(rows, get) }));
  return { size: rows.length, names, columns: picked };
}
