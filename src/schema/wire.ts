import { z } from 'zod';
import { utcTime } from './date.js';
import { MAX_ID } from './ids.js';

/**
 * Values of PostHog's answers that are used for more than to be shown: what cannot be used is refused where the answer is
 * decoded, with the name of its field, and not somewhere later by whatever stumbles over it.
 */

/** A row's id, which becomes a part of paths. */
export const wireId = z
  .number()
  .int('must be a whole number')
  .min(1, 'must be positive')
  .max(MAX_ID, 'is no id of a row');

/** An id that is text, such as that of a calculation; it becomes a part of paths too. */
export const wireKey = z.string().regex(/^[\w-]{1,200}$/, 'must be letters, digits, hyphens and underscores');

/** What is measured or computed. Beyond this, squares and shares of it are no numbers any more. */
const LARGEST = 1e100;
export const wireNumber = z.number().min(-LARGEST, 'is too large').max(LARGEST, 'is too large');

/** How many there are of something. */
export const wireCount = z.number().int('must be a whole number').min(0, 'must not be negative');

/** Percent. PostHog keeps it between 0 and 100; what is not far off is shown as it is. */
export const wirePercent = z.number().min(-1e9, 'is no percentage').max(1e9, 'is no percentage');

/** A moment or a day, which is calculated with. */
export const wireTime = z.string().refine((text) => utcTime(text) !== undefined, 'must be an ISO date');
