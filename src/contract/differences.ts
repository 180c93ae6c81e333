import { z } from 'zod';

/** Where an answer is not as expected. Holds names and types, never a value. */
export interface Difference {
  /** `results[].feature_flag.version`; `*` for a key that is data, such as a variant's. */
  path: string;
  problem: string;
}

/** Each difference once, however many rows show it. */
export function differencesOf(value: unknown, shape: z.ZodType): Difference[] {
  const issues = shape.safeParse(value).error?.issues ?? [];
  const found = issues.map((issue) => ({ path: pathOf(issue.path, shape), problem: problemOf(issue, value) }));
  return unique(found);
}

export function unique(all: readonly Difference[]): Difference[] {
  return [...new Map(all.map((one) => [`${one.path} ${one.problem}`, one])).values()];
}

function problemOf(issue: z.core.$ZodIssue, whole: unknown): string {
  const value = issue.path.reduce<unknown>((part, key) => Reflect.get(Object(part), key), whole);
  if (value === undefined) return 'is missing';
  if (issue.code === 'invalid_type')
    return `is ${typeOf(value)}, expected ${EXPECTED[issue.expected] ?? issue.expected}`;
  // The expected values are ours; the one that came is not shown.
  if (issue.code === 'invalid_value') return `is none of ${issue.values.map(String).join(', ')}`;
  return issue.message;
}

const EXPECTED: Readonly<Record<string, string>> = { record: 'object', int: 'number' };

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Keys of records are data, so they are not shown. */
function pathOf(keys: readonly PropertyKey[], shape: z.ZodType): string {
  let at: unknown = shape;
  let path = '';
  for (const key of keys) {
    at = bare(at);
    if (at instanceof z.ZodArray) path += '[]';
    else path += `${path === '' ? '' : '.'}${at instanceof z.ZodObject ? String(key) : '*'}`;
    at = childOf(at, key);
  }
  return path || 'the whole';
}

function bare(shape: unknown): unknown {
  return shape instanceof z.ZodOptional || shape instanceof z.ZodNullable ? bare(shape.unwrap()) : shape;
}

function childOf(shape: unknown, key: PropertyKey): unknown {
  if (shape instanceof z.ZodArray) return shape.element;
  if (shape instanceof z.ZodObject) return Reflect.get(shape.shape, key);
  return shape instanceof z.ZodRecord ? shape.valueType : undefined;
}
