import type { z } from 'zod';

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a string',
};

/** Units of the sizes that zod compares; numbers have none. */
const UNITS: Readonly<Record<string, string>> = { string: 'character', array: 'item' };

/**
 * An error map for `safeParse`: what is wrong with a value, in plain words that follow the name of its field. A message
 * that the schema itself gives wins over it; undefined leaves zod's own.
 */
export function plainWords(issue: z.core.$ZodRawIssue): string | undefined {
  const missing = issue.input === undefined;
  switch (issue.code) {
    case 'invalid_type':
      return missing ? 'is required' : `must be ${TYPES[issue.expected] ?? issue.expected}${hint(issue)}`;
    case 'invalid_value':
      return `${missing ? 'is required, as' : 'must be'} ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${amount(issue.maximum, issue.origin)}`;
    default:
      return undefined;
  }
}

function amount(limit: number | bigint, origin: string): string {
  const unit = UNITS[origin];
  return unit === undefined ? String(limit) : `${limit} ${unit}${Number(limit) === 1 ? '' : 's'}`;
}

/** Models often send numbers and booleans as text. */
function hint({ expected, input }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidType>): string {
  if (typeof input !== 'string') return '';
  if (expected === 'boolean' && ['true', 'false'].includes(input)) return ` (send ${input} without quotes)`;
  const number = ['number', 'int'].includes(expected) && /^\s*(-?\d+(?:\.\d+)?)\s*%?\s*$/.exec(input)?.[1];
  return number ? ` (send the number ${number} without quotes)` : '';
}
