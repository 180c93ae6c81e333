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
      return bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
    case 'too_big':
      return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
    default:
      return undefined;
  }
}

function bound(origin: string, comparison: string, limit: number | bigint): string {
  const plural = Number(limit) === 1 ? '' : 's';
  if (origin === 'array') return `must have ${comparison} ${limit} item${plural}`;
  return `must be ${comparison} ${limit}${origin === 'string' ? ` character${plural}` : ''}`;
}

/** Models often send numbers and booleans as text. */
function hint({ expected, input }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidType>): string {
  if (typeof input !== 'string') return '';
  if (expected === 'boolean' && ['true', 'false'].includes(input)) return ` (send ${input} without quotes)`;
  const number = ['number', 'int'].includes(expected) && /^\s*(-?\d+(?:\.\d+)?)\s*%?\s*$/.exec(input)?.[1];
  return number ? ` (send the number ${number} without quotes)` : '';
}
