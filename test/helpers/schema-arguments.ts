import fc from 'fast-check';
import { z } from 'zod';
import { anyJunkValue, anyText } from './fuzz.js';

const schemaShape = z.looseObject({
  type: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
});

const words = fc.constantFrom('signup', 'control', 'test', 'Purchases', 'signed_up', '2026-05-01', 'A note.');
const uuids = fc.integer({ min: 1, max: 9 }).map((n) => `00000000-0000-4000-8000-00000000000${n}`);
const integers = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 100 }), fc.integer());
const numbers = fc.oneof(integers, fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }));

/** What fits a published schema: bounds are not published, so they are crossed too. */
function fitting(schema: unknown): fc.Arbitrary<unknown> {
  const { type, enum: allowed, properties = {}, items } = schemaShape.parse(schema);
  if (allowed) return fc.constantFrom(...allowed);
  if (type === 'integer') return integers;
  if (type === 'number') return numbers;
  if (type === 'boolean') return fc.boolean();
  if (type === 'array') return fc.array(wild(items), { maxLength: 4 });
  if (type === 'object') return recordOf(properties);
  return fc.oneof({ weight: 3, arbitrary: words }, { weight: 1, arbitrary: uuids }, { weight: 2, arbitrary: anyText });
}

/** Mostly what fits, and now and then anything. */
function wild(schema: unknown): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: fitting(schema) }, { weight: 1, arbitrary: anyJunkValue });
}

function recordOf(properties: Record<string, unknown>): fc.Arbitrary<Record<string, unknown>> {
  const members = Object.entries(properties).map(([name, schema]) => [name, wild(schema)] as const);
  return fc.record(Object.fromEntries(members), { requiredKeys: [] });
}

/**
 * Arguments by the schema that clients see, with everything that they could get wrong: on top of `valid` a few other
 * fields (a call that fills all is refused for one of them), and rarely keys that no schema has.
 */
export function argumentsOf(schema: unknown, valid: Record<string, unknown>): fc.Arbitrary<Record<string, unknown>> {
  const properties = Object.entries(schemaShape.parse(schema).properties ?? {});
  const some = fc
    .subarray(properties, { maxLength: Math.min(4, properties.length) })
    .chain((few) => recordOf(Object.fromEntries(few)));
  const extra = fc.oneof(
    { weight: 8, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.dictionary(anyText, anyJunkValue, { minKeys: 1, maxKeys: 2 }) },
  );
  const base = fc.oneof(
    { weight: 3, arbitrary: fc.constant(valid) },
    { weight: 1, arbitrary: recordOf(Object.fromEntries(properties)) },
  );
  // Object.assign would take a key __proto__ for the prototype, which no JSON can set.
  return fc.tuple(base, some, extra).map(([one, two, three]) => ({ ...one, ...two, ...three }));
}
