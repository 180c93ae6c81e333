import { z } from 'zod';
import { readRows, type Unreadable, unreadableView } from './odd-rows.js';
import { wireCount } from './wire.js';

/** PostHog's list envelope. `next` is an absolute URL: it is read for its offset and never followed. */
export function pageWire<T extends z.ZodType>(row: T) {
  return z.looseObject({
    count: wireCount.nullish(),
    next: z.string().nullish(),
    results: z.array(row),
  });
}

/**
 * The same for a list that is shown: rows that cannot be read are named, and the others stay. Where the rows are acted on,
 * `pageWire` is right, since a row that is missed may be the one that matters.
 */
export function shownPageWire<T>(row: z.ZodType<T>) {
  return pageWire(z.unknown()).transform(({ results, ...page }) => {
    const { rows, unreadable } = readRows(results, row);
    return { ...page, results: rows, unreadable };
  });
}

/** What a list answer says of its page. */
export function pageFacts(page: {
  count?: number | null | undefined;
  next?: string | null | undefined;
  results: readonly unknown[];
  unreadable: readonly Unreadable[];
}) {
  const { count, next, results, unreadable } = page;
  return {
    total: count ?? results.length + unreadable.length,
    next_offset: nextOffset(next),
    ...(unreadable.length > 0 ? { unreadable: [...unreadable] } : {}),
  };
}

/** The offset that a `next` link carries, or null where there is none. */
export function nextOffset(next: string | null | undefined): number | null {
  const match = /[?&]offset=(\d{1,9})(?:&|$)/.exec(next ?? '');
  return match ? Number(match[1]) : null;
}

/** The envelope of every list answer. */
export function listOutput<T extends z.ZodType>(row: T) {
  return z.object({
    items: z.array(row),
    total: z.number(),
    next_offset: z.number().nullable(),
    truncated: z.boolean().optional(),
    unreadable: z.array(unreadableView).optional(),
  });
}
