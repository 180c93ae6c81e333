import { expect } from 'vitest';
import { ApiError } from '../../src/sandbox/http/api-error.js';

export interface Refusal {
  detail: string;
  attr: string | null;
  code: string;
}

/** What a check refuses with; fails the test where it refuses nothing or throws something else. */
export function refusalOf(check: () => unknown): Refusal {
  try {
    check();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    expect(error.status).toBe(400);
    expect(error.body).toMatchObject({ type: 'validation_error' });
    const { detail, attr, code } = error.body ?? {};
    return { detail: String(detail), attr: attr === null ? null : String(attr), code: String(code) };
  }
  throw new Error('Nothing was refused.');
}
