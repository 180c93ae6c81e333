import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RISKS } from '../../scripts/reliability/risks.js';
import { testsOfRisks } from '../../scripts/reliability/tests.js';

const tests = testsOfRisks();
const numbers = RISKS.map(({ number }) => number);

describe('the table of risks', () => {
  it('counts its rows from 1, without gaps', () => {
    expect(numbers).toEqual(RISKS.map((_, at) => at + 1));
  });

  it.each(RISKS)('row $number has a test that carries its number: $risk', ({ number }) => {
    expect(tests.filter(({ risk }) => risk === number)).not.toEqual([]);
  });

  it('has a row for every number that a test carries', () => {
    expect(tests.filter(({ risk }) => !numbers.includes(risk))).toEqual([]);
  });

  it('knows every test that speaks of a risk by number', () => {
    const files = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.test.ts'),
    );
    const spoken = files.flatMap((file) => [
      ...readFileSync(join('test', file), 'utf8').matchAll(/\b(?:it|test|describe)\b[^\n]*\brisk \d+/g),
    ]);
    const known = files.flatMap((file) => tests.filter((test) => test.file === join('test', file)));
    expect(spoken.length).toBeLessThanOrEqual(known.length);
  });
});

describe('risk 42: the tests', () => {
  const files = readdirSync('test', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));

  it.each(files)('in %s are neither skipped, focused, left to be written nor without a claim', (file) => {
    const source = readFileSync(join('test', file), 'utf8');
    expect(source).not.toMatch(/\b(?:it|test|describe)\.(?:skip|only|todo|fails)\b/);
    expect(source).toMatch(/\bexpect\w*[(.]/);
  });
});
