import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { plainWords } from '../../src/words/issue.js';

function wordsFor(schema: z.ZodType, value: unknown): string[] {
  const parsed = schema.safeParse(value, { error: plainWords });
  return parsed.error?.issues.map((issue) => issue.message) ?? [];
}

describe('what is wrong with a value, in plain words', () => {
  it.each<[schema: z.ZodType, value: unknown, says: string]>([
    [z.number().min(1), 0, 'must be at least 1'],
    [z.number().max(100), 101, 'must be at most 100'],
    [z.number().gt(0), 0, 'must be more than 0'],
    [z.number().lt(1), 1, 'must be less than 1'],
    [z.string().max(400), 'x'.repeat(401), 'must be at most 400 characters'],
    [z.string().min(1), '', 'must be at least 1 character'],
    [z.array(z.string()).max(2), ['a', 'b', 'c'], 'must have at most 2 items'],
    [z.array(z.string()).min(1), [], 'must have at least 1 item'],
    [z.int(), 1.5, 'must be a whole number'],
    [z.number().int(), 1.5, 'must be a whole number'],
    [z.boolean(), 1, 'must be true or false'],
    [z.boolean(), 'false', 'must be true or false (send false without quotes)'],
    [z.array(z.string()), 'a', 'must be a list'],
    [z.strictObject({}), [], 'must be an object'],
    [z.record(z.string(), z.string()), 5, 'must be an object'],
    [z.string(), 5, 'must be a string'],
    [z.number(), '50', 'must be a number (send the number 50 without quotes)'],
    [z.number(), ' 12.5% ', 'must be a number (send the number 12.5 without quotes)'],
    [z.number(), 'half', 'must be a number'],
    [z.number(), '50% of all', 'must be a number'],
    [z.enum(['a', 'b', 'c']), 'd', 'must be one of a, b, c'],
    [z.literal('a'), 'b', 'must be a'],
    [z.string(), undefined, 'is required'],
    [z.enum(['a', 'b']), undefined, 'is required, as one of a, b'],
  ])('%#', (schema, value, says) => {
    expect(wordsFor(schema, value)).toEqual([says]);
  });

  it('gives way to the words of the schema itself', () => {
    expect(wordsFor(z.number('must be a percentage'), '50')).toEqual(['must be a percentage']);
    expect(
      wordsFor(
        z.string().refine(() => false, 'no good'),
        'x',
      ),
    ).toEqual(['no good']);
  });
});
