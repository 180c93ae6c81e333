import type { z } from 'zod';
import { isObject } from '../store/json.js';
import { PyTuple, pyRepr } from './python.js';

/** One error as pydantic reports it: where, which rule, in words. */
export interface SchemaError {
  loc: PyTuple;
  type: string;
  msg: string;
}

interface Rule {
  type: string;
  msg: string;
}

/** Message of the integer schema in `metric-schema.ts`; zod itself calls a wrong type there just a number. */
export const NOT_AN_INTEGER = 'Input should be a valid integer';

const TYPE_RULES: Readonly<Record<string, Rule>> = {
  string: { type: 'string_type', msg: 'Input should be a valid string' },
  number: { type: 'float_type', msg: 'Input should be a valid number' },
  boolean: { type: 'bool_type', msg: 'Input should be a valid boolean' },
  array: { type: 'list_type', msg: 'Input should be a valid list' },
  record: { type: 'dict_type', msg: 'Input should be a valid dictionary' },
  object: { type: 'dict_type', msg: 'Input should be a valid dictionary' },
};

const MISSING: Rule = { type: 'missing', msg: 'Field required' };
const FORBIDDEN: Rule = { type: 'extra_forbidden', msg: 'Extra inputs are not permitted' };

/** Kinds of nodes that the schema tells apart by `kind`; pydantic puts the chosen one into the path. */
const TAGS = ['EventsNode', 'ActionsNode', 'ExperimentDataWarehouseNode', 'ExperimentExposureNode'];

function child(value: unknown, key: PropertyKey): unknown {
  if (Array.isArray(value)) return value[Number(key)];
  return isObject(value) && Object.hasOwn(value, key) ? value[String(key)] : undefined;
}

/** What was sent at a path, and the path with the kinds of the nodes that it passes through. */
function locate(root: unknown, path: readonly PropertyKey[]): { input: unknown; loc: PropertyKey[] } {
  const loc: PropertyKey[] = [];
  let input = root;
  for (const key of path) {
    const tag = child(input, 'kind');
    if (loc.length > 0 && typeof tag === 'string' && TAGS.includes(tag)) loc.push(tag);
    loc.push(key);
    input = child(input, key);
  }
  return { input, loc };
}

function oneOf(values: readonly unknown[]): Rule {
  const shown = values.map((value) => pyRepr(value));
  const last = shown.pop() ?? '';
  if (shown.length === 0) return { type: 'literal_error', msg: `Input should be ${last}` };
  return { type: 'enum', msg: `Input should be ${shown.join(', ')} or ${last}` };
}

function wrongType(issue: z.core.$ZodIssueInvalidType, input: unknown): Rule {
  if (issue.message !== NOT_AN_INTEGER)
    return TYPE_RULES[issue.expected] ?? { type: 'value_error', msg: issue.message };
  if (typeof input !== 'number') return { type: 'int_type', msg: NOT_AN_INTEGER };
  return { type: 'int_from_float', msg: `${NOT_AN_INTEGER}, got a number with a fractional part` };
}

function wrongTag(input: unknown): Rule {
  if (typeof input !== 'string') {
    return { type: 'union_tag_not_found', msg: "Unable to extract tag using discriminator 'kind'" };
  }
  const expected = TAGS.map((tag) => `'${tag}'`).join(', ');
  const msg = `Input tag '${input}' found using 'kind' does not match any of the expected tags: ${expected}`;
  return { type: 'union_tag_invalid', msg };
}

function ruleOf(issue: z.core.$ZodIssue, input: unknown): Rule {
  if (input === undefined && issue.code !== 'invalid_union') return MISSING;
  if (issue.code === 'invalid_type') return wrongType(issue, input);
  if (issue.code === 'invalid_value') return oneOf(issue.values);
  if (issue.code === 'invalid_union') return wrongTag(input);
  if (issue.code === 'too_big' && Array.isArray(input)) {
    const msg = `List should have at most ${issue.maximum} items after validation, not ${input.length}`;
    return { type: 'too_long', msg };
  }
  return { type: 'value_error', msg: issue.message };
}

function errorsOf(issue: z.core.$ZodIssue, root: unknown, prefix: readonly string[]): SchemaError[] {
  if (issue.code === 'unrecognized_keys') {
    const unknown = issue.keys.map((key) => locate(root, [...issue.path, key]).loc);
    return unknown.map((loc) => ({ loc: new PyTuple([...prefix, ...loc]), ...FORBIDDEN }));
  }
  const { input, loc } = locate(root, issue.path);
  if (issue.code === 'invalid_union') loc.pop();
  return [{ loc: new PyTuple([...prefix, ...loc]), ...ruleOf(issue, input) }];
}

/** Errors of `value` against `schema` as pydantic would list them, each path after `prefix`; empty where it fits. */
export function pydanticErrors(schema: z.ZodType, value: unknown, prefix: readonly string[] = []): SchemaError[] {
  const result = schema.safeParse(value);
  if (result.success) return [];
  return result.error.issues.flatMap((issue) => errorsOf(issue, value, prefix));
}
