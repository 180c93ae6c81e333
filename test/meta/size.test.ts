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

describe('the size of', () => {
  it('all that a start over stdio loads before it lists its tools is at most 700 kB', () => {
    const lazy = [
      ...readFileSync('dist/main.js', 'utf8').matchAll(/import\("\.\/(chunks\/(?:server|stdio)-\w+\.js)"\)/g),
    ];
    expect(lazy.length).toBe(2);
    const entries = ['dist/main.js', ...lazy.map(([, name = '']) => join('dist', name))];
    const loaded = new Set(entries.flatMap((file) => [...loadedWith(file)]));
    expect(sum([...loaded].map(bytesOf))).toBeLessThanOrEqual(700 * KILOBYTE);
  });

  it('main.js is at most 30 kB', () => {
    expect(bytesOf('dist/main.js')).toBeLessThanOrEqual(30 * KILOBYTE);
  });

  it('the whole bundle is at most 3 MB', () => {
    expect(sum(['dist/main.js', ...chunks].map(bytesOf))).toBeLessThanOrEqual(3 * MEGABYTE);
  });
});
