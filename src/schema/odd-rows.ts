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

/** For a sentence: `experiment 7 (feature_flag: expected object, received null)`. */
export function unreadableText(kind: string, { id, position, problem }: Unreadable): string {
  return `${kind} ${id ?? `at place ${position} of its page`} cannot be read (${problem})`;
}
