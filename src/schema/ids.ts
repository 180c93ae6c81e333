import { z } from 'zod';

/** PostHog ids are 32-bit signed integers. */
export const MAX_ID = 2_147_483_647;

/**
 * Metadata of fields that are taken and not listed, because another tool's schema lists them: true on such a field, or their
 * names on the object that holds them.
 */
export const UNPUBLISHED_FIELD = 'unpublished';

/**
 * Metadata of objects whose fields another tool's schema describes: the names of those that it does not. The others are listed
 * by name and type.
 */
export const DESCRIBED_HERE = 'described_here';

const NOT_AN_ID = 'must be a positive whole number, such as 12';

/**
 * A positive integer that also takes a string of digits, as models often send. Not `z.coerce`: that accepts `true`,
 * `"7e2"` and `[5]`. Publishes a plain integer.
 */
export function idNumber(description?: string) {
  const id = z.preprocess(
    (value) => (typeof value === 'string' && /^[1-9]\d{0,9}$/.test(value) ? Number(value) : value),
    z.number(NOT_AN_ID).int(NOT_AN_ID).min(1, NOT_AN_ID).max(MAX_ID, NOT_AN_ID),
  );
  return description === undefined ? id : id.describe(description);
}

/** Without a description, since the name of the tool says whose id it is, and every conversation would pay for each. */
export const experimentId = idNumber();

/** Other names that models use for an experiment's id; taken before validation, never published. */
export const EXPERIMENT_ID_ALIASES = ['experiment_id', 'experimentId'] as const;

export const flagKey = z
  .string()
  .regex(/^[a-zA-Z0-9_-]+$/, 'may hold only letters, numbers, hyphens and underscores')
  .max(400);

export const detailLevel = z.enum(['concise', 'full']).default('concise').describe('full: all settings');

export const pageLimit = z.number().int().min(1).max(100).default(20).describe('Up to 100');
export const pageOffset = z.number().int().min(0).default(0).describe('From next_offset');
