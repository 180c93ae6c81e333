import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const KILOBYTE = 1_000;
const MEGABYTE = 1_000 * KILOBYTE;

const bytesOf = (file: string) => statSync(file).size;
const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

const chunks = readdirSync('dist/chunks').map((name) => join('dist/chunks', name));

/** A file of the bundle with all that it loads at once. What is loaded later, by `import(…)`, does not count. */
function loadedWith(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  for (const [, name = ''] of source.matchAll(/(?:\bfrom|\bimport)\s*"(\.[^"]+\.js)"/g))
    loadedWith(join(file, '..', name), seen);
  return seen;
}

/** All that a start over stdio loads before it lists its tools. */
function loadedByStart(): string[] {
  const main = readFileSync('dist/main.js', 'utf8');
  const lazy = [...main.matchAll(/import\("\.\/(chunks\/(?:server|stdio)-\w+\.js)"\)/g)];
  expect(lazy.length).toBe(2);
  const entries = ['dist/main.js', ...lazy.map(([, name = '']) => join('dist', name))];
  return [...new Set(entries.flatMap((file) => [...loadedWith(file)]))];
}

describe('the size of', () => {
  it('all that a start over stdio loads before it lists its tools is at most 560 kB', () => {
    expect(sum(loadedByStart().map(bytesOf))).toBeLessThanOrEqual(560 * KILOBYTE);
  });

  it('main.js is at most 24 kB', () => {
    expect(bytesOf('dist/main.js')).toBeLessThanOrEqual(24 * KILOBYTE);
  });

  it('the whole bundle is at most 5 MB', () => {
    expect(sum(['dist/main.js', ...chunks].map(bytesOf))).toBeLessThanOrEqual(5 * MEGABYTE);
  });
});

describe('a start over stdio', () => {
  /** Node's modules that a file of the bundle takes in at once, whichever way it says so. */
  const BUILT_IN = /(?:\bfrom|\bimport|require\w*\()\s*"(?:node:)?([\w/]+)"/g;
  const builtIns = (files: readonly string[]) =>
    new Set(files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(BUILT_IN)].map(([, name = '']) => name)));

  // Nothing is hashed before the first call, so a start need not wait for OpenSSL.
  it('does without node:crypto, which the bundle has', () => {
    expect(builtIns(chunks)).toContain('crypto');
    expect(builtIns(loadedByStart())).toContain('process');
    expect(builtIns(loadedByStart())).not.toContain('crypto');
  });
});
