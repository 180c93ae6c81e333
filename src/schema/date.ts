import { z } from 'zod';

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

/** An ISO date or date-time. Checked here, since a published `format` is refused by some clients. */
export function dateTime(description: string) {
  return z
    .string()
    .refine((value) => ISO.test(value) && !Number.isNaN(Date.parse(value)), {
      error: 'must be an ISO date such as 2026-11-01 or 2026-11-01T12:00:00Z',
    })
    .describe(`${description}, ISO`);
}
