import { ToolError } from '../errors.js';
import type { ApiPath } from './types.js';

/**
 * Builds an API path: `` apiPath`/api/projects/${project}/experiments/${id}/` ``. Each value becomes exactly one segment.
 * @throws ToolError `invalid_arguments` for a value that could become none, or several, or a step up.
 */
export function apiPath(literals: TemplateStringsArray, ...values: (string | number)[]): ApiPath {
  const path = literals.reduce((built, literal, at) => `${built}${segment(values[at - 1] ?? '')}${literal}`);
  return path as ApiPath; // The brand's only origin: everything above guarantees what it claims.
}

function segment(value: string | number): string {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || value <= 0) throw unusable(String(value), 'must be a positive whole number');
    return String(value);
  }
  if (value === '') throw unusable('""', 'is empty');
  // Servers and proxies decode more than once: what reads as a separator or as dots after decoding is refused as well.
  if (/^(?:\.|%2e){1,2}$/i.test(value)) throw unusable(JSON.stringify(value), 'is a path step');
  if (/[/\\%]/.test(value) || /\p{Cc}|\p{Cs}/u.test(value)) {
    throw unusable(JSON.stringify(value.slice(0, 100)), 'holds a character that no identifier has');
  }
  return encodeURIComponent(value);
}

function unusable(value: string, why: string): ToolError {
  return new ToolError(
    'invalid_arguments',
    `${value} cannot be used as an identifier: it ${why}.`,
    'Pass the identifier as a list or get tool returned it.',
  );
}
