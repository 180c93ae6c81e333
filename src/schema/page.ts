import { z } from 'zod';
import { wireCount } from './wire.js';

/** PostHog's list envelope. `next` is an absolute URL: it is read for its offset and never followed. */
export function pageWire<T extends z.ZodType>(row: T) {
  return z.looseObject({
    count: wireCount.nullish(),
    next: z.string().nullish(),
    results: z.array(row),
  });
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
  });
}
