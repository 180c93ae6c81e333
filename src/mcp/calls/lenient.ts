import { z } from 'zod';
import type { JsonSchema } from '../listing/json-schema.js';

/** As JSON writes them, without an exponent. */
const NUMBERS: Readonly<Record<string, RegExp>> = {
  integer: /^(?:0|-?[1-9]\d{0,14})$/,
  number: /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/,
};

const object = z.record(z.string(), z.unknown());

/**
 * The value as the schema asks for it, where clients write the same thing in another way: numbers and lists as text. What
 * fits neither way stays as it is, for the schema to refuse.
 */
export function lenient(value: unknown, schema: JsonSchema): unknown {
  if (typeof value === 'string' && NUMBERS[String(schema.type)]?.test(value)) return Number(value);
  if (schema.type === 'array') {
    const list = typeof value === 'string' ? listIn(value) : value;
    return Array.isArray(list) ? list.map((item) => lenient(item, objectOr(schema.items))) : value;
  }
  if (schema.type !== 'object' || value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const properties = new Map(Object.entries(objectOr(schema.properties)));
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, lenient(member, objectOr(properties.get(name)))]),
  );
}

/** Arguments without those that say nothing: models that are made to fill every argument send null and "". */
export function withoutEmpty(given: Readonly<Record<string, unknown>>, required: unknown): Record<string, unknown> {
  const needed = Array.isArray(required) ? required : [];
  return Object.fromEntries(
    Object.entries(given).filter(([name, value]) => (value !== null && value !== '') || needed.includes(name)),
  );
}

function listIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function objectOr(value: unknown): JsonSchema {
  return object.catch({}).parse(value);
}
