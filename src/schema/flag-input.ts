import { z } from 'zod';
import { ToolError } from '../errors.js';
import { parseFilter } from './metric-filters.js';

/** Group types that a project can have. Source: PostHog docs. */
const MAX_GROUP_TYPES = 5;

const condition = z
  .string()
  .min(1)
  .max(1000)
  .superRefine((line, context) => {
    const parsed = parseFilter(line);
    if (typeof parsed === 'string') context.addIssue({ code: 'custom', message: parsed });
    else if (parsed.on !== 'event' || parsed.property.type === 'session')
      context.addIssue({ code: 'custom', message: 'is about a person, as in "country = NO"' });
  });

/** What can be said of the flag besides split and rollout. */
export const flagInput = {
  payloads: z.string().min(2).max(50_000).optional().describe('All, by variant: {"test":{"size":3}}'),
  ensure_experience_continuity: z.boolean().optional().describe('Same variant after login'),
  aggregation_group_type_index: z
    .number()
    .int()
    .min(0)
    .max(MAX_GROUP_TYPES - 1)
    .optional()
    .describe('Groups, not users; drafts'),
  release_conditions: z.array(condition).min(1).max(50).optional().describe('All: country = NO; drafts'),
};

const payloadsObject = z.record(z.string(), z.unknown());

/** Payloads as the flag stores them, JSON text by variant. Throws a `ToolError`. */
export function encodedPayloads(text: string): Record<string, string> {
  try {
    const parsed = payloadsObject.safeParse(JSON.parse(text));
    if (parsed.success)
      return Object.fromEntries(Object.entries(parsed.data).map(([key, value]) => [key, JSON.stringify(value)]));
  } catch {
    // Falls through to the one error below: both cases need the same correction.
  }
  throw new ToolError(
    'invalid_arguments',
    'payloads is not a JSON object.',
    'Send one value for each variant that has a payload, such as {"test":{"size":3}}.',
    { field: 'payloads' },
  );
}

/** Stored payloads with their values decoded; a value that is no JSON stays the text that it is. */
export function decodedPayloads(stored: unknown): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(payloadsObject.safeParse(stored).data ?? {}).map(([key, value]) => [key, decoded(value)]),
  );
}

function decoded(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** A release condition on a property of the person, from its line. */
export function personCondition(line: string): Record<string, unknown> {
  const parsed = parseFilter(line);
  return typeof parsed === 'string' ? {} : { ...parsed.property, type: 'person' };
}
