import { z } from 'zod';

/** What of a list cannot be read. Holds no value of it but an id. */
export interface Unreadable {
  /** Its own, where that can be read. */
  id?: number;
  /** Within its page, from 1. */
  position: number;
  problem: string;
}

export const unreadableView = z.object({ id: z.number().optional(), position: z.number(), problem: z.string() });

/** Field and what is wrong with it, e.g. `feature_flag.filters: expected object, received null`. */
export function problemOf({ issues: [issue] }: z.ZodError): string {
  const message =
    issue?.message.replace(/^Invalid input: /, '').replace(/, received undefined$/, ', and it is missing') ?? 'unknown';
  return issue?.path.length ? `${issue.path.map(String).join('.')}: ${message}` : message;
}

const withId = z.looseObject({ id: z.number() });

/** Rows that fit, and what is wrong with the others: one odd row never hides the good ones. */
export function readRows<T>(all: readonly unknown[], row: z.ZodType<T>): { rows: T[]; unreadable: Unreadable[] } {
  const rows: T[] = [];
  const unreadable: Unreadable[] = [];
  for (const [at, value] of all.entries()) {
    const { data, error } = row.safeParse(value);
    if (error === undefined) rows.push(data);
    else {
      const id = withId.safeParse(value).data?.id;
      unreadable.push({ ...(id === undefined ? {} : { id }), position: at + 1, problem: problemOf(error) });
    }
  }
  return { rows, unreadable };
}

/** A list inside a larger object. */
interface ListWithin {
  /** Of one row, for a sentence. */
  kind: string;
  path: readonly [string, ...string[]];
  row: z.ZodType;
}

function within(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((inner, key) => Reflect.get(Object(inner), key), value);
}

function replaced(value: unknown, [key, ...rest]: readonly string[], rows: unknown): unknown {
  return key === undefined ? rows : { ...Object(value), [key]: replaced(Reflect.get(Object(value), key), rest, rows) };
}

/** The object without what cannot be read in these lists, and that in words. Anything else is as it was. */
export function withoutOddRows(value: unknown, lists: readonly ListWithin[]): { value: unknown; problems: string[] } {
  const problems: string[] = [];
  let left = value;
  for (const { kind, path, row } of lists) {
    const all = within(value, path);
    if (!Array.isArray(all)) continue;
    const odd = readRows(all, row).unreadable;
    if (odd.length === 0) continue;
    const places = new Set(odd.map(({ position }) => position));
    left = replaced(
      left,
      path,
      all.filter((_, at) => !places.has(at + 1)),
    );
    problems.push(...odd.map(({ position, problem }) => `${kind} ${position} cannot be read (${problem})`));
  }
  return { value: left, problems };
}

/** For a sentence: `experiment 7 (feature_flag: expected object, received null)`. */
export function unreadableText(kind: string, { id, position, problem }: Unreadable): string {
  return `${kind} ${id ?? `at place ${position} of its page`} cannot be read (${problem})`;
}
