import { z } from 'zod';
import { type ErrorCode, WHO_ACTS } from '../../src/errors.js';

const wire = z.object({
  result: z.object({
    isError: z.boolean().optional(),
    structuredContent: z.looseObject({
      status: z.unknown().optional(),
      error: z.looseObject({ code: z.string(), retry_after_seconds: z.number().optional() }).optional(),
    }),
  }),
});

export interface Answer {
  /** Of a write that is no error. */
  status: string | null;
  error: { code: string; retryAfter: number | null; tellsChanges: boolean } | null;
  facts: Record<string, unknown>;
}

/** The answer of a tool in a frame of JSON-RPC; null for whatever else. */
export function answerIn(raw: string): Answer | null {
  const parsed = wire.safeParse(jsonOf(raw));
  if (!parsed.success) return null;
  const { isError = false, structuredContent: facts } = parsed.data.result;
  const { status, error } = facts;
  if (isError !== (error !== undefined)) return null;
  return {
    status: typeof status === 'string' ? status : null,
    error: error
      ? { code: error.code, retryAfter: error.retry_after_seconds ?? null, tellsChanges: 'changes' in error }
      : null,
    facts,
  };
}

/** Null for what is no JSON. */
export function jsonOf(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return null;
  }
}

/** Codes that a fault of the network can be the cause of; the others would blame somebody who has done nothing wrong. */
const CODES: readonly ErrorCode[] = [
  'rate_limited',
  'upstream_error',
  'timeout',
  'connection_failed',
  'unexpected_response',
  'response_too_large',
  'outcome_unknown',
];

export function problemOfCode(code: string): string | null {
  if (CODES.some((known) => known === code)) return null;
  return code in WHO_ACTS ? `the error says ${code}, which no fault is` : `the error has the unknown code ${code}`;
}

/**
 * Facts without what differs between two runs: times, and the host. Sandboxes are all alike and as old as the call, so
 * ids, counts and ages are the same in each.
 */
export function steady(facts: unknown): unknown {
  const text = JSON.stringify(facts)
    .replace(/http:\/\/127\.[\d.]+:\d+/g, 'HOST')
    .replace(/\d{4}-\d\d-\d\d(T[\d:.]+Z?)?/g, 'TIME');
  return jsonOf(text);
}
