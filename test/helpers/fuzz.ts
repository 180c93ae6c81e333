import fc from 'fast-check';

/**
 * How often a property is tried. `FUZZ_FACTOR=20 npx vitest run test/property` tries for 20 times as long; a failure prints
 * its seed and the smallest input, which `FUZZ_SEED` plays again.
 */
const FACTOR = Number(process.env.FUZZ_FACTOR ?? '1');
export const SEED = process.env.FUZZ_SEED;

export function runs(usual: number): { numRuns: number; seed?: number } {
  return { numRuns: Math.max(1, Math.round(usual * FACTOR)), ...(SEED === undefined ? {} : { seed: Number(SEED) }) };
}

/** For a property that takes up to `usualMs` on a busy machine. */
export function patience(usualMs: number): number {
  return usualMs * Math.max(1, FACTOR);
}

/** Text that has broken parsers, paths, queries or readers before. */
const AWKWARD = [
  '',
  ' ',
  '\u0000',
  '0',
  '-1',
  '1e999',
  '../../..',
  '%00',
  '%2e%2e%2f',
  '{"a":[',
  '[]',
  'null',
  '__proto__',
  'constructor',
  'a\u202Eb',
  'x\uD800',
  'é'.normalize('NFD'),
  '👩‍👩‍👧‍👦',
  '2026-02-30',
  '9999-12-31T23:59:60Z',
  "'; DROP TABLE x; --",
  '<script>alert(1)</script>',
  'line\r\nbreak',
  '\n\n# heading',
  'x'.repeat(5000),
];

export const anyText = fc.oneof(
  fc.constantFrom(...AWKWARD),
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary', maxLength: 20 }),
);

const nested = fc.integer({ min: 2, max: 300 }).map((depth) => {
  let value: unknown = 0;
  for (let at = 0; at < depth; at += 1) value = at % 2 === 0 ? [value] : { a: value };
  return value;
});

/** Any JSON value, with a liking for what is on an edge. */
export const anyJunkValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown[]>(
    null,
    true,
    false,
    0,
    -0,
    -1,
    1.5,
    2 ** 31,
    2 ** 53,
    1e308,
    -1e308,
    5e-324,
    [],
    {},
    [[]],
    [null],
  ),
  anyText,
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  nested,
  fc.jsonValue({ maxDepth: 3 }),
);
